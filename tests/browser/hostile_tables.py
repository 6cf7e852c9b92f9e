"""Tables whose every name and every text wants to be markup, a template, an address or the other way round."""

from collections.abc import Sequence

import numpy as np

from tests.browser.tables import MadeUp, made_up_table
from webapp.training.spec.file import DataSpec, DecisionSpec, FeatureSpec, OutcomeSpec, Spec, TargetSpec

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}{%raw%}",
    "javascript:alert(1)",
    "</title><svg onload=alert(1)>",
    "\u202egnp.exe",
    "' onfocus=alert(1) autofocus='&lt;b&gt;",
)
EVERYTHING = " ".join(PAYLOADS)
SCRIPT, IMAGE, TEMPLATE, ADDRESS, TITLE, TURNED, QUOTES = PAYLOADS


def two_classes(rows: int = 400) -> MadeUp:
    random = np.random.default_rng(11)
    side, choice = random.integers(0, 2, rows), random.integers(0, len(PAYLOADS), rows)
    size = np.round(random.uniform(0, 100, rows), 1)
    score = 2.5 * side + 0.04 * size - 3
    columns = {
        IMAGE: [f"{TITLE} {number}" for number in range(rows)],
        SCRIPT: size,
        TITLE: [f"{EVERYTHING} {name}" for name in np.array(["a", "b"])[side]],
        TEMPLATE: [PAYLOADS[at] for at in choice],
        ADDRESS: [f"{IMAGE} {number}" for number in np.arange(rows) % 25],
        QUOTES: np.datetime64("2020-01-01") + random.integers(0, 900, rows),
        TURNED: [(SCRIPT, IMAGE)[int(one)] for one in random.random(rows) < 1 / (1 + np.exp(-score))],
    }
    data = DataSpec(source="hostile.csv", target=TURNED, positive=IMAGE, id_column=IMAGE)
    asked = [name for name in columns if name not in (TURNED, IMAGE)]
    return MadeUp(made_up_table("hostile-two", columns), _spec("hostile-two", data, asked))


def many_classes(rows: int = 400) -> MadeUp:
    random = np.random.default_rng(12)
    kind = random.integers(0, len(PAYLOADS), rows)
    columns = {
        SCRIPT: np.round(random.normal(10 * kind, 2), 2),
        IMAGE: [PAYLOADS[at] for at in (kind + random.integers(0, 2, rows)) % len(PAYLOADS)],
        TITLE: [PAYLOADS[at] for at in kind],
    }
    return MadeUp(
        made_up_table("hostile-many", columns),
        _spec("hostile-many", DataSpec("hostile.csv", target=TITLE), (SCRIPT, IMAGE)),
    )


def a_number(rows: int = 400) -> MadeUp:
    random = np.random.default_rng(13)
    size, kind = np.round(random.uniform(0, 100, rows), 1), random.integers(0, 3, rows)
    columns = {
        IMAGE: size,
        QUOTES: [PAYLOADS[at] for at in kind],
        TEMPLATE: np.round(5 * size + 40 * kind + random.normal(0, 10, rows)),
    }
    return MadeUp(
        made_up_table("hostile-number", columns),
        _spec("hostile-number", DataSpec("hostile.csv", target=TEMPLATE), (IMAGE,)),
    )


def _spec(model: str, data: DataSpec, asked: Sequence[str]) -> Spec:
    """Every text that a person may write, hostile."""
    words = dict.fromkeys(("title", "question", "owner", "contact", "objective", "geography", "notice"), EVERYTHING)
    feature = FeatureSpec(label=EVERYTHING, help=EVERYTHING, group=EVERYTHING, actionable=True)
    has_rule = bool(data.positive)
    texts = {name: OutcomeSpec(f"{EVERYTHING} {name}", EVERYTHING, QUOTES, EVERYTHING) for name in (SCRIPT, IMAGE)}
    return Spec(
        model,
        **words,
        case=IMAGE,
        cases=TURNED,
        data=data,
        target=_target(model),
        outcomes=texts if has_rule else {},
        decision=DecisionSpec(threshold=0.5, set_by=EVERYTHING) if has_rule else DecisionSpec(),
        groups={EVERYTHING: EVERYTHING},
        features=dict.fromkeys(asked, feature),
    )


def _target(model: str) -> TargetSpec:
    is_number = model == "hostile-number"
    return TargetSpec(label=EVERYTHING, unit=IMAGE if is_number else "", wanted="lower" if is_number else "")
