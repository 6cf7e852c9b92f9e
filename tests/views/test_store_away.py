"""Pages that look into a model store, while it is away."""

import pytest

from tests.s3 import s3, s3_server
from tests.views.conftest import ASK

__all__ = ["s3", "s3_server"]


@pytest.fixture
def environ(s3, prepared):
    bucket = s3.create_bucket()
    s3.put_folder(bucket, "models", prepared[0] / "model_store")
    return {"MODEL_STORE": f"s3://{bucket}/models"}


def test_a_page_that_needs_the_store_says_that_it_is_away_and_the_form_goes_on(s3, service, browser):
    assert service.app.test_client().get("/models/leaving/versions").status_code == 200

    with s3.away():
        away = service.app.test_client().get("/models/leaving/versions")
        answer = browser.ask()

    assert away.status_code == 503
    assert "The model store s3://" in away.text
    assert "Answers and records are safe." in away.text
    assert away.headers["Retry-After"]
    assert answer.status_code == 303
    assert browser.get(ASK).status_code == 200
