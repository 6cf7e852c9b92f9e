"""Which gates there are, the question that each of them asks, and what a spec may say about them under [gates]."""

from collections.abc import Mapping
from dataclasses import dataclass, field

QUESTIONS: Mapping[str, str] = {
    "beats_baseline": "Is it better than guessing?",
    "enough_rows": "Was it tried on enough cases?",
    "calibration": "Do its chances come true as often as they say?",
    "coverage": "Do its ranges hold the real value as often as they promise?",
    "slices": "Does it work for every group of cases?",
    "acceptance_cases": "Does it answer the cases that somebody wrote down for it?",
    "not_worse_than_champion": "Is it as good as the version in use?",
    "no_feature_forgotten": "Does it still ask all that the version in use asks?",
    "data_not_outdated": "Is the table that it learned from up to date?",
    "right_version": "Is it known which settings and which code made it?",
    "package_size": "Is it small enough to be loaded anywhere?",
    "prediction_time": "Does it answer quickly enough?",
}


@dataclass(frozen=True, slots=True)
class GateSpec:
    """
    [gates]: the limits. `only_warn` holds gate -> the reason why a person lets it warn where it would refuse.

    Points are points of 100. `max_data_age_days` None: the age of the table is said and not judged. `own` are gates of
    one's own as "module:function".
    """

    enough_rows: int = 100
    max_calibration_points: float = 5.0
    max_coverage_points: float = 2.0
    max_worse_percent: float = 1.0
    fewest_rows_percent: float = 50.0
    max_data_age_days: int | None = None
    max_package_mb: float = 50.0
    max_prediction_ms: float = 500.0
    own: tuple[str, ...] = ()
    only_warn: Mapping[str, str] = field(default_factory=dict)
