"""Sections, pairs and rows of the same choices."""

from tests.forms import schemas
from webapp.forms.controls import control_for
from webapp.forms.layout import MAX_FIELDS, sections_for
from webapp.schema import Group


def sections(schema):
    controls = [control_for(feature, f"f{position}") for position, feature in enumerate(schema.features)]
    return sections_for(schema, controls)


def names(section):
    return [name for row in section.rows for name in row.names]


def test_groups_stand_in_the_order_of_the_schema_and_fields_in_the_order_of_the_table():
    made = sections(
        schemas.schema(
            schemas.number("a", group="Bill"),
            schemas.number("b", group="Customer"),
            schemas.number("c", group="Bill"),
            groups=(Group("Customer"), Group("Bill", "From the last bill.")),
        )
    )

    assert [(section.title, names(section)) for section in made] == [("Customer", ["f1"]), ("Bill", ["f0", "f2"])]
    assert made[1].help == "From the last bill."


def test_a_field_without_a_group_stands_behind_the_groups():
    made = sections(
        schemas.schema(schemas.number("a"), schemas.number("b", group="Customer"), groups=(Group("Customer"),))
    )

    assert [(section.title, names(section)) for section in made] == [("Customer", ["f1"]), ("Other questions", ["f0"])]


def test_no_group_has_more_than_eight_fields_under_one_title_and_none_is_left_out():
    features = [schemas.number(f"n{position}", group="Bill") for position in range(100)]
    made = sections(schemas.schema(*features, groups=(Group("Bill"),)))

    assert max(len(names(section)) for section in made) <= MAX_FIELDS
    assert [name for section in made for name in names(section)] == [f"f{position}" for position in range(100)]


def test_without_titles_all_questions_are_one_section_and_equal_neighbours_stay_together():
    [hundred] = sections(schemas.hundred_questions())
    [section] = sections(schemas.schema(*map(schemas.number, "abcdef"), *map(schemas.yes_no, "uvwxyz")))

    assert names(hundred) == [f"f{position}" for position in range(100)]
    assert section.rows[-1].names == ("f6", "f7", "f8", "f9", "f10", "f11")
    assert section.rows[-1].are_choice_rows


def test_a_long_group_is_continued_under_its_title():
    features = [schemas.number(f"n{position}", group="Bill") for position in range(9)]
    made = sections(schemas.schema(*features, groups=(Group("Bill", "Last month."),)))

    assert [(section.title, section.help, len(names(section))) for section in made] == [
        ("Bill", "Last month.", 5),
        ("Bill, continued", "", 4),
    ]


def test_three_neighbours_with_the_same_short_choices_are_lined_up():
    add_ons = [schemas.levels(name, "Yes", "No", "No internet service") for name in "abc"]
    [section] = sections(schemas.schema(schemas.number("x"), *add_ons, schemas.yes_no("y")))

    assert [(row.names, row.are_choice_rows) for row in section.rows] == [
        (("f0",), False),
        (("f1", "f2", "f3"), True),
        (("f4",), False),
    ]


def test_two_neighbours_or_long_choices_are_not():
    two = sections(schemas.schema(schemas.yes_no("a"), schemas.yes_no("b")))
    long = sections(schemas.schema(*(schemas.levels(name, "x" * 40, "y" * 40) for name in "abc")))

    assert not any(row.are_choice_rows for section in two + long for row in section.rows)


def test_neighbours_one_line_high_are_level_whatever_their_hints():
    tall = schemas.levels("c", "One", "Two", "Three", "Four")
    [section] = sections(schemas.schema(schemas.number("a", usual=(1, 2)), schemas.yes_no("b"), schemas.day("d"), tall))

    assert [(row.names, row.is_level) for row in section.rows] == [(("f0", "f1"), True), (("f2", "f3"), False)]
