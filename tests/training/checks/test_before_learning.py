"""What is said about a table before anything is learned: each check where it must speak up, and where it must not."""

import numpy as np
import pytest

from tests.training.known_tables import leaving, places, rents
from tests.training.made_up import ROWS, numbers, some, table_from_named
from webapp import clock
from webapp.errors import UnusableSpec
from webapp.training.checks.before_learning import CHECKS, check_table
from webapp.training.columns.inference import infer_schema
from webapp.training.columns.moments import says_when, words_of
from webapp.training.spec.file import DataSpec, FeatureSpec, Spec, TargetSpec

MANY = 1000


def looked_at(columns, target="answer", target_said=None, features=None, **data):
    """The spec and what is understood of the columns; an `answer` of yes and no is added where none is given."""
    rows = len(next(iter(columns.values())))
    if target == "answer" and "answer" not in columns:
        columns = {**columns, "answer": some(["yes", "no", "no"], rows, seed=99)}
    sections = {name: FeatureSpec(**section) for name, section in (features or {}).items()}
    spec = Spec(
        "made_up",
        data=DataSpec("made_up.csv", target=target, **data),
        target=TargetSpec(**(target_said or {})),
        features=sections,
    )
    return spec, infer_schema(table_from_named(columns), spec)


def checks(name, columns, **said):
    return [check for check in check_table(*looked_at(columns, **said)) if check.name == name]


def only(name, columns, **said):
    [check] = checks(name, columns, **said)
    return check


def verdict(name, columns, **said):
    return only(name, columns, **said).verdict


@pytest.mark.parametrize(("columns", "target"), [(leaving(), "left"), (places(), "place"), (rents(), "rent")])
def test_every_check_that_applies_says_something_and_no_cell_of_the_table_with_it(columns, target):
    spec, inference = looked_at(columns, target=target)
    found = check_table(spec, inference)
    said = " ".join(check.reason for check in found)

    expected = [name for name in CHECKS if name != "class_size" or inference.schema.target.classes]
    assert list(dict.fromkeys(check.name for check in found)) == expected
    assert all(check.verdict in ("pass", "warn") for check in found)
    assert all(
        check.to_json()
        == {"name": check.name, "verdict": check.verdict, "subject": check.subject, "reason": check.reason}
        for check in found
    )
    assert not any(str(cell) in said for cell in columns.get("customer", []))


def test_an_ordinary_table_is_not_warned_of():
    columns = {
        "size": numbers(MANY, decimals=5),
        "colour": some(["red", "blue"], MANY, seed=3),
        "answer": some(["yes", "no"], MANY),
    }

    assert {check.verdict for check in check_table(*looked_at(columns))} == {"pass"}


# The target


@pytest.mark.parametrize(
    ("answer", "said", "expected"),
    [
        (some(["yes", "no"]), {}, "pass"),
        (numbers(), {}, "pass"),
        (some(["1", "2", "3", "4", "5"]), {}, "warn"),
        (some(["1", "2", "3", "4", "5"]), {"kind": "number"}, "pass"),
        (some(["1", "2", "3", "4", "5"]), {"kind": "classes"}, "pass"),
        (["0"] * 150 + numbers(50), {}, "warn"),
        (["0"] * 90 + numbers(110), {}, "pass"),
    ],
)
def test_the_kind_of_the_target_is_said_and_doubted_where_it_may_be_another(answer, said, expected):
    check = only("target_kind", {"size": numbers(seed=5), "answer": answer}, target_said=said)

    assert (check.verdict, check.subject) == (expected, "answer")


@pytest.mark.parametrize(("rows", "expected"), [(49, "warn"), (50, "pass")])
def test_a_small_class_is_named(rows, expected):
    check = only("class_size", {"size": numbers(MANY), "answer": ["rare"] * rows + ["common"] * (MANY - rows)})

    assert check.verdict == expected
    assert "“rare”" in check.reason


def test_a_number_has_no_classes():
    assert checks("class_size", {"size": numbers(), "answer": numbers(seed=8)}) == []


# Columns


def test_identifiers_that_were_set_aside_are_listed():
    columns = {"code": [f"C-{row:05d}" for row in range(ROWS)], "size": numbers()}

    assert only("identifiers", columns).reason == "not learned from: code"
    assert only("identifiers", {"size": numbers()}).reason == "no column only names the case"


@pytest.mark.parametrize(
    "column", [some([str(at) for at in range(40)], seed=7), some([f"C-{at}" for at in range(20)], seed=7)]
)
def test_an_identifier_whose_values_repeat_may_keep_rows_together(column):
    check = only("identifiers", {"customer_id": column, "size": numbers()})

    assert (check.verdict, check.subject) == ("warn", "customer_id")
    assert 'id_column = "customer_id"' in check.reason
    assert verdict("identifiers", {"customers": column, "size": numbers()}) == "pass"


