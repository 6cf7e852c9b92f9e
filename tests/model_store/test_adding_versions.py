"""Adding: numbered under a lock, complete or not at all, whatever happens to the trainer."""

import multiprocessing
import os
import resource
import signal
import stat
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.model_package.making import KEY, TRUSTED, payload
from webapp.errors import ModelStoreError
from webapp.model_package.format import ALL_FILES, MANIFEST, PIPELINE
from webapp.model_store import ModelStore, StoredVersion

FORK = multiprocessing.get_context("fork")


def incoming(store):
    return [entry.name for entry in store.root.iterdir() if entry.name.startswith(".incoming-")]


def add_payload(root, model="leaving"):
    ModelStore(root).add(model, lambda number: payload(number, model), KEY)


def problems(store):
    return [problem for _, problem in store.verify_all(TRUSTED) if problem]


def test_versions_are_numbered_from_one_for_each_model(store, add):
    added = [add(), add("visits"), add(), add()]

    assert [(version.model, version.number) for version in added] == [
        ("leaving", 1),
        ("visits", 1),
        ("leaving", 2),
        ("leaving", 3),
    ]
    assert store.models() == ["leaving", "visits"]
    assert store.versions("leaving") == [added[0], added[2], added[3]]


def test_the_builder_learns_its_number(store):
    seen = []

    def build(number):
        seen.append(number)
        return payload(number)

    store.add("leaving", build, KEY)
    store.add("leaving", build, KEY)

    assert seen == [1, 2]


def test_versions_of_the_same_second_do_not_collide(store, add):
    added = [add() for _ in range(5)]

    assert len({version.version for version in added}) == 5
    assert {version.version[:16] for version in added} == {"20261012T093000Z"}
    assert [version.number for version in store.versions("leaving")] == [1, 2, 3, 4, 5]


def test_the_newest_is_last_even_when_a_clock_went_back(store, add):
    add(created_at="2026-10-12T09:30:00Z")
    add(created_at="2025-01-01T00:00:00Z")

    assert [version.number for version in store.versions("leaving")] == [1, 2]


def test_a_version_is_for_its_owner_alone(store, add):
    version = add()
    folder = store.root / version.model / version.version

    assert sorted(entry.name for entry in folder.iterdir()) == sorted(ALL_FILES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent, store.root)} == {0o700}


def test_an_existing_store_folder_keeps_its_permissions(store, add):
    store.root.mkdir(mode=0o755)

    add()

    assert stat.S_IMODE(store.root.stat().st_mode) == 0o755


@pytest.mark.parametrize("name", ["", "..", "../up", "a/b", ".lock", "UPPER", "a\n", "-x", "x" * 65])
def test_a_name_that_could_leave_the_store_is_refused(store, name):
    with pytest.raises(ModelStoreError, match="cannot be the name of a model"):
        store.add(name, payload, KEY)

    assert not store.root.exists()


def test_a_builder_that_fails_leaves_nothing(store, add):
    def build(number):
        raise RuntimeError("out of rows")

    with pytest.raises(RuntimeError, match="out of rows"):
        store.add("leaving", build, KEY)

    assert store.models() == []
    assert incoming(store) == []
    assert add().number == 1


def test_metadata_of_another_number_is_not_sealed(store):
    with pytest.raises(ValueError, match="metadata says"):
        store.add("leaving", lambda number: payload(number + 1), KEY)

    assert store.models() == []


def test_a_store_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "store").write_text("a file")

    with pytest.raises(ModelStoreError, match="cannot be used: File exists"):
        add_payload(tmp_path / "store")


def test_a_full_disk_is_an_error_in_words_and_leaves_nothing(store, add):
    first = add()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, hard))
    try:
        with pytest.raises(ModelStoreError, match="File too large"):
            add()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert store.versions("leaving") == [first]
    assert incoming(store) == []


def test_a_trainer_killed_while_writing_leaves_no_version(store, add):
    first = add()

    def die_while_writing():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
        add_payload(store.root)

    trainer = FORK.Process(target=die_while_writing)
    trainer.start()
    trainer.join()

    assert trainer.exitcode == -signal.SIGXFSZ
    assert len(incoming(store)) == 1
    assert store.versions("leaving") == [first]
    assert add().number == 2


def test_trainers_killed_at_any_moment_leave_only_whole_versions(store, add):
    def add_for_ever():
        while True:
            add_payload(store.root)

    for delay in range(12):
        trainer = FORK.Process(target=add_for_ever)
        trainer.start()
        time.sleep(0.02 + 0.003 * delay)
        trainer.kill()
        trainer.join()

    add()
    numbers = [version.number for version in store.versions("leaving")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert problems(store) == []


def test_trainers_in_several_processes_and_threads_get_their_own_numbers(store):
    def add_some():
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(add_payload, [store.root] * 4))

    trainers = [FORK.Process(target=add_some) for _ in range(3)]
    for trainer in trainers:
        trainer.start()
    for trainer in trainers:
        trainer.join()

    assert [trainer.exitcode for trainer in trainers] == [0, 0, 0]
    assert [version.number for version in store.versions("leaving")] == list(range(1, 13))
    assert problems(store) == []
    assert incoming(store) == []


def test_what_a_killed_trainer_left_is_removed_after_a_day(store, add):
    add()
    old, fresh = store.root / ".incoming-old", store.root / ".incoming-fresh"
    for folder in (old, fresh):
        folder.mkdir()
        (folder / PIPELINE).write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))

    add()

    assert incoming(store) == [".incoming-fresh"]


def test_a_number_is_not_given_twice_when_a_manifest_is_damaged(store, add):
    add()
    last = add()
    (store.root / last.model / last.version / MANIFEST).write_bytes(b"{")

    assert add().number == 3
    assert store.versions("leaving")[0] == StoredVersion("leaving", last.version, 0)
    assert [version.number for version in store.versions("leaving")] == [0, 1, 3]
