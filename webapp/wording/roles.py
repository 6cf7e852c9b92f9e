"""Roles, what a key may do and how an account stands, in words."""

# Each may do what those before it may.
ROLES = {
    "viewer": ("Viewer", "ask questions and read answers"),
    "recorder": ("Recorder", "write down what really happened, ask by programs, send files of cases and take exports"),
    "analyst": ("Analyst", "look into versions and compare them"),
    "approver": ("Approver", "decide which version answers"),
    "administrator": ("Administrator", "look after people and read the audit trail"),
}
SCOPES = {
    "view": "Read what can be asked, and earlier answers",
    "record": "Ask, write down outcomes, send files and take exports",
    "analyse": "Look into versions and compare them",
}
STATES = {"active": ("good", "Active"), "invited": ("calm", "Invited"), "disabled": ("off", "Disabled")}


def role_title(role: str) -> str:
    """'Viewer'; a role that another release knows stays as it is."""
    return ROLES[role][0] if role in ROLES else role


def role_choices() -> dict[str, str]:
    """What each role adds: 'May also decide which version answers'."""
    return {role: f"May {'also ' if place else ''}{does}" for place, (role, (_, does)) in enumerate(ROLES.items())}


def all_that_may_be_done(role: str) -> str:
    """'ask questions and read answers; look into versions and compare them'"""
    upto = list(ROLES).index(role) + 1 if role in ROLES else 0
    return "; ".join(does for _, does in list(ROLES.values())[:upto])


def scopes_text(scopes: tuple[str, ...]) -> str:
    """'Read what can be asked, and earlier answers. Look into versions and compare them.'"""
    return " ".join(f"{SCOPES.get(scope, scope)}." for scope in scopes)
