"""A store behind S3: whole versions or none, numbers given once, and nothing ever written over."""

import multiprocessing
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.connection import wait

import numpy as np
import pytest

from tests.model_package.making import GOLDEN, KEY, OWN_MODULES, TRUSTED, fitted_pipeline, metadata, payload
from webapp import clock
from webapp.errors import ConfigError, ModelStoreError, PackageCorrupt, UnknownVersion
from webapp.model_package.format import ALL_FILES, MANIFEST, MAX_FILE, METADATA, PIPELINE, SIGNATURE
from webapp.model_store import ModelStore, StoredVersion
from webapp.storage import bucket as bucket_module
from webapp.storage import objects

FORK = multiprocessing.get_context("fork")


def add_some(address, count):
    store = ModelStore(address)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: store.add("leaving", payload, KEY), range(count)))


def load(store, stored):
    return store.load(stored.model, stored.version, TRUSTED, OWN_MODULES)


def key_of(stored, name):
    return f"models/{stored.model}/{stored.version}/{name}"


def test_versions_are_numbered_stored_and_loaded_as_in_a_folder(far, add_far, store, add):
    added = [add_far(), add_far("visits"), add_far()]

    assert [(version.model, version.number) for version in added] == [("leaving", 1), ("visits", 1), ("leaving", 2)]
    assert far.models() == ["leaving", "visits"]
    assert far.versions("leaving") == [added[0], added[2]]
    assert far.all_versions() == {"leaving": [added[0], added[2]], "visits": [added[1]]}
    assert [problem for _, problem in far.verify_all(TRUSTED)] == ["", "", ""]
    assert far.facts("leaving", added[2].version, TRUSTED) == metadata(2)
    assert np.array_equal(load(far, added[0]).pipeline.predict_proba(GOLDEN), fitted_pipeline().predict_proba(GOLDEN))
    assert far.files("leaving", added[0].version) == store.files("leaving", add().version)


def test_a_folder_that_was_copied_into_a_bucket_is_a_store(s3, bucket, far, store, add):
    stored = add()
    for name, content in store.files(stored.model, stored.version).items():
        s3.put(bucket, key_of(stored, name), content)

    assert far.versions("leaving") == [stored]
    assert far.add("leaving", payload, KEY).number == 2


def test_a_store_may_fill_a_whole_bucket(bucket):
    store = ModelStore(f"s3://{bucket}/")

    stored = store.add("leaving", payload, KEY)

    assert ModelStore(f"s3a://{bucket}").versions("leaving") == [stored]


def test_trainers_in_several_processes_and_threads_get_their_own_numbers(s3, bucket, far):
    trainers = [FORK.Process(target=add_some, args=(far.root, 2)) for _ in range(2)]
    for trainer in trainers:
        trainer.start()
    for trainer in trainers:
        trainer.join()

    assert [trainer.exitcode for trainer in trainers] == [0, 0]
    assert [version.number for version in far.versions("leaving")] == [1, 2, 3, 4]
    assert [problem for _, problem in far.verify_all(TRUSTED) if problem] == []


def test_whoever_loses_the_race_for_a_number_builds_for_the_next(s3, far):
    seen, others = [], []

    def build(number):
        seen.append(number)
        if len(seen) == 1:
            others.append(ModelStore(far.root).add("leaving", lambda taken: payload(taken, strength=2.0), KEY))
        return payload(number)

    stored = far.add("leaving", build, KEY)

    assert seen == [1, 2]
    assert far.versions("leaving") == [*others, stored]
    assert load(far, others[0]).number == 1


def test_two_writers_of_the_very_same_version_both_get_theirs(far):
    def build(number):
        if number == 1 and not far.versions("leaving"):
            ModelStore(far.root).add("leaving", payload, KEY)
        return payload(number)

    stored = far.add("leaving", build, KEY)

    assert [version.number for version in far.versions("leaving")] == [1, 2]
    assert [problem for _, problem in far.verify_all(TRUSTED)] == ["", ""]
    assert stored.number == 2


