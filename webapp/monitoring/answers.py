"""The questions about a model in use, each answered in one sentence under one status word."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.monitoring.by_version import VERSIONS, Versioned, expected_share
from webapp.monitoring.doubts import UNSURE, Doubts
from webapp.monitoring.drift import Shift
from webapp.monitoring.drift_words import LIKE
from webapp.monitoring.estimate import BEFORE, FEWEST_CASES, Estimate
from webapp.monitoring.findings import ACT, FEW, GOOD, LOOK, Finding, worst
from webapp.monitoring.groups import ALIKE, FEWEST, Part
from webapp.monitoring.performance import RIGHT, Performance
from webapp.monitoring.watched import Watched
from webapp.monitoring.worth import WORTH, Worth, costs_of
from webapp.parsing.shown import figure_text
from webapp.wording.chances import in_hundred_text, of_hundred_text
from webapp.wording.dates import day_text
from webapp.wording.numbers import count_text, counted

YES, NO = {GOOD: "Yes", LOOK: "Mostly", ACT: "No"}, {GOOD: "No", LOOK: "Perhaps", ACT: "Yes"}
AS_EXPECTED = {GOOD: "As expected", LOOK: "More than expected", ACT: "Act now"}
WORDS = {
    LIKE: YES,
    RIGHT: YES,
    BEFORE: {GOOD: "Nothing unusual", LOOK: "Less right, it seems", ACT: "Act now"},
    UNSURE: AS_EXPECTED,
    ALIKE: NO,
    WORTH: {GOOD: "Worth it", LOOK: "Not worth it", ACT: "Not worth it"},
}
NOT_KNOWN = "Not known yet"
VERSIONS_TOLD = 3
NOBODY_SAID = (
    "Nobody has said how bad each of the two mistakes is. Once a threshold or costs stand under [decision] in the "
    "spec, mistakes are counted here."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`question` is its heading, `name` what links to it; `to_do` "" where nothing is."""

    name: str
    question: str
    status: str
    status_words: str
    sentence: str
    to_do: str = ""


def answer(name: str, question: str, findings: Sequence[Finding], sentence: str, known: bool = True) -> Answer:
    own = [one for one in findings if one.question == name]
    status = worst((one.status for one in own), GOOD if known else FEW)
    words = NOT_KNOWN if status == FEW else WORDS[name][status]
    return Answer(name, question, status, words, sentence, own[0].to_do if own else "")


def about_fields(watched: Watched, cases: int, days: int, judged: Sequence[Shift]) -> str:
    if not cases:
        return f"Nobody asked in the last {days} days."
    if not watched.compared:
        return "What it learned from is not known here, so nothing can be compared."
    if not judged:
        return f"{counted(cases, watched.case, watched.cases)} in the last {days} days are too few to compare."
    found = sum(bool(one.code) for one in judged)
    of = f"of {counted(len(judged), 'field', 'fields')} in {counted(cases, watched.case, watched.cases)}"
    if not found:
        return f"None {of} differs from what it learned from by more than chance and by enough to matter."
    return f"{count_text(found)} {of} {'differs' if found == 1 else 'differ'} from what it learned from."


def about_outcomes(watched: Watched, found: Performance) -> str:
    """'Outcomes known for 412 of 1,903 loans (22 in 100).'"""
    if not found.cases:
        return "Nothing was answered yet."
    if not found.all_known:
        of = counted(found.cases, watched.case, watched.cases)
        return f"No outcome is known yet of {of}; {count_text(found.needed)} are needed."
    share = in_hundred_text(found.all_known / found.cases)
    known = f"Outcomes known for {count_text(found.all_known)} of {count_text(found.cases)} {watched.cases} ({share})."
    if not found.is_enough:
        return f"{known} {_old_enough(found)}"
    return f"{known} {_proved(watched, found)}"


def _old_enough(found: Performance) -> str:
    """'12 of them are old enough to be judged; 200 are needed.'"""
    old = "1 of them is" if found.judged == 1 else f"{count_text(found.judged)} of them are"
    return f"{old} old enough to be judged; {count_text(found.needed)} are needed."


def of_versions(question: str, found: Sequence[Versioned], watched: Watched) -> Answer:
    """Versions that no longer answer are judged too, and are no reason to act."""
    judged = [one.status for one in found if one.status != FEW]
    status = worst(judged) if judged else FEW
    words = YES[status] if judged else NOT_KNOWN
    told = " ".join(_of_version(watched, one) for one in found[:VERSIONS_TOLD])
    more = len(found) - VERSIONS_TOLD
    told += f" The table has {counted(more, 'earlier version', 'earlier versions')}." if more > 0 else ""
    return Answer(VERSIONS, question, status, words, told)


