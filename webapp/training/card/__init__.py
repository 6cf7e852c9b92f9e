"""The model card: what a version is, what it is for, how good it is and where it ends."""
