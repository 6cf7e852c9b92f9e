"""The model card: everything that matters on one page, and nothing that a reader's program would act on."""

import copy

import pytest

from webapp.training.model_card import model_card


@pytest.fixture
def metadata(package):
    return copy.deepcopy(package.metadata)


def test_the_card_says_what_it_learned_from_and_how_good_it_is(package):
    card = package.model_card

    assert card.startswith("# ")
    assert "256 rows to learn from and 64 kept back, of 320 in leaving" in card
    assert "- 5 inputs" in card
    assert "- Set aside: customer: identifier" in card
    assert "log loss: " in card
    assert "- warn: enough_rows: " in card
    sections = [line for line in card.splitlines() if line.startswith("## ")]
    assert sections == ["## What it learned from", "## How good it is", "## Gates", "## Limits"]


def test_what_a_person_said_comes_first(metadata):
    metadata["words"] |= {
        "title": "Who leaves",
        "question": "Will this customer leave?",
        "objective": "Keep more customers",
        "owner": "Anna",
        "contact": "anna@example.com",
        "geography": "Two towns",
    }

    lines = [line for line in model_card(metadata).splitlines() if line]

    assert lines[:3] == ["# Who leaves, version 1", "Will this customer leave?", "## What it is for"]
    assert "- Keep more customers" in lines
    assert "- Owner: Anna, anna@example.com" in lines
    assert "- Learned from cases in: Two towns" in lines


def test_text_of_others_stays_text(metadata):
    metadata["words"]["title"] = "Who\n# leaves <script>alert(1)</script> [here](http://x) `rm`"
    metadata["set_aside"] = [["<b>", "constant"]]

    card = model_card(metadata)

    assert "<" not in card
    assert card.splitlines()[0] == "# Who # leaves &lt;script>alert(1)&lt;/script> \\[here](http://x) 'rm', version 1"


def test_a_title_is_found_where_nobody_gave_one(package):
    assert package.model_card.splitlines()[0] == "# Left, version 1"
