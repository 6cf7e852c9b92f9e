"""adopt: a pipeline that was fitted elsewhere gets a schema, gates and a form."""

import argparse
import re
import sys
from pathlib import Path

from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.commands.run_report import labelled, wrapped
from webapp.commands.sources import Asked, source_of_table, written
from webapp.commands.stopping import ended_when_told
from webapp.commands.training_run import USAGE, train_one
from webapp.commands.version_in_use import columns_in_use
from webapp.errors import PackageUntrusted
from webapp.training.adoption import brought_by, spec_for
from webapp.training.candidates.foreign_pickle import load_pickle, untrusted_modules
from webapp.training.run import Options


def adopt(place: Workplace, given: argparse.Namespace) -> Answer:
    """Exit codes as of train.py: 0 promoted or stored as asked, 3 stored and not promoted, 2 usage, 1 failed."""
    path = Path(given.pickle)
    if not given.i_trust_this_file:
        words = (
            f"Loading {path} runs whatever code is in it, on this machine and with your rights. If you know who made "
            "it and how it came here, say so: --i-trust-this-file"
        )
        return Answer((words,), {"error": words}, USAGE)
    say = _say(given.name or _name_of(path))
    say(f"Loading {path}, which runs the code in it, as you trust it")
    adopted = load_pickle(path)
    spec_path = place.config.specs / f"{given.name or _name_of(path)}.toml"
    say("Reading the table")
    source = source_of_table(
        Asked(given.data, given.target),
        spec_path,
        write=False,  # not before it is known that the pipeline can be adopted
        in_use=columns_in_use(place.config, spec_path.stem),
        understand=lambda table, spec: spec_for(adopted, table, spec),
    )
    say("Comparing what the form gets with what the pipeline says by itself")
    brought = brought_by(adopted, source.table, source.inference)
    source = written(source, spec_path)
    options = Options(seed=given.seed, say=say, adopted=brought)
    try:
        with ended_when_told():
            verdict = train_one(place.config, source, options, may_promote=not given.no_promote)
    except PackageUntrusted as problem:
        raise _with_modules(problem, place, adopted.estimator) from problem
    notes = [line for note in brought.facts["notes"] for line in wrapped(note)]
    lines = (*verdict.lines, *labelled("Remember", notes))
    return Answer(lines, {"model": spec_path.stem, "code": verdict.code, **brought.facts}, verdict.code)


def _with_modules(problem: PackageUntrusted, place: Workplace, estimator: object) -> PackageUntrusted:
    """The same refusal with what would have to be trusted."""
    modules = ",".join(dict.fromkeys((*place.config.trusted_modules, *untrusted_modules(estimator))))
    return PackageUntrusted(
        f"{problem}. If everything that these modules define may be used by packages, set it here and for the service: "
        f"FORMCAST_TRUSTED_MODULES={modules}"
    )


def _name_of(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")


def _say(model: str):
    def say(message: str) -> None:
        print(f"{model}: {message} ...", file=sys.stderr, flush=True)

    return say
