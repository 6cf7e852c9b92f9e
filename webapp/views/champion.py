"""The model that a page is about: the one that answers, or the page that says why none does."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NoReturn

from flask import abort, make_response, render_template, request, url_for

from webapp.errors import ModelStoreError, RecordsUnavailable
from webapp.model_store import ModelStore
from webapp.records.database import AWAY, Database
from webapp.records.decisions import decision_by_id
from webapp.records.predictions import PredictionRecord
from webapp.schema import Schema
from webapp.serving import Champion, Follower, Paused, Picture
from webapp.views.access import may
from webapp.views.services import services
from webapp.wording.dates import day_text
from webapp.wording.quoting import shown

Tab = tuple[str, str, bool]

ON_TABS = ("record", "list", "analyse")  # what has to be permitted for one tab or another
WORDS_KEPT = 256  # decisions whose words stay in memory; their pages are the ones that are read


def champion_of(model: str) -> Champion:
    """The version that answers. Ends the request where there is none."""
    picture = present_picture()
    champion = picture.champions.get(model)
    if champion is None:
        say_why_not(picture.paused.get(model))
    return champion


def present_picture() -> Picture:
    """What serves now. Raises RecordsUnavailable where the decisions were never read, so that nothing is known."""
    picture = services().follower.picture
    if picture.decision_id is None:
        raise RecordsUnavailable(AWAY)
    return picture


def say_why_not(paused: Paused | None) -> NoReturn:
    """The page of a model that does not answer; for an unknown one, 404."""
    if paused is None:
        abort(404)
    abort(make_response(paused_page(paused), 200 if request.method == "GET" else 503))


def paused_page(paused: Paused) -> str:
    return render_template(
        "pages/models/paused.html",
        model_title=title_of(paused.model, paused.words),
        tabs=tabs(paused.model, "Ask", has_about=False),
        number=paused.number,
        refused=_refused(paused),
        command=_command(paused),
        retired=_retired(paused),
        stopped=stopped(paused),
    )


def title_of(model: str, words: Mapping[str, Any]) -> str:
    return shown(words.get("title") or "") or model


def tabs(model: str, current: str = "", has_about: bool = True) -> tuple[Tab, ...]:
    """The pages of one model."""
    return _tabs(request.script_root, model, current, has_about, tuple(filter(may, ON_TABS)))


@lru_cache(maxsize=WORDS_KEPT)
def _tabs(root: str, model: str, current: str, has_about: bool, permitted: tuple[str, ...]) -> tuple[Tab, ...]:
    """Under the root of the site, which url_for puts before each address."""
    pages = [("Ask", "predict.ask")]
    pages += [("Many at once", "batches.index")] if has_about and "record" in permitted else []
    pages += [("Answers", "history.index")] if "list" in permitted else []
    pages += [("About this model", "models.about")] if has_about else []
    pages += [("Monitoring", "monitoring.show")] if has_about and "analyse" in permitted else []
    pages += [("Plan", "plan.show")]
    pages += [("Versions", "versions.index")] if "analyse" in permitted else []
    pages += [("For programs", "programs_page.show")] if has_about and "analyse" in permitted else []
    return tuple((label, url_for(endpoint, model=model), label == current) for label, endpoint in pages)


def gate_question(gate: Mapping[str, str]) -> str:
    """'Is it better than guessing?'; for a gate without a question 'beats_baseline' -> 'Beats baseline'"""
    return shown(gate.get("question") or "") or gate["name"].replace("_", " ").capitalize()


def words_of(record: PredictionRecord) -> Mapping[str, Any]:
    """The words that were in force when the record was made; with its schema as a Schema."""
    champion = services().follower.champions.get(record.model)
    if champion is not None and champion.decision_id == record.decision_id:
        return champion.words
    if record.decision_id is None:
        return _words_of_version(record)
    return _words_of_decision(services().database, record.decision_id)


@lru_cache(maxsize=WORDS_KEPT)
def _words_of_decision(database: Database, decision_id: int) -> Mapping[str, Any]:
    with database.reading() as connection:
        decision = decision_by_id(connection, decision_id)
    return {**decision.words, "schema": Schema.from_json(decision.words["schema"])}


def learned_from(champion: Champion) -> Sequence[str]:
    """Every column of the table that the version learned from; none where that cannot be read."""
    try:
        return _columns_of(services().store, champion.model, champion.version, services().follower)
    except ModelStoreError:
        return ()


@lru_cache(maxsize=WORDS_KEPT)
def _columns_of(store: ModelStore, model: str, version: str, follower: Follower) -> Sequence[str]:
    """A version never changes."""
    return tuple(store.facts(model, version, follower.trusted_keys).get("data", {}).get("columns", ()))


def _words_of_version(record: PredictionRecord) -> Mapping[str, Any]:
    """For an answer that no decision stood behind, such as one of a challenger."""
    follower = services().follower
    facts = services().store.facts(record.model, record.version, follower.trusted_keys)
    return {**facts["words"], "schema": Schema.from_json(facts["schema"])}


def _refused(paused: Paused) -> list[dict[str, str]]:
    if paused.is_retired or paused.is_stopped:
        return []
    refused = [{"question": gate_question(gate), "reason": shown(gate["reason"])} for gate in paused.refused]
    return [{"question": "Can it be loaded?", "reason": paused.problem}] if paused.problem else refused


def _command(paused: Paused) -> str:
    return (
        ""
        if paused.problem or paused.is_stopped
        else f"python -m webapp promote {paused.model} {paused.number} --why REASON"
    )


def stopped(paused: Paused) -> dict[str, str] | None:
    """Why one of its criteria stopped the model, what to use instead, and whom to ask."""
    if not paused.is_stopped:
        return None
    row = paused.standing.stop
    told = {name: shown(row.details.get(name) or "") for name in ("replacement", "contact")}
    return {"on": day_text(row.at), "why": shown(row.why), **told}


def _retired(paused: Paused) -> dict[str, str] | None:
    if not paused.is_retired:
        return None
    last = paused.standing.last
    return {"on": day_text(last.at), "by": shown(last.who.name) or "somebody", "why": shown(last.why)}
