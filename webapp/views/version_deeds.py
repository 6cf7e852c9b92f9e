"""What whoever is looking may decide about each version and about the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.records.standing import Standing
from webapp.views.access import may
from webapp.views.version_list import VersionLine
from webapp.wording.dates import day_text
from webapp.wording.quoting import shown


@dataclass(frozen=True, slots=True)
class Deed:
    words: str
    url: str
    is_first: bool = False


def deeds_of(line: VersionLine, standing: Standing | None) -> list[Deed]:
    """Nothing for a version that cannot be opened, and for whoever may not decide."""
    if not line.url or not may("decide"):
        return []
    answers = standing is not None and standing.answers and standing.version == line.version
    if answers:
        return []
    deeds = [Deed("Promote", f"{line.url}/promote", is_first=True)]
    if standing is not None and standing.has_champion and standing.version != line.version:
        is_challenger = standing.challenger is not None and standing.challenger.version == line.version
        end = url_for("shadow.ask_to_end", model=standing.model)
        deeds.append(
            Deed("Take it out of the shadow", end)
            if is_challenger
            else Deed("Try it in the shadow", f"{line.url}/challenge")
        )
    return deeds


def deeds_about(model: str, standing: Standing | None, lines: Sequence[VersionLine]) -> dict[str, Any]:
    """What the list of versions offers below itself, and what waits for a second person."""
    may_decide = may("decide")
    about = []
    if may_decide and standing is not None and standing.has_champion:
        if standing.earlier and not standing.is_retired:
            about.append(Deed("Roll back", url_for("champion_decisions.ask_to_roll_back", model=model), is_first=True))
        if not standing.answers:
            words = url_for("champion_decisions.ask_to_reinstate", model=model)
            about.append(Deed("Reinstate the model", words, is_first=True))
        if not standing.is_retired:
            about.append(Deed("Retire the model", url_for("champion_decisions.ask_to_retire", model=model)))
    if standing is not None and standing.has_champion:
        about.append(Deed("When it goes out of use", url_for("retirement.show", model=model)))
    if standing is not None and standing.challenger is not None:
        about.append(Deed("See how the challenger does", url_for("duel.show", model=model)))
    if len(lines) > 1:
        about.append(Deed("Compare two versions", url_for("compare.show", model=model)))
    about.append(Deed("Read every decision", url_for("decisions.index", model=model)))
    return {"may_decide": may_decide, "about": about, "waiting": _waiting(standing, lines) if may_decide else None}


def _waiting(standing: Standing | None, lines: Sequence[VersionLine]) -> dict[str, str] | None:
    asked = standing.request if standing is not None else None
    if asked is None:
        return None
    name = next((line.name for line in lines if line.version == asked.version), f"Version {asked.version}")
    return {
        "title": f"{name} waits for a second approver",
        "text": f"{shown(asked.who.name) or 'Somebody'} asked for it on {day_text(asked.at)}: {shown(asked.why)}",
        "url": url_for("deciding.ask", model=asked.model, version=asked.version),
    }
