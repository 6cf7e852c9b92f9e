"""The version in use and the one that may follow it."""
