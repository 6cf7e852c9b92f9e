"""The result page: pure functions from one record and the words of its decision to what the template shows."""
