"""The sections [plan] and [retirement] of a spec: what a person promises about a model in use."""

from collections.abc import Callable, Mapping
from typing import Any

from webapp.errors import UnusableSpec
from webapp.training.metrics.named import KNOWN_METRICS, SHORT
from webapp.training.spec import values as must_be
from webapp.training.spec.values import Check

ACTION = {"action": must_be.one_of("warn", "refer", "stop", "fall_back"), "version": must_be.a_count}
PLAN: Mapping[str, Mapping[str, Check]] = {
    "plan": dict.fromkeys(("deployment", "maintenance"), must_be.a_section),
    "plan.deployment": {"alternatives": must_be.results}
    | dict.fromkeys(
        ("users", "reaches_users", "watching_use", "benefit", "systems", "pitfalls"), must_be.one_or_more_texts
    ),
    "plan.maintenance": dict.fromkeys(
        ("can_change", "metric", "threshold", "retirement", "objective", "schedule", "owner"), must_be.one_or_more_texts
    ),
}
CRITERIA: Mapping[str, Mapping[str, Check]] = {
    "metric": {"metric": must_be.one_of(*KNOWN_METRICS), "least": must_be.a_number, "most": must_be.a_number},
    "coverage": {"least": must_be.a_chance},
    "drift": {"most": must_be.a_chance},
    "model_age": {"days": must_be.a_count},
    "data_age": {"days": must_be.a_count},
    "expires": {"on": must_be.a_real_day},
    "outcomes_missing": {"days": must_be.a_count},
    "objective": {},
}
RETIREMENT: Mapping[str, Mapping[str, Check]] = {
    "retirement": {
        "min_outcomes": must_be.a_count,
        "replacement": must_be.a_text,
        "contact": must_be.a_text,
        **dict.fromkeys(CRITERIA, must_be.a_section),
    },
    **{f"retirement.{name}": {**keys, **ACTION} for name, keys in CRITERIA.items()},
}

Checked = Callable[[Any, str], dict[str, Any]]  # the keys and values of the section of that name


def plan_of(found: Any, checked: Checked) -> dict[str, Any]:
    sections = checked(found, "plan")
    return {name: checked(section, f"plan.{name}") for name, section in sections.items()}


def retirement_of(found: Any, checked: Checked, where: Callable[[str, str], str]) -> dict[str, Any]:
    """Raises UnusableSpec for a criterion without its limit or its action."""
    sections = checked(found, "retirement")
    for name in CRITERIA:
        if name in sections:
            sections[name] = checked(sections[name], f"retirement.{name}")
            _refuse_incomplete(name, sections[name], where("retirement", name))
    if "metric" in sections.get("metric", {}):
        said = sections["metric"]["metric"]
        sections["metric"]["metric"] = SHORT.get(said, said)
    return sections


def _refuse_incomplete(name: str, said: Mapping[str, Any], where: str) -> None:
    limits = [key for key in CRITERIA[name] if key != "metric"]
    if "action" not in said:
        raise UnusableSpec(f'{where} needs an action: "warn", "refer", "stop" or "fall_back"')
    if limits and sum(key in said for key in limits) != 1:
        raise UnusableSpec(f"{where} needs {' or '.join(f'“{key}”' for key in limits)}")
    if "version" in said and said["action"] != "fall_back":
        raise UnusableSpec(f"{where} names a version, which only falling back needs")