def test_constants_are_listed():
    assert only("constants", {"always": ["x"] * ROWS, "size": numbers()}).reason == "not learned from: always"
    assert "at least two values" in only("constants", {"size": numbers()}).reason


@pytest.mark.parametrize(("copies", "expected"), [(0, "pass"), (4, "pass"), (60, "warn")])
def test_rows_that_are_the_same_are_counted(copies, expected):
    size, colour = numbers(ROWS, decimals=4), some(["red", "blue"], seed=3)
    columns = {"size": size[: ROWS - copies] + size[:copies], "colour": colour[: ROWS - copies] + colour[:copies]}
    check = only("duplicates", columns)

    assert check.verdict == expected
    assert ("every split" in check.reason) == bool(copies)
    assert not copies or f"{2 * copies} rows have a twin" in check.reason


def test_rows_that_differ_in_one_cell_are_no_copies():
    assert (
        "no row is the same"
        in only("duplicates", {"size": numbers(decimals=6), "colour": ["red"] * 100 + ["blue"] * 100}).reason
    )


def test_a_table_with_few_combinations_has_common_cases_and_no_copies():
    check = only("duplicates", {"a": some(["x", "y"], seed=1), "b": some(["x", "y"], seed=2)})

    assert check.verdict == "warn"
    assert "200 rows are of a few kinds" in check.reason


def test_rows_of_one_case_are_counted():
    customers = [f"C-{row // 2:04d}" for row in range(ROWS)]
    found = checks("duplicates", {"customer": customers, "size": numbers(decimals=5)}, id_column="customer")

    assert [check.subject for check in found] == ["customer", ""]
    assert found[0].reason == "200 rows share it with another row; all rows of one case stay together"


# The answer in other words


def test_a_column_that_tells_the_answer_is_said_to_be_set_aside():
    answer = some(["yes", "no"])
    told = ["left" if cell == "yes" else "stayed" for cell in answer]
    check = only("gives_target_away", {"told": told, "size": numbers(), "answer": answer})

    assert (check.verdict, check.subject) == ("warn", "told")
    assert "set aside" in check.reason


def test_a_column_that_nearly_tells_the_answer_is_warned_of():
    answer = some(["yes", "no"], MANY)
    random = np.random.default_rng(0)
    nearly = [("a" if (cell == "yes") == (random.random() < 0.97) else "b") for cell in answer]
    check = only("gives_target_away", {"nearly": nearly, "size": numbers(MANY), "answer": answer})

    assert (check.verdict, check.subject) == ("warn", "nearly")
    assert "AUC 0.9" in check.reason
    kept = only(
        "gives_target_away",
        {"told": answer, "size": numbers(MANY), "answer": answer},
        features={"told": {"kind": "category"}},
    )
    assert "kept because the spec gives its kind" in kept.reason


def test_a_column_that_tells_something_is_no_leak():
    answer = some(["yes", "no"], MANY)
    random = np.random.default_rng(0)
    helps = [("a" if (cell == "yes") == (random.random() < 0.8) else "b") for cell in answer]

    assert verdict("gives_target_away", {"helps": helps, "size": numbers(MANY), "answer": answer}) == "pass"


def filled_in_for(answer, share_yes, share_no, seed=0):
    """A column of letters, filled in for such shares of the two answers."""
    random = np.random.default_rng(seed)
    shares = {"yes": share_yes, "no": share_no}
    return [random.choice(["p", "q", "r"]) if random.random() < shares[cell] else "" for cell in answer]


@pytest.mark.parametrize(
    ("share_yes", "share_no", "words"),
    [
        (0.6, 0.0, "filled in almost only where answer is “yes”"),
        (1.0, 0.3, "blank almost only where answer is “no”"),
        (0.6, 0.3, ""),
        (0.9, 0.9, ""),
        (0.05, 0.0, "filled in almost only where answer is “yes”"),
        (0.01, 0.0, ""),  # too few to tell
    ],
)
def test_a_column_that_is_filled_in_for_one_answer_only_is_warned_of(share_yes, share_no, words):
    answer = some(["yes", "no", "no"], 2 * MANY)
    columns = {"note": filled_in_for(answer, share_yes, share_no), "size": numbers(2 * MANY), "answer": answer}
    check = only("known_afterwards", columns)

    assert check.verdict == ("warn" if words else "pass")
    assert words in check.reason


def test_blanks_beside_a_class_that_is_nearly_everywhere_say_nothing():
    answer = ["no"] * 950 + ["yes"] * 50

    assert verdict("known_afterwards", {"note": ["x", ""] * 500, "size": numbers(MANY), "answer": answer}) == "pass"


