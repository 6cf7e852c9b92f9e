"""Since when a field is as it is now: week by week backwards, as long as it was like that already."""

from collections.abc import Sequence
from datetime import date, timedelta

from webapp.monitoring.chance import stability_index
from webapp.monitoring.days import WEEK, Day, summed
from webapp.monitoring.drift import INDEX_LOOK, cells
from webapp.monitoring.watched import Watched
from webapp.schema import Feature

FEWEST = 30  # cases of a week that says something
LIKE_NOW = INDEX_LOOK / 2  # a single week is few cases: half of what is found in many


def onset(watched: Watched, feature: Feature, days: Sequence[Day]) -> date | None:
    """The first day of the earliest week; a week with too few cases is passed over."""
    began = None
    last = days[-1].day if days else None
    while last is not None and last >= days[0].day:
        first = last - timedelta(days=WEEK - 1)
        week = [one for one in days if first <= one.day <= last]
        if sum(one.cases for one in week) >= FEWEST:
            if (
                stability_index(*cells(watched, feature, summed(week, "fields")["fields"].get(feature.name) or {}))
                < LIKE_NOW
            ):
                break
            began = week[0].day
        last = first - timedelta(days=1)
    return began
