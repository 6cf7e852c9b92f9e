"""What the worker does by itself from time to time, besides the files that people send."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from webapp.config import Config
from webapp.model_store import ModelStore
from webapp.records.database import Database
from webapp.serving import Follower


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything a chore may need; `now` is when it is done."""

    config: Config
    database: Database
    store: ModelStore
    follower: Follower
    now: datetime


@dataclass(frozen=True, slots=True)
class Chore:
    """
    Done about every `every_s` seconds by one of the workers, however many there are.

    It should take seconds, not minutes: files wait meanwhile. What it raises is logged, and it is tried again when it
    is due the next time; a worker that dies has done it as far as it got, so each step must be whole in itself.
    """

    name: str
    every_s: int
    do: Callable[[Workshop], None]
