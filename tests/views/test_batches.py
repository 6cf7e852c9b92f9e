"""Many cases at once: what was sent comes back with the answers that the form would have given."""

import gzip
import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from tests.views.conftest import ASK
from tests.views.filing import COLUMNS, LABELS, SENDING, answered, as_csv, press, refer, rows, send, table, work
from tests.views.making import SCHEMA, add_version
from tests.views.people import browser_of, person, problems, somebody
from webapp.batch import upload
from webapp.records import jobs
from webapp.records.actors import SYSTEM
from webapp.records.decisions import decide_about_champion, reinstate, retire
from webapp.records.predictions import latest
from webapp.records.workers import Worker, say_alive

BESIDE = ("row_number", "prediction", "chance", "flagged", "care", "warnings", "reason_1", "model_version", "error")
SAME = ("row", "answers", "answer", "probability", "reasons", "warnings", "light", "version", "decision_id")
COMMA, TABS = "UTF-8, columns separated by comma", "Windows-1252, columns separated by tab"
MEMBERS = {"FORMCAST_ACCESS": "members", "FORMCAST_BIND": "0.0.0.0"}


def test_every_row_comes_back_with_the_answer_of_the_form(service, browser, monkeypatch):
    monkeypatch.setattr(upload, "PART_ROWS", 20)
    sent = rows(50)
    page = answered(service, browser, as_csv(sent))
    results = table(browser.get(f"{page}/results.csv"))

    assert [[row[name] for name in COLUMNS] for row in results] == sent
    assert set(BESIDE) <= set(results[0])
    assert [row["row_number"] for row in results] == [str(number) for number in range(2, 52)]
    with service.parts.database.reading() as connection:
        kept = {record.reference: record for record in latest(connection, limit=100)}
    for row in (results[0], results[19], results[20], results[49]):
        record = kept[row["reference"]]
        fields = {"business_key": row["customer"], "f0": row["months"], "f1": row["bill"], "f2": _place(row), "f3": "0"}
        fields |= {"f3": "0" if row["senior"] == "yes" else "1"}
        year, month, day = row["joined"].split("-")
        browser.ask(**fields, **{"f4-day": str(int(day)), "f4-month": str(int(month)), "f4-year": year})
        with service.parts.database.reading() as connection:
            [by_form] = latest(connection, limit=1)
        assert (record.channel, by_form.channel, record.business_key) == ("batch", "form", row["customer"])
        for name in (
            "row",
            "answers",
            "answer",
            "probability",
            "reasons",
            "warnings",
            "light",
            "version",
            "decision_id",
        ):
            assert getattr(record, name) == getattr(by_form, name), name
        assert (row["prediction"], float(row["chance"])) == (record.answer, record.probability)
        assert row["flagged"] == ("yes" if record.probability >= 0.4 else "no")
        assert row["reason_1"].startswith(f"{record.reasons[0]['label']}: {record.reasons[0]['value_text']} (")


def _place(row):
    return str(("monthly", "yearly", "long").index(row["contract"]))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (as_csv(rows(3)).encode("utf-8-sig"), COMMA),
        (as_csv(rows(3), LABELS, ";").encode("utf-16"), "UTF-16, columns separated by semicolon"),
        (
            as_csv(rows(3), delimiter="\t").replace("C-0", "Café").encode("cp1252"),
            "Windows-1252, columns separated by tab",
        ),
        (
            as_csv([[cell.replace(".", ",") for cell in row] for row in rows(3)], delimiter=";"),
            "decimals after a comma",
        ),
        (as_csv(rows(3)).replace("\r\n", "\r"), COMMA),
        ("\n".join(line + "," for line in as_csv(rows(3)).splitlines()), COMMA),
        (as_csv([row[::-1] for row in rows(3)], COLUMNS[::-1]), COMMA),
    ],
)
def test_a_file_is_read_as_it_is_written_and_says_how(service, browser, content, said):
    page = send(browser, content).location
    work(service)

    text = browser.get(page).text
    assert said in text
    assert "All 3 rows</b> can be answered" in text


