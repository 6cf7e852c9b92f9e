"""What a run of score says at its end."""

from typing import Any

from webapp.commands.answer import Answer
from webapp.model_store import StoredVersion
from webapp.prediction.many import LIGHTS
from webapp.scoring.run import Run
from webapp.wording.dates import orders_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

NOT_ALL = 3  # exit code: OUTPUT is there, but some rows were rejected
LISTED = 10


def report(run: Run, stored: StoredVersion, seconds: float) -> Answer:
    tally = run.tally
    all_rows = tally.scored + tally.rejected
    lines = [
        f"{counted(tally.scored, 'row', 'rows')} scored by version {stored.number} of {stored.model}: {run.output}",
        *_remarks(run, all_rows, seconds),
        *_answers(run),
        *_rejected(run),
    ]
    return Answer(tuple(lines), _document(run, stored, seconds), NOT_ALL if tally.rejected else 0)


def _remarks(run: Run, all_rows: int, seconds: float) -> list[str]:
    new = all_rows - run.rows_before
    lines = []
    if run.begun_anew_because:
        lines.append(f"What an earlier run had left was not used: {run.begun_anew_because} had changed since")
    if run.rows_before:
        lines.append(f"{counted(run.rows_before, 'row', 'rows')} were there from an earlier run")
    if new:
        lines.append(f"{count_text(new)} in {seconds:.1f} s, {count_text(round(new / max(seconds, 1e-3)))} a second")
    odd = sorted(run.source.encodings - {"utf-8"})
    if odd:
        names = {"cp1252": "Windows (cp1252)"}
        lines.append(f"Read as {' and '.join(names.get(one, one.upper()) for one in odd)}; written as UTF-8")
    if run.source.layout.orders:
        names, orders = zip(*run.source.layout.orders, strict=True)
        lines.append(f"Dates of {', '.join(map(shown, names))} read with {orders_text(orders)}")
    if run.tally.marked:
        cells = "row has a cell" if run.tally.marked == 1 else "rows have cells"
        lines.append(f"{count_text(run.tally.marked)} {cells} that a spreadsheet would calculate: ' stands in front")
    return lines


def _answers(run: Run) -> list[str]:
    scored = max(run.tally.scored, 1)
    lines = []
    if run.tally.answers:
        parts = [f"{shown(name)} {_share(count, scored)}" for name, count in run.tally.answers.items()]
        lines.append(f"Predictions: {', '.join(parts)}")
    careful = [f"{name} {_share(run.tally.lights[name], scored)}" for name in LIGHTS]
    lines.append(f"Lights: {', '.join(careful)}")
    return lines if run.tally.scored else []


def _share(count: int, rows: int) -> str:
    return f"{count_text(count)} ({100 * count / rows:.1f} in 100)"


def _rejected(run: Run) -> list[str]:
    tally = run.tally
    if not tally.rejected:
        return []
    lines = [f"{counted(tally.rejected, 'row was', 'rows were')} rejected: {run.rejected} says why and can be mended"]
    for _, name, line, reason in tally.examples[:LISTED]:
        where = f"{name} line {line}" if run.is_of_several else f"line {line}"
        lines.append(f"  {where}: {shown(reason)}")
    more = tally.rejected - len(tally.examples[:LISTED])
    return [*lines, f"  and {count_text(more)} more"] if more > 0 else lines


def _document(run: Run, stored: StoredVersion, seconds: float) -> dict[str, Any]:
    tally = run.tally
    return {
        "model": stored.model,
        "version": stored.version,
        "number": stored.number,
        "output": str(run.output),
        "rejected_rows": str(run.rejected) if tally.rejected else None,
        "scored": tally.scored,
        "rejected": tally.rejected,
        "from_an_earlier_run": run.rows_before,
        "answers": dict(tally.answers),
        "lights": dict(tally.lights),
        "seconds": round(seconds, 3),
        "files": [file.name for file in run.source.files],
    }
