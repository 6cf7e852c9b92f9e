"""Schemas made by hand: every kind, every number of choices, many questions, names that want to be markup."""

from webapp.schema import Choice, Feature, Group, Schema, Target

TARGET = Target(name="left", kind="classes", label="Left", classes=("no", "yes"), positive="yes")
YES_NO = (Choice("Y", "Yes"), Choice("N", "No"))
HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}\u202egnp\x00"
LONG = "Rechtsschutzversicherungsgesellschaftsangestellte"


def number(name: str = "age", **said) -> Feature:
    return Feature(**{"name": name, "kind": "number", "label": name.capitalize(), "typical": 40.0} | said)


def yes_no(name: str = "partner", **said) -> Feature:
    said = {"name": name, "kind": "yes_no", "label": name.capitalize(), "choices": YES_NO, "typical": 0.0} | said
    return Feature(**said)


def category(name: str = "contract", count: int = 3, **said) -> Feature:
    choices = tuple(Choice(f"level-{position}", f"Level {position}") for position in range(count))
    typical = "level-0" if count else None
    said = {"name": name, "kind": "category", "label": name.capitalize(), "choices": choices, "typical": typical} | said
    return Feature(**said)


def levels(name: str, *labels: str, **said) -> Feature:
    choices = tuple(Choice(label, label) for label in labels)
    return Feature(
        **{"name": name, "kind": "category", "label": name.capitalize(), "choices": choices, "typical": labels[0]}
        | said
    )


def day(name: str = "started", **said) -> Feature:
    return Feature(**{"name": name, "kind": "date", "label": name.capitalize(), "typical": 18_000.0} | said)


def moment(name: str = "picked up", **said) -> Feature:
    return Feature(**{"name": name, "kind": "datetime", "label": name.capitalize(), "typical": 1.55e9} | said)


def schema(*features: Feature, groups: tuple[Group, ...] = (), id_column: str = "") -> Schema:
    return Schema("leaving", features, TARGET, groups, id_column, "Customer number" if id_column else "")


def every_kind() -> Schema:
    counts = (1, 2, 6, 7, 20, 21, 200, 201, 5000)
    return schema(
        number("income", unit="€", decimals=2, decimal=",", minimum=0, usual=(900, 12_000), optional=True),
        number("temperature", unit="°C", observed=(-20, 40), usual=(-10, 35), help="Outside, in the shade."),
        Feature(name="rooms", kind="integer", label="Rooms", minimum=0, maximum=40, observed=(1, 12), typical=3),
        yes_no("partner", help="Lives in the same household"),
        yes_no("phone", optional=True),
        day("started", optional=True, usual=(17_000, 19_000)),
        moment("called"),
        *(category(f"list of {count}", count) for count in counts),
        *(category(f"optional list of {count}", count, optional=True, other_rows=9) for count in (2, 7, 201)),
        id_column="customer",
    )


def hundred_questions() -> Schema:
    return schema(*(number(f"n{position}") if position % 3 else category(f"n{position}") for position in range(100)))


def hostile() -> Schema:
    features = (
        number(HOSTILE, label=HOSTILE, unit=HOSTILE, help=HOSTILE, group=HOSTILE),
        levels("choices", HOSTILE, LONG, label=HOSTILE, group=HOSTILE),
        category("many", 7, label=HOSTILE, choices=tuple(Choice(f"{HOSTILE}{n}", f"{HOSTILE}{n}") for n in range(7))),
        day("when", label=HOSTILE, group=HOSTILE),
    )
    return Schema(HOSTILE, features, TARGET, (Group(HOSTILE, HOSTILE),), HOSTILE, HOSTILE)


def grouped() -> Schema:
    """A form as a business would have it: titled groups, neighbours with the same choices, dates and amounts."""
    services = ("security", "backup", "protection", "support", "films")
    return schema(
        levels("gender", "Female", "Male", group="Customer"),
        yes_no("partner", group="Customer"),
        *(levels(name, "Yes", "No", "No internet service", group="Services") for name in services),
        Feature(name="tenure", kind="integer", label="Tenure", unit="months", group="Bill", minimum=0, typical=24),
        number("charges", label="Monthly charges", unit="$", decimals=2, minimum=0, usual=(19, 115), group="Bill"),
        levels("payment", "Bank transfer, automatic", "Credit card, automatic", "Post", optional=True, group="Bill"),
        day("since", label="Customer since", group="Bill"),
        groups=(Group("Customer", "As in the customer file."), Group("Services"), Group("Bill", "From the last bill.")),
        id_column="customer",
    )


def example_form_data(kind: Schema) -> dict[str, str]:
    """A valid answer to every question, by the names the browser sends."""
    sent = {}
    for position, feature in enumerate(kind.features):
        if feature.kind in ("date", "datetime"):
            parts = {"day": "3", "month": "may", "year": "2019"} | (
                {"time": "14:30"} if feature.kind == "datetime" else {}
            )
            sent |= {f"f{position}-{part}": text for part, text in parts.items()}
        elif feature.kind in ("number", "integer"):
            sent[f"f{position}"] = "3"
        else:
            sent[f"f{position}"] = feature.choices[0].value if len(feature.choices) > 200 else "0"
    return sent
