"""From a table to a signed package, with evidence."""
