"""Cases that somebody wrote down: how their file is read, what is said of its mistakes, and what the gate does."""

from dataclasses import replace

import numpy as np
import pytest

from tests.training.known_tables import KEY, learn, leaving, places, rents, spec_of
from tests.training.made_up import table_from_named
from webapp.errors import UnusableSpec
from webapp.model_store import ModelStore
from webapp.training.checks.acceptance_file import MOST_CASES, cases_path, read_cases
from webapp.training.columns.inference import infer_schema
from webapp.training.gates.acceptance import acceptance_gate, failed_cases
from webapp.training.spec.file import FeatureSpec, OutcomeSpec

SPEC = spec_of("leaving", "left", id_column="customer")
SPEC = replace(
    SPEC,
    outcomes={"Yes": OutcomeSpec(short="leave", chance="leaving")},
    features={"fee": FeatureSpec(label="Monthly fee", minimum=0.0), "has_app": FeatureSpec(label="Uses the app")},
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture(scope="module")
def understood():
    return infer_schema(table_from_named(leaving()), SPEC)


@pytest.fixture
def cases(folder, understood):
    """Reads the lines as the file of cases of `leaving`."""

    def read(*lines, inference=understood, spec=SPEC, line_end="\n", encoding="utf-8"):
        spec = replace(spec, path=folder / f"{spec.model}.toml")
        cases_path(spec).write_bytes(line_end.join([*lines, ""]).encode(encoding))
        return read_cases(spec, inference)

    return read


@pytest.fixture
def mistakes(cases):
    def told(*lines, **other):
        with pytest.raises(UnusableSpec) as problem:
            cases(*lines, **other)
        return [line.strip() for line in str(problem.value).splitlines()[1:]]

    return told


def test_the_file_stands_beside_the_spec_and_need_not_be_there(folder, understood):
    spec = replace(SPEC, path=folder / "leaving.toml")

    assert cases_path(spec) == folder / "leaving.cases.csv"
    assert read_cases(spec, understood) is None
    assert (cases_path(SPEC), read_cases(SPEC, understood)) == (None, None)


def test_a_case_is_read_by_labels_or_names_in_any_order_and_case(cases):
    found = cases("NOTE,expected,Monthly fee,months,uses the app", "Long with us,No,20.5,60,yes")

    [case] = found.cases
    assert case.answers == {"fee": 20.5, "months": 60.0, "has_app": 1.0}
    assert (case.line, case.note, case.expected, case.at_least, case.at_most) == (2, "Long with us", "No", None, None)
    assert (found.file, len(found.sha256)) == ("leaving.cases.csv", 64)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_spreadsheet_may_have_written_it(cases, delimiter, encoding):
    lines = [
        delimiter.join(cells) for cells in (("plan", "expected", "note"), ("max", "No", "Für immer"), ("", "", ""))
    ]

    [case] = cases(*lines, line_end="\r\n", encoding=encoding).cases
    assert (case.answers, case.note) == ({"plan": "max"}, "Für immer")


def test_what_is_left_blank_is_not_said_and_not_provided_is_an_answer(cases):
    [case] = cases("fee,plan,expected", "Not provided,,Yes").cases

    assert case.answers == {"fee": None}


def test_an_answer_may_be_called_as_the_pages_call_it(cases):
    found = cases("months,expected", "1,leave", "1,LEAVING", "1,yes").cases

    assert [case.expected for case in found] == ["Yes"] * 3


@pytest.mark.parametrize(
    ("written", "chance"), [("40", 40.0), ("40%", 40.0), ("0.4%", 0.4), ("0", 0.0), ("100 %", 100.0)]
)
def test_a_chance_is_in_per_cent(cases, written, chance):
    assert cases("months,at_most", f"1,{written}").cases[0].at_most == chance


def test_columns_the_model_is_not_asked_with_are_passed_over_and_said(cases):
    found = cases("customer,months,expected", "C-1,3,Yes")

    assert found.unasked == ("customer",)
    assert found.cases[0].answers == {"months": 3.0}


@pytest.mark.parametrize(
    ("header", "line", "words"),
    [
        ("months,expected", "many,Yes", "line 2: Months must be a number, like "),
        ("fee,expected", "-1,Yes", "line 2: Monthly fee must be 0 or more"),
        ("plan,expected", "maximum,Yes", "line 2: Plan has no choice “maximum”."),
        ("plan,expected", "plusss,Yes", "line 2: Plan has no choice “plusss”. Did you mean “plus”?"),
        ("joined,expected", "31/2/2024,Yes", "line 2: Joined must be a real date, like 27 3 2024"),
        ("months,expected", "Not provided,Yes", "line 2: Months cannot be left unanswered"),
        ("months,expected", "3,Perhaps", "line 2: “Perhaps” is no answer of the model. It answers No, Yes"),
        ("months,at_least", "3,0.4", "line 2: at_least is a chance in per cent: write 40 or 0.4%, not 0.4"),
        ("months,at_least", "3,140", "line 2: at_least is a chance in per cent, from 0 to 100, not 140"),
        ("months,at_least", "3,high", "line 2: at_least must be a number, not “high”"),
        ("months,at_least,at_most", "3,60,40", "line 2: at_least is larger than at_most"),
        ("months,expected", "3,", "line 2: it expects nothing. Fill in expected, at_least or at_most"),
        ("months,expected", "3,Yes,9", "line 2: it has 3 cells, and the first line has 2"),
        ("month,expected", "3,Yes", "line 1: “month” is no question of the form. Did you mean “months”?"),
        ("left,expected", "Yes,Yes", "line 1: “left” is no question of the form."),
        ("months,Months,expected", "3,3,Yes", "line 1: “months” stands in two columns. Keep one of them"),
        (
            "months,note",
            "3,so",
            "line 1: there is no column expected, at_least or at_most, so nothing could be checked",
        ),
    ],
)
def test_a_mistake_is_said_with_its_line(mistakes, header, line, words):
    [told] = mistakes(header, line)

    assert told.startswith(words)


def test_every_mistake_is_said_at_once_and_with_the_line_it_stands_on(mistakes):
    told = mistakes("months,note,expected", "3,,Yes", "", '3,"two\nlines",Perhaps', "x,,Yes", *["y,,Yes"] * 20)

    assert [sentence.split(":")[0] for sentence in told[:3]] == ["line 4", "line 6", "line 7"]
    assert told[-1] == "and 14 more"


def test_too_many_cases_are_refused(mistakes):
    assert mistakes("months,expected", *["3,Yes"] * (MOST_CASES + 1)) == [
        f"it has {MOST_CASES + 1:,} cases; keep the {MOST_CASES:,} that tell most"
    ]


@pytest.mark.parametrize("content", [b"PK\x03\x04rubbish", b'months,expected\n"3,Yes\n3"x,No\n', b"a\x00b"])
def test_a_file_that_is_no_table_is_refused_in_words(folder, understood, content):
    spec = replace(SPEC, path=folder / "leaving.toml")
    cases_path(spec).write_bytes(content)

    with pytest.raises(UnusableSpec, match="leaving.cases.csv cannot be read: "):
        read_cases(spec, understood)


def test_an_empty_file_says_that_nothing_could_be_checked(mistakes):
    assert mistakes("") == ["line 1: there is no column expected, at_least or at_most, so nothing could be checked"]


# The gate


@pytest.fixture(scope="module")
def answering(tmp_path_factory):
    """name -> spec, inference and package of a model of each task."""
    found = {}
    for columns, spec in (
        (leaving(1500), SPEC),
        (places(), spec_of("places", "place")),
        (rents(), spec_of("rents", "rent")),
    ):
        root = tmp_path_factory.mktemp(spec.model)
        outcome = learn(columns, spec, root)
        package = ModelStore(root).load(spec.model, outcome.stored.version, (KEY.public,))
        found[spec.model] = (spec, outcome.inference, package)
    return found


@pytest.fixture
def gate(cases, answering):
    def ask(model, *lines):
        spec, inference, package = answering[model]
        return acceptance_gate(cases(*lines, spec=spec, inference=inference), package.schema, package.pipeline)

    return ask


LEAVES, STAYS = "1,105,basic", "70,25,max"


def test_cases_that_are_answered_as_expected_pass(gate):
    found, facts = gate("leaving", "months,fee,plan,expected,at_least,at_most", f"{LEAVES},Yes,70,", f"{STAYS},No,,10")

    assert (found.name, found.verdict) == ("acceptance_cases", "pass")
    assert found.reason == "All 2 cases were answered as expected. What a case leaves blank was taken to be typical"
    assert (facts["file"], facts["cases"], facts["failed"]) == ("leaving.cases.csv", 2, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"{LEAVES},No,,,", ", “No” expected"),
        (f"{LEAVES},,,50,", ", a chance of “Yes” of at most 50% expected"),
        (f"{STAYS},,20,30,", ", a chance of “Yes” from 20% to 30% expected"),
        (f"{STAYS},No,20,,", ", a chance of “Yes” of at least 20% expected"),
    ],
)
def test_a_case_that_is_answered_otherwise_is_named(gate, line, words):
    found, facts = gate("leaving", "months,fee,plan,expected,at_least,at_most,note", line + "An old friend")

    assert found.verdict == "refuse"
    assert found.reason.startswith(
        "1 of 1 cases in leaving.cases.csv were not answered as expected: line 2 (An old friend): "
    )
    assert words in found.reason
    [failed] = facts["failed"]
    assert (failed["line"], failed["note"]) == (2, "An old friend")


