"""The model card: every heading filled from what was said and measured, and nothing a reader's program would act on."""

import copy
import re

import pytest

from webapp.training.card.model_card import model_card
from webapp.training.card.text import CardSection, Grid, markdown, points

HEADINGS = [
    "Model details",
    "Intended use",
    "Factors",
    "Metrics",
    "Evaluation data",
    "Training data",
    "Quantitative analyses",
    "Ethical considerations",
    "Caveats and recommendations",
]


@pytest.fixture
def metadata(package):
    return copy.deepcopy(package.metadata)


def section(card, title):
    return card.split(f"## {title}\n")[1].split("\n## ")[0].strip()


def test_the_card_has_the_headings_of_a_model_card_and_none_is_empty(package):
    card = package.model_card

    assert card.startswith("# Left, version 1\n")
    assert re.findall(r"^## (.+)$", card, re.MULTILINE) == HEADINGS
    assert all(section(card, title).count("\n") >= 1 for title in HEADINGS)


def test_the_card_says_what_it_learned_from_and_how_good_it_is(package):
    card = package.model_card

    assert "256 rows to learn from and 64 kept back, of 320 in leaving" in section(card, "Training data")
    assert "- Set aside: customer: identifier" in section(card, "Training data")
    assert "the latest ones" in section(card, "Evaluation data")
    assert re.search(r"^\| AUC \| 0\.\d+ \| 0\.\d+ to \d", section(card, "Quantitative analyses"), re.MULTILINE)
    assert "Log loss: how surprised" in section(card, "Metrics")
    assert "| Months |" in section(card, "Quantitative analyses")
    assert "Doubtful: Was it tried on enough cases?" in section(card, "Caveats and recommendations")
    assert "More rows: " in section(card, "Caveats and recommendations")


def test_what_nobody_wrote_is_said_with_the_line_that_would_say_it(package):
    said = section(package.model_card, "Intended use")

    assert "- To estimate Left for one case at a time" in said
    assert "- What it is meant to improve is not written down (in the spec: objective)" in said
    assert "(in the spec: geography)" in section(package.model_card, "Factors")
    assert "(in the spec: owner and contact)" in section(package.model_card, "Model details")


def test_what_a_person_wrote_is_the_intended_use(metadata):
    metadata["words"] |= {
        "title": "Who leaves",
        "question": "Will this customer leave?",
        "case": "customer",
        "objective": "Keep more customers",
        "owner": "Anna",
        "contact": "anna@example.com",
        "geography": "Two towns",
        "plan": {"deployment": {"users": ["Sales", "Support"], "reaches_users": ["A page in the shop"]}},
    }

    card = model_card(metadata)
    said = section(card, "Intended use")

    assert card.startswith("# Who leaves, version 1\n")
    assert "- To answer, for one customer at a time: Will this customer leave?" in said
    assert "- What that is for: Keep more customers" in said
    assert "- Reaches users: A page in the shop" in said
    assert "Who is meant to use it:\n\n- Sales, Support" in said
    assert "- Cases from elsewhere than: Two towns" in said
    assert "- Owner: Anna, anna@example.com" in section(card, "Model details")
    assert "not written down" not in said


def test_fields_that_need_care_are_named_with_what_was_found(metadata):
    plan = next(feature for feature in metadata["schema"]["features"] if feature["name"] == "plan")
    plan["sensitive"] = True
    parts = [part for part in metadata["evaluation"]["slices"] if part["feature"] == "plan" and part["loss"]]
    parts[0]["loss"] = {"value": 9.0, "low": 8.0, "high": 10.0}

    said = section(model_card(metadata), "Ethical considerations")

    assert f"- Plan: answers are less certain for {parts[0]['part']}" in said
    assert "Leaving a field out does not make a model blind to it" in said


def test_warnings_before_learning_are_caveats(metadata):
    metadata["checks"] = [
        {"name": "leak", "verdict": "warn", "subject": "fee", "reason": "nearly gives the answer away"},
        {"name": "rows", "verdict": "pass", "subject": "", "reason": "enough"},
    ]

    said = section(model_card(metadata), "Caveats and recommendations")

    assert "- Before learning: fee: nearly gives the answer away" in said
    assert "enough" not in said.replace("Was it tried on enough cases?", "")


def test_text_of_others_stays_text(metadata):
    metadata["words"]["title"] = "Who\n# leaves <script>alert(1)</script> [here](http://x) `rm` & |*more*|"
    metadata["set_aside"] = [["<b>", "constant"]]

    card = model_card(metadata)

    assert "<" not in card
    assert card.splitlines()[0] == (
        "# Who # leaves &lt;script>alert(1)&lt;/script> \\[here](http://x) 'rm' &amp; \\|\\*more\\*\\|, version 1"
    )


def test_a_table_stays_a_table_and_a_sentence_a_sentence():
    section = CardSection("Any", ("# no heading", points("", "one"), Grid(("A", "B"), (("a|b", "2"),))), level=3)

    assert markdown("Title", [section]).splitlines() == [
        "# Title",
        "",
        "### Any",
        "",
        "\\# no heading",
        "",
        "- one",
        "",
        "| A | B |",
        "| --- | --- |",
        "| a\\|b | 2 |",
    ]
