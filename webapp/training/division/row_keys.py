"""Which rows of a table are the same case, and must therefore stay together on one side of every split."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from webapp.training.columns.inference import Inference
from webapp.training.division.row_marks import marks_of_rows, marks_of_texts, places
from webapp.training.sources.marks import mixed

COMMON_SHARE = 0.05  # rows more frequent than that are a common case, not copies of one another
FEW_ALIKE = 5  # in a small table this many may be copies all the same
BY_ID, BY_INPUTS = "id", "inputs"


@dataclass(frozen=True)
class RowKeys:
    """
    `groups` (n,): codes from 0 on; rows of one group stay together. `place` (n,): one number from 0 to 1 for each
    group, even as if drawn by chance; the lowest are kept back.

    `by`: whether a row is known by the column that names the case or by its inputs. `alike` (n,): the row is the same
    as another in every input. `common` (n,): its group was too large to be kept together. `large` (n,): its group was
    that, or could be in a table somewhat smaller.
    """

    groups: np.ndarray
    place: np.ndarray
    by: str
    alike: np.ndarray
    common: np.ndarray
    large: np.ndarray


def row_keys(inference: Inference, rows: np.ndarray, seed: int) -> RowKeys:
    """What keeps these rows (their positions) together, and decides on which side they fall."""
    inputs = marks_of_rows(inference.X[rows], [feature.name for feature in inference.schema.features])
    ids = inputs if inference.ids is None else case_marks(inference.ids[rows], inputs)
    return keys_of(ids, inputs, seed, BY_INPUTS if inference.ids is None else BY_ID)


def keys_of(ids: np.ndarray, inputs: np.ndarray, seed: int, by: str = BY_INPUTS) -> RowKeys:
    """From marks (n,) of the case that a row is about, and of all that it says of it."""
    largest = max(FEW_ALIKE, COMMON_SHARE * len(ids))
    groups = _same_case(ids, inputs, largest)
    size = np.bincount(groups)[groups]
    common = size > largest
    place = np.where(common, places(mixed(ids + _times_before(groups)), seed), places(ids, seed))
    apart = _codes(np.where(common, groups.max() + 1 + np.arange(len(groups)), groups))
    lowest = np.full(apart.max() + 1, np.inf)
    np.minimum.at(lowest, apart, place)
    by_inputs = _codes(inputs)
    alike = np.bincount(by_inputs)[by_inputs] > 1
    return RowKeys(apart, lowest[apart], by, alike, common, size > max(largest / 2, 1))


def case_marks(ids: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Marks of the texts that name a case; a row without one is known by its inputs."""
    marks = marks_of_texts(ids)
    return np.where(marks == 0, inputs, marks)


def _same_case(ids: np.ndarray, inputs: np.ndarray, largest: float) -> np.ndarray:
    """
    (n,) codes: one for all rows of a case, and for those that look the same.

    Where cases that look the same would tie most of the table together, those with several rows stay by themselves.
    """
    by_id, by_inputs = _codes(ids), _codes(inputs)
    if by_id.max() + 1 == len(ids):
        return by_inputs
    if by_inputs.max() + 1 == len(ids):
        return by_id
    tied = _tied(by_id, by_inputs)
    return by_id if np.bincount(tied).max() > largest else tied


def _tied(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(n,) codes: rows that share a code in either, or are tied by a chain of such rows, share one."""
    size = first.max() + 1 + second.max() + 1
    links = coo_matrix((np.ones(len(first)), (first, first.max() + 1 + second)), shape=(size, size))
    return _codes(connected_components(links, directed=False)[1][first])


def _times_before(groups: np.ndarray) -> np.ndarray:
    """(n,) how many rows of its group stand above a row."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], groups[order][1:] != groups[order][:-1]]))
    counted = np.arange(len(groups)) - np.repeat(starts, np.diff([*starts, len(groups)]))
    times = np.empty(len(groups), dtype=np.uint64)
    times[order] = counted
    return times


def _codes(marks: np.ndarray) -> np.ndarray:
    return np.unique(marks, return_inverse=True)[1]
