"""Text to values: the written grammars of numbers, dates and choices."""
