"""From which chance on something is done, what the two mistakes cost, and what was answered against what was true."""

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.evidence.parts import Facts, Part, Section, Table, facts, paragraphs
from webapp.evidence.said import number, quoted_class, share
from webapp.wording.chances import rule_text
from webapp.wording.dates import iso_day_text
from webapp.wording.numbers import count_text
from webapp.wording.quoting import shown

ORIGINS = {
    "costs": "follows from the stated costs",
    "spec": "stated by a person",
    "nobody": "one half, because nobody stated one",
}


def decision_section(metadata: Mapping[str, Any]) -> Section | None:
    confusion = metadata["evaluation"].get("confusion")
    if not confusion:
        return None
    title = "Decisions at the threshold" if metadata["evaluation"].get("threshold") else "Answers against the truth"
    return Section("decisions", title, tuple(_parts(metadata["evaluation"])))


def _parts(evaluation: Mapping[str, Any]) -> Iterator[Part]:
    threshold = evaluation.get("threshold")
    if threshold:
        yield _threshold_facts(threshold)
        yield from paragraphs(_verdict_on_costs(threshold))
    yield _confusion(evaluation["confusion"])


def _threshold_facts(threshold: Mapping[str, Any]) -> Facts:
    on = f" on {iso_day_text(threshold['set_on'])}" if threshold["set_on"] else ""
    by = f"{shown(threshold['set_by'])}{on}" if threshold["set_by"] else ""
    return facts(
        ("Threshold", f"{rule_text(threshold['value'])}, {ORIGINS[threshold['from']]}"),
        ("Set by", by or "nobody is named (set_by under [decision])"),
        ("What it weighs", f"One missed case as much as {number(threshold['missed_weighs'], 3)} false alarms"),
        *_cost_pairs(threshold),
    )


def _cost_pairs(threshold: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if threshold["false_alarm_cost"] is None:
        return
    alarm, missed = number(threshold["false_alarm_cost"]), number(threshold["missed_cost"])
    yield "Stated costs", f"{alarm} for a false alarm, {missed} for a missed case"
    yield "The rule", f"{alarm} ÷ ({alarm} + {missed}): at that chance acting costs as much as leaving it"
    if check := threshold["check"]:
        yield "Cost of a case here", f"{number(check['cost'], 3)} at the threshold"
        yield (
            "Beside it",
            f"{number(check['cost_of_never'], 3)} when never acting, {number(check['cost_of_always'], 3)} when always, "
            f"{number(check['cost_of_best'], 3)} at {rule_text(check['best'])}, the cheapest point on these very rows",
        )


def _verdict_on_costs(threshold: Mapping[str, Any]) -> str:
    """Whether another point would have been better, beyond picking the luckiest one."""
    saved = (threshold.get("check") or {}).get("saved")
    if not saved:
        return ""
    if saved["low"] > 0:
        return (
            f"Another point picked on other rows would save {number(saved['value'], 2)} a case "
            f"({number(saved['low'], 2)} to {number(saved['high'], 2)}). So the chances are not quite right around the "
            "threshold: look at the table of chances."
        )
    around = f"{number(saved['low'], 2)} to {number(saved['high'], 2)}"
    return (
        "No other point is cheaper beyond chance: the best one on one half of the rows saves "
        f"{number(saved['value'], 2)} a case on the other half ({around})."
    )


def _confusion(confusion: Mapping[str, Any]) -> Table:
    classes = [quoted_class(name) for name in confusion["classes"]]
    lines = tuple(
        (name, *map(count_text, counts), share(counts[at] / sum(counts)) if sum(counts) else "")
        for at, (name, counts) in enumerate(zip(classes, confusion["counts"], strict=True))
    )
    columns = (("True", False), *((f"Answered {name}", True) for name in classes), ("Right", True))
    return Table("What was answered against what was true, in rows", columns, lines, folded=len(classes) > 6)
