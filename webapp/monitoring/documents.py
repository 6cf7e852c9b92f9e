"""A report as programs read it, and as lines for a terminal."""

from typing import Any

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


def lines(report: Report) -> list[str]:
    told = [f"{report.model}: {report.status_words}", f"  {report.sentence}"]
    for one in report.findings:
        since = f" (since {day_text(one.since)})" if one.since else ""
        first = "" if one is report.findings[0] else f"  {one.sentence}"
        told += [line for line in (first,) if line]
        told.append(f"    {one.to_do}{since}")
    return [*told, *(f"  {one.question} {one.status_words}. {one.sentence}" for one in report.answers)]
