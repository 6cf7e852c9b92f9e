"""The spec, `specs/<model>.toml`: what a person says about a model. Read strictly; what it leaves out is inferred."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from webapp.errors import UnusableSpec
from webapp.parsing.texts import normal
from webapp.training.sources.addresses import is_elsewhere
from webapp.training.spec.gate_limits import GateSpec
from webapp.training.spec.keys import Place, checked_section, checked_sections
from webapp.training.spec.lifecycle_keys import plan_of, retirement_of


@dataclass(frozen=True, slots=True)
class DataSpec:
    """
    [data]: where the table is and how it is read. `missing` holds markers besides the customary ones.

    `query` and the `parameters` bound in it are for a database, `sheet` for a workbook; `snapshot` keeps the rows.
    `reader` "module:function" reads the source in place of the readers here.
    """

    source: str = ""
    query: str = ""
    target: str = ""
    positive: str = ""
    id_column: str = ""
    time_column: str = ""
    exclude: tuple[str, ...] = ()
    decimal: str = ""
    date_order: str = ""
    missing: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sheet: str = ""
    snapshot: bool = False
    reader: str = ""


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """
    [target]: how the answer is called and shown. kind: '', 'classes' or 'number'.

    `wanted` is the class that people hope for, or "higher" or "lower" of a number; '' where nobody said.
    """

    kind: str = ""
    label: str = ""
    unit: str = ""
    decimals: int | None = None
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeSpec:
    """[outcomes.<class>]: `text` headline sentence, `chance` 'leaving', `short` 'leave', `advice` what to do."""

    text: str = ""
    chance: str = ""
    short: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class DecisionSpec:
    """[decision]: from which chance on something is done, or what the two mistakes cost."""

    threshold: float | None = None
    costs: Mapping[str, float] = field(default_factory=dict)
    set_by: str = ""
    set_on: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationSpec:
    """[evaluation]: the metric that counts, by name or as "module:function", for which `better` says which way."""

    metric: str = ""
    better: str = ""


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """
    [training]: `estimator` "module:function" gives an estimator of your own, which is tried beside the others. `pairs`
    false: no table for two columns together; `selection` false: every input is asked for, whether it helps or not.
    """

    estimator: str = ""
    pairs: bool = True
    selection: bool = True


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """
    [features.<column>]. `choices` holds (value, label) in the order shown, the label '' where none is given.

    `minimum` and `maximum` are numbers, or dates and date-times for a date column. `kind` and `encoder` may name code
    of one's own as "module:name".
    """

    kind: str = ""
    label: str = ""
    unit: str = ""
    help: str = ""
    group: str = ""
    reason: str = ""
    order: float | None = None
    minimum: Any = None
    maximum: Any = None
    choices: tuple[tuple[str, str], ...] = ()
    ordered: bool = False
    actionable: bool = False
    direction: str = ""
    monotonic: str = ""
    sensitive: bool = False
    keep: bool = False
    missing: str = ""
    encoder: str = ""


@dataclass(frozen=True, slots=True)
class MonitoringSpec:
    """
    [monitoring]: the days that are compared with training, how long outcomes take, how many a verdict needs, and the
    fields that may change without anybody being told. None: as webapp.monitoring has it.
    """

    window_days: int | None = None
    outcome_days: int | None = None
    min_outcomes: int | None = None
    expected_to_change: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """One model as a person describes it; `model` is the file's name, `text` all of it. Missing texts are ''."""

    model: str
    path: Path | None = None
    text: str = field(default="", repr=False, compare=False)
    title: str = ""
    question: str = ""
    case: str = ""
    cases: str = ""
    owner: str = ""
    contact: str = ""
    objective: str = ""
    geography: str = ""
    timezone: str = ""
    notice: str = ""
    data: DataSpec = field(default_factory=DataSpec)
    target: TargetSpec = field(default_factory=TargetSpec)
    outcomes: Mapping[str, OutcomeSpec] = field(default_factory=dict)
    decision: DecisionSpec = field(default_factory=DecisionSpec)
    evaluation: EvaluationSpec = field(default_factory=EvaluationSpec)
    training: TrainingSpec = field(default_factory=TrainingSpec)
    groups: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, FeatureSpec] = field(default_factory=dict)
    gates: GateSpec = field(default_factory=GateSpec)
    monitoring: MonitoringSpec = field(default_factory=MonitoringSpec)
    retirement: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] = field(default_factory=dict)

    @property
    def source_location(self) -> str:
        """The source as it can be opened: relative paths from the project's folder or the spec's, whichever has it."""
        source = self.data.source
        if not source or self.path is None or is_elsewhere(source) or Path(source).expanduser().is_absolute():
            return source
        folder = self.path.absolute().parent
        places = [folder.parent / source, folder / source]
        return str(next((place for place in places if place.exists()), places[0]))