@pytest.mark.parametrize(("apart", "expected"), [(True, "warn"), (False, "pass")])
def test_blanks_that_tell_a_number_are_warned_of(apart, expected):
    answer = np.random.default_rng(0).uniform(0, 100, MANY)
    filled = answer > 60 if apart else np.random.default_rng(1).random(MANY) < 0.4
    columns = {
        "paid": np.where(filled, "cash", "").tolist(),
        "size": numbers(MANY),
        "answer": [f"{value:.3f}" for value in answer],
    }

    assert verdict("known_afterwards", columns) == expected


def telling(answer, share, seed=0):
    random = np.random.default_rng(seed)
    return [("a" if (cell == "yes") == (random.random() < share) else "b") for cell in answer]


@pytest.mark.parametrize(
    ("name", "share", "expected"),
    [
        ("cancel_reason", 0.85, "warn"),
        ("ExitCode", 0.85, "warn"),
        ("churnMonth", 0.85, "warn"),  # speaks of the target
        ("cancel_reason", 0.55, "pass"),  # tells too little to trouble anybody
        ("contract", 0.85, "pass"),
        ("season", 0.85, "pass"),  # holds "reason" in no word of its own
    ],
)
def test_a_name_that_speaks_of_the_end_is_warned_of_where_it_tells_much(name, share, expected):
    answer = some(["yes", "no"], MANY)
    columns = {name: telling(answer, share), "size": numbers(MANY), "churn": answer}

    assert verdict("known_afterwards", columns, target="churn") == expected


# Time


@pytest.fixture
def in_2024(monkeypatch):
    class Fixed:
        def now(self, zone):
            return np.datetime64("2024-03-01T12:00", "s").item().replace(tzinfo=zone)

    monkeypatch.setattr(clock, "datetime", Fixed())


def days(first, count, rows=ROWS, seed=4):
    drawn = np.random.default_rng(seed).integers(0, count, rows)
    return [str(np.datetime64(first) + int(day)) for day in drawn]


def test_dates_in_the_future_are_counted(in_2024):
    seen = days("2023-01-01", 400)
    seen[0], seen[1] = "2024-03-05", "9999-12-31"
    check = only("dates_in_future", {"seen": seen, "size": numbers()})

    assert (check.verdict, check.subject) == ("warn", "seen")
    assert check.reason.startswith("2 rows are in the future")
    assert (
        "latest rows, which the model is judged on"
        in only("dates_in_future", {"seen": seen, "size": numbers()}, time_column="seen").reason
    )


def test_today_and_tomorrow_elsewhere_on_earth_are_not_in_the_future(in_2024):
    assert (
        verdict(
            "dates_in_future", {"seen": [*days("2023-01-01", 400)[2:], "2024-03-01", "2024-03-02"], "size": numbers()}
        )
        == "pass"
    )


@pytest.mark.parametrize(
    ("name", "column", "found"),
    [
        ("applied_on", days("2020-01-01", 1000), True),
        ("date_of_birth", days("1950-01-01", 20_000), False),
        ("renewal", days("2024-06-01", 700), False),  # all of it in the future
        ("seen", ["" if at % 3 else day for at, day in enumerate(days("2020-01-01", 1000))], False),
        ("year", some(["2019", "2020", "2021"]), True),
        ("years", some(["2019", "2020", "2021"]), False),
    ],
)
def test_a_column_that_may_say_when_a_case_happened_is_suggested(in_2024, name, column, found):
    check = only("time_order", {name: column, "size": numbers()})

    assert check.verdict == ("warn" if found else "pass")
    assert (f'time_column = "{name}"' in check.reason) == found


def test_with_a_time_column_the_latest_rows_are_judged_on():
    seen = days("2020-01-01", 1000)
    seen[3] = ""
    check = only("time_order", {"seen": seen, "size": numbers()}, time_column="seen")

    assert (check.verdict, check.subject) == ("pass", "seen")
    assert check.reason.endswith("1 rows without it count as early ones")


def test_a_time_column_that_tells_no_time_is_an_error_before_anything_is_learned():
    with pytest.raises(UnusableSpec, match="holds neither dates nor numbers"):
        check_table(*looked_at({"colour": some(["red", "blue"]), "size": numbers()}, time_column="colour"))


def test_the_first_of_several_date_columns_is_suggested(in_2024):
    _, inference = looked_at({"first": days("2020-01-01", 900), "second": days("2021-01-01", 900), "size": numbers()})

    assert says_when(inference) == ["first", "second"]
    assert words_of("DateOfBirth") == words_of("date_of_birth") == ["date", "of", "birth"]
