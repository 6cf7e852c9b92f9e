"""Looking at models in use: count what is new, report, and write down what was found."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from webapp.model_package.signing import PublicKey
from webapp.model_store import ModelStore
from webapp.monitoring.keeping import AtOnce, keep_counts, one_after_the_other
from webapp.monitoring.report import Report
from webapp.monitoring.watchers import report_for, watched_versions
from webapp.records.database import Database
from webapp.records.decisions import champions
from webapp.records.findings import Check, keep_check, keep_findings


def look(
    database: Database,
    store: ModelStore,
    read_keys: Callable[[], Sequence[PublicKey]],
    now: datetime,
    models: Sequence[str] = (),
    at_once: AtOnce = one_after_the_other,
) -> list[Report]:
    """
    Reports on the versions that answer, of all models or of those; retired ones are left in peace. `at_once` as
    webapp.monitoring.keeping takes it.
    """
    knows = watched_versions(database, store, read_keys)
    with database.reading() as connection:
        standings = champions(connection)
    keep_counts(database, knows, now, models, at_once=at_once)
    reports = []
    for model in sorted(models or standings):
        standing = standings.get(model)
        if standing is None or standing.is_retired or (watched := knows(model, standing.version)) is None:
            continue
        report = report_for(database, watched, now, knows)
        database.run(lambda connection, report=report: _keep(connection, report))
        reports.append(report)
    return reports


def _keep(connection: Any, report: Report) -> None:
    keep_findings(connection, report.model, report.findings, report.checked_at)
    keep_check(
        connection,
        Check(
            report.model,
            report.version,
            report.status,
            report.status_words,
            report.sentence,
            key_figures(report),
            report.checked_at,
        ),
    )


def key_figures(report: Report) -> dict[str, float]:
    """A few figures by name, for programs; those that are not known are left out."""
    figures, found = report.figures, report.figures.performance
    told = {
        "cases": figures.cases,
        "outcomes_known": found.all_known,
        "outcomes_judged": found.judged,
        "findings": len(report.findings),
        "fields_shifted": sum(bool(one.code) for one in figures.shifts),
        "largest_shift": max((one.index for one in figures.shifts), default=None),
        "metric": found.figure if found.is_enough else None,
        "right_share": found.right if found.is_enough else None,
        "coverage": found.covered if found.is_enough else None,
        "estimated_metric": figures.estimate.now,
    }
    return {name: float(value) for name, value in told.items() if value is not None and math.isfinite(value)}
