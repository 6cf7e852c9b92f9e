"""Files in a bucket are scored as files of this machine are."""

import pytest

from tests.s3 import s3, s3_server  # noqa: F401 - fixtures
from tests.scoring.files import csv_file, in_this_process, nobody, read, scored
from tests.scoring.test_parquet import parquet_file
from webapp.errors import UnusableTable
from webapp.scoring import text_pieces
from webapp.scoring.places import input_files
from webapp.scoring.result_lines import Said
from webapp.scoring.run import Input, Run


@pytest.fixture
def bucket(s3):  # noqa: F811
    return s3.create_bucket()


def run_over(model, location: str, output) -> Run:
    return Run(Input.of(input_files(location), model.schema, ""), model.schema, Said("v"), output, {})


@pytest.mark.parametrize("pattern", ["", "part-*.csv", "/"])
def test_the_files_of_a_bucket_are_scored_in_order(models, tmp_path, monkeypatch, s3, bucket, pattern):  # noqa: F811
    model = models["leaving"]
    monkeypatch.setattr(text_pieces, "PIECE", 2_000)
    (tmp_path / "in").mkdir()
    for number in range(3):
        path = csv_file(tmp_path / "in" / f"part-{number}.csv", list(model.table), model.rows(60, seed=number))
        s3.put(bucket, f"cases/part-{number}.csv", path.read_bytes())
    s3.put(bucket, "cases/_SUCCESS", b"")
    here = scored(model, tmp_path / "in", tmp_path / "here.csv")
    run = run_over(model, f"s3://{bucket}/cases{pattern and '/' + pattern.strip('/')}", tmp_path / "there.csv")

    run.to_the_end(in_this_process(model, run), nobody)

    assert [{**told, "version": ""} for told in read(run.output)] == [{**told, "version": ""} for told in here.results]
    assert [file.name for file in run.source.files] == [f"s3://{bucket}/cases/part-{number}.csv" for number in range(3)]


def test_a_stopped_run_over_a_bucket_goes_on_unless_the_object_changed(models, tmp_path, monkeypatch, s3, bucket):  # noqa: F811
    model = models["rents"]
    monkeypatch.setattr(text_pieces, "PIECE", 500)
    content = csv_file(tmp_path / "in.csv", list(model.table), model.rows(300)).read_bytes()
    s3.put(bucket, "in.csv", content)

    def stop(share, rows):
        if rows > 100:
            raise InterruptedError

    for changed in (False, True):
        run = run_over(model, f"s3://{bucket}/in.csv", tmp_path / "out.csv")
        with pytest.raises(InterruptedError):
            run.to_the_end(in_this_process(model, run), stop)
        if changed:
            s3.put(bucket, "in.csv", content.replace(b"town", b"Town"))
        again = run_over(model, f"s3://{bucket}/in.csv", tmp_path / "out.csv")
        again.to_the_end(in_this_process(model, again), nobody)

        assert (again.rows_before == 0) == changed
        assert again.begun_anew_because == ("the input" if changed else "")
        assert again.tally.scored == 300


def test_parquet_in_a_bucket_is_read_there(models, tmp_path, s3, bucket):  # noqa: F811
    model = models["rents"]
    s3.put(bucket, "in.parquet", parquet_file(tmp_path / "in.parquet", model.rows(90)).read_bytes())
    here = scored(model, tmp_path / "in.parquet", tmp_path / "here.csv")
    run = run_over(model, f"s3://{bucket}/in.parquet", tmp_path / "there.csv")

    run.to_the_end(in_this_process(model, run), nobody)

    assert [told["value"] for told in read(run.output)] == [told["value"] for told in here.results]


def test_what_is_not_in_the_bucket_or_out_of_reach_is_said(models, s3, bucket):  # noqa: F811
    with pytest.raises(UnusableTable, match=rf"There is nothing at s3://{bucket}/missing\.csv"):
        input_files(f"s3://{bucket}/missing.csv")
    with pytest.raises(UnusableTable, match=r"There is no file like s3://.*\*\.csv"):
        input_files(f"s3://{bucket}/*.csv")
    s3.put(bucket, "in.csv", b"area,where\n1,town\n")
    with s3.away(), pytest.raises(UnusableTable, match=r"cannot be read"):
        input_files(f"s3://{bucket}/in.csv")
