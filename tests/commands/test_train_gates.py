"""Checks and gates as the users of train.py meet them: what is promoted, what refused, and what a person may do."""

import json
import re
import shlex

import pytest

from tests.commands.test_train import champion, spec_of
from tests.commands.workplace import QUICK
from tests.training.known_tables import csv_text, leaving

ROWS = 1200


@pytest.fixture
def used(trained):
    """A place where version 1 of `leaving` answers, and its table may be replaced."""

    def retrain(columns, *arguments):
        table = trained.place.table("leaving.csv", columns)
        return trained.train("--data", table, "--target", "left", *QUICK, *arguments)

    trained.again = retrain
    return trained


def gate_line(said, name):
    """Verdict and text of a gate, its lines joined."""
    lines = said.out.splitlines()
    start = next(at for at, line in enumerate(lines) if re.search(rf"(pass|warn|refuse) +{name} ", line))
    text = [lines[start]]
    for line in lines[start + 1 :]:
        if not line.startswith(" " * 15):
            break
        text.append(line.strip())
    verdict, _, rest = " ".join(text).removeprefix("Gates").strip().partition(" ")
    return verdict, rest.strip().removeprefix(name).strip()


def facts(terminal, version=""):
    return json.loads(terminal.webapp("show", "leaving", *filter(None, (version,)), "--json").out)


def test_a_dry_run_prints_every_check_and_names_every_gate(terminal):
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "left", "--dry-run")
    text = " ".join(said.out.split())

    assert said.code == 0
    for check in (
        "target_kind",
        "class_size",
        "identifiers",
        "constants",
        "duplicates",
        "gives_target_away",
        "known_afterwards",
        "dates_in_future",
    ):
        assert f"pass {check} " in text
    assert (
        'warn time_order joined: it is a date. If it says when each case happened, say time_column = "joined"' in text
    )
    assert "not_worse_than_champion, no_feature_forgotten, data_not_outdated, right_version" in text
    assert "acceptance_cases" not in text
    assert "leaving.cases.csv may hold cases whose answer is known" in text


def test_a_larger_table_is_compared_with_the_version_in_use_and_promoted(used):
    said = used.again(leaving(400))

    assert (said.code, champion(used)) == (0, 3)
    verdict, text = gate_line(said, "not_worse_than_champion")
    assert verdict == "pass"
    assert "It is no further from what happened than version 1" in text
    assert "cases that neither of them had learned from" in text
    assert gate_line(said, "data_not_outdated")[0] == "pass"


def test_what_the_checks_found_is_kept_with_the_version(used):
    used.again(leaving(400))
    kept = facts(used)

    assert {check["name"] for check in kept["checks"]} >= {"target_kind", "duplicates", "time_order"}
    assert [gate["question"][-1] for gate in kept["gates"]] == ["?"] * len(kept["gates"])


def test_a_question_that_got_lost_is_refused_and_can_be_allowed(used):
    columns = leaving(400)
    del columns["plan"]

    lost = used.again(columns)
    assert (lost.code, champion(used)) == (3, 1)
    assert gate_line(lost, "no_feature_forgotten") == (
        "refuse",
        "It no longer asks “plan”: the table has no column “plan” (if that is meant: --allow-removed plan)",
    )
    assert "no_feature_forgotten refused it. To promote it anyway:" in lost.out

    allowed = used.again(columns, "--allow-removed", "plan")
    assert (allowed.code, champion(used)) == (0, 4)


def test_a_person_may_promote_what_a_gate_refused_and_says_why(used):
    columns = leaving(400)
    del columns["plan"]
    said = used.again(columns)
    command = next(line.strip() for line in said.out.splitlines() if "python -m webapp promote" in line)

    without = used.webapp("promote", "leaving", "3")
    assert (without.code, champion(used)) == (1, 1)
    assert "no_feature_forgotten refused this version. Say why it should answer: --why REASON" in without.err
    assert used.webapp(*shlex.split(command)[3:]).code == 0
    assert champion(used) == 3


def test_a_version_that_is_worse_on_the_same_rows_is_refused(used):
    assert used.again(leaving(ROWS)).code == 0
    spec = spec_of(used)
    spec.write_text(spec.read_text().replace("[data]\n", '[data]\nexclude = ["months"]\n'))

    said = used.train("leaving", "--allow-removed", "months", *QUICK)

    assert (said.code, champion(used)) == (3, 3)
    assert gate_line(said, "no_feature_forgotten")[0] == "pass"
    verdict, text = gate_line(said, "not_worse_than_champion")
    assert verdict == "refuse"
    assert text.startswith("It is further from what happened than version 3, as 2")


