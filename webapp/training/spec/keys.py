"""The keys of a spec, section by section; each refusal says the place, what was found and what would do."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.errors import UnusableSpec
from webapp.parsing.dates import ORDERS
from webapp.training.spec import values as must_be
from webapp.training.spec.gate_limits import QUESTIONS
from webapp.training.spec.lifecycle_keys import PLAN, RETIREMENT
from webapp.training.spec.values import Check

_HEADER = re.compile(r"\s*\[+([^\[\]]+)\]+\s*(?:#.*)?")
_QUOTES = re.compile(r"[\"'\s]")


@dataclass(frozen=True, slots=True)
class Place:
    """The file and its text, to say on which line something stands."""

    file: str
    text: str

    def of(self, section: str, key: str) -> str:
        """'specs/churn.toml, line 12: “label” in [features.tenure]'."""
        line = self._line(section, key)
        where = f" in [{section}]" if section else ""
        return f"{self.file}{f', line {line}' if line else ''}: “{key}”{where}"

    def _line(self, section: str, key: str) -> int | None:
        """The first line that gives the key below its section's header; None where it is written in another way."""
        bare = re.escape(key)
        written = re.compile(rf"""\s*(?:"{bare}"|'{bare}'|{bare})\s*[=.]""")
        wanted, as_section = _QUOTES.sub("", section), _QUOTES.sub("", f"{section}.{key}".lstrip("."))
        current = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            header = _HEADER.fullmatch(line)
            current = _QUOTES.sub("", header[1]) if header else current
            if (header and current == as_section) or (not header and current == wanted and written.match(line)):
                return number
        return None


_TEXTS = ("title", "question", "case", "cases", "owner", "contact", "objective", "geography", "timezone", "notice")
_PARTS = (
    "data", "target", "outcomes", "decision", "evaluation", "training", "groups", "features", "gates", "monitoring",
    "retirement", "plan",
)  # fmt: skip
KEYS: dict[str, dict[str, Check]] = {
    "": dict.fromkeys(_TEXTS, must_be.a_text) | dict.fromkeys(_PARTS, must_be.a_section),
    "data": {
        "source": must_be.a_text,
        "reader": must_be.a_place_in_code,
        "query": must_be.a_text,
        "target": must_be.a_name,
        "positive": must_be.a_name,
        "id_column": must_be.a_name,
        "time_column": must_be.a_name,
        "exclude": must_be.texts,
        "decimal": must_be.one_of(".", ","),
        "date_order": must_be.one_of(*ORDERS),
        "missing": must_be.texts,
        "parameters": must_be.parameters,
        "sheet": must_be.a_text,
        "snapshot": must_be.true_or_false,
    },
    "target": {
        "kind": must_be.one_of("classes", "number"),
        "label": must_be.a_text,
        "unit": must_be.a_text,
        "decimals": must_be.decimals,
        "wanted": must_be.a_name,
    },
    "outcomes": dict.fromkeys(("text", "chance", "short", "advice"), must_be.a_text),
    "decision": {
        "threshold": must_be.a_chance,
        "costs": must_be.costs,
        "set_by": must_be.a_text,
        "set_on": must_be.a_day,
    },
    "evaluation": {"metric": must_be.a_metric, "better": must_be.one_of("higher", "lower")},
    "training": {
        "estimator": must_be.a_place_in_code,
        "pairs": must_be.true_or_false,
        "selection": must_be.true_or_false,
    },
    "gates": {
        "enough_rows": must_be.a_count,
        "max_calibration_points": must_be.a_percentage,
        "max_coverage_points": must_be.a_percentage,
        "max_worse_percent": must_be.a_percentage,
        "fewest_rows_percent": must_be.a_percentage,
        "max_data_age_days": must_be.a_count,
        "max_package_mb": must_be.above_zero,
        "max_prediction_ms": must_be.above_zero,
        "own": must_be.places_in_code,
        "only_warn": must_be.a_section,
    },
    "monitoring": {
        "window_days": must_be.a_count,
        "outcome_days": must_be.a_count,
        "min_outcomes": must_be.a_count,
        "expected_to_change": must_be.texts,
    },
    "gates.only_warn": dict.fromkeys(QUESTIONS, must_be.a_reason),
    "groups": {"help": must_be.a_text},
    "features": {
        "kind": must_be.a_kind,
        "label": must_be.a_text,
        "unit": must_be.a_text,
        "help": must_be.a_text,
        "group": must_be.a_name,
        "reason": must_be.a_name,
        "order": must_be.a_number,
        "min": must_be.a_limit,
        "max": must_be.a_limit,
        "choices": must_be.choices,
        "ordered": must_be.true_or_false,
        "actionable": must_be.true_or_false,
        "direction": must_be.one_of("up", "down"),
        "monotonic": must_be.one_of("up", "down"),
        "sensitive": must_be.true_or_false,
        "keep": must_be.true_or_false,
        "encoder": must_be.a_place_in_code,
        "missing": must_be.one_of("refuse", "allow"),
    },
    **PLAN,
    **RETIREMENT,
}


def checked_section(found: Any, section: str, place: Place, shape: str | None = None) -> dict[str, Any]:
    """The keys and values of one section. Raises UnusableSpec."""
    known = KEYS[section if shape is None else shape]
    if not isinstance(found, Mapping):
        parent, _, key = section.rpartition(".")
        raise UnusableSpec(f"{place.of(parent, key)} must be a section of its own, [{section}]")
    kept: dict[str, Any] = {}
    for key, value in found.items():
        if key not in known:
            raise UnusableSpec(_unknown(key, known, place.of(section, key)))
        try:
            kept[key] = known[key](value)
        except ValueError as problem:
            raise UnusableSpec(f"{place.of(section, key)} {problem}") from problem
    return kept


def checked_sections(found: Any, parent: str, place: Place) -> dict[str, dict[str, Any]]:
    """The sections [parent.<name>], each checked. Raises UnusableSpec."""
    return {name: checked_section(section, f"{parent}.{name}", place, parent) for name, section in found.items()}


def _unknown(key: str, known: Mapping[str, Any], where: str) -> str:
    near = difflib.get_close_matches(key.casefold(), known, n=1, cutoff=0.5)
    hint = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(known)}"
    return f"{where} is not a key of a spec. {hint}"
