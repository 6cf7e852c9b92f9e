"""What the answers of a file come to, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.batch.histogram import Histogram, flagged_from_text, histogram
from webapp.records.jobs import Job
from webapp.result_page.case import Told, told_by
from webapp.wording.amounts import amount_text
from webapp.wording.chances import in_hundred_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import quoted, shown

MOST_CLASSES = 30


@dataclass(frozen=True, slots=True)
class Summary:
    """`classes` stands in place of a picture where there are several."""

    headline: str
    more: str
    tally: tuple[tuple[str, str], ...]
    chart: Histogram | None
    chart_title: str
    classes: tuple[tuple[str, str], ...]


def summary_of(job: Job, words: Mapping[str, Any]) -> Summary:
    """Of a file some of whose rows are answered."""
    told, tally = told_by(words), job.tally
    target, threshold = told.schema.target, told.threshold
    headline, more = SAYING[target.task](job, told)
    classes = sorted(tally.get("classes", {}).items(), key=lambda pair: -pair[1])[:MOST_CLASSES]
    return Summary(
        headline=headline,
        more=more,
        tally=tuple(_figures(job, threshold if target.task == "binary" else None)),
        chart=histogram(tally, target, threshold) if "bins" in tally else None,
        chart_title=f"{told.many.capitalize()} by {'chance' if target.task == 'binary' else 'estimate'}",
        classes=tuple((shown(name), count_text(number)) for name, number in classes),
    )


def _figures(job: Job, threshold: float | None) -> Iterator[tuple[str, str]]:
    if threshold is not None:
        yield count_text(job.tally["flagged"]), f"flagged, at {flagged_from_text(threshold)}"
    yield count_text(job.tally["care"]), "to treat with care"
    yield count_text(job.tally["avoid"]), "not to be relied on alone"
    if job.wrong_rows:
        yield count_text(job.wrong_rows), "not answered; they need a correction"


def _answered(job: Job, told: Told) -> str:
    return f"{counted(job.answered_rows, told.one, told.many)} answered."


def _chances(job: Job, told: Told) -> tuple[str, str]:
    flagged, rows = job.tally["flagged"], job.answered_rows
    of = told.outcome(told.schema.target.positive).chance_of
    more = f"The average chance of {of} is {in_hundred_text(job.tally['sum'] / rows)}."
    if told.threshold is None:
        return _answered(job, told), more
    are = "is" if flagged == 1 else "are"
    share = f", {in_hundred_text(flagged / rows)}" if flagged else ""
    return f"{count_text(flagged)} of {counted(rows, told.one, told.many)} {are} flagged{share}.", more


def _estimates(job: Job, told: Told) -> tuple[str, str]:
    average = amount_text(job.tally["sum"] / job.answered_rows, told.measure)
    return _answered(job, told), f"The average estimate is {average}."


def _classes(job: Job, told: Told) -> tuple[str, str]:
    name, most = max(job.tally["classes"].items(), key=lambda pair: pair[1])
    said = f"The most frequent answer is {quoted(name)}, {count_text(most)} of {count_text(job.answered_rows)}."
    return _answered(job, told), said


SAYING = {"binary": _chances, "number": _estimates, "many": _classes}
