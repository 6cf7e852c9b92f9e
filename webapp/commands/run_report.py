"""What train.py says about a run on stdout: a label at the left, one fact a line."""

import textwrap
from collections.abc import Iterable
from itertools import chain, groupby

from webapp.commands.sources import Source
from webapp.evidence.measures import headline
from webapp.parsing.shown import number_text
from webapp.training.checks.acceptance_file import cases_path
from webapp.training.checks.before_learning import Check, look_first
from webapp.training.columns.inference import Inference
from webapp.training.gates.examination import gate_names
from webapp.training.gates.quality import Gate
from webapp.training.package.snapshots import FOLDER
from webapp.training.run import Outcome
from webapp.training.spec.file import Spec

LABEL_WIDTH = 11
LINE_WIDTH = 130
NAMES_A_LINE = 6
SHARES = {
    "accuracy": "accuracy",
    "baseline_accuracy": "guessing",
    "flagged_share": "flagged",
    "precision": "precision",
    "recall": "recall",
}
NUMBERS = {"auc": "AUC", "median_absolute_error": "median error", "r2": "R2"}


def inference_lines(inference: Inference) -> list[str]:
    """What was understood of the table."""
    target = inference.schema.target
    unit = f" in {target.unit}" if target.unit else ""
    kind = f"one of {len(target.classes)} classes" if target.classes else f"a number{unit}"
    return [
        *labelled("Predicts", [f"{target.name}, {kind}"]),
        *labelled("Asks for", _input_lines(inference)),
        *labelled("Set aside", _aside_lines(inference.set_aside)),
        *labelled("Noted", chain.from_iterable(map(wrapped, inference.notes))),
        *labelled("Warning", chain.from_iterable(map(wrapped, inference.warnings))),
    ]


def dry_run_lines(source: Source, changes: Iterable[str] = ()) -> list[str]:
    """What a run would start from; nothing is learned or stored. Raises UnusableSpec for what would end the run."""
    first = look_first(source.spec, source.inference)
    gates = gate_names(source.inference.schema.target.kind, first.cases is not None, source.spec.gates)
    return [
        *heading_lines(source, changes),
        "",
        *inference_lines(source.inference),
        *check_lines(first.checks),
        *labelled("Gates", wrapped(f"that would run: {', '.join(gates)}")),
        *labelled("Cases", wrapped(_cases_text(source.spec, None if first.cases is None else len(first.cases.cases)))),
        *labelled("Stored", ["nothing, as asked"]),
    ]


def check_lines(checks: Iterable[Check]) -> list[str]:
    """Each check with its verdict, what it is about and its reason."""
    checks = tuple(checks)
    width = max(len(check.name) for check in checks)
    facts = []
    for check in checks:
        subject = f"{check.subject}: " if check.subject else ""
        facts += wrapped(f"{check.verdict:<6}{check.name:<{width}}  {subject}{check.reason}", 8 + width)
    return labelled("Checks", facts)


def heading(source: Source) -> str:
    table = source.table
    files = f", {table.files:,} files" if table.files > 1 else ""
    return f"{source.spec.model}: {table.all_rows:,} rows of {table.location}{files}"


def heading_lines(source: Source, changes: Iterable[str]) -> list[str]:
    """The table, and what it has become since earlier versions learned from it."""
    return [heading(source), *labelled("Data", chain.from_iterable(map(wrapped, changes)))]


def outcome_lines(outcome: Outcome, spec: Spec) -> list[str]:
    """How the version was learned, how good it is, and where it is."""
    rows, stored = outcome.facts["rows"], outcome.stored
    kept_back = "the latest" if outcome.facts["split"] == "by time" else "drawn by chance"
    name, _, why = outcome.choice_reason.partition(": ")
    acceptance = outcome.facts["acceptance"]
    return [
        *labelled("Learned", wrapped(f"{name} model{_of_rows(rows['train'])} in {_duration(outcome)}; {why}")),
        *labelled("Judged", [f"on {rows['holdout']:,} other rows, {kept_back}", *_figures(outcome)]),
        *labelled("Looks at", wrapped(_looks_at(outcome))),
        *labelled("More rows", wrapped(_more_rows(outcome))),
        *labelled("Sample", wrapped(outcome.facts.get("sample", {}).get("sentence", ""))),
        *labelled("Gates", _gate_lines(outcome.gates)),
        *labelled("Cases", wrapped(_cases_text(spec, None if acceptance is None else acceptance["cases"]))),
        *labelled("Stored", [f"version {stored.number} of {stored.model}, {stored.version}"]),
        *labelled("Snapshot", wrapped(_snapshot_text(outcome))),
    ]


