"""The model card: what the version is for, how good it is and where it ends, on one page of Markdown."""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.parsing.shown import number_text


def model_card(metadata: Mapping[str, Any]) -> str:
    """The card of a version, from nothing but its metadata."""
    words = metadata["words"]
    parts = [
        f"# {_plain(words['title'] or metadata['schema']['target']['label'])}, version {metadata['number']}",
        _plain(words["question"]),
        _section("What it is for", [words["objective"], words["notice"], _owner(words)]),
        _section("What it learned from", _data_lines(metadata)),
        _section("How good it is", _figure_lines(metadata["evaluation"])),
        _section("Gates", [f"{gate['verdict']}: {gate['name']}: {gate['reason']}" for gate in metadata["gates"]]),
        _section("Limits", _limit_lines(metadata)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, lines: Iterable[str]) -> str:
    listed = [f"- {_plain(line)}" for line in lines if line]
    return f"## {title}\n\n" + "\n".join(listed) if listed else ""


def _plain(text: str) -> str:
    """On one line, and without the signs that Markdown or HTML would act on."""
    return " ".join(text.split()).replace("<", "&lt;").replace("[", "\\[").replace("`", "'")


def _owner(words: Mapping[str, Any]) -> str:
    named = ", ".join(filter(None, (words["owner"], words["contact"])))
    return f"Owner: {named}" if named else ""


def _data_lines(metadata: Mapping[str, Any]) -> list[str]:
    data, rows = metadata["data"], metadata["rows"]
    lines = [
        f"{rows['train']} rows to learn from and {rows['holdout']} kept back, of {data['rows']} in {data['name']}",
        f"{len(metadata['schema']['features'])} inputs",
        f"Learned on {metadata['created_at'][:10]}. Kind of model: {metadata['choice']}",
    ]
    return lines + [f"Set aside: {column}: {reason}" for column, reason in metadata["set_aside"]]


def _figure_lines(evaluation: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{evaluation['loss_name']}: {evaluation['loss']:.4g} (guessing: {evaluation['baseline_loss']:.4g}), "
        f"on {evaluation['holdout_rows']} rows that it did not learn from"
    ]
    return lines + [
        f"{name.replace('_', ' ')}: {number_text(float(f'{value:.4g}'), decimals=3)}"
        for name, value in evaluation["figures"].items()
    ]


def _limit_lines(metadata: Mapping[str, Any]) -> list[str]:
    geography = metadata["words"]["geography"]
    return [
        f"Learned from cases in: {geography}" if geography else "",
        "It describes past cases. It does not say what causes what.",
        "Values outside the limits of the table, rare or unknown categories and unusual cases are flagged.",
    ]
