"""The page of a version: every section from what was measured, in figures that can be checked."""

import copy

import pytest

from tests.evidence.known_versions import facts_of
from webapp.evidence.as_text import section_lines
from webapp.evidence.parts import Facts, Figure, Plot, Points, Section, Table, Verdicts
from webapp.evidence.said import decimals_of, even
from webapp.evidence.version import NOT_UNDERSTOOD, gates_text, summary, version_sections

TASKS = ("binary", "many", "number")


def section(facts, name):
    return next(found for found in version_sections(facts) if found.name == name)


def part(facts, name, kind):
    return next(found for found in section(facts, name).parts if isinstance(found, kind))


def table(facts, caption):
    parts = [one for found in version_sections(facts) for one in found.parts]
    tables = [one.table if isinstance(one, Figure) else one for one in parts if isinstance(one, Figure | Table)]
    return next(one for one in tables if one.caption == caption)


@pytest.mark.parametrize(
    ("task", "names"),
    [
        (
            "binary",
            "gates good decisions chances gain parts importance rows tried checks changes adopted data settings",
        ),
        ("many", "gates good decisions chances parts importance rows tried checks changes adopted data settings"),
        ("number", "gates good errors parts importance rows tried checks changes adopted data settings"),
    ],
)
def test_a_version_has_the_sections_of_its_kind_of_answer(task, names):
    assert [found.name for found in version_sections(facts_of(task))] == names.split()


@pytest.mark.parametrize("task", TASKS)
def test_nothing_is_empty_and_every_table_is_as_wide_as_its_head(task):
    for found in version_sections(facts_of(task)):
        for one in found.parts:
            shown = one.table if isinstance(one, Figure) else one
            if isinstance(shown, Table):
                assert shown.rows
                assert {len(row) for row in shown.rows} == {len(shown.columns)}
            if isinstance(shown, Facts):
                assert all(term and text for term, text in shown.pairs)


def test_the_first_line_is_the_metric_that_counts():
    facts = facts_of("binary")
    chosen = facts["evaluation"]["metric"]

    assert summary(facts) == (
        f"AUC {chosen['value']:.3g} ({chosen['low']:.3g} to {chosen['high']:.3g}); guessing gives 0.5"
    )


def test_every_figure_stands_with_its_range():
    facts = facts_of("binary")
    lines = {row[0]: row[1:] for row in table(facts, "All figures").rows}

    assert set(lines) >= {"Log loss", "AUC", "Brier score", "Recall", "Share that really were"}
    low, high = facts["evaluation"]["intervals"]["recall"]
    assert lines["Recall"] == (f"{facts['evaluation']['figures']['recall']:.4f}", f"{low:.4f} to {high:.4f}", "higher")
    assert all(" to " in line[1] for line in lines.values())


def test_figures_of_a_column_have_the_same_decimals_and_what_is_next_to_nothing_no_sign():
    decimals = decimals_of([0.1052, 0.0285, -0.00004], 3)

    assert [even(value, decimals) for value in (0.1052, 0.02, -0.00004, -0.0285)] == [
        "0.105",
        "0.020",
        "0.000",
        "\u22120.029",
    ]
    assert (decimals_of([4821.0]), decimals_of([0.0]), decimals_of([])) == (0, 0, 0)


def test_the_threshold_is_explained_with_its_costs_and_checked():
    terms = dict(part(facts_of("binary"), "decisions", Facts).pairs)
    said = " ".join(one.text for one in section(facts_of("binary"), "decisions").parts if hasattr(one, "text"))

    assert terms["Threshold"] == "25%, follows from the stated costs"
    assert terms["Set by"] == "Sales on 3 Oct 2026"
    assert terms["The rule"].startswith("1 ÷ (1 + 3)")
    assert terms["What it weighs"] == "One missed case as much as 3 false alarms"
    assert said.startswith("No other point is cheaper beyond chance")


