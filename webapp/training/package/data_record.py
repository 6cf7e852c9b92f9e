"""What a package keeps about the table it learned from: enough to know it again, and no row of it."""

from typing import Any

import numpy as np

from webapp.schema import DATES
from webapp.training.columns.inference import Inference
from webapp.training.package.snapshots import snapshot_name
from webapp.training.sources.addresses import without_folders
from webapp.training.sources.table import Table
from webapp.training.spec.file import Spec


def data_record(table: Table, spec: Spec, inference: Inference) -> dict[str, Any]:
    """Plain JSON for metadata.json; None where the source has no such thing."""
    origin = table.origin
    return {
        "name": table.name,
        "source": without_folders(table.location),
        "kind": origin.kind,
        "query": origin.query or None,
        "parameters": list(origin.parameters),
        "sheet": origin.sheet or None,
        "sha256": table.sha256 or None,
        "bytes": table.size or None,
        "rows": table.all_rows,
        "skipped": len(table.skipped),
        "columns": list(table.columns),
        "decimal": table.decimal,
        "rows_sha256": table.rows_sha256,
        "column_sha256": dict(table.column_sha256),
        "time_range": time_range(inference, spec.data.time_column),
        "timezone": origin.timezone or None,
        "object_version": origin.object_version or None,
        "read_at": origin.read_at,
        "snapshot": snapshot_name(table) if spec.data.snapshot else None,
        **({"files": table.files} if table.files > 1 else {}),
        **({"sample": {"rows": table.rows, "by_class": table.whole.by_class}} if table.whole else {}),
    }


def time_range(inference: Inference, time_column: str) -> list[str] | None:
    """
    The first day of the earliest month and the last day of the latest, ['2019-03-01', '2026-06-30'].

    Whole months, so that nobody's own date shows; None where no column of dates says when a case happened.
    """
    feature = inference.schema.by_name.get(time_column)
    if feature is None or feature.kind not in DATES:
        return None
    values = inference.X[:, inference.schema.features.index(feature)]
    months = [value.astype("datetime64[M]") for value in values if value is not None]
    if months and inference.all_rows and feature.kind == "date":
        months += inference.all_rows.months(feature.name) or ()
    if not months:
        return None
    return [
        str(min(months).astype("datetime64[D]")),
        str((max(months) + 1).astype("datetime64[D]") - np.timedelta64(1)),
    ]
