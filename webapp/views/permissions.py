"""What may be done here, which role may do it, and what nobody has to sign in for."""

from webapp.config import Config

# public: no sign-in will ever be asked for. account: one's own. view: ask and read. record: ask by programs, outcomes,
# files of cases, exports. analyse: versions and comparisons. decide: which version answers. administer: people and the
# audit trail.
PERMISSIONS = ("public", "account", "view", "record", "analyse", "decide", "administer")

_ADDED = {
    "viewer": ("public", "account", "view"),
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
    """Without sign-in: recording needs a service that only its own machine can reach; with members only, nothing."""
    if config.access != "open":
        return frozenset(("public",))
    granted = ("public", "view", "analyse")
    return frozenset((*granted, "record") if config.is_loopback else granted)