def test_a_chance_is_compared_as_the_page_shows_it(answering, cases):
    spec, inference, package = answering["leaving"]
    [case] = cases("months,fee,plan,at_least", f"{LEAVES},1", spec=spec, inference=inference).cases
    rows = np.array([[case.answers.get(f.name, f.typical_value) for f in package.schema.features]], dtype=object)
    shown = round(100 * package.pipeline.predict_proba(rows)[0, 1])

    def fails(**limits):
        return bool(failed_cases([replace(case, **{"at_least": None} | limits)], package.schema, package.pipeline))

    assert not fails(at_least=float(shown), at_most=float(shown))
    assert fails(at_least=shown + 0.6)
    assert fails(at_most=shown - 0.6)


def test_of_several_answers_the_chance_is_that_of_the_expected_one(gate, answering, cases):
    header = "height,depth,colour,expected,at_least"

    assert gate("places", header, "6.2,0,blue,wood,80", "0,0.3,red,hill,60")[0].verdict == "pass"
    refused = gate("places", header, "6.2,0,blue,hill,")[0]
    assert "“wood” with a chance of" in refused.reason
    with pytest.raises(UnusableSpec, match="say in expected which answer the chance is of"):
        gate("places", header, "6,0,blue,,80")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("100,town,1200,,", ""),
        ("100,town,,800,1600", ""),
        ("100,village,,,1500", ""),
        ("100,town,4000,,", "a range that holds 4,000 expected"),
        ("100,town,,2000,", "of at least 2,000 expected"),
        ("100,town,1200,,900", "of at most 900 expected"),
    ],
)
def test_a_number_must_lie_in_the_range_and_an_estimate_within_limits(gate, line, words):
    found, _ = gate("rents", "area,where,expected,at_least,at_most", line)

    assert found.verdict == ("refuse" if words else "pass")
    assert words in found.reason


def test_a_file_without_a_case_is_warned_of(gate):
    found, facts = gate("leaving", "months,expected")

    assert (found.verdict, found.reason) == ("warn", "leaving.cases.csv has no case yet")
    assert facts["cases"] == 0


def test_only_some_failed_cases_are_named_and_all_are_kept(gate):
    found, facts = gate("leaving", "months,fee,plan,expected", *[f"{LEAVES},No"] * 9)

    assert "; and 4 more" in found.reason
    assert len(facts["failed"]) == 9


def test_without_blanks_nothing_is_said_of_them(gate):
    found, _ = gate("rents", "area,where,at_least", "100,town,500")

    assert found.reason == "The one case was answered as expected"
