"""178 wines of three growers from one Italian region, by chemical analysis (Forina and others 1991)."""

from sklearn.datasets import load_wine

GROWERS = ("Grower A", "Grower B", "Grower C")


def table() -> str:
    """The table as CSV text."""
    bunch = load_wine(as_frame=True)
    frame = bunch.frame.rename(columns=lambda name: name.replace("/", "_").replace(" ", "_"))
    frame["grower"] = [GROWERS[code] for code in frame.pop("target")]
    return frame.to_csv(index=False)
