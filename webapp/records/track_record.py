"""How often answers proved right, once it was known what happened: counted over an index, not over the records."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, and_, func, select

from webapp.records.outcome_rules import BUCKETS, NO_BUCKET
from webapp.records.tables import outcomes, overrides, predictions
from webapp.records.turns import is_last

EVERY_BUCKET = tuple(range(NO_BUCKET, BUCKETS))  # named one by one, so that a label is looked up in the same index


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """
    What happened to cases that were answered alike, as far as it is known.

    `right` and `positive` are of all `known` ones: how many answers proved right, and in how many cases the positive
    class came true. A person decided otherwise in `overridden` of them; there the answer proved right in
    `overridden_right` cases and the person's decision in `overrides_right`.
    """

    known: int = 0
    right: int = 0
    positive: int = 0
    overridden: int = 0
    overridden_right: int = 0
    overrides_right: int = 0

    @property
    def without_overrides(self) -> tuple[int, int]:
        """(known, right) of the cases that nobody decided otherwise."""
        return self.known - self.overridden, self.right - self.overridden_right

    @property
    def as_decided(self) -> tuple[int, int]:
        """(known, right) with the decisions of people in the place of the answers they overrode."""
        return self.known, self.right - self.overridden_right + self.overrides_right


def track_record(
    connection: Connection, model: str, *, bucket: int | None = None, answered: str | None = None
) -> TrackRecord:
    """Of all answers of the model, or of those with a chance in one tenth, or that came down to one class, or both."""
    [counted] = connection.execute(_sums().where(_wanted(model, bucket, answered)))
    against = [
        row
        for row in _overridden(connection, model)
        if bucket in (None, row.bucket) and answered in (None, row.answered)
    ]
    return _track_record(counted, against)


def track_records_by_bucket(connection: Connection, model: str) -> dict[int, TrackRecord]:
    """By the tenth that the chance lay in; those without a known outcome are left out."""
    return _grouped(connection, model, outcomes.c.bucket)


def track_records_by_answer(connection: Connection, model: str) -> dict[str, TrackRecord]:
    """By the class that the answer came down to."""
    return _grouped(connection, model, outcomes.c.answered)


def _wanted(model: str, bucket: int | None, answered: str | None) -> ColumnElement[bool]:
    conditions = [outcomes.c.model == model]
    if bucket is not None:
        conditions.append(outcomes.c.bucket == bucket)
    elif answered is not None:
        conditions.append(outcomes.c.bucket.in_(EVERY_BUCKET))
    if answered is not None:
        conditions.append(outcomes.c.answered == answered)
    return and_(*conditions)


def _sums(*groups: ColumnElement) -> Select:
    changes = (outcomes.c.judged_change, outcomes.c.right_change, outcomes.c.positive_change)
    return select(*groups, *(func.coalesce(func.sum(change), 0) for change in changes))


def _grouped(connection: Connection, model: str, group: ColumnElement) -> dict:
    wanted = _wanted(model, None, None)
    against: dict = {}
    for row in _overridden(connection, model):
        against.setdefault(getattr(row, group.name), []).append(row)
    counted = connection.execute(_sums(group).where(wanted).group_by(group).order_by(group))
    return {name: _track_record(sums, against.get(name, ())) for name, *sums in counted if sums[0]}


def _overridden(connection: Connection, model: str) -> list[Row]:
    """
    The cases that a person decided otherwise and whose outcome is known. People decide few of them.

    Nothing is asked of the outcomes by which an index would find them: each is looked up for its decision.
    """
    query = (
        select(
            overrides.c.value.label("decided"),
            outcomes.c.value.label("happened"),
            outcomes.c.bucket,
            outcomes.c.answered,
            predictions.c.value.label("estimated"),
            _own_sum(outcomes.c.right_change).label("is_right"),
        )
        .join_from(overrides, outcomes, outcomes.c.prediction_id == overrides.c.prediction_id)
        .join(predictions, predictions.c.id == overrides.c.prediction_id)
        .where(overrides.c.model == model, overrides.c.value != "", is_last(overrides))
        .where(outcomes.c.value != "", is_last(outcomes), _own_sum(outcomes.c.judged_change) > 0)
    )
    return connection.execute(query).all()


def _own_sum(change: ColumnElement[int]) -> ScalarSelect:
    """What the changes of one overridden case add up to."""
    own = select(func.sum(change)).where(outcomes.c.prediction_id == overrides.c.prediction_id)
    return own.correlate(overrides).scalar_subquery()


def _track_record(sums: Iterable[int], against: Iterable[Row]) -> TrackRecord:
    known, right, positive = map(int, sums)
    against = list(against)
    return TrackRecord(
        known=known,
        right=right,
        positive=positive,
        overridden=len(against),
        overridden_right=sum(int(row.is_right) for row in against),
        overrides_right=sum(_is_override_right(row) for row in against),
    )


def _is_override_right(row: Row) -> bool:
    """A class that came true; a number that was nearer to the real one than the estimate."""
    if row.estimated is None:
        return row.decided == row.happened
    real = float(row.happened)
    return abs(float(row.decided) - real) < abs(row.estimated - real)
