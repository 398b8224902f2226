"""What a list without rows says: what is missing, and the keys that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.tui.lines import Line
from petitcrm.tui.spans import cut

if TYPE_CHECKING:
    from petitcrm.tui.spans import Span


def empty_lines(noun: str, typed: str) -> list[Line]:
    """Return the lines of an empty list, or of one that a filter has left empty."""
    if typed.strip():
        words = _("Nothing answers to “{words}”.", words=typed.strip())
        keys = _narrower(noun)
    elif noun == "contact":
        words = _("Nobody is here yet.")
        keys = [
            _("i    import a list: a spreadsheet, an address book, another program’s export"),
            _("A    add your first contact: Jeanne Dupont, Acme, jeanne@acme.example, 06 12 34 56 78"),
        ]
    elif noun == "deal":
        words = _("No deal is open.")
        keys = [
            _("A    open one: Boiler @dupont 12k"),
            _("/    status:all  those that were won or lost too"),
            _("2    the funnel, where deals go from stage to stage"),
        ]
    elif noun == "task":
        words = _("Nothing is to be done.")
        keys = [
            _("a    add a task in one line: call back @dupont tomorrow 2pm"),
            _("/    status:done  what was done"),
            _("1    the day, where tasks come up when they are due"),
        ]
    else:
        words = _("No company is here yet.")
        keys = [
            _("A    add one"),
            _("     or say it with a contact: Jeanne Dupont, Acme"),
            _("tab  back to the contacts"),
        ]
    blank: list[tuple[str, str]] = [("", "text")]
    return [
        _said(role, text)
        for text, role in [*blank, (words, "strong"), *blank, *((key, "text") for key in keys)]
    ]


def _narrower(noun: str) -> list[str]:
    """Return what may be typed instead of a filter that leaves nothing."""
    first = [_("esc  all of them again"), _("/    part of a name, a company, a town, an e-mail, a number")]
    marks = _("/    #vip  a tag · @paul  an owner, @nobody  none")
    if noun == "deal":
        return [
            *first, marks, _("/    ?  no next step · ~  silent too long · stage:closing"),
            _("/    status:won, lost, asleep, all · expected:month · closed:month"),
        ]  # fmt: skip
    if noun == "task":
        return [
            *first, marks, _("/    due:late, today, week, later, none · kind:call"),
            _("/    status:done, hidden, all · done:week"),
        ]  # fmt: skip
    return [*first, marks, _("/    no next step · silent for 30 days")]


def _said(role: str, text: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut([("   ", "text"), (text, role)], width)

    return Line(draw)
