"""One recorded case together with the words of the decision it was answered under."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.parsing.texts import in_sentence
from webapp.schema import Feature, Schema, Target
from webapp.wording.amounts import Measure
from webapp.wording.quoting import quoted, shown

COLUMNS = (
    "id", "reference", "model", "version", "at", "business_key", "row", "answer", "probability", "probabilities",
    "value", "low", "high", "coverage", "reference_value", "reasons", "warnings", "light", "channel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one class is spoken of; an empty text means that nobody wrote one."""

    name: str
    text: str
    chance: str
    short: str
    advice: str

    @property
    def label(self) -> str:
        return shown(self.name)

    @property
    def quoted(self) -> str:
        return quoted(self.name)

    @property
    def chance_of(self) -> str:
        """What a chance is the chance of: 'leaving' or '“Yes”'."""
        return self.chance or self.quoted

    @property
    def doing(self) -> str:
        """What cases do: 'leave' or 'are “Yes”'."""
        return self.short or f"are {self.quoted}"


@dataclass(frozen=True, slots=True)
class Case:
    record: Mapping[str, Any]
    words: Mapping[str, Any]
    schema: Schema

    def __getitem__(self, column: str) -> Any:
        return self.record[column]

    def word(self, name: str, default: str = "") -> str:
        return shown(self.words.get(name) or default)

    @property
    def one(self) -> str:
        """What one case is called: 'customer'."""
        return self.word("case", "case")

    @property
    def many(self) -> str:
        return self.word("cases", "cases")

    @property
    def target(self) -> Target:
        return self.schema.target

    @property
    def target_label(self) -> str:
        return shown(self.target.label or self.target.name)

    @property
    def target_in_sentence(self) -> str:
        return shown(in_sentence(self.target.label or self.target.name))

    @property
    def measure(self) -> Measure:
        return Measure(shown(self.target.unit), self.target.decimals, self.target.decimal)

    @property
    def quality(self) -> Mapping[str, Any]:
        return self.words.get("quality") or {}

    @property
    def is_calibrated(self) -> bool:
        return self.quality.get("calibrated") is not False

    @property
    def threshold(self) -> float | None:
        return (self.words.get("decision") or {}).get("threshold")

    @property
    def chance_class(self) -> str:
        """The class that the record's probability belongs to."""
        return self.target.positive if self.target.task == "binary" else self["answer"]

    @property
    def other_class(self) -> str:
        """Of two classes the one that is not positive."""
        return next(name for name in self.target.classes if name != self.target.positive)

    def outcome(self, name: str) -> Outcome:
        texts = (self.words.get("outcomes") or {}).get(name) or {}
        return Outcome(name, *(shown(texts.get(key) or "") for key in ("text", "chance", "short", "advice")))

    def stored_label(self, name: str) -> str:
        """The label exactly as the schema has it; '' for no feature."""
        feature = self.schema.by_name.get(name)
        return feature.label if feature else ""

    def label_of(self, name: str, stored: str = "") -> str:
        """The label of a feature, or the one stored with a reason, or its name."""
        feature = self.schema.by_name.get(name)
        return shown(feature.label if feature else stored or name)


def read_case(record: Any, words: Mapping[str, Any]) -> Case:
    """The case of a mapping or of an object that has the columns of a prediction."""
    if isinstance(record, Mapping):
        columns = {name: record.get(name) for name in COLUMNS}
    else:
        columns = {name: getattr(record, name, None) for name in COLUMNS}
    schema = words["schema"]
    return Case(columns, words, schema if isinstance(schema, Schema) else Schema.from_json(schema))


def feature_values(case: Case) -> list[tuple[Feature, Any]]:
    """The features with their stored values, in schema order; the row is a list in that order or a mapping by name."""
    row = case["row"]
    if isinstance(row, Mapping):
        return [(feature, row.get(feature.name)) for feature in case.schema.features]
    return list(zip(case.schema.features, row, strict=True))