def read_spec(path: str | Path) -> Spec:
    """The spec in a file. Raises UnusableSpec with the place of what cannot be followed."""
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
        document = tomllib.loads(text)
    except FileNotFoundError as problem:
        raise UnusableSpec(f"There is no spec {path}. Give --data TABLE --target COLUMN to have one made") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UnusableSpec(f"{path} is not TOML: {problem}") from problem
    except OSError as problem:
        raise UnusableSpec(f"{path} cannot be read: {problem.strerror}") from problem
    return spec_from_document(document, Place(str(path), text), model=path.stem, path=path)


def spec_from_document(document: dict[str, Any], place: Place, *, model: str, path: Path | None = None) -> Spec:
    """The spec in a parsed TOML document. Raises UnusableSpec."""
    top = checked_section(document, "", place)
    data = checked_section(top.pop("data", {}), "data", place)
    if not data.get("source") or not data.get("target"):
        raise UnusableSpec(f"{place.file}: [data] needs a source and a target")
    decision = checked_section(top.pop("decision", {}), "decision", place)
    if "threshold" in decision and "costs" in decision:
        raise UnusableSpec(f"{place.file}: [decision] has a threshold and costs. Keep one of them")
    groups = checked_sections(top.pop("groups", {}), "groups", place)
    features = checked_sections(top.pop("features", {}), "features", place)
    outcomes = checked_sections(top.pop("outcomes", {}), "outcomes", place)
    return Spec(
        model=model,
        path=path,
        text=place.text,
        data=DataSpec(**data),
        target=TargetSpec(**checked_section(top.pop("target", {}), "target", place)),
        outcomes={normal(name): OutcomeSpec(**section) for name, section in outcomes.items()},
        decision=DecisionSpec(**decision),
        evaluation=EvaluationSpec(**checked_section(top.pop("evaluation", {}), "evaluation", place)),
        training=TrainingSpec(**checked_section(top.pop("training", {}), "training", place)),
        gates=_gate_spec(top.pop("gates", {}), place),
        monitoring=MonitoringSpec(**checked_section(top.pop("monitoring", {}), "monitoring", place)),
        plan=plan_of(top.pop("plan", {}), lambda found, section: checked_section(found, section, place)),
        retirement=retirement_of(
            top.pop("retirement", {}), lambda found, section: checked_section(found, section, place), place.of
        ),
        groups={normal(title): section.get("help", "") for title, section in groups.items()},
        features={normal(name): _feature_spec(section) for name, section in features.items()},
        **top,
    )


def _gate_spec(found: Any, place: Place) -> GateSpec:
    limits = checked_section(found, "gates", place)
    only_warn = checked_section(limits.pop("only_warn", {}), "gates.only_warn", place)
    return GateSpec(**limits, only_warn=only_warn)


def _feature_spec(section: dict[str, Any]) -> FeatureSpec:
    names = {"min": "minimum", "max": "maximum"}
    return FeatureSpec(**{names.get(key, key): value for key, value in section.items()})
