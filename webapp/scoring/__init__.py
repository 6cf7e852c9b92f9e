"""Files of cases of any size: read piece by piece, answered by one function. No web, no database."""
