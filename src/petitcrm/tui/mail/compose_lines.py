"""What stands over a mail that is written: to whom and whether they may be written to, what for, by whom, with what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.tui.lines import Line
from petitcrm.tui.mail.beginning import PURPOSES
from petitcrm.tui.spans import Span, cut, fit

if TYPE_CHECKING:
    from petitcrm.tui.mail.beginning import Begun, Told

_LABEL = 10


def about_lines(begun: Begun, told: Told, verdict: tuple[bool, str] | None) -> list[Line]:
    """Return what was chosen for a mail, a line each; ⏎ on one chooses again."""
    return [
        _line(0, "to", _("To"), f"{begun.name} <{told.address}>"),
        _line(1, "purpose", _("For"), _(PURPOSES[told.purpose])),
        _verdict_line(verdict),
        _line(2, "account", _("By"), _account(begun, told)),
        _line(3, "template", _("Template"), told.template or "–"),
        _line(4, "files", _("Attached"), ", ".join(one.name for one in told.files) or "–"),
    ]


def _account(begun: Begun, told: Told) -> str:
    address = next(one.address for one in begun.accounts if one.name == told.account)
    return f"{told.account} · {address}"


def _line(at: int, what: str, label: str, words: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut([("   ", "text"), (fit(label, _LABEL), "dim"), (words, "text")], width)

    return Line(draw, ("about", at), what)


def _verdict_line(verdict: tuple[bool, str] | None) -> Line:
    """Return whether they may be written to for that, and why: a mark, a word, and a colour."""
    is_allowed, why = verdict or (True, "")
    words = f"✓ {why}" if is_allowed else f"✗ {_('no')} — {why}" if why else ""

    def draw(width: int) -> list[Span]:
        shown = words if verdict is not None else ""
        return cut([(" " * (_LABEL + 3), "text"), (shown, "good" if is_allowed else "late")], width)

    return Line(draw)
