"""Answers with what each part of the case contributes to them; where that cannot be found out, the answers alone."""

import logging
from typing import Any

import numpy as np

from webapp.errors import ReasonsTakeTooLong

logger = logging.getLogger("formcast.explaining")


def explained(model: Any, Z: np.ndarray, parts: int) -> tuple[np.ndarray, np.ndarray]:
    """
    The answers to encoded rows (n, e), and the contributions (n, parts, K) to their scores.

    The contributions to an answer that cannot be explained, or not in time, are NaN.
    """
    try:
        scores, contributions = model.explain(Z)
        return model.link_inverse(scores), contributions
    except Exception:  # whatever is wrong with the reasons, the answer is worth having
        logger.warning("Some answers are given without their reasons", exc_info=True)
    answers = model.predict_proba(Z) if hasattr(model, "predict_proba") else model.predict(Z)
    return answers, _one_by_one(model, Z, parts)


def _one_by_one(model: Any, Z: np.ndarray, parts: int) -> np.ndarray:
    """Each row that can be explained; a model that is too slow for one is not tried with another."""
    found = np.full((len(Z), parts, len(model.reference_score_)), np.nan)
    if len(Z) == 1:
        return found
    for place in range(len(Z)):
        try:
            found[place] = model.explain(Z[place : place + 1])[1][0]
        except ReasonsTakeTooLong:
            return found
        except Exception as problem:  # as above
            logger.debug("Row %d of %d is not explained: %s", place + 1, len(Z), problem)
    return found
