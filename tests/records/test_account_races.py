"""Several processes at once: counts are right, links work once, and one administrator is left."""

import pytest

from tests.records.people import administrator, person, reread, trail
from tests.records.racing import in_processes
from webapp.errors import AccountRefused
from webapp.records import attempts, invitations, users
from webapp.records.actors import SYSTEM
from webapp.records.database import Database
from webapp.records.users import NewUser

HOUR_S = 3600
ROUNDS = 6


def knock(url, start, report):
    database = Database(url)
    start.wait()
    refused = [
        database.run(lambda connection: attempts.allow(connection, "address", "192.0.2.1", 30, HOUR_S))
        for _ in range(40)
    ]
    report.put((refused.count(None), sum(retry.is_first for retry in refused if retry)))
    database.dispose()


@pytest.mark.parametrize("count", [2, 4])
def test_two_workers_together_allow_no_more_than_the_limit(url, count):
    answers = in_processes(count, knock, url)

    assert sum(allowed for allowed, _ in answers) == 30
    assert sum(first for _, first in answers) == 1


def accept_once(url, token, start, report):
    database = Database(url)
    start.wait()
    user = database.run(lambda connection: invitations.accept(connection, token, f"hash {id(start)}"))
    report.put(user is not None)
    database.dispose()


def test_of_several_who_use_one_link_one_sets_the_password(database, url):
    for number in range(ROUNDS):
        grace = person(database, f"grace{number}", password_hash=None)
        with database.writing() as connection:
            token = invitations.invite(connection, grace.id, SYSTEM)

        assert sorted(in_processes(3, accept_once, url, token)) == [False, False, True]
        assert trail(database, subject=f"user grace{number}", action="password_changed") == [
            ("password_changed", f"user grace{number}")
        ]


def take_part(url, ids, start, report):
    """Each takes the other's office away, by the one way or the other."""
    database = Database(url)
    mine = start.wait()  # 0 or 1
    act = (
        lambda connection: users.disable(connection, ids[1], SYSTEM),
        lambda connection: users.change_role(connection, ids[0], "viewer", SYSTEM),
    )[mine]
    start.wait()
    try:
        database.run(act)
        report.put("done")
    except AccountRefused:
        report.put("refused")
    database.dispose()


def test_of_two_who_remove_the_last_two_administrators_one_is_refused(database, url):
    pair = administrator(database, "alan"), administrator(database, "bea")
    for _ in range(ROUNDS):
        assert sorted(in_processes(2, take_part, url, tuple(user.id for user in pair))) == ["done", "refused"]
        assert sum(reread(database, user).is_active_administrator for user in pair) == 1

        with database.writing() as connection:
            users.change_role(connection, pair[0].id, "administrator", SYSTEM)
            users.enable(connection, pair[1].id, SYSTEM)


def call_themselves_ada(url, start, report):
    database = Database(url)
    start.wait()
    try:
        database.run(lambda connection: users.add(connection, NewUser("ada", "Ada", "viewer"), SYSTEM))
        report.put(True)
    except AccountRefused:
        report.put(False)
    database.dispose()


def test_of_several_people_of_one_name_the_first_has_it(database, url):
    assert sorted(in_processes(3, call_themselves_ada, url)) == [False, False, True]
    with database.reading() as connection:
        assert len(users.everybody(connection)) == 1