def labelled(label: str, facts: Iterable[str]) -> list[str]:
    """The label beside the first fact, the others below it; nothing where there is no fact."""
    labels = [label]
    return [f"{labels.pop() if labels else '':<{LABEL_WIDTH}}{fact}" for fact in facts]


def wrapped(fact: str, indent: int = 2) -> list[str]:
    """One fact on as many lines as it takes, all but the first set in."""
    return textwrap.wrap(
        fact, LINE_WIDTH - LABEL_WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )


def _input_lines(inference: Inference) -> list[str]:
    features = sorted(inference.schema.features, key=lambda feature: feature.kind)
    lines = [f"{len(features)} input{'' if len(features) == 1 else 's'}"]
    for kind, of_kind in groupby(features, key=lambda feature: feature.kind):
        names = [feature.name for feature in of_kind]
        shown = kind.replace("_", "/")
        for start in range(0, len(names), NAMES_A_LINE):
            last = start + NAMES_A_LINE >= len(names)
            lines.append(f"{shown:<10}{', '.join(names[start : start + NAMES_A_LINE])}{'' if last else ','}")
            shown = ""
    return lines


def _aside_lines(set_aside: Iterable[tuple[str, str]]) -> list[str]:
    """Columns with the same reason beside each other, in the order in which the reasons come up."""
    columns: dict[str, list[str]] = {}
    for column, reason in set_aside:
        columns.setdefault(reason, []).append(column)
    return [line for reason, names in columns.items() for line in wrapped(f"{', '.join(names)}: {reason}")]


def _figures(outcome: Outcome) -> list[str]:
    """The metric that counts with its range, and below it what people ask for first."""
    figures = outcome.evaluation.figures
    shares = [f"{words} {100 * figures[name]:.1f}%" for name, words in SHARES.items() if name in figures]
    numbers = [
        f"{words} {number_text(float(f'{figures[name]:.3g}'))}" for name, words in NUMBERS.items() if name in figures
    ]
    return [headline(outcome.facts["evaluation"]), ", ".join(shares + numbers)]


def _looks_at(outcome: Outcome) -> str:
    found = [one.label for one in outcome.evaluation.importance if one.is_found]
    more = f" and {len(found) - NAMES_A_LINE} more" if len(found) > NAMES_A_LINE else ""
    return f"{', '.join(found[:NAMES_A_LINE])}{more}" if found else "nothing that matters beyond chance"


def _more_rows(outcome: Outcome) -> str:
    curve = outcome.evaluation.learning_curve
    return curve.more_rows.sentence if curve else ""


def _gate_lines(gates: Iterable[Gate]) -> list[str]:
    gates = tuple(gates)
    width = max(len(gate.name) for gate in gates)
    lines = []
    for gate in gates:
        measured = f" ({gate.measured})" if gate.measured else ""
        lines += wrapped(f"{gate.verdict:<8}{gate.name:<{width}}  {gate.reason}{measured}", 10 + width)
    return lines


def _cases_text(spec: Spec, cases: int | None) -> str:
    """Where cases with a known answer are, or may be put."""
    path = cases_path(spec)
    if path is None:
        return "none: there is no spec in a file beside which they could stand"
    if cases is not None:
        return f"{cases} in {path}"
    return f"none yet. {path} may hold cases whose answer is known, to be asked at every training: see docs/gates.md"


def _snapshot_text(outcome: Outcome) -> str:
    name = outcome.facts["data"]["snapshot"]
    if not name:
        return ""
    return (
        f"{outcome.stored.model}/{FOLDER}/{name} in the store is a copy of the table. It holds the rows themselves, "
        "and only you can read it. Delete it when the rows may not be kept any longer"
    )


def _of_rows(count: int | None) -> str:
    return "" if count is None else f" of {count:,} rows"


def _duration(outcome: Outcome) -> str:
    seconds, allowed = outcome.facts["durations"]["training_s"], outcome.facts["settings"]["budget_s"]
    text = f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return text if seconds <= allowed else f"{text} ({allowed:g} s allowed: the additive model is learned in any case)"
