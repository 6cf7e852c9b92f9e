"""What a program can read about a model is what the model really takes."""

from dataclasses import replace

import jsonschema_rs
import pytest

from tests.views.api.asking import ROW, ask, row, without
from tests.views.making import SCHEMA
from webapp.parsing.answers import OTHER
from webapp.schema import Feature
from webapp.views.api.row_schema import feature_schema, row_schema

OPENAPI = "/api/v1/openapi.json"


@pytest.fixture
def schema(program):
    answer = program.get("/api/v1/models/leaving")
    assert answer.mimetype == "application/schema+json"
    return answer.json


def test_the_columns_have_their_real_choices_and_limits(schema):
    columns = schema["properties"]

    assert list(columns) == ["months", "bill", "contract", "senior", "joined", "customer"]
    assert schema["required"] == ["months", "contract", "senior", "joined"]
    assert (columns["months"]["type"], columns["months"]["minimum"]) == ("integer", 0)
    assert columns["bill"]["type"] == ["number", "null"]
    assert columns["contract"]["enum"] == ["monthly", "yearly", "long"]
    assert columns["senior"]["enum"] == [True, False, "yes", "no"]
    assert columns["joined"]["x-learned-from"] == ["2019-04-14", "2020-05-18"]
    assert schema["x-target"] == {
        "name": "left", "label": "Left", "kind": "binary", "classes": ["no", "yes"], "positive": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "fits"),
    [
        (ROW, True),
        (row(bill=None, customer=None), True),
        (without("bill", "customer"), True),
        (row(senior="yes"), True),
        (without("months"), False),
        (row(months=1.5), False),
        (row(months=-1), False),
        (row(contract="weekly"), False),
        (row(joined="2019-13-01"), False),
        (row(month=1), False),
    ],
)
def test_a_row_that_fits_the_schema_is_answered(program, schema, sent, fits):
    is_valid = jsonschema_rs.validator_for(schema).is_valid(sent)

    assert is_valid is fits
    if is_valid:
        assert ask(program, sent).status_code == 201


def test_the_example_of_every_column_fits_it(schema):
    for column in schema["properties"].values():
        assert all(jsonschema_rs.is_valid(column, example) for example in column.get("examples", ()))


def test_hard_limits_unknown_values_and_rare_choices_are_described():
    dated = Feature("day", "date", "Day", minimum=18_000.0, maximum=18_100.0)
    moment = Feature("at", "datetime", "At", optional=True)
    rare = replace(SCHEMA.features[2], other_rows=3, optional=True)

    assert (feature_schema(dated)["x-minimum"], feature_schema(dated)["x-maximum"]) == ("2019-04-14", "2019-07-23")
    assert jsonschema_rs.is_valid(feature_schema(moment), "2024-03-27T14:30")
    assert jsonschema_rs.is_valid(feature_schema(moment), None)
    assert feature_schema(rare)["enum"] == ["monthly", "yearly", "long", OTHER, None]
    assert "customer" not in row_schema(replace(SCHEMA, id_column=""))["properties"]


def test_the_document_names_every_address_and_its_rows(program, schema):
    document = program.get(OPENAPI).json
    rows = document["components"]["schemas"]["row_leaving"]

    assert document["openapi"].startswith("3.1")
    assert list(document["paths"]) == [
        *("/api/v1/models", "/api/v1/models/{model}", "/api/v1/predictions/{prediction_id}"),
        "/api/v1/predictions/{prediction_id}/outcome",
        *("/api/v1/models/leaving/predictions", "/api/v1/models/leaving/batches", "/api/v1/batches/{job_id}"),
        *("/api/v1/batches/{job_id}/results", "/api/v1/batches/{job_id}/rejected", "/ping", "/invocations"),
    ]
    assert rows["properties"] == schema["properties"]
    assert {} in document["paths"]["/invocations"]["post"]["security"]


def test_every_reference_of_the_document_leads_somewhere(program):
    document = program.get(OPENAPI).json

    def references(part):
        if isinstance(part, dict):
            yield from [part["$ref"]] if "$ref" in part else []
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            yield from references(inner)

    found = set(references(document))
    assert len(found) > 15
    for reference in found:
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


class TestWhereAKeyIsNeeded:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "open", "FORMCAST_BIND": "0.0.0.0"}

    def test_the_document_says_for_what(self, client):
        paths = client.get(OPENAPI).json["paths"]

        assert {} in paths["/api/v1/models"]["get"]["security"]
        assert {} not in paths["/api/v1/models/leaving/predictions"]["post"]["security"]
