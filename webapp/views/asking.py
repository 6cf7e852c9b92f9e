"""From a form to a committed record, and the ways a form is filled before a person sees it."""

import hashlib
import json
import logging
import re
from collections.abc import Mapping

from flask import abort, request
from werkzeug.datastructures import MultiDict

from webapp.errors import ModelStoreError, RecordsUnavailable
from webapp.forms.prediction import PredictionForm, form_class_for
from webapp.recording import Asked, cases_of
from webapp.records.predictions import PredictionRecord, latest, record_or_follow
from webapp.records.refusals import note_refusal
from webapp.schema import Schema, Value, to_json_value
from webapp.serving import Champion
from webapp.views.access import current_actor
from webapp.views.ask_page import EARLIER_AWAY, NOTHING_EARLIER, Notice
from webapp.views.metrics import count
from webapp.views.request_log import request_id
from webapp.views.results import record_or_stop
from webapp.views.services import services

CLASSES_KEPT = 64  # form classes in memory, the oldest goes first

logger = logging.getLogger("formcast.asking")

_classes: dict[tuple[str, str], type[PredictionForm]] = {}
is_ours = re.compile(
    r"csrf_token|nonce|version|example|business_key|save|f\d+(-(day|month|year|time))?", re.ASCII
).fullmatch


def form_class(model: str, version: str, schema: Schema) -> type[PredictionForm]:
    """Built once per version."""
    key = (model, version)
    if key not in _classes:
        while len(_classes) >= CLASSES_KEPT:
            _classes.pop(next(iter(_classes)), None)
        _classes[key] = form_class_for(schema)
    return _classes[key]


def blank_form(champion: Champion) -> PredictionForm:
    form = form_class(champion.model, champion.version, champion.predictor.schema)(formdata=None)
    form.version.data = champion.version
    return form


def posted_form(champion: Champion, kept: MultiDict | None = None) -> tuple[PredictionForm, bool]:
    """The form as it was sent, now or `kept` from before, and whether it asked something else than the present one."""
    _note_strangers()
    sent = () if kept is None else (kept,)  # a form finds by itself what was sent just now
    asked_by = (request.form if kept is None else kept).get("version", "")
    present = form_class(champion.model, champion.version, champion.predictor.schema)
    if asked_by == champion.version:
        return present(*sent), False
    earlier = _earlier_class(champion.model, asked_by)
    if earlier is not None and _questions(earlier.schema) != _questions(present.schema):
        form, filled = blank_form(champion), earlier(*sent)
        form.fill(filled.answers(), filled.key)
        return form, True
    form = present(*sent)
    form.version.data = champion.version
    if earlier is None:
        form.forget_choices()
    return form, earlier is None


def form_while_paused(model: str) -> PredictionForm | None:
    """The form as it was sent to a model that does not answer; None where nobody knows its questions any more."""
    earlier = _earlier_class(model, request.form.get("version", ""))
    return earlier() if earlier is not None else None


def prefilled(form: PredictionForm, champion: Champion, wanted: Mapping[str, str]) -> Notice | None:
    """Fill the form as its address asks; returns what the person should know."""
    if wanted.get("example") == "1":
        form.fill_example()
        return None
    try:
        if wanted.get("from"):
            record = record_or_stop(wanted["from"])
        elif wanted.get("last") == "1" and services().config.is_one_persons:
            record = _last_record(champion.model)
        else:
            return None
    except RecordsUnavailable:
        return EARLIER_AWAY
    if record is None:
        return NOTHING_EARLIER
    if record.model != champion.model:
        abort(404)
    form.fill(record.answers, record.business_key)
    return None


def recorded(champion: Champion, form: PredictionForm) -> PredictionRecord:
    """Predict and write down in one transaction; the same form sent again finds its first record."""
    values = form.values()
    channel = "example" if form.is_example else "form"
    key = idempotency_key(champion, form, values)
    [case] = cases_of(champion, [Asked(values, form.answers(), form.key, channel, key)], current_actor())
    record, is_new = record_or_follow(services().database, case)
    if is_new:
        count("predictions")
    return record


def note_sent_back(champion: Champion, form: PredictionForm) -> None:
    """Count the form and the questions that it came back for, without their answers; nobody waits for it in vain."""
    features = champion.predictor.schema.features
    asked = [re.fullmatch(r"f(\d+)", name) for name in form.errors]
    fields = [features[int(found[1])].name for found in asked if found and int(found[1]) < len(features)]
    try:
        services().database.run(lambda connection: note_refusal(connection, champion.model, fields))
    except RecordsUnavailable:
        logger.warning("A form that was sent back could not be counted")


def idempotency_key(champion: Champion, form: PredictionForm, values: list[Value]) -> str:
    """Equal for the same page sent twice, different as soon as one answer differs."""
    typed = [to_json_value(value) for value in values]
    parts = [form.nonce.data, current_actor().id, champion.model, champion.version, form.key, typed]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _questions(schema: Schema) -> list[tuple]:
    """What decides how a sent form is understood, by the person who filled it in as well."""
    return [
        (
            *(feature.name, feature.label, feature.kind, feature.unit, feature.decimal, feature.date_order),
            *([(choice.value, choice.label) for choice in feature.choices], feature.has_other, feature.optional),
        )
        for feature in schema.features
    ]


def _earlier_class(model: str, version: str) -> type[PredictionForm] | None:
    """The form of another version; None where this service knows no such version."""
    if (model, version) in _classes:
        return _classes[model, version]
    try:
        facts = services().store.facts(model, version, services().follower.trusted_keys)
    except ModelStoreError:
        return None
    return form_class(model, version, Schema.from_json(facts["schema"]))


def _last_record(model: str) -> PredictionRecord | None:
    with services().database.reading() as connection:
        found = latest(connection, model, 1)
    return found[0] if found else None


def _note_strangers() -> None:
    strangers = sum(1 for name in request.form if not is_ours(name))
    if strangers:
        logger.info("%s %d fields that no form of ours has were ignored", request_id(), strangers)
