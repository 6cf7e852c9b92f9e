"""What of an address is shown and kept, and what is read from the environment and nowhere else."""

import pytest

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import (
    address_of,
    is_database,
    is_elsewhere,
    name_in,
    refuse_plain_secrets,
    scheme_of,
    without_folders,
)


@pytest.mark.parametrize(
    ("location", "scheme"),
    [
        ("tables/customers.csv", ""),
        ("C:/tables/customers.csv", ""),
        ("a:b.csv", ""),
        ("https://example.com/a.csv", "https"),
        ("S3://bucket/a.csv", "s3"),
        ("postgresql+psycopg://host/sales", "postgresql"),
        ("sqlite:///sales.db", "sqlite"),
        ("sklearn:iris", "sklearn"),
        ("examples:loans", "examples"),
    ],
)
def test_a_path_is_told_from_an_address(location, scheme):
    assert scheme_of(location) == scheme
    assert is_elsewhere(location) == bool(scheme)
    assert is_database(location) == (scheme in ("postgresql", "sqlite"))


def test_a_placeholder_alone_is_an_address():
    assert is_elsewhere("${TABLE_URL}")
    assert not is_elsewhere("folder/${TABLE}")


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://ada:pa55word@host/sales",
        "postgresql://ada:pa55word/with@host/sales",
        "postgresql://ada:pa55word${REST}@host/sales",
        "postgres://host/sales?password=pa55word",
        "mysql+pymysql://ada:pa55word@host/sales",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BPWD%3Dpa55word",
        "https://ada:pa55word@example.com/a.csv",
        "https://pa55word@example.com/a.csv",
        "https://example.com/a.csv?token=pa55word",
        "https://example.com/a.csv?id=5&api_key=pa55word",
        "https://bucket.example.com/a.csv?X-Amz-Credential=ada&X-Amz-Signature=pa55word",
        "https://account.example.net/a.csv?sv=2024&sig=pa55word",
        "s3://ada:pa55word@bucket/a.csv",
    ],
)
def test_a_secret_in_plain_text_is_refused_and_not_repeated(location):
    with pytest.raises(UnusableTable) as problem:
        address_of(location, {"REST": "x"})

    assert "${NAME}" in str(problem.value)
    assert "pa55word" not in str(problem.value)


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://ada@host/sales",
        "postgresql://postgres:@/sales?host=/run/postgres",
        "postgresql://ada:${PASSWORD}@host/sales?sslmode=require",
        "https://example.com:8080/a@b.csv?id=5&format=csv",
        "https://${TOKEN}@example.com/a.csv",
        "https://example.com/a.csv?token=${TOKEN}",
        "s3://bucket/with:colon/a.csv",
        "sqlite:////data/sales.db",
    ],
)
def test_an_address_without_a_secret_is_let_through(location):
    refuse_plain_secrets(location)


def test_a_secret_is_filled_in_where_it_is_opened_and_only_there():
    address = address_of("postgresql://ada:${PASSWORD}@host/sales", {"PASSWORD": "p@ss/wörd"})

    assert address.written == "postgresql://ada:${PASSWORD}@host/sales"
    assert address.opened == "postgresql://ada:p%40ss%2Fw%C3%B6rd@host/sales"
    assert "p@ss" not in repr(address)
    assert "p%40" not in repr(address)


def test_words_of_a_library_are_shown_without_the_secret():
    address = address_of("https://example.com/a.csv?token=${TOKEN}", {"TOKEN": "t/1"})

    assert address.without_secrets("404: https://example.com/a.csv?token=t%2F1 (t/1)") == (
        "404: https://example.com/a.csv?token=${TOKEN} (${TOKEN})"
    )


def test_a_whole_address_may_be_secret():
    address = address_of("${TABLE_URL}", {"TABLE_URL": "postgresql://ada:secret@host/sales"})

    assert (address.written, address.scheme) == ("${TABLE_URL}", "postgresql")
    assert "secret" not in address.without_secrets("cannot reach postgresql://ada:secret@host/sales as ada:secret")


@pytest.mark.parametrize("environ", [{}, {"PASSWORD": ""}])
def test_a_secret_that_the_environment_lacks_is_named(environ):
    with pytest.raises(UnusableTable, match="environment variable PASSWORD, and it is not set"):
        address_of("postgresql://ada:${PASSWORD}@host/sales", environ)


def test_a_dollar_in_a_path_is_a_dollar():
    assert address_of("folder/${HOME}.csv", {}).opened == "folder/${HOME}.csv"


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("tables/sales of May.csv", "sales of May"),
        ("customers.csv.gz", "customers"),
        ("my.own.table.parquet", "my.own.table"),
        ("README", "README"),
        ("s3://bucket/2026/customers.parquet", "customers"),
        ("https://example.com/export%20of%20May.xlsx?id=5", "export of May"),
        ("https://example.com/", "example.com"),
        ("http://ada@[::1/", "["),
        ("https://example.com:8080?id=5", "example.com"),
        ("postgresql://ada:${PASSWORD}@host/sales", "sales"),
        ("sqlite:///data/sales.db", "sales"),
        ("sqlite:///sales.db", "sales"),
        ("memory://customers.csv", "customers"),
        ("sklearn:iris", "iris"),
        ("${TABLE_URL}", ""),
    ],
)
def test_a_table_is_called_by_the_last_part_of_its_location(location, name):
    assert name_in(location) == name


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("/home/ada/customers.csv", "customers.csv"),
        ("tables/customers.csv", "tables/customers.csv"),
        ("sqlite:////home/ada/sales.db", "sqlite:///sales.db"),
        ("sqlite:///data/sales.db", "sqlite:///data/sales.db"),
        ("file:///home/ada/customers.csv", "file:///customers.csv"),
        ("s3://bucket/2026/customers.csv", "s3://bucket/2026/customers.csv"),
    ],
)
def test_a_folder_of_somebodys_machine_is_not_kept(location, kept):
    assert without_folders(location) == kept
