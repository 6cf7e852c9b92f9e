"""What a browser says of itself, as a person would say it."""

# The first that is found: most browsers also claim to be some of those below them.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
    ("Mac OS X", "a Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_text(agent: str) -> str:
    """'Firefox on Windows'; "A browser" for what nobody knows."""
    browser, system = _first(BROWSERS, agent) or "A browser", _first(SYSTEMS, agent)
    return f"{browser} on {system}" if system else browser


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((words for sign, words in known if sign in agent), "")
