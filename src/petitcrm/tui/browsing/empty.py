"""What a list without rows says: what is missing, and the keys that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.spans import cut

if TYPE_CHECKING:
    from petitcrm.tui.spans import Span


def empty_lines(noun: str, typed: str) -> list[Line]:
    """Return the lines of an empty list, or of one that a filter has left empty."""
    if typed.strip():
        words = _("Nothing answers to “{words}”.", words=typed.strip())
        keys = [
            ("lists.leave", _("all of them again")),
            ("lists.filter", _("part of a name, a company, a town, an e-mail, a number")),
            ("lists.filter", _("#vip  a tag · @paul  an owner, @nobody  none")),
            ("lists.filter", _("no next step · silent for 30 days")),
        ]
    elif noun == "contact":
        words = _("Nobody is here yet.")
        keys = [
            ("app.import", _("import a list: a spreadsheet, an address book, another program’s export")),
            ("app.new", _("add a first contact: Jeanne Dupont, Acme, jeanne@acme.example")),
        ]
    else:
        words = _("No company is here yet.")
        keys = [
            ("app.new", _("add one")),
            ("", _("or say it with a contact: Jeanne Dupont, Acme")),
            ("lists.other", _("back to the contacts")),
        ]
    blank: list[tuple[str, str]] = [("", "text")]
    said = [(f"{key_of(named) if named else '':<4} {told}", "text") for named, told in keys]
    return [_said(role, text) for text, role in [*blank, (words, "strong"), *blank, *said]]


def _said(role: str, text: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut([("   ", "text"), (text, role)], width)

    return Line(draw)
