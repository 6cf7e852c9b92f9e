"""What people have to say about an answer: notes, whether it was of use, and what is wrong with it."""

from flask import Blueprint, Response, flash, redirect, request, url_for

from webapp.forms.afterwards import FeedbackForm, NoteForm
from webapp.records.remarks import FEEDBACK, MOST, NOTE, PROBLEM, Said, remark
from webapp.views.access import current_actor, requires
from webapp.views.afterwards import Answered, answered_or_stop, back_to, keep_what_was_sent, page_about, signed_out
from webapp.views.services import services

bp = Blueprint("remarks", __name__)
keep_what_was_sent(bp)

NO_ROOM = f"There are {MOST} remarks about this answer already, and no more are taken"
THANKS = "Thank you. It is kept with this answer."
THANKS_SO_FAR = "Thank you. The problem is reported. Say what is wrong, if you like."


@bp.get("/predictions/<prediction_id>/note")
@requires("record")
def ask_for_note(prediction_id: str) -> Response:
    return note_page(answered_or_stop(prediction_id), NoteForm(formdata=None))


@bp.post("/predictions/<prediction_id>/note")
@requires("record", signed_out=signed_out)
def add_note(prediction_id: str) -> Response:
    answered, form = answered_or_stop(prediction_id), NoteForm()
    if not form.validate():
        return note_page(answered, form, 422)
    said = Said(answered.record, NOTE, form.text.data.strip(), form.nonce.data)
    if not remark(services().database, said, current_actor()):
        form.refuse("text", NO_ROOM)
        return note_page(answered, form, 409)
    return back_to(answered, "The note is kept with this answer.")


@bp.get("/predictions/<prediction_id>/feedback")
@requires("view")
def ask_for_feedback(prediction_id: str) -> Response:
    form, kind = FeedbackForm(formdata=None), request.args.get("kind", "")
    form.kind.data = kind if kind in FEEDBACK else None
    return feedback_page(answered_or_stop(prediction_id), form)


@bp.post("/predictions/<prediction_id>/feedback")
@requires("view", signed_out=signed_out)
def give_feedback(prediction_id: str) -> Response:
    """One press on the page of the answer is enough; the words may follow."""
    answered, form = answered_or_stop(prediction_id), FeedbackForm()
    if not form.validate():
        return feedback_page(answered, form, 422)
    said = Said(answered.record, form.kind.data, (form.text.data or "").strip())
    if not remark(services().database, said, current_actor()):
        form.refuse("text", NO_ROOM)
        return feedback_page(answered, form, 409)
    if said.kind == PROBLEM and "text" not in request.form:
        flash(THANKS_SO_FAR)
        return redirect(url_for(".ask_for_feedback", prediction_id=prediction_id, kind=PROBLEM), code=303)
    return back_to(answered, THANKS)


def note_page(answered: Answered, form: NoteForm, status: int = 200) -> Response:
    url = url_for(".ask_for_note", prediction_id=answered.record.id)
    return page_about(answered, "pages/remarks/note.html", status=status, form=form, url=url)


def feedback_page(answered: Answered, form: FeedbackForm, status: int = 200) -> Response:
    url = url_for(".ask_for_feedback", prediction_id=answered.record.id)
    return page_about(answered, "pages/remarks/feedback.html", status=status, form=form, url=url)
