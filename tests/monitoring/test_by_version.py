"""Whether each version that answered is still right: its own days, its own expectations, old enough outcomes only."""

import re
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.streams import World, day, watched
from benchmarks.watching import noon
from webapp.monitoring.answers import about_doubts, about_worth
from webapp.monitoring.documents import document
from webapp.monitoring.report import report_of
from webapp.monitoring.worth import worth
from webapp.monitoring_page.compared import versions_figure, worth_figure

RATE, CHANGED_ON, LAST = 30, 60, 150
WORSE = World(relation=1.2)


@pytest.fixture(scope="module")
def two():
    """A version that held for two months, and one that answered worse afterwards; both with their days."""
    random = np.random.default_rng(8)
    new = replace(watched(random, {"number": 2}), version="v2")
    old = replace(new, version="v1", words={**new.words, "number": 1})
    before = [day(old, random, number, RATE) for number in range(CHANGED_ON)]
    after = [day(new, random, number, RATE, WORSE) for number in range(CHANGED_ON, LAST)]
    return new, after, old, before


@pytest.fixture(scope="module")
def report(two):
    new, after, old, before = two
    return report_of(new, after, noon(LAST), earlier=[(old, before)])


def test_a_version_in_use_that_answers_worse_stands_beside_one_that_held(report):
    now, then = report.figures.versions

    assert (now.name, now.answers, now.status, now.cases) == ("version 2", True, "act", (LAST - CHANGED_ON) * RATE)
    assert (then.name, then.answers, then.status, then.known) == ("version 1", False, "good", CHANGED_ON * RATE)
    assert then.expected[0] <= then.share <= then.expected[1]
    assert now.share < now.expected[0]


def test_only_outcomes_that_are_old_enough_count(report):
    now, _ = report.figures.versions

    assert now.known == (LAST - 44 - CHANGED_ON) * RATE


def test_the_answer_names_each_version_with_its_count_and_what_was_expected(report):
    [answer] = [one for one in report.answers if one.name == "versions"]

    assert answer.question == "Is it still right, version by version?"
    assert answer.status_words == "No"
    assert answer.sentence.startswith("Version 2, since 6 Mar 2026: ")
    assert "Version 1, 5 Jan 2026 to 5 Mar 2026: " in answer.sentence
    assert f"of {CHANGED_ON * RATE:,} with an outcome; " in answer.sentence


def test_the_chart_and_its_table_show_both(two, report):
    figure = versions_figure(two[0], report.figures)

    assert figure.title == "Version 2 answers worse than when it was tried"
    assert [row.label for row in figure.picture.rows] == ["Version 2", "Version 1"]
    assert [row[0] for row in figure.table.rows] == ["Version 2, in use", "Version 1"]
    assert [row[-1] for row in figure.table.rows] == ["worse than expected", "as expected"]
    assert ", tried " in figure.table.rows[0][-2]


def test_programs_read_versions_and_parts(report):
    told = document(report)

    assert [one["name"] for one in told["versions"]] == ["version 2", "version 1"]
    assert told["versions"][1]["outcomes"] == CHANGED_ON * RATE
    assert told["versions"][1]["right"]["low"] < told["versions"][1]["right"]["share"]
    assert {one["field"] for one in told["parts"]} >= {"income", "burden"}


def test_a_version_that_no_longer_answers_is_no_reason_to_act(two):
    new, after, old, before = two
    report = report_of(old, before, noon(CHANGED_ON + 45), earlier=[(new, after)])

    assert report.status == "good"
    assert [one.status for one in report.figures.versions] == ["good", "few"]


def test_a_version_with_few_outcomes_says_how_many(two):
    new, after, _, _ = two
    report = report_of(new, after[:10], noon(CHANGED_ON + 10))
    [answer] = [one for one in report.answers if one.name == "versions"]

    assert answer.status_words == "Not known yet"
    assert answer.sentence == "Version 2, since 6 Mar 2026: 0 outcomes are old enough to judge, of 300 loans."
    assert versions_figure(new, report.figures) is None


def test_what_the_answers_are_worth_is_drawn_beside_treating_all_alike(two, report):
    figure = worth_figure(two[0], report.figures.worth)
    found = report.figures.worth

    assert [bar.label for bar in figure.picture.bars] == [
        "Deciding by its answers", "Acting on every loan", "Acting on no loan",
    ]  # fmt: skip
    assert found.without == min(found.acting_on_all, found.acting_on_none)
    assert figure.table.rows[-2][0] == "Missed, by its answers"


def test_what_mistakes_cost_is_said_beside_treating_all_alike_or_why_it_is_not(two, report):
    new = two[0]
    words = {name: text for name, text in new.words.items() if name != "decision"}
    silent = replace(new, words=words)

    assert re.fullmatch(
        r"Over [\d,]+ loans with a known outcome, the mistakes of its answers cost as much as [\d.]+ needless alarms "
        r"for each 100 loans; acting on (no|every) loan would have cost [\d.]+\.",
        about_worth(new, report.figures.worth),
    )
    assert about_worth(new, None) == "No outcome is old enough yet to count mistakes."
    assert about_worth(silent, None).startswith("Nobody has said how bad each of the two mistakes is.")


def test_few_cases_and_few_outcomes_are_said_to_be_few(two):
    new, after, *_ = two
    one = report_of(new, after[:1], noon(CHANGED_ON + 1))
    said = {answer.name: answer.sentence for answer in one.answers}

    assert said["like"] == "30 loans in the last 30 days are too few to compare."
    assert said["right"].endswith("0 of them are old enough to be judged; 200 are needed.")
    assert about_doubts(new, replace(one.figures.doubts, cases=2)) == "2 answers lately: too few to tell."


def test_parts_of_a_field_are_told_from_low_to_high(report):
    told = [one.part for one in report.figures.parts if one.field == "income"]

    assert [part.split()[0] for part in told] in (["up", "over", "over"], ["up", "over"])


@pytest.mark.parametrize(("times", "is_sure"), [(1, False), (20, True)])
def test_what_a_few_outcomes_cost_may_be_chance(two, times, is_sure):
    """Of a hundred cases 9 are flagged, 2 of them rightly: that costs more than flagging none, and proves nothing."""
    confusion = [[2 * times, 18 * times], [7 * times, 73 * times]]  # what failed stands first
    found = worth(two[0], {"rows": 100 * times, "confusion": confusion})

    assert found.with_model > found.without * 1.05
    assert (found.chance < 0.05) == is_sure