def test_what_comes_back_is_written_as_the_file_was(service, browser):
    sent = [[cell.replace(".", ",") for cell in row] for row in rows(4)]
    sent[1][1] = "many"
    page = answered(service, browser, as_csv(sent, delimiter=";"))
    results = table(browser.get(f"{page}/results.csv"), ";")
    [rejected] = table(browser.get(f"{page}/rejected.csv"), ";")

    assert [[row[name] for name in COLUMNS] for row in results] == sent
    assert all(re.fullmatch(r"0,[0-9]+", row["chance"]) for row in results if not row["error"])
    assert [rejected[name] for name in COLUMNS] == sent[1]


def test_the_table_behind_the_model_can_be_sent_as_it_is(service, browser):
    service.promote(add_version(service.parts.store, data={"columns": [*COLUMNS, "name", "left"]}))
    header = ["Name", *COLUMNS, "LEFT"]
    sent = [[f"=Somebody {row[0]}", *row, "no"] for row in rows(3)]
    page = answered(service, browser, as_csv(sent, header))
    results = table(browser.get(f"{page}/results.csv"))

    text = browser.get(page).text
    assert "The model does not ask for the columns “Name” and “LEFT”; they come back as they were." in text
    assert [[row[name] for name in header] for row in results] == [["'" + row[0], *row[1:]] for row in sent]
    assert service.records() == 3
    assert "column “joint” is not known" in refused(browser, as_csv(rows(1), [*COLUMNS[:5], "joint"]))
    assert "column “left” is there twice" in refused(browser, as_csv(sent, ["left", *COLUMNS, "left"]))
    assert "column “remark” is not known" in refused(browser, as_csv(sent, ["remark", *COLUMNS, "left"]))


def test_whoever_gets_the_results_reads_that_a_person_decides(service, browser):
    notice = "Until further notice a person decides."
    sent = rows(3)
    sent[1][1] = "many"
    before = answered(service, browser, as_csv(sent))
    refer(service, notice)
    page = answered(service, browser, as_csv(sent))

    told = [row["notice"] for row in table(browser.get(f"{page}/results.csv"))]
    assert told == [notice, "", notice]
    assert notice in browser.get(page).text
    assert {row["notice"] for row in table(browser.get(f"{before}/results.csv"))} == {""}


@pytest.mark.parametrize(
    ("written", "first"), [("%d.%m.%Y", "the day"), ("%m/%d/%Y", "the month"), ("%d/%m/%Y 00:00", "the day")]
)
def test_dates_are_read_as_a_spreadsheet_has_saved_them(service, browser, written, first):
    iso = replace(SCHEMA, features=tuple(replace(one, date_order="ymd") for one in SCHEMA.features))
    service.promote(add_version(service.parts.store, iso))
    sent = [[*row[:5], date.fromisoformat(row[5]).strftime(written)] for row in rows(20)]
    sent[4][5] = "soon"
    page = send(browser, as_csv(sent)).location
    work(service)
    checked = browser.get(page).text
    press(browser, page, "go-on")
    work(service)

    assert f"dates with {first} first" in checked
    assert "19 of 20 rows</b> can be answered" in checked
    assert "Joined on must be a real date, like 2024-03-27" in checked
    with service.parts.database.reading() as connection:
        kept = {record.business_key: record.row["joined"] for record in latest(connection)}
    assert kept == {row[0]: row[5] for row in rows(20) if row[0] != "C-4"}


def test_dates_that_no_cell_decides_are_not_guessed(service, browser):
    iso = replace(SCHEMA, features=tuple(replace(one, date_order="ymd") for one in SCHEMA.features))
    service.promote(add_version(service.parts.store, iso))
    page = send(browser, as_csv([[*row[:5], f"0{1 + place}.05.2019"] for place, row in enumerate(rows(5))])).location
    work(service)

    text = browser.get(page).text
    assert "0 of 5 rows</b> can be answered" in text
    assert "dates with" not in text


def test_the_first_good_rows_stand_beside_one_another_as_they_were_understood(service, browser):
    sent = rows(8)
    sent[1][1] = "many"
    page = send(browser, as_csv(sent)).location
    work(service)

    [understood] = re.findall(r"<caption class=.vh.>The first rows as they.*?</table>", browser.get(page).text, re.S)
    lines = [re.findall(r"<t[hd][^>]*>(?:<span>)?([^<]*)", line) for line in understood.split("<tr>")[1:]]
    assert lines[0] == ["Question", "Row 2", "Row 4", "Row 5", "Row 6", "Row 7"]
    assert [line[0] for line in lines[1:]] == list(LABELS[1:])
    assert lines[-1][1:3] == ["1 May 2019", "3 May 2019"]


