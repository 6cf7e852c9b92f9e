"""From rows that can be asked about to answers that are written down, once for each key."""

from collections.abc import Callable
from typing import NoReturn

from webapp.recording import Asked, cases_of
from webapp.records.api_requests import earlier_answer, write_all, write_once
from webapp.records.predictions import PredictionRecord
from webapp.serving import Champion, Paused, Picture
from webapp.views.access import current_actor
from webapp.views.api.documents import sent_under_key
from webapp.views.api.replies import refuse, without_nothing
from webapp.views.champion import present_picture, stopped
from webapp.views.metrics import count
from webapp.views.services import services
from webapp.wording.quoting import quoted

NO_MODEL = "There is no model {name}; GET /api/v1/models lists them"
PAUSED = "No version of this model is in use at the moment, so it answers nothing"
RETIRED = "This model was taken out of use, so it answers nothing"
STOPPED = "One of this model's own criteria stopped it, so it answers nothing. {why}"
WHEN_PAUSED_S = 60

Read = Callable[[], tuple[Champion, list[Asked]]]


def answers(read: Read) -> tuple[list[PredictionRecord], bool]:
    """The records of the request, and whether it made them; `read` is asked only for what was not answered before."""
    database, sent = services().database, sent_under_key()
    earlier = earlier_answer(database, sent) if sent else None
    if earlier is not None:
        return earlier, False
    cases = cases_of(*read(), current_actor())
    records, is_new = write_once(database, sent, cases) if sent else (write_all(database, cases), True)
    if is_new:
        for _ in records:
            count("predictions")
    return records, is_new


def answering(model: str) -> Champion:
    """The version that answers. Ends the request with 404 or 503 where there is none."""
    picture = present_picture()
    champion = picture.champions.get(model)
    if champion is None:
        paused = picture.paused.get(model)
        if paused is None:
            refuse(404, NO_MODEL.format(name=quoted(model[:100])))
        refuse_paused(paused)
    return champion


def refuse_paused(paused: Paused) -> NoReturn:
    """Of a model that its own criteria stopped also why, what to use instead, and whom to ask."""
    found = stopped(paused)
    if found is None:
        refuse(503, RETIRED if paused.is_retired else PAUSED, retry_after_s=WHEN_PAUSED_S)
    members = {"reason": found["why"], "replacement": found["replacement"], "contact": found["contact"]}
    refuse(503, STOPPED.format(why=found["why"]), retry_after_s=WHEN_PAUSED_S, members=without_nothing(members))


def invoked(picture: Picture) -> Champion | None:
    """The version that answers clients of MLflow, which do not say whom they ask: the one set, or the only one."""
    wanted = services().config.invocations
    if wanted:
        return picture.champions.get(wanted)
    return next(iter(picture.champions.values())) if len(picture.champions) == 1 else None
