"""How good the version is: the metric that counts, and every other figure with its range."""

from collections.abc import Iterator, Mapping
from typing import Any

from webapp.evidence.parts import Part, Section, Table, facts, paragraphs
from webapp.evidence.said import decimals_of, ends, even, even_ends, number, quoted_class, rows, share, value_of, within
from webapp.wording.quoting import shown

LABELS = {
    "log_loss": "Log loss",
    "brier": "Brier score",
    "auc": "AUC",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "f1": "F1",
    "precision": "Precision",
    "recall": "Recall",
    "average_precision": "Average precision",
    "baseline_accuracy": "Accuracy of always giving the most frequent answer",
    "flagged_share": "Share flagged",
    "base_rate": "Share that really were",
    "mean_absolute_error": "Mean absolute error",
    "median_absolute_error": "Median absolute error",
    "root_mean_squared_error": "Root mean squared error",
    "r2": "R²",
    "mean_absolute_percentage_error": "Mean absolute percentage error",
    "pinball": "Pinball loss of the range",
}
LOW_IS_BETTER = {
    "log_loss", "brier", "mean_absolute_error", "median_absolute_error", "root_mean_squared_error",
    "mean_absolute_percentage_error", "pinball",
}  # fmt: skip
SPLITS = {"by time": "the latest ones", "by chance": "drawn by chance"}


def figure_label(name: str) -> str:
    return LABELS.get(name, shown(name).replace("_", " ").capitalize())


def headline(evaluation: Mapping[str, Any]) -> str:
    """'AUC 0.858 (0.835 to 0.879); guessing gives 0.5': the metric that counts, in one line."""
    chosen = evaluation.get("metric") or {}
    if chosen.get("value") is None:
        own, guess = number(evaluation["loss"]), number(evaluation["baseline_loss"])
        return f"{evaluation['loss_name'].capitalize()} {own}; guessing gives {guess}"
    within = f" ({ends(chosen, 3)})" if chosen.get("low") is not None else ""
    guess = f"; guessing gives {number(chosen['baseline'], 3)}" if chosen.get("baseline") is not None else ""
    return f"{shown(chosen['label'])} {number(chosen['value'], 3)}{within}{guess}"


def measures_section(metadata: Mapping[str, Any]) -> Section:
    return Section("good", "How good is it?", tuple(_parts(metadata)))


def _parts(metadata: Mapping[str, Any]) -> Iterator[Part]:
    evaluation = metadata["evaluation"]
    kept = metadata.get("rows", {}).get("holdout", evaluation["holdout_rows"])
    how = SPLITS.get(metadata.get("split", ""), "kept back")
    is_known = metadata.get("rows", {}).get("train", 0) is not None
    seen = "that it did not learn from" if is_known else "from which it may have learned, as it was fitted elsewhere"
    yield from paragraphs(
        f"Measured on {kept:,} rows {seen}, {how}. A range is where the figure would lie for 95 of "
        "100 other samples of as many rows."
    )
    yield facts(*_chosen(evaluation), *_over_guessing(evaluation))
    yield _figures(evaluation)
    if evaluation.get("per_class"):
        yield _each_class(evaluation)


def _chosen(evaluation: Mapping[str, Any]) -> list[tuple[str, str]]:
    chosen = evaluation.get("metric")
    if not chosen:
        return []
    gain = f"{number(chosen['gain'], 3)} better than guessing" if chosen["gain"] is not None else ""
    within = f" ({ends((chosen['gain_low'], chosen['gain_high']), 3)})" if chosen["gain_low"] is not None else ""
    return [
        ("What counts", f"{shown(chosen['label'])}: {shown(chosen['words'])}; {chosen['better']} is better"),
        ("Measured", headline(evaluation)),
        ("On the same rows", f"{gain}{within}" if gain else ""),
    ]


def _over_guessing(evaluation: Mapping[str, Any]) -> list[tuple[str, str]]:
    gain, error = number(evaluation["gain_over_baseline"], 3), number(evaluation["gain_error"], 2)
    words = f"{evaluation['loss_name']} lower by {gain} ± {error} than the same guess for everybody"
    return [("Over all rows", f"{words}, training rows counted out of fold")]


def _figures(evaluation: Mapping[str, Any]) -> Table:
    ranges = evaluation.get("intervals") or {}
    lines = [_figure_line(name, value, ranges.get(name)) for name, value in evaluation["figures"].items()]
    if evaluation.get("coverage") is not None:
        promised = share(evaluation["promised_coverage"])
        lines.append(("Ranges that held the real value", share(evaluation["coverage"]), f"{promised} promised", ""))
    columns = (("Figure", False), ("Value", True), ("Range", True), ("Better", False))
    return Table("All figures", columns, tuple(lines))


def _figure_line(name: str, value: float | None, band: Mapping[str, float] | None) -> tuple[str, ...]:
    if value is None:
        return figure_label(name), number(value), ends(band), _direction(name)
    decimals = decimals_of([value])
    return figure_label(name), even(value, decimals), even_ends(band, decimals), _direction(name)


def _direction(name: str) -> str:
    if name in ("flagged_share", "base_rate", "baseline_accuracy"):
        return ""
    return "lower" if name in LOW_IS_BETTER else "higher"


def _each_class(evaluation: Mapping[str, Any]) -> Table:
    lines = [
        (
            quoted_class(one["name"]),
            rows(one["rows"]),
            rows(one["answered"]),
            _known(one["recall"]),
            _known(one["precision"]),
        )
        for one in evaluation["per_class"]
    ]
    columns = (
        ("Class", False), ("Rows", True), ("Answered so", True), ("Of its rows, answered so", True),
        ("Of the answers, right", True),
    )  # fmt: skip
    return Table("Each class", columns, tuple(lines))


def _known(value: float | None) -> str:
    return "too few" if value is None else share(value)


def errors_section(metadata: Mapping[str, Any]) -> Section | None:
    """Of an estimated number: how far off, and how often its range held, by size of the estimate."""
    found = metadata["evaluation"].get("residuals")
    if not found:
        return None
    has_ranges = found[0]["coverage"] is not None
    columns = [("Estimate", False), ("Rows", True), ("Too high by", True), ("Half within", True)]
    columns += [("Ranges held", True), ("Mean width", True)] if has_ranges else []
    lines = tuple(_error_line(metadata, line, has_ranges) for line in found)
    text = "Ranges stand in brackets. A negative amount: too low on average."
    return Section(
        "errors", "Errors by size of the estimate", (*paragraphs(text), Table("Errors", tuple(columns), lines))
    )


def _error_line(metadata: Mapping[str, Any], line: Mapping[str, Any], has_ranges: bool) -> tuple[str, ...]:
    own = (
        f"{number(line['least'])} to {value_of(metadata, line['most'])}",
        rows(line["rows"]),
        within(line["error"], (line["low"], line["high"])),
        number(line["typical"], 3),
    )
    if not has_ranges:
        return own
    held = ends((100 * line["coverage_low"], 100 * line["coverage_high"]), 3)
    return (*own, f"{share(line['coverage'])} ({held})", number(line["width"], 3))
