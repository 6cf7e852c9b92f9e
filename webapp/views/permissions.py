"""What may be done here, which role may do it, and what nobody has to sign in for."""

from webapp.config import Config

# public: no sign-in will ever be asked for. account: one's own. view: ask, and read an answer whose link one has. list:
# everybody's answers one below the other. record: ask by programs, outcomes, files of cases, exports. analyse: versions
# and comparisons. decide: which version answers. administer: people and the audit trail.
PERMISSIONS = ("public", "account", "view", "list", "record", "analyse", "decide", "administer")

_ADDED = {
    "viewer": ("public", "account", "view", "list"),
    "recorder": ("record",),
    "analyst": ("analyse",),
    "approver": ("decide",),
    "administrator": ("administer",),
}


def _cumulated() -> dict[str, frozenset[str]]:
    granted, so_far = {}, frozenset()
    for role, added in _ADDED.items():
        so_far = granted[role] = so_far | frozenset(added)
    return granted


BY_ROLE = _cumulated()


def of_role(role: str) -> frozenset[str]:
    """Nothing but what is public for a role that only another release knows."""
    return BY_ROLE.get(role, frozenset(("public",)))


def granted_to_anyone(config: Config) -> frozenset[str]:
    """Without sign-in: lists, recording, decisions only where nobody but this machine gets; with members, nothing."""
    if config.access != "open":
        return frozenset(("public",))
    granted = ("public", "view", "analyse")
    return frozenset((*granted, "list", "record", "decide") if config.is_loopback else granted)
