"""A field sent twice is refused: neither value is taken over the other."""

import pytest
from werkzeug.datastructures import MultiDict

from webapp.errors import InvalidRow
from webapp.forms.posted import form_values


def test_each_field_once_is_a_plain_dict():
    assert form_values(MultiDict({"f0": "1", "f1": ""})) == {"f0": "1", "f1": ""}


def test_a_field_sent_twice_is_refused_by_name():
    with pytest.raises(InvalidRow, match="The field f0 was sent twice"):
        form_values(MultiDict([("f0", "1"), ("f0", "2")]))