def test_a_threshold_that_another_point_would_beat_is_said():
    facts = copy.deepcopy(facts_of("binary"))
    facts["evaluation"]["threshold"]["check"]["saved"] = {"value": 0.2, "low": 0.1, "high": 0.3}
    said = [one.text for one in section(facts, "decisions").parts if hasattr(one, "text")]

    assert said[0].startswith("Another point picked on other rows would save 0.2 a case (0.1 to 0.3)")


def test_the_confusion_is_that_of_the_evaluation():
    facts = facts_of("many")
    rows = table(facts, "What was answered against what was true, in rows").rows

    counts = facts["evaluation"]["confusion"]["counts"]
    assert [list(row[1:-1]) for row in rows] == [[f"{count:,}" for count in line] for line in counts]
    assert [row[0] for row in rows] == ["“hill”", "“lake”", "“wood”"]


@pytest.mark.parametrize(("task", "name"), [("binary", "calibration"), ("binary", "gain-chart"), ("binary", "curve")])
def test_a_drawing_stays_within_its_field_and_has_its_figures_as_a_table(task, name):
    figures = [one for found in version_sections(facts_of(task)) for one in found.parts if isinstance(one, Figure)]
    figure = next(one for one in figures if one.name == name)
    plot = figure.picture

    assert isinstance(plot, Plot)
    assert len(plot.dots) == len(figure.table.rows)
    for dot in plot.dots:
        assert 8 <= float(dot.x.removesuffix("%")) <= 97
        assert plot.top <= dot.high <= dot.y <= dot.low <= plot.floor
    assert len(plot.ticks) <= 5


def test_rows_of_dots_lie_within_their_ranges():
    for name in ("parts", "importance"):
        figure = part(facts_of("binary"), name, Figure)
        for row in figure.picture.rows:
            low, width, at = (float(value.removesuffix("%")) for value in (row.low, row.width, row.at))
            assert 0 <= low <= at <= low + width <= 100


def test_a_slice_that_guessing_would_serve_better_is_the_finding():
    facts = copy.deepcopy(facts_of("binary"))
    worst = facts["evaluation"]["slices"][0]
    worst["over_guessing"] = {"value": -0.3, "low": -0.4, "high": -0.1}

    assert part(facts, "parts", Figure).title == f"Guessing would serve these better: {worst['label']}"


def test_sensitive_fields_have_a_table_of_their_own():
    rows = table(facts_of("binary"), "Fields by which people should not be judged without notice").rows

    assert [row[0] for row in rows] == ["Shop: <b>Ash</b>", "Shop: Birch"]


def test_of_a_number_errors_are_shown_by_size_with_their_unit():
    rows = table(facts_of("number"), "Errors").rows

    assert len(rows) == 5
    assert all(row[0].endswith(" €") for row in rows)
    assert all("%" in row[4] for row in rows)


def test_gates_and_checks_are_shown_with_their_verdict_in_words():
    gates = part(facts_of("binary"), "gates", Verdicts).lines
    checks = part(facts_of("binary"), "checks", Verdicts).lines

    assert [(gate.title, gate.words) for gate in gates] == [
        ("Is it better?", "Passed"),
        ("Is it honest?", "Passed with a warning"),
    ]
    assert [(check.title, check.text) for check in checks] == [("Leak: age", "nearly gives the answer away")]
    assert table(facts_of("binary"), "Cases of sales.cases.csv that were answered otherwise").rows == (
        ("3", "a regular", "yes", "no"),
    )


def test_the_table_and_the_settings_are_recorded_in_full():
    data = dict(part(facts_of("binary"), "data", Facts).pairs)
    made = dict(part(facts_of("binary"), "settings", Facts).pairs)

    assert data["From and to"] == "2024-01-01 to 2026-06-30"
    assert data["Size"] == "3.24 MB"
    assert data["Kept back"] == "400 rows, by time"
    assert "Parameters, by name" not in data
    assert (made["Code changed since the commit"], made["Python"]) == ("no", "3.11.7")
    assert table(facts_of("binary"), "The spec, word for word").rows == (("title = 'Sales'",),)
    assert table(facts_of("binary"), "Packages it was made with").rows == (("numpy", "2.4.6"),)


