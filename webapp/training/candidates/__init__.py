"""What may be learned: every candidate, how each is tried, and which one is taken."""
