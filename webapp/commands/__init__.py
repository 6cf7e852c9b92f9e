"""python -m webapp: one module for each command."""
