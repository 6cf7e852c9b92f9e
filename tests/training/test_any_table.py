"""Whatever a table holds, it is understood or refused in words; and serving reads its cells as training did."""

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.training.made_up import understood
from webapp.errors import TrainingError
from webapp.schema import Door

POOL = (
    "", " ", "NA", "None", "?", "-", "1", "0", "2", "3.5", "-7", "1e3", "01234", "1,234", "1.234,5", "12,5", "$5", "5%",
    "yes", "no", "Yes", "true", "red", "Red", "Zo\u00eb", "Zoe\u0308", "2024-01-31", "31/12/2019", "03/04/2019",
    "2024-01-31 10:30", "9999-12-31", "1000-01-01", "nan", "inf", "1_000", "½", "\u202eabc", "🙂", "=1+1", "a b c",
    "x" * 501, "9" * 40, "1e39", "0.30000000000000004", "-0", "1e-300", "12345678901234567890",
)  # fmt: skip
COLUMN = st.lists(st.sampled_from(POOL), min_size=1, max_size=4, unique=True).flatmap(
    lambda cells: st.lists(st.sampled_from(cells), min_size=40, max_size=40)
)
NAMES = st.sampled_from(["a", "A", "", "data", "customer id", "Zo\u00eb", "a.b", "🙂"])
ANSWERS = st.lists(st.sampled_from(["1", "0"]), min_size=40, max_size=40)
TABLES = st.dictionaries(NAMES, COLUMN, min_size=1, max_size=4)


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150)
@given(TABLES, st.one_of(ANSWERS, COLUMN), st.sampled_from([",", ";"]))
@example({"a": ["1e-300", "2"] * 20}, ["1", "2"] * 20, ",")
def test_any_table_is_understood_or_refused(columns, answer, delimiter):
    try:
        inference = understood({**columns, "answer": answer}, delimiter=delimiter)
    except TrainingError as problem:
        assert len(str(problem)) > 20
        return

    schema = inference.schema
    assert (
        inference.X.shape
        == (len(inference.y), len(schema.features))
        == (len(inference.kept_rows), len(schema.features))
    )
    told = {feature.name for feature in schema.features} | {name for name, _ in inference.set_aside}
    assert set(columns) - {""} <= told <= set(columns)  # one without a name and a value is no column
    for position, feature in enumerate(schema.features):
        _check_served_alike(feature, columns[feature.name], inference.kept_rows, inference.X[:, position])


def _check_served_alike(feature, texts, kept_rows, values):
    """A file of cases with the table's own cells gives the values that were learned from."""
    folds = [choice.value.casefold() for choice in feature.choices]
    for row, value in zip(kept_rows, values, strict=True):
        if value is None and not feature.optional:
            raise AssertionError("a missing value where none is accepted")
        if isinstance(value, str) and value not in feature.choice_values and value.casefold() in folds:
            continue  # a category too rare to be named beside one that differs in capitals only
        again = feature.parse(texts[row], Door.FILE)
        assert again == value
        assert type(again) is type(value)
    if feature.observed and values.any():
        numbers = np.array([feature.as_number(value) for value in values if value is not None])
        assert feature.observed[0] <= numbers.min() and numbers.max() <= feature.observed[1]
