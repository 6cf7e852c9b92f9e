"""The gates about where a version comes from: how fresh its table is, and which settings and code made it."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from webapp.clock import now
from webapp.errors import UnusableSpec
from webapp.schema import DATES
from webapp.training.gates.quality import Gate, worst
from webapp.training.package.circumstances import UNKNOWN, git_commit, git_dirty
from webapp.training.spec.file import Spec, read_spec
from webapp.training.spec.gate_limits import GateSpec
from webapp.training.succession.incumbent import Incumbent, NewRows

SHOWN = 12  # letters of a commit
ONE_DAY = timedelta(days=1)  # wherever on Earth a date was written
_Finding = tuple[str, str]  # verdict and sentence


def data_not_outdated(incumbent: Incumbent | None, new: NewRows, data_until: str, limits: GateSpec) -> Gate:
    """`data_until`: the end of the month of the latest row that was learned from, '' where nobody knows."""
    found = [_age(new, limits), *_against(incumbent, new, data_until, limits)]
    verdict = worst(verdict for verdict, _ in found)
    told = [sentence for own, sentence in found if own == verdict and sentence] or ["Nothing speaks against it"]
    return Gate("data_not_outdated", verdict, ". ".join(told))


def right_version(spec: Spec) -> Gate:
    """Whether somebody could find the very spec and code again."""
    commit, is_dirty = git_commit(), git_dirty()
    doubts = [_doubt_of_spec(spec)]
    if commit == UNKNOWN:
        doubts.append("nobody knows which code it was")
    elif is_dirty:
        doubts.append("the code had changes that are nowhere on record")
    said = f"commit {commit[:SHOWN]}{', with changes' if is_dirty else ''}"
    doubts = [doubt for doubt in doubts if doubt]
    if doubts:
        reason = "; ".join(doubts)
        return Gate("right_version", "warn", reason[0].upper() + reason[1:], said)
    return Gate("right_version", "pass", "Both are on record", said)


def _age(new: NewRows, limits: GateSpec) -> _Finding:
    column, most = new.spec.data.time_column, limits.max_data_age_days
    feature = new.inference.schema.by_name.get(column)
    if feature is None or feature.kind not in DATES:
        if most is None:
            return "pass", ""
        return "warn", f"No column of dates says how old it is, so that {most:,} days at most cannot be kept to"
    today = np.datetime64((now() + ONE_DAY).date(), "D")
    values = new.inference.X[:, new.inference.schema.features.index(feature)]
    past = [day for value in values if value is not None and (day := value.astype("datetime64[D]")) <= today]
    if not past:
        return "warn", f"No row of it has a date of “{column}” that is not in the future"
    latest = max(past)
    said = f"Its latest rows are of {latest.astype('datetime64[M]').item():%B %Y}"
    if most is not None and (today - latest).astype(int) - 1 > most:
        return "refuse", f"{said}, and {most:,} days at most are allowed"
    return "pass", said


def _against(incumbent: Incumbent | None, new: NewRows, data_until: str, limits: GateSpec) -> Iterator[_Finding]:
    """What the table of the version in use says about this one."""
    if incumbent is None or not incumbent.metadata:
        return
    data, name = incumbent.metadata["data"], incumbent.name
    if data.get("rows_sha256") == new.table.rows_sha256:
        yield "warn", f"Its rows are the very ones that {name} learned from: nothing has happened since then"
    share = 100 * new.table.rows / data["rows"]
    rows = f"It has {new.table.rows:,} rows, the table of {name} had {data['rows']:,}"
    if share < limits.fewest_rows_percent:
        yield "refuse", f"{rows}: less than {limits.fewest_rows_percent:g} in 100 of them. Is a part of it missing?"
    elif share < 100:
        yield "warn", rows
    until = incumbent.metadata.get("data_until", "")
    if data_until and until and data_until < until:
        yield "refuse", f"It ends earlier than that of {name}: {data_until[:7]}, not {until[:7]}. Is it an old copy?"


def _doubt_of_spec(spec: Spec) -> str:
    if spec.path is None or not spec.text:
        return "there is no spec in a file"
    try:
        now_there = read_spec(spec.path).text
    except UnusableSpec:
        now_there = ""
    return "" if now_there == spec.text else "the spec was changed or removed while it learned"
