"""Decisions about versions in words."""

# Begins the notice of a model whose criteria have taken its decisions away.
A_PERSON = "Until further notice a person decides about every case."

# By action: what a list calls it, and what somebody did, with the name of the version in its place.
DECIDED = {
    "promote": ("Promoted", "promoted {version}"),
    "rollback": ("Rolled back", "rolled back to {version}"),
    "retire": ("Retired", "retired the model, whose champion was {version},"),
    "reinstate": ("Reinstated", "reinstated {version}"),
    "challenge": ("Put into the shadow", "put {version} into the shadow"),
    "unchallenge": ("Taken out of the shadow", "took {version} out of the shadow"),
    "request": ("Promotion asked for", "asked to promote {version}"),
    "decline": ("Promotion declined", "declined to promote {version}"),
    "stop": ("Stopped by a criterion", "stopped {version}"),
    "fall_back": ("Fallen back by a criterion", "fell back to {version}"),
    "refer": ("Referred to a person by a criterion", "referred every answer of {version} to a person"),
    "continue": ("Criterion overridden", "let {version} go on answering"),
}


def says_a_person_decides(notice: str) -> bool:
    """Whether what everybody has to know of a model begins with that."""
    return notice.startswith(A_PERSON)
