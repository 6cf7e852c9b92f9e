"""What would change an answer: worked out by the version that gave it, and the same whatever became of it since."""

import re

import numpy as np
import pytest

from tests.views.making import add_version
from tests.views.people import somebody
from tests.views.trying_out import suggestions, use_changeable
from webapp.records.predictions import latest
from webapp.views.opened import _opened

AT_RISK = {"f0": "2", "f2": "0"}


def main_of(page):
    return re.search(r"<main.*</main>", page.text, re.DOTALL)[0]


@pytest.fixture
def asked(service, browser):
    """The address of an answer that is flagged."""
    use_changeable(service)
    return browser.ask(**AT_RISK).location


def test_the_result_leads_to_what_would_change_it(browser, asked):
    page = browser.get(asked)

    assert f'href="{asked}/changes"' in page.text
    assert f'href="{asked}/what-if"' in page.text
    assert "changes of months with us, monthly bill and contract can be suggested" in page.text


def test_suggestions_bring_the_case_below_the_rule_with_the_fewest_changes_first(browser, asked):
    page = browser.get(f"{asked}/changes")
    found = suggestions(page)

    assert "below our rule of 40%" in page.text
    assert 1 <= len(found) <= 3
    assert all("not flagged" in one for one in found)
    counts = [one.split(" | ")[1] for one in found]
    assert counts == sorted(counts, key=["One change", "Two changes"].index)
    assert not any(word in one for one in found for word in ("senior", "joined"))


def test_every_shown_chance_is_what_the_pipeline_says_to_the_changed_row(service, browser, asked):
    """The values are read from the page itself."""
    schema = service.parts.follower.champions["leaving"].predictor.schema
    pipeline = service.parts.follower.champions["leaving"].predictor.pipeline
    with service.parts.database.reading() as connection:
        [record] = latest(connection)
    for one in suggestions(browser.get(f"{asked}/changes")):
        said, _, figure, _ = one.split(" | ")
        row = dict(record.row)
        for label, value in re.findall(r"([a-z][a-z ]*) were (.*?)(?: and |$)", said.removeprefix("If ")):
            [feature] = [feature for feature in schema.features if feature.label.casefold() == label]
            by_label = {choice.label: choice.value for choice in feature.choices}
            row[feature.name] = by_label.get(value) or float(re.sub(r"[^0-9.]", "", value))
        X = np.empty((1, len(row)), dtype=object)
        X[0] = [
            row[feature.name] if feature.kind != "date" else np.datetime64(row[feature.name])
            for feature in schema.features
        ]
        chance = pipeline.predict_proba(X)[0, list(pipeline.classes_).index("yes")]
        assert figure in (f"{round(100 * chance)} in 100", "fewer than 1 in 100")


def test_they_stay_the_same_whatever_version_is_in_use(service, browser, asked):
    before = main_of(browser.get(f"{asked}/changes"))
    for seed in range(1, 4):
        service.promote(add_version(service.parts.store, seed=seed))

    assert main_of(browser.get(f"{asked}/changes")) == before


def test_a_version_that_is_gone_is_said_so(service, browser, asked):
    [version] = [found for found in service.parts.store.versions("leaving") if found.number == 2]
    service.promote(add_version(service.parts.store, seed=1))
    for file in (service.parts.store.root / "leaving" / version.version).iterdir():
        file.unlink()
    _opened.cache_clear()
    page = browser.get(f"{asked}/changes")

    assert page.status_code == 200
    assert "cannot be loaded here any more" in page.text
    assert suggestions(page) == []


def test_where_nobody_named_an_answer_nothing_is_suggested(browser):
    address = browser.ask().location

    assert "Nobody has said which answers of this model can be changed" in browser.get(address).text
    assert f'href="{address}/changes"' not in browser.get(address).text
    assert "Nobody has said which answers" in browser.get(f"{address}/changes").text


def test_a_case_on_the_wanted_side_needs_no_change(service, browser):
    use_changeable(service)
    address = browser.ask(f0="70", f2="2").location

    assert (
        "Nothing needs to change: this customer is not flagged, and that is what is wanted"
        in browser.get(f"{address}/changes").text
    )


def test_where_nobody_said_what_is_wanted_the_other_side_of_the_rule_is_looked_for(service, browser):
    use_changeable(service, wanted="")
    address = browser.ask(f0="30", f2="2").location
    page = browser.get(f"{address}/changes")

    assert "our rule of 40% or more" in page.text


def test_a_rule_out_of_reach_is_said_and_the_nearest_shown(service, browser):
    use_changeable(service, threshold=0.001, set_by="", set_on="")
    address = browser.ask(**AT_RISK).location
    page = browser.get(f"{address}/changes")

    assert "No change that is allowed brings this customer below our rule of 0.1%" in page.text
    assert "These come nearest" in page.text
    assert all("flagged" in one and "not flagged" not in one for one in suggestions(page))


def test_an_answer_that_never_was_has_no_changes(browser):
    assert browser.get(f"/predictions/{'A' * 22}/changes").status_code == 404


class TestLimits:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    def test_one_person_may_look_120_times_a_minute(self, service):
        use_changeable(service)
        browser = somebody(service)
        address = browser.ask(**AT_RISK).location
        statuses = [browser.get(f"{address}/changes").status_code for _ in range(121)]

        assert statuses == [200] * 120 + [429]
