"""A model in use with people who ask it and say what happened, seen from its service and from a terminal."""

import json
from dataclasses import dataclass

from tests.commands.workplace import Terminal
from webapp.commands.promotion import Workplace, promote
from webapp.recording import Asked, cases_of
from webapp.records.actors import Actor
from webapp.records.decisions import history
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import By, Happened, record_outcomes
from webapp.records.predictions import record_prediction
from webapp.schema import Door
from webapp.views.services import services_of

ADA = Actor("person", "ada", "Ada")


def answered(champion, database, columns, rows, who):
    """The records of the first rows of a table, as the version in use answers them."""
    features, asked = champion.predictor.schema.features, []
    for row in range(rows):
        said = {one.name: str(columns[one.name][row]) for one in features}
        asked.append(Asked([one.parse(said[one.name], Door.FILE) for one in features], said, "", "form"))
    with database.writing() as connection:
        return [record_prediction(connection, case) for case in cases_of(champion, asked, who)]


@dataclass
class Scene:
    """A model in use, its service and a terminal."""

    terminal: Terminal
    app: object
    model: str = "leaving"
    spec: str = ""

    @property
    def parts(self):
        return services_of(self.app)

    @property
    def champion(self):
        return self.parts.follower.champions[self.model]

    def says(self, text: str, version: str = "1") -> None:
        """Write this behind what the spec said at first, and let the version answer by it."""
        spec = self.terminal.place.folder / "specs" / f"{self.model}.toml"
        self.spec = self.spec or spec.read_text()
        spec.write_text(f"{self.spec}\n{text}")
        self.promote(version)

    def promote(self, version: str) -> None:
        place = Workplace.from_config(self.parts.config)
        promote(place, place.find(self.model, version), ADA, "With criteria")
        place.database.dispose()
        self.parts.follower.refresh()

    def check(self):
        said = self.terminal.webapp("retirement", "check", self.model, "--json")
        self.parts.follower.refresh()
        return json.loads(said.out).get(self.model, {"decision": None, "criteria": []})

    def form(self):
        return self.app.test_client().get(f"/models/{self.model}")

    def ask(self, columns, rows, **always):
        same = {name: [value] * rows for name, value in always.items()}
        return answered(self.champion, self.parts.database, {**columns, **same}, rows, ADA)

    def happened(self, records, values, who=ADA):
        rule = OutcomeRule.of(self.champion.words)
        many = [Happened(record, rule, value) for record, value in zip(records, values, strict=True)]
        self.parts.database.run(
            lambda connection: record_outcomes(connection, many, By(who, "form"), may_correct=False)
        )

    def decisions(self):
        with self.parts.database.reading() as connection:
            return [row.action for row in history(connection, self.model)]


def wrong(records, champion):
    """The opposite of what each answer came down to."""
    rule = OutcomeRule.of(champion.words)
    return ["No" if rule.decided(record) == "Yes" else "Yes" for record in records]
