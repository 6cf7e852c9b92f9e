"""How fast and how small: measured against a plain tutorial app, in one run."""
