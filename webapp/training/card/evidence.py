"""The middle of the model card: what was measured, on which rows, and what came out."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.parsing.shown import figure_text
from webapp.training.card.text import CardSection, Grid, points
from webapp.training.metrics.named import METRICS

LABELS = {
    "baseline_accuracy": "Accuracy of always giving the most frequent answer",
    "flagged_share": "Share flagged",
    "base_rate": "Share that really were",
}
ORIGINS = {
    "costs": "follows from the stated costs of the two mistakes",
    "spec": "stated in the spec",
    "nobody": "one half, because nobody stated one: threshold or costs under [decision]",
}
WEAKEST, MOST_IMPORTANT = 8, 10


def metrics(metadata: Mapping[str, Any]) -> CardSection:
    evaluation = metadata["evaluation"]
    chosen, threshold = evaluation.get("metric"), evaluation.get("threshold")
    lines = [f"Learning minimises the {evaluation['loss_name']}"]
    if chosen:
        lines.append(f"What counts is {chosen['label']}: {chosen['words']}; {chosen['better']} is better")
    if threshold:
        by = f", set by {threshold['set_by']}" if threshold["set_by"] else ""
        lines.append(f"Decision threshold: {figure_text(100 * threshold['value'])}%, {ORIGINS[threshold['from']]}{by}")
        lines.append(f"At it one missed case weighs as much as {figure_text(threshold['missed_weighs'])} false alarms")
    lines.append("Ranges are where a figure would lie for 95 of 100 other samples of as many rows (bootstrap)")
    return CardSection("Metrics", (points(*lines),))


def evaluation_data(metadata: Mapping[str, Any]) -> CardSection:
    rows, data = metadata["rows"], metadata["data"]
    how = {
        "by time": "the latest ones, so that it is judged on what came after what it learned from",
        "by chance": "drawn by chance, because no column says when a case happened",
    }[metadata["split"]]
    return CardSection(
        "Evaluation data",
        (
            points(
                f"{rows['holdout']:,} rows kept back, of {data['rows']:,} in {data['name']}: {how}",
                "They took no part in learning, in choosing among candidates or in calibration"
                if rows["train"] is not None
                else "It was fitted elsewhere and may have learned from them: then it looks better here than it is",
                "They were read and encoded by the same code as answers on the form",
            ),
        ),
    )


def training_data(metadata: Mapping[str, Any]) -> CardSection:
    rows, data = metadata["rows"], metadata["data"]
    skipped = f"{data['skipped']:,} rows could not be read and were left out" if data.get("skipped") else ""
    aside = [f"Set aside: {column}: {reason}" for column, reason in metadata["set_aside"]]
    return CardSection(
        "Training data",
        (
            points(
                _rows_text(rows, data),
                f"Source: {data['source']}" if data.get("source") else "",
                f"SHA-256 of the bytes: {data['sha256']}" if data.get("sha256") else "",
                f"Until: {metadata['data_until']}" if metadata.get("data_until") else "",
                skipped,
                *aside,
            ),
            "The package holds no row of the table and nobody's single value."
            if metadata.get("reasons") != "estimated"
            else "Whether the estimator that was brought holds rows that it learned from is not known here: one of "
            "neighbours or of support vectors does.",
        ),
    )


def _rows_text(rows: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    of = f"{data['rows']:,} in {data['name']}"
    if rows["train"] is None:
        return f"It was fitted elsewhere, and nobody here knows on which rows; tried on {of}"
    return f"{rows['train']:,} rows to learn from and {rows['holdout']:,} kept back, of {of}"


def quantitative_analyses(metadata: Mapping[str, Any]) -> CardSection:
    evaluation = metadata["evaluation"]
    parts: list[Any] = [
        f"{evaluation['loss_name'].capitalize()}: {figure_text(evaluation['loss'])}; the same guess for everybody: "
        f"{figure_text(evaluation['baseline_loss'])}; on {evaluation['holdout_rows']:,} rows kept back.",
        Grid(("Figure", "Value", "Range"), tuple(_figures(evaluation))),
    ]
    parts += _slices(evaluation) + _importance(evaluation)
    parts.append("Parts of cases by two fields at once were not looked at.")
    return CardSection("Quantitative analyses", tuple(parts))


def label_of(name: str) -> str:
    return METRICS[name].label if name in METRICS else LABELS.get(name, name.replace("_", " ").capitalize())


def _figures(evaluation: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    ranges = evaluation.get("intervals") or {}
    lines = [
        (label_of(name), figure_text(value), _range(ranges.get(name))) for name, value in evaluation["figures"].items()
    ]
    if evaluation["coverage"] is not None:
        promised = f"{figure_text(evaluation['promised_coverage'])} promised"
        lines.append(("Share of ranges that held the real value", figure_text(evaluation["coverage"]), promised))
    return lines


def _range(ends: Sequence[float] | None) -> str:
    return f"{figure_text(ends[0])} to {figure_text(ends[1])}" if ends else ""


def _slices(evaluation: Mapping[str, Any]) -> list[Any]:
    """The parts with the highest loss, and all of fields that need care."""
    told = [part for part in evaluation.get("slices") or [] if part["loss"] is not None]
    if not told:
        return []
    weakest = sorted(told, key=lambda part: -part["loss"]["value"])[:WEAKEST]
    shown = [part for part in told if part["sensitive"] or part in weakest]
    rows = tuple(
        (
            part["label"],
            f"{part['rows']:,}",
            figure_text(part["loss"]["value"]),
            _range((part["loss"]["low"], part["loss"]["high"])),
        )
        for part in shown
    )
    return [
        f"Of {len(told)} parts of the cases, those of fields that need care and the {len(weakest)} with the highest "
        "loss; ranges hold for all parts at once:",
        Grid(("Part", "Rows", evaluation["loss_name"].capitalize(), "Range"), rows),
    ]


def _importance(evaluation: Mapping[str, Any]) -> list[Any]:
    found = (evaluation.get("importance") or [])[:MOST_IMPORTANT]
    if not found:
        return []
    rows = tuple((one["label"], figure_text(one["loss_increase"]), _range((one["low"], one["high"]))) for one in found)
    return [
        "How much the loss grows when a field is shuffled among the rows kept back, the most important ones:",
        Grid(("Field", "Growth of the loss", "Range"), rows),
    ]
