"""Writes a spec that explains itself; of one that exists every line stays as it is, and only new columns are added."""

import os
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from webapp.errors import UnusableSpec
from webapp.parsing.texts import normal
from webapp.schema import DATES, NUMBERS, Feature
from webapp.training.columns.inference import Inference
from webapp.training.columns.moments import says_when
from webapp.training.sources.addresses import is_elsewhere
from webapp.training.spec.file import Spec

FEW_VALUES = 10  # whole numbers with so few values may be codes
LISTED_CHOICES = 20
_INTRODUCTION = """\
# What {model} asks and answers. Everything here may be edited and is kept when the model is trained again.
# A line that begins with # is a suggestion: take the # away to use it. docs/spec.md explains every key.
"""
_ABOUT = """
title = {title}
# question = "Will this customer leave?"
# case = "customer"
# cases = "customers"
# owner = "Who answers for decisions made with it"
# contact = "name@example.com"
# objective = "What it is meant to improve"
# geography = "Where it holds"
# timezone = "Europe/Berlin"
# notice = "Shown with every result"
"""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the table showed of one feature, for the comments."""

    feature: Feature
    distinct: int


def write_spec(path: Path, spec: Spec, inference: Inference) -> bool:
    """
    Write the spec of a table, or add the columns that an existing one does not name. False when nothing was to add.

    Raises UnusableSpec when it cannot be written or added to.
    """
    if not path.exists():
        _replace(path, "".join(_new_spec(path, spec, inference)))
        return True
    before = path.read_bytes().decode("utf-8")
    known = _parsed(before).get("features", {})
    added = [seen for seen in _seen(inference) if seen.feature.name not in set(map(normal, known))]
    if not added:
        return False
    line_end = "\r\n" if "\r\n" in before else "\n"
    sections = "".join(text for seen in added for text in _feature_section(seen)).replace("\n", line_end)
    after = before + ("" if before.endswith("\n") else line_end) + sections
    _check_only_added(path, before, after, {seen.feature.name for seen in added})
    _replace(path, after)
    return True


def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff"))


def _new_spec(path: Path, spec: Spec, inference: Inference) -> Iterator[str]:
    target = inference.schema.target
    yield _INTRODUCTION.format(model=_comment(spec.model))
    yield _ABOUT.format(title=_quoted(spec.title or target.label))
    yield "\n[data]\n"
    yield f"source = {_quoted(_kept_source(path, spec.data.source))}\n"
    yield from _asked(spec)
    yield f"target = {_quoted(target.name)}\n"
    if target.positive:
        yield f"positive = {_quoted(target.positive)}  # the class whose chance is shown\n"
    if inference.schema.id_column:
        yield f"id_column = {_quoted(inference.schema.id_column)}  # asked as a reference, never shown to the model\n"
    when = says_when(inference)
    named = _quoted(when[0]) if when else '"a date column"'
    yield f"# time_column = {named}  # when a case happened: the latest rows are judged on\n"
    yield from _set_aside(spec, inference)
    yield "\n[target]\n"
    yield f"label = {_quoted(target.label)}\n"
    if spec.target.kind:
        yield f"kind = {_quoted(spec.target.kind)}\n"
    if target.kind == "number":
        yield '# unit = "$"\n'
        yield f"# decimals = {target.decimals}\n"
        yield '# wanted = "lower"  # or "higher": what suggestions look for\n'
    for name in target.classes:
        yield from _outcome(name)
    if target.positive:
        yield f"\n# [decision]\n# threshold = 0.5  # act from this chance of {_comment(target.positive)} on\n"
        yield '# set_by = "Who decided that"\n'
    yield "\n# [gates]\n# max_data_age_days = 400  # an older table is refused\n"
    for seen in _seen(inference):
        said = spec.features.get(seen.feature.name)
        yield from _feature_section(seen, said.kind if said else "")


def _asked(spec: Spec) -> Iterator[str]:
    data = spec.data
    if data.query:
        yield f"query = {_quoted(data.query)}\n"
        yield "# parameters = { since = 2024-01-01 }  # the value of :since in the query\n"
    if data.sheet:
        yield f"sheet = {_quoted(data.sheet)}\n"
    if data.snapshot:
        yield "snapshot = true  # a copy of the rows is kept in the store with every version\n"


def _set_aside(spec: Spec, inference: Inference) -> Iterator[str]:
    if spec.data.exclude:
        yield f"exclude = [{', '.join(map(_quoted, spec.data.exclude))}]\n"
    elif not inference.set_aside:
        yield '# exclude = ["a column to leave out"]\n'
    if not inference.set_aside:
        return
    yield "\n# Set aside. To learn from such a column after all, give it a section [features.<column>] with a kind.\n"
    for name, reason in inference.set_aside:
        yield f"#   {_comment(name) or '(no name)'}: {_comment(reason)}\n"


def _outcome(name: str) -> Iterator[str]:
    yield f"\n# [outcomes.{_key(name)}]\n"
    yield f"# text = {_quoted(f'This case will probably be {_comment(name)}')}\n"
    yield f"# chance = {_quoted(_comment(name))}\n"
    yield '# advice = "What to do then"\n'


def _feature_section(seen: _Seen, said_kind: str = "") -> Iterator[str]:
    feature = seen.feature
    yield f"\n[features.{_key(feature.name)}]"
    yield f"  # {feature.kind.replace('_', '/')}{_limits(feature)}{_missing(feature)}\n"
    yield f"label = {_quoted(feature.label)}\n"
    if said_kind:
        yield f"kind = {_quoted(said_kind)}\n"
    if feature.kind in NUMBERS:
        yield f"# unit = {_quoted(feature.unit)}\n"
    if feature.kind in NUMBERS and feature.observed[0] >= 0:
        yield "# min = 0\n"
    if feature.kind == "integer" and seen.distinct <= FEW_VALUES and not said_kind:
        yield f'# kind = "category"  # it has {seen.distinct} different values; are they codes?\n'
    if feature.kind == "category" and len(feature.choices) <= LISTED_CHOICES:
        yield f"# choices = [{', '.join(_quoted(choice.value) for choice in feature.choices)}]\n"
        yield "# ordered = true\n"
    yield '# help = ""\n'


def _limits(feature: Feature) -> str:
    if feature.usual is None or feature.kind in DATES:
        return ""
    low, high = (feature.value_text(limit) for limit in feature.usual)
    return f", usually {_comment(low)} to {_comment(high)}"


def _missing(feature: Feature) -> str:
    if not feature.missing_seen:
        return ""
    markers = ", ".join(f"“{_comment(marker)}”" for marker in feature.missing_markers)
    return f", has missing values{f' written {markers}' if markers else ''}"


def _seen(inference: Inference) -> list[_Seen]:
    columns = zip(inference.schema.features, inference.X.T, strict=True)
    return [_Seen(feature, len({value for value in column if value is not None})) for feature, column in columns]


def _kept_source(path: Path, source: str) -> str:
    """Relative to the project where the table lies in it, so that the project can be moved; else as it is found."""
    if is_elsewhere(source):
        return source
    place = Path(source).expanduser().resolve()
    project = path.resolve().parent.parent
    return place.relative_to(project).as_posix() if place.is_relative_to(project) else str(place)


def _check_only_added(path: Path, before: str, after: str, added: set[str]) -> None:
    try:
        document = _parsed(after)
    except tomllib.TOMLDecodeError as problem:
        raise UnusableSpec(
            f"{path}: new columns cannot be added to it. Write its features as sections, [features.<column>]"
        ) from problem
    features = {name: section for name, section in document["features"].items() if name not in added}
    if {**document, "features": features} != {"features": {}, **_parsed(before)}:
        raise UnusableSpec(f"{path}: new columns cannot be added without changing it. Add their sections by hand")


def _replace(path: Path, text: str) -> None:
    """All of it or nothing: written beside the file, then renamed over it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent, delete=False) as beside:
            beside.write(text)
        os.chmod(beside.name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(beside.name, path)
    except OSError as problem:
        raise UnusableSpec(f"{path} cannot be written: {problem.strerror}") from problem


def _quoted(text: str) -> str:
    return tomlkit.string(text).as_string()


def _key(name: str) -> str:
    return tomlkit.key(name).as_string()


def _comment(text: str) -> str:
    """Fit for one line of a comment."""
    return "".join(character if character.isprintable() else " " for character in text)
