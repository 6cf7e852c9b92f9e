"""Tables behind fsspec: memory://, and s3:// as far as a small server on this machine plays it."""

import fsspec
import pytest

from tests.training.sources.small_s3 import an_object, refused
from webapp.errors import UnusableTable
from webapp.training.sources.addresses import address_of
from webapp.training.sources.fetching import Limits
from webapp.training.sources.remote import fetch_remote
from webapp.training.sources.table_source import read_table

TABLE = b"a,b\n1,x\n2,y\n"


@pytest.fixture
def memory():
    files = fsspec.filesystem("memory")
    files.pipe("/tables/customers.csv", TABLE)
    yield files
    files.rm("/tables", recursive=True)


@pytest.fixture
def s3(site, monkeypatch):
    settings = {
        "AWS_ENDPOINT_URL": site.address,
        "AWS_ACCESS_KEY_ID": "test-key",
        "AWS_SECRET_ACCESS_KEY": "test-secret",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return site


def refusal(location, limits=None):
    with pytest.raises(UnusableTable) as problem:
        fetch_remote(address_of(location), *([limits] if limits else []))
    return str(problem.value)


def test_a_table_in_memory_is_read(memory):
    table = read_table("memory://tables/customers.csv")

    assert (table.name, table.rows, table.size) == ("customers", 2, len(TABLE))
    assert table.origin.object_version.startswith("changed 20")


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("memory://tables/nothing.csv", "There is nothing at memory://tables/nothing.csv"),
        ("memory://tables", "memory://tables is a folder"),
        ("nosuch://tables/a.csv", "nosuch://tables/a.csv cannot be read: Protocol not known"),
        ("dropbox://tables/a.csv", "dropbox://tables/a.csv needs another package"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(memory, location, words):
    assert words in refusal(location)


def test_a_table_that_is_too_large_is_refused(memory):
    assert "is larger than" in refusal("memory://tables/customers.csv", Limits(size=5))


def test_a_missing_package_names_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)

    assert "needs the package fsspec, which is not installed: pip install -r requirements-sources.txt" in refusal(
        "s3://bucket/a.csv"
    )


def test_an_object_of_s3_is_read_with_its_version(s3):
    s3.pages["/bucket/2026/customers.csv"] = an_object(TABLE, "v17")
    table = read_table("s3://bucket/2026/customers.csv")

    assert (table.name, table.rows, table.size) == ("customers", 2, len(TABLE))
    assert table.origin.object_version == "version v17"
    assert all("test-secret" not in str(asked) for asked in s3.asked)


def test_an_object_without_a_version_has_its_mark(s3):
    s3.pages["/bucket/customers.csv"] = an_object(TABLE)

    assert read_table("s3://bucket/customers.csv").origin.object_version.startswith('ETag "')


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (404, "NoSuchKey", "There is nothing at s3://bucket/a.csv"),
        (403, "AccessDenied", "You may not read s3://bucket/a.csv"),
    ],
)
def test_what_s3_refuses_is_said_in_words(s3, status, code, words):
    s3.pages |= dict.fromkeys(("/bucket/a.csv", "/bucket", "/bucket/"), refused(status, code))

    assert words in refusal("s3://bucket/a.csv")


def test_an_object_that_is_too_large_is_refused_before_it_is_fetched(s3):
    s3.pages["/bucket/a.csv"] = an_object(TABLE)

    assert "is larger than" in refusal("s3://bucket/a.csv", Limits(size=5))
    assert {method for method, _, _ in s3.asked} == {"HEAD"}