def test_of_a_pipeline_fitted_elsewhere_it_is_said_what_came_and_what_is_not_known():
    facts = {**facts_of("binary"), "rows": {"train": None, "holdout": 400}}

    assert dict(part(facts, "adopted", Facts).pairs)["File"] == "theirs.joblib"
    assert part(facts, "adopted", Points).lines == ("Odd",)
    assert dict(part(facts, "data", Facts).pairs)["Learned from"] == "not known: it was fitted elsewhere"


def test_changes_name_fields_that_do_something_else_all_the_same():
    said = [one.text for one in section(facts_of("binary"), "changes").parts if hasattr(one, "text")]

    assert said == [
        "Against version 2: 1 field added.",
        "Nothing about these fields was changed, and yet they do something else: Shop.",
    ]
    assert table(facts_of("binary"), "Changes").rows == (("Age", "is asked now", "yes"),)


def test_what_another_release_wrote_costs_one_section_and_not_the_page():
    facts = copy.deepcopy(facts_of("binary"))
    facts["evaluation"]["slices"] = [{"of": "another release"}]
    sections = {found.name: found for found in version_sections(facts)}

    assert [one.text for one in sections["parts"].parts] == [NOT_UNDERSTOOD]
    assert len(sections["good"].parts) > 2


def test_a_version_of_which_little_is_known_still_has_a_page():
    facts = {"schema": facts_of("binary")["schema"], "gates": [], "words": {}}

    assert version_sections(facts) == ()
    assert [found.name for found in version_sections({**facts, "seed": 0})] == ["settings"]
    assert summary(facts) == ""


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        (["pass", "pass"], "All 2 passed"),
        (["pass", "warn"], "1 of 2 passed, 1 warns"),
        (["warn", "warn", "pass"], "1 of 3 passed, 2 warn"),
        (["pass", "refuse"], "Refused: Is it 1?"),
    ],
)
def test_gates_are_summed_up_in_a_line(verdicts, words):
    gates = [{"name": "any", "verdict": one, "question": f"Is it {at}?"} for at, one in enumerate(verdicts)]

    assert gates_text(gates) == words


@pytest.mark.parametrize("task", TASKS)
def test_the_terminal_says_the_same_as_the_page(task):
    facts = facts_of(task)
    lines = "\n".join(section_lines(version_sections(facts)))
    flat = " ".join(lines.split())

    for found in version_sections(facts):
        assert found.title in lines
        for one in found.parts:
            if isinstance(one, Figure):
                assert " ".join(one.title.split()) in flat
            if isinstance(one, Points):
                assert all(line in flat for line in one.lines)
            shown = one.table if isinstance(one, Figure) else one
            if isinstance(shown, Table):
                assert all(cell[:40] in lines for row in shown.rows for cell in row)


def test_columns_of_a_table_stand_below_each_other():
    lines = section_lines(version_sections(facts_of("binary")))
    head = lines.index("All figures") + 1
    end = lines[head].index("Value") + len("Value")

    figures = [line[:end].split()[-1] for line in lines[head + 1 : head + 6]]
    assert figures == [row[1] for row in table(facts_of("binary"), "All figures").rows[:5]]
    assert {line[end] for line in lines[head : head + 6]} == {" "}


def test_a_long_reason_goes_on_below_and_is_never_cut():
    reason = "its name sounds like the end of a case, and it tells much. If it is known only afterwards, exclude it"
    checks = Table("Checks", (("Check", False), ("Reason", False)), (("Known afterwards: fee", reason),))

    lines = section_lines([Section("checks", "Checked", (checks,))])

    assert " ".join(" ".join(lines).split()).endswith(f"Known afterwards: fee {reason}")
    assert max(map(len, lines)) < 100
