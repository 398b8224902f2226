"""A gesture of the command line: one transaction, then what was done is told, and how to take it back."""

from __future__ import annotations

from contextlib import contextmanager

from petitcrm.cli import output, session
from petitcrm.crm import open_crm
from petitcrm.i18n import _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from petitcrm.crm import Crm


class Told(Row):
    """One thing done: what it was done to, in a sentence, and its record."""

    reference: str
    sentence: str
    shape: Any


class Gesture:
    """What a command does to the base; what it tells is printed once it is safely written."""

    def __init__(self, crm: Crm, *, json: bool, many: bool, quiet: bool, silent: bool) -> None:
        self.crm = crm
        self._json = json
        self._many = many
        self._quiet = quiet
        self._silent = silent
        self._told: list[Told] = []
        self._asides: list[str] = []

    def did(self, reference: str, sentence: str, shape: Callable[[], Any]) -> None:
        """Say that something was done; its record, as it is now, is what --json prints."""
        self._told.append(Told(reference, sentence, shape() if self._json else None))

    def aside(self, words: str) -> None:
        """Say on stderr something that the person may want to know."""
        self._asides.append(words)

    def tell(self, batch: int | None) -> None:
        """Print what was done, and how to take it back where a person reads it."""
        if self._json:
            shapes = [told.shape for told in self._told]
            output.document(shapes if self._many else shapes[0] if shapes else None)
        elif self._quiet:
            output.tabbed([told.reference] for told in self._told)
        elif output.on_terminal():
            for told in self._told:
                output.hanging(output.Painted(f"{told.reference}  ", "dim"), text=told.sentence)
        else:
            output.tabbed([told.reference, told.sentence] for told in self._told)
        for words in self._asides:
            output.say(words)
        if batch is not None and output.talk_on_terminal() and not (self._quiet or self._silent):
            output.say(output.Painted(_("undo: petitcrm undo {batch}", batch=batch), "dim"))


@contextmanager
def gesture(
    *, json: bool = False, many: bool = False, quiet: bool = False, silent: bool = False
) -> Iterator[Gesture]:
    """Open the base for one command that changes it; `many`: --json prints a list; `silent`: no word of undo."""
    with open_crm(session.config(), on_wait=output.waiting) as crm:
        doing = Gesture(crm, json=json, many=many, quiet=quiet, silent=silent)
        yield doing
        batch = crm.journal.batch_id if crm.journal else None
    doing.tell(batch)
