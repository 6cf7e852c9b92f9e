"""Names of columns as people would write them: 'MonthlyCharges' -> 'Monthly charges'."""

import re
from collections import Counter
from collections.abc import Sequence

LONGEST_ABBREVIATION = 2  # in CUSTOMER_AGE_ID only ID stays in capitals
_SEPARATORS = re.compile(r"[_\s]+|(?<=\w)[-.](?=[^\W\d])")


def label_of(name: str) -> str:
    """The label of a column; a name that a person wrote with spaces keeps its capitals."""
    words = [word for part in _SEPARATORS.split(name) if part for word in _camel_words(part)]
    if not words:
        return name or "Unnamed column"
    if " " in name:
        return _capitalised(" ".join(name.split()))
    shouting = len(words) > 1 and name.upper() == name
    return _capitalised(" ".join(_calm(word, shouting) for word in words))


def labels_of(names: Sequence[str]) -> dict[str, str]:
    """A label for each name; where two would be the same, the names themselves are the labels."""
    labels = {name: label_of(name) for name in names}
    times = Counter(label.casefold() for label in labels.values())
    return {name: name or label if times[label.casefold()] > 1 else label for name, label in labels.items()}


def _camel_words(part: str) -> list[str]:
    """'StreamingTV' -> Streaming, TV; 'IBMStock' -> IBM, Stock; 'pH' and 'IDs' stay whole."""
    words, start = [], 0
    for at in range(1, len(part)):
        before, here, after = part[at - 1], part[at], part[at + 1 : at + 3]
        begins = here.isupper() and (before.islower() or before.isdigit()) and at - start > 1
        ends_capitals = here.isupper() and before.isupper() and len(after) == 2 and after.islower()
        if begins or ends_capitals:
            words.append(part[start:at])
            start = at
    return [*words, part[start:]]


def _calm(word: str, shouting: bool) -> str:
    if shouting and len(word) > LONGEST_ABBREVIATION:
        return word.lower()
    is_title = word[:1].isupper() and (len(word) == 1 or not any(letter.isupper() for letter in word[1:]))
    return word.lower() if is_title and len(word) > 1 else word


def _capitalised(label: str) -> str:
    second_is_capital = label[1:2].isupper()  # pH, eGFR
    return label if second_is_capital else label[:1].upper() + label[1:]
