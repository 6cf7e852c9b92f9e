"""What the template of the result page shows: all in words, positions in percent, nothing left to decide."""

from dataclasses import dataclass

from webapp.wording.chances import hundred_text


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: `weight` is '', 'strong' or 'quiet'."""

    text: str
    weight: str = ""


Sentence = tuple[Part, ...]


def sentence(*pieces: str | Part) -> Sentence:
    """Plain strings and parts as one sentence; empty ones are left out."""
    parts = (Part(piece) if isinstance(piece, str) else piece for piece in pieces)
    return tuple(part for part in parts if part.text)


def strong(text: str) -> Part:
    return Part(text, "strong")


def quiet(text: str) -> Part:
    return Part(text, "quiet")


def in_hundred(probability: float) -> Sentence:
    """'about 27 in 100' with the figure strong."""
    about, figure = hundred_text(probability).rpartition("about ")[1:]
    return sentence(about, strong(figure))


def plain_text(parts: Sentence) -> str:
    return "".join(part.text for part in parts)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text in a picture; `anchor` is start, middle or end, `dx` in px from `x`."""

    text: str
    x: str
    y: int
    anchor: str = "start"
    dx: int = 0
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the line, from `x` over `width`."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Stem:
    """A mark below the line: where it stands, how far down it reaches, whether it is the rule (or the average)."""

    x: str
    bottom: int
    is_rule: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """
    A line with the case on it: `title` says it, `description` tells what is drawn.

    `ends` are the figures along the line, drawn over the stems; `ticks` are where they stand; `lift` is how far
    everything moves up where there is only one label above the line.
    """

    title: str
    description: str
    height: int
    labels: tuple[Text, ...]
    stems: tuple[Stem, ...] = ()
    ends: tuple[Text, ...] = ()
    ticks: tuple[str, ...] = ()
    flagged: Zone | None = None
    range: Zone | None = None
    mark: str = ""
    lift: int = 0


@dataclass(frozen=True, slots=True)
class Hundred:
    """A hundred circles, filled for those like the answer; `filled` and `hollow` are the outlines of both areas."""

    sentence: str
    filled: str
    hollow: str
    counts: tuple[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RankedClass:
    label: str
    figure: str
    width: str
    is_answer: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line with an icon below the picture; `tone` is '' or 'most'."""

    icon: str
    parts: Sentence
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Care:
    """What to be careful about; `severity` is 'care' or 'bad'."""

    heading: str
    severity: str
    icon: str
    flags: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The top panel; `brief` stands in the title of the page, `emphasis` is the end of the headline in colour."""

    headline: str
    emphasis: str
    lead: Sentence
    brief: str
    heading: str
    scale: Scale | None = None
    rules: tuple[Rule, ...] = ()
    hundred: Hundred | None = None
    ranking: tuple[RankedClass, ...] = ()


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One bar; `kind` is 'up', 'down' or 'rest'; `said` is 'raised it' or 'lowered it'."""

    kind: str
    label: str
    value: str
    amount: str
    said: str
    bar: Zone


@dataclass(frozen=True, slots=True)
class Reasons:
    """What raised and lowered the answer, from the average to the case; `total_sum` is '27 + 47' where that is told."""

    heading: str
    introduction: str
    zero: str
    average: tuple[str, str]
    rows: tuple[ReasonRow, ...]
    total: tuple[str, str]
    caption: str = ""
    amount_heading: str = ""
    total_sum: str = ""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    label: str
    value: str
    is_missing: bool
    change_url: str


@dataclass(frozen=True, slots=True)
class GivenGroup:
    title: str
    answers: tuple[GivenAnswer, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Further:
    """Where other answers can be tried out; `changes_url` is '' where nothing can be suggested."""

    text: str
    what_if_url: str
    changes_url: str = ""


@dataclass(frozen=True, slots=True)
class ResultPage:
    title: str
    question: str
    meta: tuple[str, ...]
    care: Care | None
    calm: str
    answer: Answer
    reasons: Reasons | None
    further: Further
    given: tuple[GivenGroup, ...]
    given_count: str
    facts: tuple[Fact, ...]
    referral: str
    notice: str
    again_url: str
    url: str
    audience: str
