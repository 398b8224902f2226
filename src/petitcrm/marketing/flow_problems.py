"""What is wrong with a file that a person writes: where, and what to write instead."""

from __future__ import annotations

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(Row):
    """One thing wrong: its stable English name, a sentence, what to write; one that is not grave stops nothing."""

    rule: str
    message: str
    advice: str = ""
    line: int = 0
    column: int = 0
    is_grave: bool = True

    @property
    def words(self) -> str:
        """The sentence with its place in the file."""
        if not self.line:
            return self.message
        if not self.column:
            return _("line {line}: {what}", line=self.line, what=self.message)
        return _(
            "line {line}, column {column}: {what}", line=self.line, column=self.column, what=self.message
        )


class FileRefused(RefusedByRule):
    """A file that is no sequence, or no campaign, with everything that is wrong with it."""

    def __init__(self, name: str, problems: Iterable[Problem], what: str = "sequence") -> None:
        self.problems = tuple(problems)
        told = {
            "sequence": _("{path} is not a sequence yet.", path=name),
            "campaign": _("{path} is not a campaign yet.", path=name),
        }
        listed = "\n".join(numbered(self.problems))
        super().__init__(f"{what}-has-problems", told[what], advice=listed)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems as a person mends them: from the top of the file, each once, warnings after."""
    return sorted(
        dict.fromkeys(problems), key=lambda one: (not one.is_grave, one.line or 1_000_000, one.column)
    )


def numbered(problems: Iterable[Problem]) -> list[str]:
    """Return the lines that tell problems, each with its number and, below, what to write."""
    lines = []
    for number, one in enumerate(problems, 1):
        lines.append(f"{number:3}. {one.words}")
        lines += [f"       {each}" for each in one.advice.splitlines()]
    return lines
