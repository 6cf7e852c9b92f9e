"""Passwords: the right one and no other, as slow for nobody as for somebody, and never two at once."""

import subprocess
import sys

import pytest
from argon2 import extract_parameters

from webapp import passwords
from webapp.passwords import hash_password, is_right, problem_with

RIGHT = "correct horse battery"


@pytest.fixture(scope="module")
def stored():
    return hash_password(RIGHT)


def test_the_right_password_is_right(stored):
    assert is_right(stored, RIGHT)


@pytest.mark.parametrize("wrong", [RIGHT + " ", "x" * 100_000, "\ud800\x00"])
def test_no_other_password_is_right(stored, wrong):
    assert not is_right(stored, wrong)


def test_two_people_with_one_password_do_not_share_a_hash(stored):
    assert hash_password(RIGHT) != stored
    assert RIGHT not in stored


def test_a_letter_is_the_same_on_every_keyboard():
    composed, decomposed = "caf\u00e9 au lait, s'il", "cafe\u0301 au lait, s'il"

    assert composed != decomposed
    assert is_right(hash_password(composed), decomposed)


def test_every_character_of_a_long_password_counts():
    long = "x" * passwords.LONGEST

    assert is_right(hash_password(long), long)
    assert not is_right(hash_password(long), long[:-1] + "y")


def test_the_parameters_are_those_that_were_decided(stored):
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_no_password_is_right_for_nobody_and_the_work_is_the_same(stored):
    assert not is_right(None, RIGHT)
    assert not is_right(None, "")
    assert [part.split("$")[:4] for part in (passwords._NOBODYS, stored)] == [stored.split("$")[:4]] * 2
    assert len(passwords._NOBODYS) == len(stored)


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(stored):
    assert extract_parameters(passwords._NOBODYS) == extract_parameters(stored)


def test_however_many_sign_in_at_once_the_memory_of_one_is_enough():
    program = """
import resource, threading
from webapp.passwords import hash_password
hash_password("first of all")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
threads = [threading.Thread(target=hash_password, args=("many at once",)) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    before, after = map(int, ended.stdout.split())

    assert before > 64 * 1024
    assert after - before < 16 * 1024


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "at least 12"),
        ("elevenchars", "at least 12"),
        ("twelve chars", ""),
        ("            ", ""),
        ("日本語のパスワードです。", ""),
        ("x" * 200, ""),
        ("x" * 201, "at most 200"),
        ("e\u0301" * 200, ""),
        ("e\u0301" * 11, "at least 12"),
    ],
)
def test_length_is_the_only_rule(password, words):
    assert words in problem_with(password)
    assert bool(problem_with(password)) == bool(words)