@pytest.mark.parametrize("last", [PIPELINE, "numbers/2", MANIFEST])
def test_a_trainer_killed_in_the_middle_leaves_no_version(s3, far, add_far, last):
    first = add_far()
    # Forked: it holds the connections of its parent, which a trainer started by a server does as well.
    trainer = FORK.Process(target=lambda: far.add("leaving", lambda number: payload(number, strength=2.0), KEY))

    def kill(method, path):
        if method == "PUT" and path.endswith(last):
            os.kill(trainer.pid, signal.SIGKILL)
            wait([trainer.sentinel])  # joined elsewhere: of two that join one may see no exit code yet

    s3.before = kill
    trainer.start()
    trainer.join()
    s3.before = None

    assert trainer.exitcode == -signal.SIGKILL
    visible = far.versions("leaving")
    if last == MANIFEST and len(visible) == 2:  # what had been sent arrived: then all of it is there
        assert [problem for _, problem in far.verify_all(TRUSTED)] == ["", ""]
    else:
        assert visible == [first]
    assert add_far().number >= 2
    assert [problem for _, problem in far.verify_all(TRUSTED) if problem] == []


def test_what_a_killed_trainer_left_is_removed_after_a_day(s3, bucket, far, add_far, monkeypatch):
    stored = add_far()
    half = "models/leaving/20261012T093000Z-0badf00d/"
    lost = "models/leaving/20261012T093000Z-feedbeef/"
    s3.put(bucket, f"{half}{PIPELINE}", b"half")
    s3.put(bucket, f"{lost}{SIGNATURE}", b"of a version whose manifest somebody deleted")

    add_far()
    assert f"{half}{PIPELINE}" in s3.keys(bucket)

    monkeypatch.setattr(bucket_module, "now", lambda: clock.now() + timedelta(days=2))
    add_far()
    assert f"{half}{PIPELINE}" not in s3.keys(bucket)
    assert f"{lost}{SIGNATURE}" in s3.keys(bucket)
    assert load(far, stored).number == 1


def test_a_store_that_would_write_over_what_is_there_is_refused(s3, far):
    s3.forgets_conditions = True

    with pytest.raises(ModelStoreError, match=r"needs conditional writes \(If-None-Match\)"):
        far.add("leaving", payload, KEY)
    assert far.versions("leaving") == []


def test_a_keeper_that_cannot_decide_between_two_is_asked_again(s3, far, monkeypatch):
    monkeypatch.setattr(objects, "UNDECIDED_S", 0.01)
    undecided = [True, True]
    s3.before = lambda method, path: (
        (409, "ConditionalRequestConflict") if method == "PUT" and undecided and undecided.pop() else None
    )

    assert far.add("leaving", payload, KEY).number == 1


def test_a_refusal_is_understood_in_the_words_of_other_keepers(s3, far):
    taken = []

    def before(method, path):
        # Not every S3 says which condition failed, as Amazon does.
        if method == "PUT" and path.endswith("numbers/1") and not taken:
            taken.append(path)
            s3.put(*path.removeprefix("/").split("/", 1), b"somebody else")
            return 412, "PreconditionFailed"
        return None

    s3.before = before

    assert far.add("leaving", payload, KEY).number == 2


def test_an_answer_that_was_lost_is_no_other_writer(s3, far):
    lost = []

    def before(method, path):
        if method == "PUT" and path.endswith(PIPELINE) and not lost:
            lost.append(path)
            s3.put(*path.removeprefix("/").split("/", 1), payload(1)[PIPELINE])
        return

    s3.before = before

    assert far.add("leaving", payload, KEY).number == 1


def test_a_number_is_not_given_twice_when_a_version_is_deleted(s3, bucket, far, add_far):
    add_far()
    last = add_far()
    for name in ALL_FILES:
        s3.delete(bucket, key_of(last, name))

    assert add_far().number == 3


@pytest.mark.parametrize("name", [METADATA, PIPELINE, SIGNATURE])
def test_a_damaged_object_is_noticed_and_named(s3, bucket, far, add_far, name):
    good, stored = add_far(), add_far()
    s3.put(bucket, key_of(stored, name), b"damaged")

    [(_, fine), (_, problem)] = far.verify_all(TRUSTED)

    assert fine == ""
    assert problem.startswith(f"Version {stored.version} of leaving is not used.")
    with pytest.raises(ModelStoreError, match=f"Version {stored.version} of leaving is not used"):
        load(far, stored)
    assert load(far, good).number == 1


