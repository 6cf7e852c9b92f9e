"""A form as the server sees it after it was sent."""

from werkzeug.datastructures import MultiDict

from webapp.forms.prediction import form_class_for


def sent(schema, **answers):
    """The form after these answers were sent."""
    form = form_class_for(schema)(formdata=MultiDict(answers), meta={"csrf": False})
    form.validate()
    return form
