"""Who did something: a person, a holder of a key, somebody at a terminal, or the product itself."""

import getpass
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Actor:
    """`address` is where they act from: the audit trail keeps it, records do not."""

    kind: str  # "person", "key", "command" or "system"
    id: str
    name: str
    address: str = field(default="", compare=False)

    def to_json(self) -> dict[str, str]:
        return {"kind": self.kind, "id": self.id, "name": self.name}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "Actor":
        return cls(stored["kind"], stored["id"], stored["name"])

    @property
    def is_human(self) -> bool:
        """Whether somebody decided this, be it in a browser, by a key or at a terminal."""
        return self.kind != "system"


SYSTEM = Actor("system", "formcast", "Formcast")
ANYONE = Actor("person", "", "")  # open mode: no one signs in


def command_actor() -> Actor:
    """The person at the terminal, by the name their operating system knows."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        name = "unknown"
    return Actor("command", name, name)
