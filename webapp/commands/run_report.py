"""What train.py says about a run on stdout: a label at the left, one fact a line."""

from collections.abc import Iterable
from itertools import groupby

from webapp.commands.sources import Source
from webapp.parsing.shown import number_text
from webapp.training.evaluation import Evaluation
from webapp.training.gates import Gate, gate_names
from webapp.training.run import Outcome
from webapp.training.schema_inference import Inference

LABEL_WIDTH = 11
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
        *labelled("Set aside", [f"{column}: {reason}" for column, reason in inference.set_aside]),
        *labelled("Noted", inference.notes),
        *labelled("Warning", inference.warnings),
    ]


def dry_run_lines(source: Source) -> list[str]:
    """What a run would start from; nothing is learned or stored."""
    return [
        heading(source),
        "",
        *inference_lines(source.inference),
        *labelled("Gates", [f"that would run: {', '.join(gate_names(source.inference.schema.target.kind))}"]),
        *labelled("Stored", ["nothing, as asked"]),
    ]


def heading(source: Source) -> str:
    return f"{source.spec.model}: {source.table.rows:,} rows of {source.table.location}"


def outcome_lines(outcome: Outcome) -> list[str]:
    """How the version was learned, how good it is, and where it is."""
    rows, stored = outcome.facts["rows"], outcome.stored
    kept_back = "the latest" if outcome.facts["split"] == "by time" else "drawn by chance"
    name, _, why = outcome.choice_reason.partition(": ")
    return [
        *labelled("Learned", [f"{name} model of {rows['train']:,} rows in {_duration(outcome)}; {why}"]),
        *labelled("Judged", [f"on {rows['holdout']:,} other rows, {kept_back}", _figures(outcome.evaluation)]),
        *labelled("Gates", _gate_lines(outcome.gates)),
        *labelled("Stored", [f"version {stored.number} of {stored.model}, {stored.version}"]),
    ]


def labelled(label: str, facts: Iterable[str]) -> list[str]:
    """The label beside the first fact, the others below it; nothing where there is no fact."""
    labels = [label]
    return [f"{labels.pop() if labels else '':<{LABEL_WIDTH}}{fact}" for fact in facts]


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


def _figures(evaluation: Evaluation) -> str:
    figures = evaluation.figures
    shares = [f"{words} {100 * figures[name]:.1f}%" for name, words in SHARES.items() if name in figures]
    numbers = [
        f"{words} {number_text(float(f'{figures[name]:.3g}'))}" for name, words in NUMBERS.items() if name in figures
    ]
    return ", ".join(shares + numbers)


def _gate_lines(gates: Iterable[Gate]) -> list[str]:
    gates = tuple(gates)
    width = max(len(gate.name) for gate in gates)
    return [f"{gate.verdict:<8}{gate.name:<{width}}  {gate.reason}" for gate in gates]


def _duration(outcome: Outcome) -> str:
    seconds = outcome.facts["durations"]["training_s"]
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
