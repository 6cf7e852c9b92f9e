"""Two answers are told apart in words, whatever the model says."""

from webapp.result_page.two_cases import two_cases


def compared(first, second):
    """Each a record and its words."""
    return two_cases((*first, "/predictions/1"), (*second, "/predictions/2"))


def given(cases):
    return {pair.label: pair for pair in cases.given}
