"""Identifiers of a prediction, long for links and short for the telephone; secrets that are known by their digest."""

import hashlib
import secrets

ID_BYTES = 16
TOKEN_BYTES = 32
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: without I, L, O and U
REFERENCE_LENGTH = 8

_POSITION = {letter: position for position, letter in enumerate(ALPHABET)}
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys(" -\u00a0\u2010\u2011\u2012\u2013\u2014"))


def new_prediction_id() -> str:
    """22 characters that nobody can guess: the link to a result may be the only key to it."""
    return secrets.token_urlsafe(ID_BYTES)


def new_token() -> str:
    """A secret that opens a session, a draft or an invitation; only its digest is stored."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a secret too long to be guessed: it needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_reference() -> str:
    """Seven random characters and a check character."""
    drawn = secrets.token_bytes(REFERENCE_LENGTH - 1)
    digits = [byte % len(ALPHABET) for byte in drawn]  # 32 divides 256: no letter is more likely
    return "".join(ALPHABET[digit] for digit in [*digits, _check_digit(digits)])


def normalise_reference(text: str) -> str:
    """A reference as it is stored, from what a person typed; "" when it cannot be one."""
    reference = text.strip().upper().translate(_MISREAD)
    if len(reference) != REFERENCE_LENGTH or any(letter not in _POSITION for letter in reference):
        return ""
    *digits, check = (_POSITION[letter] for letter in reference)
    return reference if _check_digit(digits) == check else ""


def _check_digit(digits: list[int]) -> int:
    """A polynomial over the field of 32 elements: every wrong character and every swap of two is noticed."""
    check = 0
    for digit in digits:
        check = (check ^ digit) << 1
        if check & 32:
            check ^= 0b100101
    return check
