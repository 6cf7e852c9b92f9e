"""Charts of one number each: on one scale, of the fields that matter, and with words that fit what is drawn."""

from webapp.evidence.curves import MOST_CHARTS, Drawn, curve_figures
from webapp.prediction.curves import Curve
from webapp.schema import Feature
from webapp.wording.amounts import Measure

CHANCE = Drawn("The chance of leaving", 0.5, rule=0.4)


def feature(position: int, **more) -> Feature:
    return Feature(f"f{position}", "number", f"Field {position}", decimals=1, **more)


def drawn(*answers: float, number: float | None = 1.0, what: Drawn = CHANCE, **more):
    curve = Curve(0, tuple(float(at) for at in range(len(answers))), answers)
    [figure] = curve_figures([curve], [feature(0, **more)], [number], what)
    return figure


def test_the_title_says_what_is_seen():
    assert drawn(0.2, 0.4, 0.8).title == "Field 0: the chance rises from 20 to 80"
    assert drawn(0.8, 0.4, 0.2).title == "Field 0: the chance falls from 80 to 20"
    assert drawn(0.2, 0.9, 0.25).title == "Field 0: the chance goes up and down between 20 and 90"
    assert drawn(0.5, 0.501, 0.5).title == "Field 0: the chance hardly changes"


def test_the_table_has_every_point_and_the_case_its_dot():
    figure = drawn(0.2, 0.4, 0.8, unit="km")

    assert figure.table.rows == (("0 km", "20"), ("1 km", "40"), ("2 km", "80"))
    assert len(figure.picture.dots) == 1
    assert ("dash", "Flag from 40") in figure.picture.key


def test_a_case_outside_the_usual_range_or_without_the_number_has_no_dot():
    assert drawn(0.2, 0.4, 0.8, number=7.0).picture.dots == ()
    assert drawn(0.2, 0.4, 0.8, number=None).picture.dots == ()


def test_a_number_is_said_in_its_own_unit():
    what = Drawn("Monthly rent", 500.0, measure=Measure("\u20ac"))

    assert drawn(400.0, 500.0, 800.0, what=what).title == "Field 0: the estimate rises from \u20ac400 to \u20ac800"


def test_of_a_hundred_fields_those_that_move_the_answer_most_are_drawn_in_their_order():
    curves = [Curve(at, (0.0, 1.0), (0.5, 0.5 + at / 1000)) for at in range(100)]
    figures = curve_figures(curves, [feature(at) for at in range(100)], [None] * 100, CHANCE)

    assert [figure.name for figure in figures] == [f"curve-{at}" for at in range(100 - MOST_CHARTS, 100)]
    assert len({figure.picture.grid for figure in figures}) == 1


def test_without_numbers_there_is_nothing_to_draw():
    assert curve_figures([], [], [], CHANCE) == []