def test_one_row_is_spoken_of_as_one(service, browser):
    page = send(browser, as_csv(rows(1))).location
    work(service)

    text = browser.get(page).text
    assert "<b>The row</b> can be answered" in text
    assert "Predict the row" in text
    assert "Send another file" in text


def test_a_slip_in_a_number_does_not_hide_the_decimal_sign_of_the_others(service, browser):
    sent = [[cell.replace(".", ",") for cell in row] for row in rows(5)]
    sent[2][COLUMNS.index("bill")] = "fifty"
    page = send(browser, as_csv(sent, delimiter=";")).location
    work(service)

    text = browser.get(page).text
    assert "decimals after a comma" in text
    assert "4</b> of 5 rows" in text or "4 of 5 rows" in re.sub("<[^>]+>", "", text)


def refused(browser, content, name="customers.csv"):
    response = send(browser, content, name)
    assert response.status_code == 422
    [problem] = problems(response)
    assert response.text.count(problem) == 2  # above, and beside the box
    return problem.replace("&#34;", '"')


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        ("x", "", "Select a CSV file"),
        ("x", "customers.pdf", "The selected file must be a CSV"),
        ("x", "customers.XLSX", "The selected file must be a CSV. Save the sheet as CSV UTF-8 in your spreadsheet"),
        ("Customers of 2026\n\n" + as_csv(rows(1)), "x.csv", "its first line begins with “Customers of 2026”"),
        ("", "customers.csv", "The selected file is empty"),
        (" \n\n", "customers.csv", "The selected file is empty"),
        (as_csv([]), "customers.csv", "The selected file is empty below its header"),
        (gzip.compress(b"0" * 10**6), "bomb.csv", "The selected file must be a CSV. It is a gzip archive: unpack it"),
        ("<!DOCTYPE html><html></html>", "page.csv", "The selected file must be a CSV. It is a web page"),
        (b"months,\x00\n1,2\n", "nul.csv", "The selected file must be a CSV. It holds NUL bytes"),
        (
            as_csv(rows(1), [*COLUMNS[:5], "joint"]),
            "../../x.csv",
            "“joined” is missing, column “joint” is not known (is",
        ),
        (as_csv(rows(1), [*COLUMNS[:5], "Senior"]), "x.csv", "column “Senior” is there twice"),
        ("a" + ",a" * 200_000 + "\n1\n", "x.csv", "it has 200,001 columns, and the template has 5"),
        (as_csv(rows(1)) + '"never closed', "x.csv", "a quotation mark that is never closed"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(browser, content, name, sentence):
    assert sentence in refused(browser, content, name)


def test_a_file_with_too_many_rows_or_bytes_is_refused(browser, monkeypatch):
    monkeypatch.setattr(upload, "MAX_ROWS", 10)
    many = refused(browser, as_csv(rows(11)))
    monkeypatch.setattr(upload, "MOST_LINES", 1_000)
    blank = refused(browser, as_csv([]) + "\n" * 1_000 + as_csv(rows(1)))
    monkeypatch.setattr(upload, "MAX_BYTES", 100)
    large = refused(browser, as_csv(rows(11)))

    assert "at most 50,000 rows" in many
    assert blank == many
    assert large == "The selected file must be smaller than 10MB"


def test_a_body_beyond_what_is_read_is_answered_all_the_same(browser):
    kind = "multipart/form-data; boundary=x"
    response = browser.client.post(SENDING, data=b"x" * 10_100_000, content_type=kind)

    assert response.status_code == 413
    assert "The selected file must be smaller than 10MB" in response.text


def test_wrong_rows_are_named_fetched_corrected_and_sent_again(service, browser):
    sent = rows(30)
    sent[3][1] = "abc"
    sent[4][4], sent[4][5] = "perhaps", ""
    sent[9].append("one more")
    sent[11][0] = "=1+2"
    page = send(browser, as_csv(sent)).location
    work(service)
    checked = browser.get(page).text
    rejected = browser.get(f"{page}/rejected.csv")

    assert "27 of 30 rows</b> can be answered. 3 need a correction" in checked
    for cell in ("Months with us must be a number, like 24", "Senior must be yes or no", "This row has 7 cells"):
        assert cell in checked
    assert service.records() == 0
    wrong = table(rejected)
    assert [row["row_number"] for row in wrong] == ["5", "6", "11"]
    assert wrong[1]["problem"] == "Senior must be yes or no. Enter joined on"

    press(browser, page, "go-on")
    work(service)
    results = table(browser.get(f"{page}/results.csv"))
    assert [row["customer"] for row in results] == [row[0].replace("=", "'=") for row in sent]
    assert [number for number, row in enumerate(results) if row["error"]] == [3, 4, 9]
    assert service.records() == 27

    corrected = rejected.get_data().decode("utf-8-sig").replace("abc", "12").replace("perhaps,", "yes,2019-05-04")
    again = answered(service, browser, corrected.replace(",one more", ""))
    assert "All 3 rows</b> can be answered" in browser.get(again).text
    assert service.records() == 30


def test_the_template_can_be_sent_as_it_is(service, browser):
    template = browser.get("/models/leaving/template.csv")
    page = answered(service, browser, template.get_data())

    assert template.headers["Content-Disposition"] == "attachment; filename=leaving-template.csv"
    assert [row["error"] for row in table(browser.get(f"{page}/results.csv"))] == ["", ""]


def test_what_a_spreadsheet_would_calculate_comes_back_as_text(service, browser):
    sent = rows(3)
    sent[0][0], sent[1][0], sent[2][0] = "=cmd|' /C calc'!A0", "-5", "＝2"
    page = answered(service, browser, as_csv(sent))

    assert [row["customer"] for row in table(browser.get(f"{page}/results.csv"))] == [
        "'=cmd|' /C calc'!A0",
        "-5",
        "'＝2",
    ]
    assert "Mallory" not in browser.get(page).text
    with service.parts.database.reading() as connection:
        assert {record.business_key for record in latest(connection)} == {"=cmd|' /C calc'!A0", "-5", "＝2"}


def test_the_page_counts_along_and_says_when_nobody_is_at_work(service, browser, monkeypatch):
    monkeypatch.setattr(upload, "PART_ROWS", 2_000)
    page = send(browser, as_csv(rows(4_100))).location
    waiting = browser.get(page).text
    with service.parts.database.writing() as connection:
        say_alive(connection, Worker("w", "machine 1"))
    work(service)
    press(browser, page, "go-on")
    work(service, parts=1)
    half = browser.get(page).text

    assert "Nobody is at work on files at the moment" in waiting
    assert "Nobody is at work" not in half
    assert ("the file waits" in waiting, "the work goes on" in half) == (True, True)
    assert '<meta http-equiv="refresh" content="5">' in half
    assert re.search(r'role="status"><b>2,000 of 4,100 rows</b> <span class="quiet">about \d+ seconds? left', half)
    assert '<progress max="4100" value="2000"' in half
    work(service)
    assert 'http-equiv="refresh"' not in browser.get(page).text


def test_a_slow_model_is_asked_in_smaller_parts(service, browser):
    words = service.parts.follower.champions["leaving"].words
    said = {**words, "schema": words["schema"].to_json(), "estimator": "boosting"}
    decide_about_champion(service.parts.database, "leaving", "promote", (SYSTEM, "Other words"), words=said)
    service.parts.follower.refresh()
    page = send(browser, as_csv(rows(600))).location
    work(service)
    press(browser, page, "go-on")
    work(service, parts=1)

    assert "<b>250 of 600 rows</b>" in browser.get(page).text
    work(service)
    assert len(table(browser.get(f"{page}/results.csv"))) == 600


def test_stopping_keeps_what_is_answered_and_going_on_answers_the_rest(service, browser, monkeypatch):
    monkeypatch.setattr(upload, "PART_ROWS", 10)
    page = send(browser, as_csv(rows(30))).location
    work(service)
    press(browser, page, "go-on")
    work(service, parts=1)
    press(browser, page, "stop")

    assert work(service) == 0
    assert len(table(browser.get(f"{page}/results.csv"))) == 10
    press(browser, page, "again")
    work(service)
    results = table(browser.get(f"{page}/results.csv"))
    assert [row["customer"] for row in results] == [row[0] for row in rows(30)]
    assert service.records() == 30


def test_a_file_whose_model_is_taken_away_keeps_everything_and_says_how_to_go_on(service, browser):
    page = send(browser, as_csv(rows(5))).location
    work(service)
    press(browser, page, "go-on")
    retire(service.parts.database, "leaving", SYSTEM, "no longer true")
    service.parts.follower.refresh()
    work(service)
    failed = browser.get(page).text

    assert "The work on this file has failed" in failed
    assert "The file and what was answered are kept; go on once it is in use again" in failed
    reinstate(service.parts.database, "leaving", SYSTEM, "true again")
    service.parts.follower.refresh()
    press(browser, page, "again")
    work(service)
    assert len(table(browser.get(f"{page}/results.csv"))) == 5


def test_a_file_whose_model_was_stopped_by_a_criterion_says_why_and_what_to_use_instead(service, browser):
    page = send(browser, as_csv(rows(5))).location
    work(service)
    press(browser, page, "go-on")
    told = {"replacement": "The paper list", "contact": "Desk 4"}
    decide_about_champion(service.parts.database, "leaving", "stop", (SYSTEM, "It is too old."), details=told)
    service.parts.follower.refresh()
    work(service)

    assert "It is too old. Use instead: The paper list. Ask: Desk 4. The file is kept." in browser.get(page).text
    assert "One of its own criteria stopped it" in browser.get("/models/leaving/batches").text


def test_a_file_is_answered_by_the_version_that_checked_it(service, browser):
    page = send(browser, as_csv(rows(5))).location
    work(service)
    service.promote(service.first, why="other words")
    press(browser, page, "go-on")
    with service.parts.database.reading() as connection:
        job = jobs.job_by_id(connection, page.rsplit("/", 1)[1])
    work(service)

    assert job.state == jobs.CHECKING  # looked at once more, as the version in use now does
    press(browser, page, "go-on")
    service.promote(service.first, why="other words once more")
    work(service)
    assert {row["error"] for row in table(browser.get(f"{page}/results.csv"))} == {""}


def test_a_deleted_file_is_gone_and_its_answers_stay(service, browser):
    page = answered(service, browser, as_csv(rows(5)))
    listed = browser.get(SENDING).text
    press(browser, page, "delete")

    assert "customers.csv" in listed and "Answered" in listed
    assert "customers.csv" not in browser.get(SENDING).text
    assert browser.get(page).status_code == 404
    assert service.records() == 5


class TestMembers:
    @pytest.fixture
    def environ(self):
        return MEMBERS

    def test_another_persons_file_is_not_found(self, service):
        ada, ben, head = (somebody(service, role) for role in ("recorder", "recorder", "administrator"))
        page = answered(service, ada, as_csv(rows(2)))

        for other in (ben, head):
            for address in (page, f"{page}/results.csv", f"{page}/rejected.csv"):
                assert other.get(address).status_code == 404
            for what in ("go-on", "stop", "again", "delete"):
                token = re.search(r'name="csrf_token" value="([^"]+)"', other.get(SENDING).text)[1]
                assert other.client.post(f"{page}/{what}", data={"csrf_token": token}).status_code == 404
            assert "customers.csv" not in other.get(SENDING).text
        assert ada.get(page).status_code == 200

    def test_whoever_may_only_ask_gets_the_template_and_no_more(self, service):
        viewer = somebody(service, "viewer")

        assert viewer.get("/models/leaving/template.csv").status_code == 200
        assert viewer.get(SENDING).status_code == 403
        assert "Many at once" not in viewer.get(ASK).text

    def test_sending_a_file_stands_in_the_audit_trail(self, service):
        user = person(service, "recorder")
        send(browser_of(service, user), as_csv(rows(2)))

        head = somebody(service, "administrator")
        assert "File of cases sent" in head.get("/admin/audit").text

    def test_without_sign_in_nothing_is_read(self, service, browser):
        response = browser.client.post(SENDING, data={"file": (BytesIO(b"x"), "x.csv")})

        assert response.status_code == 303
        assert response.location.startswith("/sign-in")
