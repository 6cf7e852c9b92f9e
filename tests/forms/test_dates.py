"""The boxes of a date: the problem leads to the wrong one."""

import pytest

from tests.forms import schemas
from tests.forms.sending import sent


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("boxes", "leads_to"),
    [
        (("", "", ""), "#f0-day"),
        (("32", "1", "2020"), "#f0-day"),
        (("29", "2", "2019"), "#f0-day"),
        (("3", "13", "2020"), "#f0-month"),
        (("3", "", "2020"), "#f0-month"),
        (("3", "1", "20"), "#f0-year"),
    ],
)
def test_the_problem_of_a_date_leads_to_the_first_wrong_box(boxes, leads_to):
    day, month, year = boxes
    form = sent(schemas.schema(schemas.day()), **{"f0-day": day, "f0-month": month, "f0-year": year})

    [(href, _)] = form.problems
    assert href == leads_to
    assert form.f0.typed == (day, month, year, "")


def test_a_wrong_time_leads_to_its_box():
    form = sent(
        schemas.schema(schemas.moment()), **{"f0-day": "3", "f0-month": "1", "f0-year": "2020", "f0-time": "25:00"}
    )

    assert form.problems == [("#f0-time", "Picked up must have a time, like 14:30")]


def test_a_month_first_date_without_an_answer_leads_to_the_month():
    assert sent(schemas.schema(schemas.day(date_order="mdy"))).problems == [("#f0-month", "Enter started")]
