"""Watching a model in use: counts of its days beside what it learned from, and when somebody must act."""
