"""One recorded case together with the words of the decision it was answered under."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.parsing.texts import in_sentence
from webapp.schema import Schema, Target
from webapp.wording.amounts import Measure
from webapp.wording.quoting import quoted, shown

COLUMNS = (
    "id", "reference", "model", "version", "at", "business_key", "row", "answer", "probability", "probabilities",
    "value", "low", "high", "coverage", "reference_value", "reasons", "warnings", "light", "channel",
)  # fmt: skip
WORDS_KEPT = 256  # decisions

_told: dict[int, "Told"] = {}  # by the identity of their words


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


class Told:
    """What the words of one decision say about every case, put into words once; the words never change."""

    def __init__(self, words: Mapping[str, Any]):
        self.words = words
        self.said: dict[Any, Any] = {}  # found out once, under whatever name
        schema = words["schema"]
        self.schema = schema if isinstance(schema, Schema) else Schema.from_json(schema)
        self.features = tuple(
            (feature, shown(feature.group), shown(feature.label), f"#f{position}")
            for position, feature in enumerate(self.schema.features)
        )
        self.one = self.word("case", "case")
        self.many = self.word("cases", "cases")
        target = self.schema.target
        self.target_label = shown(target.label or target.name)
        self.target_in_sentence = shown(in_sentence(target.label or target.name))
        self.measure = Measure(shown(target.unit), target.decimals, target.decimal)
        self.quality: Mapping[str, Any] = words.get("quality") or {}
        self.threshold: float | None = (words.get("decision") or {}).get("threshold")

    def word(self, name: str, default: str = "") -> str:
        return shown(self.words.get(name) or default)

    def once(self, name: Any, find: Callable[[], Any]) -> Any:
        """What `find` finds, looked for only the first time."""
        if name not in self.said:
            self.said[name] = find()
        return self.said[name]

    def outcome(self, name: str) -> Outcome:
        texts = (self.words.get("outcomes") or {}).get(name) or {}
        return Outcome(name, *(shown(texts.get(key) or "") for key in ("text", "chance", "short", "advice")))


def told_by(words: Mapping[str, Any]) -> Told:
    """The same for the same object; it keeps the words, so that no others can come to stand in their place."""
    told = _told.get(id(words))
    if told is None:
        while len(_told) >= WORDS_KEPT:
            _told.pop(next(iter(_told)), None)
        told = _told[id(words)] = Told(words)
    return told


@dataclass(frozen=True, slots=True)
class Case:
    record: Mapping[str, Any]
    told: Told

    def __getitem__(self, column: str) -> Any:
        return self.record[column]

    def word(self, name: str, default: str = "") -> str:
        return self.told.word(name, default)

    @property
    def words(self) -> Mapping[str, Any]:
        return self.told.words

    @property
    def schema(self) -> Schema:
        return self.told.schema

    @property
    def target(self) -> Target:
        return self.told.schema.target

    @property
    def one(self) -> str:
        """What one case is called: 'customer'."""
        return self.told.one

    @property
    def many(self) -> str:
        return self.told.many

    @property
    def target_label(self) -> str:
        return self.told.target_label

    @property
    def target_in_sentence(self) -> str:
        return self.told.target_in_sentence

    @property
    def measure(self) -> Measure:
        return self.told.measure

    @property
    def quality(self) -> Mapping[str, Any]:
        return self.told.quality

    @property
    def threshold(self) -> float | None:
        return self.told.threshold

    @property
    def is_calibrated(self) -> bool:
        return self.quality.get("calibrated") is not False

    @property
    def other_class(self) -> str:
        """Of two classes the one that is not positive."""
        return next(name for name in self.target.classes if name != self.target.positive)

    def outcome(self, name: str) -> Outcome:
        return self.told.once(("outcome", name), lambda: self.told.outcome(name))

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
    return Case(columns, told_by(words))


def stored_values(case: Case) -> list[Any]:
    """In schema order; the row is a list in that order or a mapping by name."""
    row = case["row"]
    return [row.get(feature.name) for feature in case.schema.features] if isinstance(row, Mapping) else list(row)
