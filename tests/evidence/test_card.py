"""The model card read back from its Markdown is what was written."""

from webapp.evidence.card import read_card
from webapp.evidence.parts import Paragraph, Points, Table
from webapp.training.card.text import CardSection, Grid, markdown, points

ODD = "a | b <i>c</i> [d](e) *f* & g `h` \\ # i"


def test_what_was_written_is_read():
    sections = [
        CardSection("First", ("A sentence.", points("one", ODD))),
        CardSection("Second", (Grid(("Figure", "Value"), (("AUC", "0.9"), (ODD, "1"))), "# no heading")),
    ]

    card = read_card(markdown("Title & <more>", sections))

    odd = ODD.replace("`", "'")
    assert card.title == "Title & <more>"
    assert [section.title for section in card.sections] == ["First", "Second"]
    assert card.sections[0].parts == (Paragraph("A sentence."), Points(("one", odd)))
    assert card.sections[1].parts == (
        Table("", (("Figure", False), ("Value", True)), (("AUC", "0.9"), (odd, "1"))),
        Paragraph("# no heading"),
    )


def test_a_card_that_another_release_wrote_is_shown_as_far_as_it_goes():
    card = read_card("No heading at all\n\n## Something\n\n- a point\n- another\n\n| broken | table\n")

    assert card.title == ""
    assert card.sections[0].parts == (Points(("a point", "another")), Paragraph("| broken | table"))


def test_a_card_of_nothing_is_a_page_of_nothing():
    assert read_card("").sections == ()
