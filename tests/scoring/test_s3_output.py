"""Results in a bucket: whole or not there, gone on with from anywhere, and never written over another's."""

import sys
from datetime import timedelta

import pytest

from tests.s3 import s3, s3_server  # noqa: F401 - fixtures
from tests.scoring.files import VERSION, awkward, csv_file, in_this_process, nobody, scored
from tests.scoring.test_parquet import parquet_file
from webapp.errors import FormcastError, ScoringFailed
from webapp.scoring import remote_parts, text_pieces
from webapp.scoring.places import input_files
from webapp.scoring.remote_file import output_at
from webapp.scoring.result_lines import Said
from webapp.scoring.run import Input, Run, refuse_output

PIECE = 700


@pytest.fixture
def bucket(s3):  # noqa: F811
    return s3.create_bucket()


@pytest.fixture
def source(models, tmp_path, monkeypatch):
    """A table of rents of several pieces, some rows of which are rejected."""
    monkeypatch.setattr(text_pieces, "PIECE", PIECE)
    rows = awkward(models["rents"], 300)
    return csv_file(tmp_path / "in.csv", list(models["rents"].table), rows)


def run_to(model, source, output: str, may_replace: bool = False, **said) -> Run:
    """As if on a machine that knows nothing of an earlier run."""
    files = Input.of(input_files(str(source)), model.schema, "")
    return Run(files, model.schema, Said(VERSION, **said), output_at(output), {}, may_replace)


def finish(model, run: Run) -> None:
    run.to_the_end(in_this_process(model, run), nobody)


def stopped(model, run: Run) -> None:
    def stop(share, rows):
        if rows > 100:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        run.to_the_end(in_this_process(model, run), stop)


def test_a_bucket_holds_what_a_folder_would(models, source, tmp_path, s3, bucket):  # noqa: F811
    model = models["rents"]
    here = scored(model, source, tmp_path / "here.csv", reasons=2)
    run = run_to(model, source, f"s3://{bucket}/out/there.csv", reasons=2)

    finish(model, run)

    assert s3.keys(bucket) == ["out/there.csv", "out/there.rejected.csv"]
    assert s3.get(bucket, "out/there.csv").decode() == here.text
    assert s3.get(bucket, "out/there.rejected.csv") == (tmp_path / "here.rejected.csv").read_bytes()
    assert (str(run.output), str(run.rejected)) == (
        f"s3://{bucket}/out/there.csv",
        f"s3://{bucket}/out/there.rejected.csv",
    )


def test_a_stopped_run_shows_nothing_and_is_gone_on_with_elsewhere(models, source, tmp_path, s3, bucket):  # noqa: F811
    model, address = models["rents"], f"s3://{bucket}/out.csv"
    whole = scored(model, source, tmp_path / "here.csv").text
    stopped(model, run_to(model, source, address))
    kept = [key for key in s3.keys(bucket) if key.endswith(".part")]
    s3.put(bucket, kept[1], b"cut off")

    run = run_to(model, source, address)
    finish(model, run)

    assert len(kept) > 2 and 0 < run.rows_before < run.tally.scored
    assert s3.get(bucket, "out.csv").decode() == whole
    assert not [key for key in s3.keys(bucket) if ".partial/" in key]


def test_the_parts_of_another_run_are_not_used_and_in_time_removed(models, source, s3, bucket, monkeypatch):  # noqa: F811
    model, address = models["rents"], f"s3://{bucket}/out.csv"
    stopped(model, run_to(model, source, address))
    left = s3.keys(bucket)

    other = run_to(model, source, address, reasons=1)
    finish(model, other)

    assert (other.rows_before, other.begun_anew_because) == (0, "the options")
    assert set(left) < set(s3.keys(bucket))  # whoever they belong to may still be at work
    monkeypatch.setattr(remote_parts, "ABANDONED_AFTER", timedelta(days=-1))
    finish(model, run_to(model, source, address, may_replace=True, reasons=1))
    assert s3.keys(bucket) == ["out.csv", "out.rejected.csv"]


def test_results_that_somebody_else_wrote_meanwhile_stay(models, source, s3, bucket):  # noqa: F811
    model, run = models["rents"], run_to(models["rents"], source, f"s3://{bucket}/out.csv")

    def write_first(method, path):
        if method == "PUT" and path.endswith("/out.rejected.csv"):
            s3.before = None
            s3.put(bucket, "out.csv", b"mine")

    s3.before = write_first
    with pytest.raises(ScoringFailed, match=r"s3://.*/out\.csv is there already"):
        finish(model, run)

    assert s3.get(bucket, "out.csv") == b"mine"
    again = run_to(model, source, f"s3://{bucket}/out.csv", may_replace=True)
    finish(model, again)
    assert again.rows_before == again.tally.scored + again.tally.rejected
    assert s3.get(bucket, "out.csv").startswith(b"area,")