def test_a_damaged_manifest_is_a_version_without_a_number(s3, bucket, far, add_far):
    add_far()
    last = add_far()
    s3.put(bucket, key_of(last, MANIFEST), b"")

    assert far.versions("leaving")[0] == StoredVersion("leaving", last.version, 0)
    assert add_far().number == 3


def test_what_nobody_signed_and_what_is_too_large_is_refused_unread(s3, bucket, far, add_far, monkeypatch):
    stored, other = add_far(), add_far()
    s3.put(bucket, key_of(stored, "more/notes.txt"), b"?")
    with pytest.raises(PackageCorrupt, match="holds more/notes.txt, which nobody signed"):
        load(far, stored)

    monkeypatch.setattr(bucket_module, "MAX_FILE", 100)
    s3.asked.clear()
    with pytest.raises(PackageCorrupt, match="is larger than"):
        load(far, other)
    assert not any(path.endswith(PIPELINE) for _, path in s3.asked)
    assert MAX_FILE > 100


def test_a_package_in_the_place_of_another_is_refused(s3, bucket, far, add_far):
    stored, other = add_far(), add_far()
    for name in ALL_FILES:
        s3.put(bucket, key_of(stored, name), s3.get(bucket, key_of(other, name)))

    with pytest.raises(PackageCorrupt, match="another one"):
        load(far, stored)


@pytest.mark.parametrize(
    ("model", "version"),
    [("leaving", "20200101T000000Z-00000000"), ("leaving", "../leaving"), ("..", "x"), ("leaving", ""), ("", "")],
)
def test_an_unknown_version_is_unknown(far, add_far, model, version):
    add_far()

    with pytest.raises(UnknownVersion):
        far.load(model, version, TRUSTED)
    assert far.versions("../..") == []


def test_other_things_in_the_bucket_are_no_models(s3, bucket, far, add_far):
    stored = add_far()
    for key in (
        "models/README.md",
        "models/Notes/x",
        "models/leaving/old/manifest.json",
        "elsewhere/a/b/manifest.json",
    ):
        s3.put(bucket, key, b"{}")

    assert far.all_versions() == {"leaving": [stored]}


def test_an_empty_store_is_none_that_is_not_there(s3, far):
    assert far.models() == []
    with pytest.raises(ModelStoreError, match="no-such-bucket/models cannot be used: there is no such bucket"):
        ModelStore("s3://no-such-bucket/models").models()


def test_a_refused_credential_is_said_in_words(s3, far):
    s3.before = lambda method, path: (403, "AccessDenied")

    with pytest.raises(ModelStoreError, match="cannot be used: its keeper refused the credentials"):
        far.models()


def test_a_store_that_nobody_answers_for_says_so(monkeypatch, s3, bucket):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(ModelStoreError, match=f"The model store s3://{bucket} cannot be used: Could not connect"):
        ModelStore(f"s3://{bucket}").models()


def test_a_missing_package_names_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)

    with pytest.raises(ConfigError, match=r"needs the package s3fs: pip install -r requirements-s3.txt"):
        ModelStore("s3://bucket/models")


def test_a_store_where_two_could_overwrite_each_other_is_only_read(store, add):
    far = ModelStore("memory://models")

    assert far.models() == []
    with pytest.raises(ModelStoreError, match="memory://models can only be read"):
        far.add("leaving", payload, KEY)


def test_what_is_kept_beside_a_version_comes_and_goes_with_it(s3, bucket, far):
    def write(path):
        path.write_bytes(b"rows")

    with pytest.raises(RuntimeError), far.keeping("leaving/snapshots/a.csv.gz", write):
        assert far.kept("leaving/snapshots/a.csv.gz") == b"rows"
        raise RuntimeError("nothing was stored")
    assert far.kept("leaving/snapshots/a.csv.gz") is None

    for _ in range(2):
        with far.keeping("leaving/snapshots/a.csv.gz", write):
            pass
    assert far.kept("leaving/snapshots/a.csv.gz") == b"rows"
    assert far.models() == []
