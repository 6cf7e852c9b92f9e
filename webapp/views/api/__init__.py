"""The interface for programs: the same questions, rules and records as the form, as JSON."""
