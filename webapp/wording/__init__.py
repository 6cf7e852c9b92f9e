"""Numbers to words: pure functions, so that every page says a chance, an amount and a date in one way."""
