"""Formcast: a table of past cases, a form, an answer that can be trusted."""
