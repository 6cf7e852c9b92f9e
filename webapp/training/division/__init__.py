"""Which rows are learned from, which are kept back, and which must stay together."""
