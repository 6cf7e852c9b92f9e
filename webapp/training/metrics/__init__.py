"""Figures that say how good answers are, each with the range that chance alone gives it."""