def test_an_old_copy_of_the_table_is_refused(used):
    spec = spec_of(used)
    spec.write_text(spec.read_text().replace('# time_column = "joined"', 'time_column = "joined"'))
    assert used.train("leaving", *QUICK).code == 0
    columns = leaving()
    order = sorted(range(320), key=lambda row: columns["joined"][row])[:200]

    said = used.again({name: [column[row] for row in order] for name, column in columns.items()})

    assert said.code == 3
    assert gate_line(said, "data_not_outdated")[0] == "refuse"
    assert "Is it an old copy?" in gate_line(said, "data_not_outdated")[1]


def test_limits_of_the_spec_are_kept_to_and_an_exception_is_printed(used):
    spec = spec_of(used)
    limits = "\n[gates]\nmax_prediction_ms = 0.00001\n"
    spec.write_text(spec.read_text().replace("\n# [gates]\n", limits))
    assert used.train("leaving", *QUICK).code == 3

    spec.write_text(
        spec.read_text().replace(limits, limits + '[gates.only_warn]\nprediction_time = "Nobody waits for it"\n')
    )
    said = used.train("leaving", *QUICK)
    assert said.code == 0
    assert gate_line(said, "prediction_time")[0] == "warn"
    assert "It only warns, as the spec says: Nobody waits for it" in gate_line(said, "prediction_time")[1]


def cases_of(terminal):
    return terminal.place.folder / "specs" / "leaving.cases.csv"


def test_cases_that_somebody_wrote_down_are_asked(used):
    cases_of(used).write_text(
        "Months,Fee,Plan,expected,at_least,note\n1,105,basic,Yes,70,New and dear\n70,25,max,No,,Old friend\n"
    )

    said = used.train("leaving", *QUICK)

    assert said.code == 0
    assert gate_line(said, "acceptance_cases") == (
        "pass",
        "All 2 cases were answered as expected. What a case leaves blank was taken to be typical",
    )
    assert f"Cases      2 in {cases_of(used)}" in said.out
    assert "acceptance_cases" in used.train("leaving", "--dry-run").out


def test_a_case_that_is_answered_otherwise_refuses_the_version(used):
    cases_of(used).write_text("Months,Fee,Plan,expected,note\n1,105,basic,No,New and dear\n")

    said = used.train("leaving", *QUICK)

    assert (said.code, champion(used)) == (3, 1)
    assert "line 2 (New and dear): “Yes” with a chance of" in gate_line(said, "acceptance_cases")[1]
    assert facts(used)["acceptance"]["failed"][0]["wanted"] == "“No”"


@pytest.mark.parametrize("arguments", [QUICK, ("--dry-run",)])
def test_mistakes_in_the_cases_end_the_run_before_anything_is_learned(used, arguments):
    cases_of(used).write_text("Months,expected\nmany,Yes\n3,Perhaps\n")

    said = used.train("leaving", *arguments)

    assert said.code == 1
    assert len(used.place.versions()) == 2
    told = [line.strip() for line in said.err.splitlines() if line.strip().startswith("line ")]
    assert told[0].startswith("line 2: Months must be a number, like ")
    assert told[1:] == ["line 3: “Perhaps” is no answer of the model. It answers No, Yes"]


def test_a_version_in_use_that_is_damaged_is_said_and_ends_nothing(used):
    [version] = [stored for stored in used.place.versions() if stored.number == 1]
    pickled = used.place.folder / "model_store" / "leaving" / version.version / "pipeline.pkl"
    pickled.write_bytes(pickled.read_bytes()[:-1])

    said = used.again(leaving(400))

    assert said.code == 0
    verdict, text = gate_line(said, "not_worse_than_champion")
    assert verdict == "warn"
    assert "It could not be compared with version 1: it cannot be opened here." in text


def test_a_database_that_is_away_is_said_and_the_version_is_kept(used, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/nothing")

    said = used.again(leaving(400))

    assert said.code == 3
    assert len(used.place.versions()) == 3
    assert "It could not be compared with the version in use" in gate_line(said, "not_worse_than_champion")[1]


def test_without_a_database_nothing_is_made_for_asking_it(terminal):
    table = terminal.place.table("leaving.csv", leaving())

    terminal.train("--data", table, "--target", "left", "--no-promote", *QUICK)
    assert not (terminal.place.folder / "formcast.db").exists()


def test_rows_of_one_customer_stay_together(terminal):
    columns = leaving()
    columns["customer"] = [f"C-{row // 2:05d}" for row in range(320)]
    table = terminal.place.table("leaving.csv", csv_text(columns))
    (terminal.place.folder / "specs").mkdir()
    path = terminal.place.folder / "specs" / "leaving.toml"
    path.write_text(f'[data]\nsource = "{table}"\ntarget = "left"\nid_column = "customer"\n')

    said = terminal.train("leaving", *QUICK)

    assert said.code == 0
    assert "pass  duplicates" in said.out
    assert "320 rows share it with another row; all rows of one case stay together" in " ".join(said.out.split())
