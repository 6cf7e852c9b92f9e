"""What the views work with: made once by create_app, the same for every request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from webapp.config import Config
from webapp.model_store import ModelStore
from webapp.records.database import Database
from webapp.serving import Follower

EXTENSION = "formcast"


@dataclass(frozen=True)
class Services:
    config: Config
    database: Database
    store: ModelStore
    follower: Follower
    spec_words: Callable[[str], Mapping[str, Any]]  # what the spec of a model says now of what needs no training


def attach(app: Flask, services: Services) -> None:
    app.extensions[EXTENSION] = services


def services_of(app: Flask) -> Services:
    return app.extensions[EXTENSION]


def services() -> Services:
    """Those of the request's app."""
    return current_app.extensions[EXTENSION]
