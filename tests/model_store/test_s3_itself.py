"""What the store relies on in S3, shown on the server that the tests use."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError


def create(s3, bucket, content):
    s3.client().put_object(Bucket=bucket, Key="a", Body=content, IfNoneMatch="*")


def test_an_object_is_created_once_only(s3):
    bucket = s3.create_bucket()

    def created(content):
        try:
            create(s3, bucket, content)
        except ClientError as problem:
            return problem.response["Error"]["Code"]
        return content

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(created, [b"0", b"1", b"2", b"3"]))

    [winner] = [one for one in said if isinstance(one, bytes)]
    assert said.count("PreconditionFailed") == 3
    assert s3.get(bucket, "a") == winner


def test_a_server_that_is_away_refuses_everything(s3):
    bucket = s3.create_bucket()

    with s3.away(), pytest.raises(ClientError, match="ServiceUnavailable"):
        create(s3, bucket, b"0")

    assert s3.keys(bucket) == []


def test_a_test_sees_each_request_before_it_is_answered(s3):
    bucket = s3.create_bucket()
    found = []
    s3.before = lambda method, path: found.append((method, path, list(s3.asked)[-1] == (method, path)))

    create(s3, bucket, b"0")

    assert found == [("PUT", f"/{bucket}/a", True)]