def test_an_upload_that_fails_leaves_no_results_and_all_of_the_parts(models, source, s3, bucket):  # noqa: F811
    model, address = models["rents"], f"s3://{bucket}/out.csv"
    s3.before = lambda method, path: (403, "AccessDenied") if (method, path[-8:]) == ("PUT", "/out.csv") else None

    with pytest.raises(ScoringFailed, match=r"You may not write s3://"):
        finish(model, run_to(model, source, address))

    assert "out.csv" not in s3.keys(bucket)
    s3.before = None
    run = run_to(model, source, address)
    finish(model, run)
    assert run.rows_before == run.tally.scored + run.tally.rejected


def test_a_large_file_that_fails_half_way_leaves_nothing_behind(s3, bucket):  # noqa: F811
    output = output_at(f"s3://{bucket}/out.csv")
    output.filesystem.default_block_size = 5 * 2**20

    with pytest.raises(ScoringFailed, match="no more"), output.written(may_replace=False) as file:
        file.write(bytes(6 * 2**20))
        file.write(bytes(6 * 2**20))
        raise ScoringFailed("no more")
    assert s3.keys(bucket) == [] and "Uploads" not in s3.client().list_multipart_uploads(Bucket=bucket)

    for content in (b"a", b"b"):
        with output.written(may_replace=True) as file:
            file.write(content * 11 * 2**20)
    assert s3.get(bucket, "out.csv") == b"b" * 11 * 2**20
    with pytest.raises(ScoringFailed, match="is there already"), output.written(may_replace=False) as file:
        file.write(b"c" * 11 * 2**20)
    assert s3.get(bucket, "out.csv")[:1] == b"b"


def test_parquet_is_written_to_a_bucket_too(models, tmp_path, s3, bucket):  # noqa: F811
    model = models["rents"]
    source = parquet_file(tmp_path / "in.parquet", model.rows(90))
    here = tmp_path / "here.parquet"
    finish(model, run_to(model, source, str(here)))

    finish(model, run_to(model, source, f"s3://{bucket}/there.parquet"))

    assert s3.get(bucket, "there.parquet") == here.read_bytes()


def test_elsewhere_than_at_s3_a_draft_is_moved(models, source, tmp_path):
    model, address = models["rents"], f"memory://results/{tmp_path.name}/out.csv"
    whole = scored(model, source, tmp_path / "here.csv").text
    stopped(model, run_to(model, source, address))

    run = run_to(model, source, address)
    finish(model, run)

    assert run.rows_before
    assert run.output.filesystem.cat_file(run.output.path).decode() == whole
    names = [path.rpartition("/")[2] for path in run.output.filesystem.find(f"/results/{tmp_path.name}")]
    assert names == ["out.csv", "out.rejected.csv"]
    with pytest.raises(ScoringFailed, match="is there already"):
        finish(model, run_to(model, source, address))


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("s3://BUCKET/in.csv", "is what is to be scored"),
        ("s3://BUCKET/there.csv", "is there already. Give another name, or --overwrite"),
        ("s3://BUCKET/folder/", "is a folder"),
        ("s3://BUCKET/out.parquet", "let the name of s3://.*/out.parquet end in .csv"),
        ("s3://no-such-bucket-here/out.csv", "there is no such bucket"),
        ("https://example.org/out.csv", "Nothing can be written at https://example.org/out.csv"),
        ("postgresql://db/out", "Nothing can be written at"),
        ("strange://x/out.csv", "of a kind that nothing here can write"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(models, source, s3, bucket, output, sentence):  # noqa: F811
    model = models["rents"]
    s3.put(bucket, "in.csv", source.read_bytes())
    s3.put(bucket, "there.csv", b"mine")

    with pytest.raises(FormcastError, match=sentence):
        run = run_to(model, f"s3://{bucket}/in.csv", output.replace("BUCKET", bucket))
        refuse_output(run.output, run.source.files, overwrite=False)
        finish(model, run)

    assert sorted(s3.keys(bucket)) == ["in.csv", "there.csv"]


def test_without_its_package_a_bucket_is_refused_in_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    with pytest.raises(
        FormcastError, match="needs the package s3fs, which is not installed: pip install -r requirements"
    ):
        output_at("s3://bucket/out.csv")
