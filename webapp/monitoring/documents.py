"""A report as programs read it, and as lines for a terminal."""

from math import isfinite
from typing import Any

from webapp.monitoring.by_version import Versioned
from webapp.monitoring.groups import Part
from webapp.monitoring.looking import key_figures
from webapp.monitoring.report import Report
from webapp.wording.dates import day_text


def document(report: Report) -> dict[str, Any]:
    return {
        "model": report.model,
        "version": report.version,
        "checked_at": report.checked_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "status": report.status,
        "status_words": report.status_words,
        "sentence": report.sentence,
        "must_act": report.must_act,
        "figures": key_figures(report),
        "questions": [
            {
                "name": one.name,
                "question": one.question,
                "status": one.status,
                "status_words": one.status_words,
                "answer": one.sentence,
                "to_do": one.to_do,
            }
            for one in report.answers
        ],
        "versions": [_version(one) for one in report.figures.versions],
        "parts": [_part(one) for one in report.figures.parts],
        "findings": [
            {
                "code": one.code,
                "field": one.field,
                "status": one.status,
                "sentence": one.sentence,
                "since": one.since.isoformat() if one.since else None,
                "to_do": one.to_do,
            }
            for one in report.findings
        ],
    }


def _version(one: Versioned) -> dict[str, Any]:
    return {
        "version": one.version,
        "name": one.name,
        "answers": one.answers,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "cases": one.cases,
        "outcomes": one.known,
        "right": _share(one.share, one.low, one.high) if one.known else None,
        "expected": list(one.expected) if one.expected else None,
        "metric": one.ruler.name if one.ruler else None,
        "value": one.figure if isfinite(one.figure) else None,
        "value_when_tried": one.ruler.holdout if one.ruler else None,
        "status": one.status,
    }


def _part(one: Part) -> dict[str, Any]:
    return {
        "field": one.field,
        "part": one.part,
        "sensitive": one.sensitive,
        "cases": one.rows,
        "outcomes": one.known,
        "right": _share(one.share, one.low, one.high),
        "off": one.off,
        "differs": one.differs,
    }


def _share(value: float, low: float, high: float) -> dict[str, float]:
    """A share of 1, and between what it may lie."""
    return {"share": value, "low": low, "high": high}


def lines(report: Report) -> list[str]:
    told = [f"{report.model}: {report.status_words}", f"  {report.sentence}"]
    for one in report.findings:
        since = f" (since {day_text(one.since)})" if one.since else ""
        first = "" if one is report.findings[0] else f"  {one.sentence}"
        told += [line for line in (first,) if line]
        told.append(f"    {one.to_do}{since}")
    return [*told, *(f"  {one.question} {one.status_words}. {one.sentence}" for one in report.answers)]
