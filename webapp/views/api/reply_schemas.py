"""What the interface answers with, in the words of JSON Schema."""

from typing import Any

from webapp.views.api.row_schema import CLOCK, DAY, NO_CONTROLS

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
TEXT_OR_NULL = {"type": ["string", "null"]}
NUMBER_OR_NULL = {"type": ["number", "null"]}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _all_of(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _told(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "description": description}


INTERVAL = _all_of({"low": NUMBER, "high": NUMBER, "coverage": NUMBER})
REASON = _all_of(
    {
        "feature": TEXT,
        "label": TEXT,
        "value_text": TEXT,
        "points": _told("Percentage points of the probability, or the target's own unit", NUMBER),
        "direction": {"enum": ["up", "down"]},
    }
)
WARNING = _all_of({"code": TEXT, "feature": _told('"" for the case as a whole', TEXT), "text": TEXT})
PREDICTION = _all_of(
    {
        "id": _told("The page of the answer is /predictions/<id>", TEXT),
        "reference": _told("Eight letters and figures, to find the answer by", TEXT),
        "model": TEXT,
        "answer": _told("The most probable class; empty where a number is predicted", TEXT),
        "probability": _told("Of the positive class where there are two, else of the answered one", NUMBER_OR_NULL),
        "probabilities": {"type": ["object", "null"], "additionalProperties": NUMBER},
        "value": _told("The number, where one is predicted", NUMBER_OR_NULL),
        "interval": {"anyOf": [ref("Interval"), {"type": "null"}]},
        "reasons": _told(
            "All of them, the largest first; they sum to the distance from the average", _list_of(ref("Reason"))
        ),
        "warnings": _list_of(ref("Warning")),
        "light": {"enum": ["green", "amber", "red"]},
        "version": TEXT,
        "at": _told("When it was written down, in UTC", TEXT),
        "business_key": _told("Your own number of the case, or empty", TEXT),
        "notice": _told("What everybody has to know who reads an answer, or empty", TEXT),
        "row": _told("What was understood: yes as 1, no as 0, days as year-month-day", {"type": "object"}),
    }
)
MODEL = _all_of(
    {
        "model": TEXT,
        "state": {"enum": ["answers", "paused", "retired"]},
        "title": TEXT_OR_NULL,
        "question": TEXT_OR_NULL,
        "owner": TEXT_OR_NULL,
        "version": TEXT_OR_NULL,
        "number": {"type": ["integer", "null"]},
        "schema": _told("The address of its columns", TEXT_OR_NULL),
    }
)
HAPPENED = _all_of(
    {
        "value": _told(
            "A class, or a number; null takes it back",
            {"type": ["string", "number", "boolean", "null"], "pattern": NO_CONTROLS},
        ),
        "happened_at": _told(
            "When it happened, as a day or a time", {"type": ["string", "null"], "pattern": f"^{DAY}(T{CLOCK}Z?)?$"}
        ),
        "seq": _told(
            "Of the last outcome you saw; leave it out to correct whatever stands",
            {"type": ["integer", "null"], "minimum": 0, "maximum": 2**31 - 1},
        ),
    },
    optional=("happened_at", "seq"),
)
OUTCOME = _all_of(
    {
        "prediction_id": TEXT,
        "state": {"enum": ["recorded", "corrected", "taken_back", "same"]},
        "seq": {"type": "integer"},
        "value": TEXT_OR_NULL,
        "at": TEXT_OR_NULL,
        "happened_at": TEXT_OR_NULL,
    }
)
FAULT = _all_of({"pointer": _told("Where, as a JSON pointer into what was sent", TEXT), "detail": TEXT})
PROBLEM = _all_of(
    {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "request_id": _told("To quote when you report it", TEXT),
        "errors": _list_of(ref("Fault")),
        "errors_left_out": _told("How many more there are", {"type": "integer"}),
    },
    optional=("detail", "errors", "errors_left_out"),
)
INVOKED = _all_of(
    {
        "predictions": _told("The class or number of each row", _list_of({"type": ["string", "number"]})),
        "ids": _told("Where each answer was written down", _list_of(TEXT)),
        "notice": _told("What everybody has to know who reads these answers, or empty", TEXT),
    }
)
ROW_PROBLEM = _all_of(
    {
        "row": _told("As a spreadsheet counts, the header being row 1", {"type": "integer"}),
        "column": _told("Empty for the row as a whole", TEXT),
        "found": TEXT,
        "detail": _told("What to do", TEXT),
    }
)
COUNT = {"type": "integer", "minimum": 0}
BATCH = _all_of(
    {
        "id": TEXT,
        "model": TEXT,
        "state": {"enum": ["checking", "checked", "answering", "done", "stopped", "failed"]},
        "rows": COUNT,
        "rows_seen": _told("So far, in the present state", COUNT),
        "rows_answered": COUNT,
        "rows_rejected": COUNT,
        "problems": _told("The first of them", _list_of(ref("RowProblem"))),
        "failed": _told("Why, and how to go on", TEXT_OR_NULL),
        "deleted_at": _told("When file and results are deleted; the answers stay", TEXT),
        "page": _told("The same for people", TEXT),
        "results": _told("Where the answers are fetched as CSV", TEXT_OR_NULL),
        "rejected": _told("Where the rows to correct are fetched as CSV", TEXT_OR_NULL),
    }
)
SCHEMAS = {
    "Batch": BATCH,
    "RowProblem": ROW_PROBLEM,
    "Prediction": PREDICTION,
    "Predictions": _all_of({"predictions": _list_of(ref("Prediction"))}),
    "Interval": INTERVAL,
    "Reason": REASON,
    "Warning": WARNING,
    "Models": _all_of({"models": _list_of(ref("Model"))}),
    "Model": MODEL,
    "Invoked": INVOKED,
    "Happened": HAPPENED,
    "Outcome": OUTCOME,
    "Fault": FAULT,
    "Problem": PROBLEM,
}
