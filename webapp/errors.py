"""
Every error this product raises on purpose:

* FormcastError
  + ConfigError             the environment is half-configured; the service refuses to start
  + InvalidValue            one answer cannot be used (also a ValueError, so that WTForms shows it)
  + InvalidRow              several of them, one row
  + ModelStoreError
    - UnknownVersion        no such model or version in the store
    - PackageCorrupt        a file is missing, damaged or not the one that was signed
    - PackageUntrusted      signed by nobody this service trusts, or naming code it does not allow
    - PackageIncompatible   made with other library versions than are installed
  + TrainingError
    - UnusableTable         the table cannot be read or learned from
    - UnusableSpec          the spec says something that cannot be followed
    - UnusableEstimator     an estimator that somebody brought cannot be used here
    - WorkLost              a process that was learning was ended from outside
  + ScoringFailed           a file of cases cannot be scored, or not to the end
  + ReasonsTakeTooLong      explaining one answer would take too long: it is given without its reasons
  + RecordsUnavailable      the database is away, full or not migrated (503)
  + DecisionRefused         a promotion or roll-back that may not happen, or that somebody else won
  + RequestRefused          a program's request under a key of its own that cannot be answered (again)
    - KeyUsed               the key belongs to another request
    - RequestUnderWay       the same request is being answered
    - AnswersGone           what it was answered with has been deleted
  + ClaimLost               a part of a file of cases that somebody else works on now
  + ModelTakenAway          a file of cases whose model is out of use
  + ToldToEnd               work that is put back because its process has to end
  + AccountRefused          a change of an account, a key or a password that may not happen

The text of each is fit for the person who reads it. Everything else is a bug.
"""


class FormcastError(Exception):
    """Base of every deliberate error."""


class ConfigError(FormcastError):
    pass


class InvalidValue(FormcastError, ValueError):
    """One answer that cannot be used; `feature` names its column, `part` the box of a date that is wrong."""

    def __init__(self, sentence: str, feature: str = "", part: str = ""):
        super().__init__(sentence)
        self.feature = feature
        self.part = part


class InvalidRow(FormcastError):
    """A row with at least one unusable value; `problems` holds them in schema order."""

    def __init__(self, problems: list[InvalidValue]):
        super().__init__(". ".join(str(problem) for problem in problems))
        self.problems = problems


class ModelStoreError(FormcastError):
    pass


class UnknownVersion(ModelStoreError):
    pass


class PackageCorrupt(ModelStoreError):
    pass


class PackageUntrusted(ModelStoreError):
    pass


class PackageIncompatible(ModelStoreError):
    pass


class TrainingError(FormcastError):
    pass


class UnusableTable(TrainingError):
    pass


class UnusableSpec(TrainingError):
    pass


class UnusableEstimator(TrainingError):
    pass


class WorkLost(TrainingError):
    pass


class ScoringFailed(FormcastError):
    pass


class ReasonsTakeTooLong(FormcastError):
    pass


class RecordsUnavailable(FormcastError):
    pass


class DecisionRefused(FormcastError):
    pass


class ClaimLost(FormcastError):
    pass


class ModelTakenAway(FormcastError):
    pass


class ToldToEnd(FormcastError):
    pass


class AccountRefused(FormcastError):
    pass


class RequestRefused(FormcastError):
    pass


class KeyUsed(RequestRefused):
    pass


class RequestUnderWay(RequestRefused):
    pass


class AnswersGone(RequestRefused):
    pass


# What reading words or facts may raise that another release wrote: they are caught together and said in words.
MALFORMED = (TypeError, KeyError, ValueError, AttributeError)