def _of_version(watched: Watched, one: Versioned) -> str:
    """'Version 2, since 3 Aug 2026: 82 in 100 answers proved right, of 1,004 old enough; 77 to 85 are expected.'"""
    name = one.name[0].upper() + one.name[1:]
    when = f"since {day_text(one.first)}" if one.answers else f"{day_text(one.first)} to {day_text(one.last)}"
    if one.known < FEWEST:
        known = counted(one.known, "outcome is", "outcomes are")
        return f"{name}, {when}: {known} old enough to judge, of {count_text(one.cases)} {watched.cases}."
    what = "ranges held the real value" if watched.task == "number" else "answers proved right"
    band = f"; {between_text(one.expected)} are expected" if one.expected else ""
    return (
        f"{name}, {when}: {of_hundred_text(one.share)} in 100 {what}, of {count_text(one.known)} with an outcome{band}."
    )


def between_text(ends: tuple[float, float]) -> str:
    """'77 to 85', in 100"""
    return f"{of_hundred_text(max(ends[0], 0.01))} to {of_hundred_text(min(ends[1], 0.99))}"


def _proved(watched: Watched, found: Performance) -> str:
    of = f"Of the {count_text(found.judged)} newest that are old enough to judge"
    if found.right is not None:
        expected = expected_right(watched, found)
        band = f"; {expected} are expected" if expected else ""
        return f"{of}, {of_hundred_text(found.right)} in 100 answers proved right{band}."
    if found.covered is not None:
        promised = watched.evaluation.get("promised_coverage")
        band = f"; {of_hundred_text(promised)} are promised" if promised else ""
        return f"{of}, the range held the real value in {of_hundred_text(found.covered)} of 100{band}."
    return f"{of}, estimates were off by {figure_text(found.sums['absolute'] / found.judged, 3)} on average."


def expected_right(watched: Watched, found: Performance) -> str:
    """'78 to 86', from the rows kept back; '' where that is not known."""
    ends = expected_share(watched, found.judged)
    return between_text(ends) if ends else ""


def about_estimate(watched: Watched, found: Estimate) -> str:
    blind = "This sees other cases; it cannot see if the same case now comes to another end."
    if found.yardstick is None or found.cases < FEWEST_CASES:
        return f"Too little was answered lately to estimate how right it is. {blind}"
    lost = found.yardstick.lost(found.now)
    how = "about as right as when it was tried"
    if lost >= 0.1:
        how = "less right than when it was tried" if lost < 1 else "hardly better than guessing"
    elif lost <= -0.1:
        how = "more right than when it was tried"
    said = f"By its own {'ranges' if watched.task == 'number' else 'chances'}, recent answers are {how}."
    if found.honesty is None:
        return f"{said} {blind}"
    of = counted(found.honesty.judged, "period", "periods")
    return (
        f"{said} Such estimates were within chance in {found.honesty.within} of {of} whose outcomes are known. {blind}"
    )


def about_doubts(watched: Watched, found: Doubts) -> str:
    if not found.cases:
        return "Nobody asked lately."
    if found.cases < FEWEST:
        return f"{counted(found.cases, 'answer', 'answers')} lately: too few to tell."
    told = [f"{of_hundred_text(found.careful)} in 100 answers ask to be treated with care"]
    if found.close is not None:
        told.append(f"{of_hundred_text(found.close)} in 100 are close calls")
    told.append(f"people decided otherwise in {of_hundred_text(found.overridden) if found.overridden else 'none'}")
    if found.tries:
        told.append(f"the form was sent back in {_sent_back(found)}")
    first = told[0][0].upper() + told[0][1:]
    return "; ".join([first, *told[1:]]) + "."


def _sent_back(found: Doubts) -> str:
    if not found.sent_back:
        return "none"
    if found.tries < FEWEST_CASES:  # of so few a share says nothing
        return f"{count_text(round(found.sent_back * found.tries))} of {counted(found.tries, 'try', 'tries')}"
    return f"{of_hundred_text(found.sent_back)} of 100 tries"


def about_parts(watched: Watched, found: Sequence[Part]) -> str:
    if not found:
        return "Too few outcomes are known to compare parts of the cases."
    differ = sum(one.differs for one in found)
    sensitive = sorted({one.label for one in found if one.sensitive})
    by = f"by {', '.join(sensitive)}" if sensitive else "by the fields that matter most; none is marked as sensitive"
    if differ:
        return (
            f"{count_text(differ)} of {count_text(len(found))} parts of the cases come out otherwise than said, {by}."
        )
    return f"Its answers hold in all {count_text(len(found))} parts of the cases, {by}."


def about_worth(watched: Watched, found: Worth | None) -> str:
    if found is None:
        return "No outcome is old enough yet to count mistakes." if costs_of(watched) else NOBODY_SAID
    instead = "every" if found.all_flagged else "no"
    mistakes, alike = (figure_text(100 * cost / found.cases, 3) for cost in (found.with_model, found.without))
    unit = "as much as {} needless alarms" if found.in_alarms else "{}"
    return (
        f"Over {count_text(found.cases)} {watched.cases} with a known outcome, the mistakes of its answers cost "
        f"{unit.format(mistakes)} for each 100 {watched.cases}; acting on {instead} {watched.case} would have cost "
        f"{alike}."
    )
