"""
Requests made by schemathesis from the OpenAPI document: every answer is one that the document promises.

FORMCAST_ATTACK=full makes 30,000 instead of some hundred.
"""

import itertools
import os
import warnings

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import CHECKS
    from schemathesis.generation import GenerationMode

EXAMPLES = 1_500 if os.environ.get("FORMCAST_ATTACK") == "full" else 12
SEED = 20261012
ADDRESS = "/api/v1/openapi.json"
FIXED = (
    "/api/v1/models",
    "/api/v1/models/{model}",
    "/api/v1/predictions/{prediction_id}",
    "/api/v1/predictions/{prediction_id}/outcome",
    "/api/v1/batches/{job_id}",
    "/api/v1/batches/{job_id}/results",
    "/api/v1/batches/{job_id}/rejected",
    "/ping",
)
METHODS = {"predictions": "post", "batches": "post", "outcome": "put"}
MODELS = ("comma", "every-kind", "three", "trees")
OPERATIONS = (*FIXED, *(f"/api/v1/models/{model}/{what}" for model in MODELS for what in ("predictions", "batches")))
# The document shows the plain way to write each value, and the parser takes others too, such as a number as text. A
# generated number of a prediction is nobody's, so nothing can be said about what is found there after it was made.
LEFT_OUT = ("negative_data_rejection", "ensure_resource_availability", "use_after_free")


@pytest.fixture(scope="module")
def described(target):
    return schemathesis.openapi.from_wsgi(ADDRESS, target.app)


def test_every_operation_of_the_document_is_asked(described):
    assert sorted(path for path in described if path != ADDRESS) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("path", OPERATIONS)
def test_what_is_answered_is_what_the_document_promises(described, path, mode, record_testsuite_property):
    method = METHODS.get(path.rsplit("/", 1)[1], "get")
    operation = described[path][method]
    if mode is GenerationMode.NEGATIVE and path in ("/api/v1/models", "/ping"):
        pytest.skip("nothing is sent there that could be wrong")
    if mode is GenerationMode.POSITIVE and path.endswith("/batches"):
        pytest.skip("no generated text has the columns of a file")
    left_out = CHECKS.get_by_names(list(LEFT_OUT))
    statuses: dict[int, int] = {}
    numbers = itertools.count()

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def asked(case):
        if method == "post" and mode is GenerationMode.POSITIVE:  # another request under a key is refused by promise
            case.headers["Idempotency-Key"] = f"{path}-{next(numbers)}"
        response = case.call_and_validate(excluded_checks=left_out)
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1

    asked()
    record_testsuite_property(f"{method} {path}", statuses)
    assert statuses
    if mode is GenerationMode.POSITIVE and method == "post":
        assert statuses.get(201, 0) > sum(statuses.values()) / 2
