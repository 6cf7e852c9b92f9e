"""Everything known about one version, in words, tables and drawings: for its page and for the terminal alike."""
