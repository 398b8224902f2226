"""What can go wrong, in a sentence for the person, with advice and an exit code.

The codes are the contract of the command line: 2 usage, 3 some rows refused, 4 not found or ambiguous,
5 refused by a rule, 6 base unusable, 7 network. Anything else that escapes is a bug (1).
"""

from __future__ import annotations


class CrmError(Exception):
    """A refusal that says what, where and what to do; `str()` is the whole sentence."""

    exit_code = 1

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message}\n{self.advice}" if self.advice else self.message


class UsageProblem(CrmError):
    """The words of the command, a value or the configuration cannot be understood."""

    exit_code = 2


class RowsRefused(CrmError):
    """The work is done but some rows were left out."""

    exit_code = 3


class NotFound(CrmError):
    """Nothing answers to this reference."""

    exit_code = 4


class Ambiguous(NotFound):
    """Several rows answer to this reference; `candidates` are (reference, name) pairs."""

    def __init__(self, message: str, *, candidates: list[tuple[str, str]], advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.candidates = candidates

    def __str__(self) -> str:
        listed = [f"  {reference}  {name}" for reference, name in self.candidates]
        return "\n".join([self.message, *listed, *([self.advice] if self.advice else [])])


class RefusedByRule(CrmError):
    """A rule of the house forbids it; `rule` is its stable English name."""

    exit_code = 5

    def __init__(self, rule: str, message: str, *, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.rule = rule


class BaseUnavailable(CrmError):
    """The base is busy, missing, damaged, unreachable or of a newer version."""

    exit_code = 6


class NetworkFailed(CrmError):
    """A server could not be reached or refused to talk."""

    exit_code = 7
