"""What a list without rows says: what is missing, and the keys that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.tui.lines import Line
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.spans import cut, wrap

if TYPE_CHECKING:
    from petitcrm.tui.spans import Span


_WIDE = 74
"""Cells of what is said of a condition: the list is drawn anew for each width, this is not."""


def empty_lines(noun: str, typed: str, problem: str = "") -> list[Line]:
    """Return the lines of an empty list, or of one that a filter has left empty, or that waits for a condition."""
    if problem:
        told = [piece for line in problem.split("\n") for piece in wrap(line, _WIDE)]
        return [
            _said("text", ""),
            *(_said("strong" if not at else "text", line) for at, line in enumerate(told)),
        ]
    if typed.strip():
        words = _("Nothing answers to “{words}”.", words=typed.strip())
        keys = _narrower(noun)
    elif noun == "contact":
        words = _("Nobody is here yet.")
        keys = [
            ("app.import", _("import a list: a spreadsheet, an address book, another program’s export")),
            ("app.new", _("add a first contact: Jeanne Dupont, Acme, jeanne@acme.example")),
        ]
    elif noun == "deal":
        words = _("No deal is open.")
        keys = [
            ("app.new", _("open one: Boiler @dupont 12k")),
            ("lists.filter", _("status:all  those that were won or lost too")),
            ("app.funnel", _("the funnel, where deals go from stage to stage")),
        ]
    elif noun == "task":
        words = _("Nothing is to be done.")
        keys = [
            ("app.add", _("add a task in one line: call back @dupont tomorrow 2pm")),
            ("lists.filter", _("status:done  what was done")),
            ("app.day", _("the day, where tasks come up when they are due")),
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


def _narrower(noun: str) -> list[tuple[str, str]]:
    """Return what may be typed instead of a filter that leaves nothing, by the binding that begins it."""
    typed = {
        "deal": (
            _("?  no next step · ~  silent too long · stage:closing"),
            _("status:won, lost, asleep, all · expected:month · closed:month"),
        ),
        "task": (
            _("due:late, today, week, later, none · kind:call"),
            _("status:done, hidden, all · done:week"),
        ),
    }
    usual = (
        _("part of a name, a company, a town, an e-mail, a number"), _("#vip  a tag · @paul  an owner, @nobody  none"),
    )  # fmt: skip
    condition = (_("city = Rennes and won deals > 0  a condition"),) if noun == "contact" else ()
    others = typed.get(noun, (_("no next step · silent for 30 days"), *condition))
    return [("lists.leave", _("all of them again")), *(("lists.filter", one) for one in (*usual, *others))]


def _said(role: str, text: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut([("   ", "text"), (text, role)], width)

    return Line(draw)
