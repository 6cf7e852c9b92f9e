"""How good the version is, from the rows that were kept back."""
