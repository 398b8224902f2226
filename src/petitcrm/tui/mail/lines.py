"""Mail as lines: what waits, part by part, and one mail to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import read_instant_text, show_instant
from petitcrm.i18n import N_, _
from petitcrm.tui.lines import Line
from petitcrm.tui.mail.reading import LEAVES, MOST, PARTS
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, cut, fit, pushed_apart, wrap

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from petitcrm.tui.mail.reading import Head, Mailbox, Piece, Shown, View

_WHEN = 19
"""Cells of an instant: "mar. 24 sept. 14:00"."""
_LABEL = 10
_TROUBLE = 4
"""Lines of what is wrong with an account that are shown."""
_LONG = 2_000
"""Lines of one mail that are drawn: its end is in the mailbox."""
_LOOK = {"uncertain": "late", "refused": "late", "unmatched": "missing"}
_SIGNS = {"uncertain": "?", "refused": "!", "waiting": "~", "owed": "←", "outbox": "→"}
_TAUGHT = {
    "uncertain": N_("{mail.left} it left · {mail.again} send it again · {mail.aside} drop it"),
    "owed": N_("{app.write} answer · {mail.aside} no answer is expected"),
    "unmatched": N_("{mail.create} make a contact · {mail.attach} of somebody known · {mail.aside} ignore it"
                    " · {mail.ignore} ignore who writes"),
    "waiting": N_("{app.write} write again · {app.next} a task to remind · {mail.aside} wait no more"),
    "outbox": N_("{mail.again} send what is due · {mail.aside} withdraw it"),
    "refused": N_("{mail.again} send it again · {mail.aside} give it up"),
}  # fmt: skip
"""What can be done with the mails of a part, said at the foot of the screen while the cursor is there."""


def taught(part: str) -> str:
    """Return the keys of a part in words."""
    return keyed(_(_TAUGHT[part])) if part in _TAUGHT else ""


def screen_lines(
    told: Shown, now: datetime, marked: Collection[int], width: int, *, airy: bool
) -> list[Line]:
    """Return the screen of mail: what is wrong first, in as many lines as it needs, what waits, then the accounts."""
    lines = [line for one in told.mailboxes if one.trouble for line in _trouble_lines(one.trouble, width)]
    part = ""
    for piece in told.pieces:
        if piece.part != part:
            part = piece.part
            if lines and airy:
                lines.append(blank())
            lines.append(_part_line(part, told.numbers[part]))
        lines.append(_piece_line(piece, now, is_marked=piece.part == "unmatched" and piece.id in marked))
    if not told.pieces:
        lines += _empty(told)
    if told.mailboxes:
        lines += [blank(), _said("title", " " + _("Accounts"))]
        lines += [_mailbox_line(at, one, now) for at, one in enumerate(told.mailboxes)]
    return lines


def key_of(piece: Piece) -> tuple[str, int]:
    """Return what the line of a mail is about."""
    return "out" if piece.part in LEAVES else "mail", piece.id


def view_lines(view: View, now: datetime, width: int, *, whole: str | None = None) -> list[Line]:
    """Return one mail: what it is about, who, when, the files, then its text."""
    room = max(width - 4, 10)
    arrow = "←" if view.direction == "in" else "→"
    lines = [_said("strong", f" {arrow} {line}" if not at else f"   {line}")
             for at, line in enumerate(wrap(view.subject, room)[:4])]  # fmt: skip
    if view.at:
        lines.append(_head_line(_("When"), show_instant(read_instant_text(view.at), now=now)))
    lines += [_person_line(at, one) for at, one in enumerate(view.heads)]
    lines += [_head_line(_("Attached") if not at else "", name, "amount")
              for at, name in enumerate(view.attachments[:20])]  # fmt: skip
    lines.append(blank())
    text = view.text if whole is None else whole
    lines += [_text_line(line) for line in wrap(text.strip(), room)[:_LONG]]
    if whole is None and view.direction == "in":
        lines += [blank(), _said("dim", "   " + keyed(_("{letter.whole}: quotes and signature too")))]
    return lines


def blank() -> Line:
    """Return an empty line."""
    return Line(lambda width: cut([], width))


def _empty(told: Shown) -> list[Line]:
    if told.mailboxes or told.is_any:
        words = [("strong", _("Nothing waits: every mail is answered, and of somebody known."))]
    else:
        words = [("strong", _("No mail is read here yet.")), ("", "")]
        words += [("text", _("petitcrm mail setup     sets an account up, step by step, and tries it"))]
        words += [("text", _("petitcrm mail import …  reads mails out of files, once"))]
        words += [("", ""), ("dim", _("Then what comes and what leaves is on the timelines by itself."))]
    return [blank(), *(_said(role or "text", f"   {line}") for role, line in words)]


def _trouble_lines(trouble: str, width: int) -> list[Line]:
    told = wrap(trouble, max(width - 4, 10))
    lines = [_said("late", f" {'!' if not at else ' '} {line}") for at, line in enumerate(told[:_TROUBLE])]
    return [
        *lines,
        _said("dim", "   " + keyed(_("{mail.read} reads it again; petitcrm mail status says more"))),
    ]


def _said(role: str, words: str) -> Line:
    return Line(lambda width: cut([(words, role)], width))


def _part_line(part: str, number: int) -> Line:
    count = f"{number}+" if number == MOST else str(number)
    return Line(
        lambda width: cut([(f" {_(PARTS[part])} ", _LOOK.get(part, "title")), (f" {count}", "dim")], width)
    )


def _piece_line(piece: Piece, now: datetime, *, is_marked: bool) -> Line:
    when = show_instant(read_instant_text(piece.at), now=now) if piece.at else _("paused")
    look = _LOOK.get(piece.part, "text")

    def draw(width: int) -> list[Span]:
        sign = "●" if is_marked else _sign(piece)
        who = min(24, max(12, width // 4))
        left: list[Span] = [
            (f" {sign} ", "mark" if is_marked else look), (fit(piece.who, who), "text"), ("  ", "text"),
            (piece.subject, "text"),
        ]  # fmt: skip
        if piece.aside and width >= 100:
            left += [(f"  {piece.aside}", "dim")]
        return pushed_apart(left, [(f"  {when} ", "dim")], width)

    return Line(draw, key_of(piece), piece)


def _sign(piece: Piece) -> str:
    if piece.part == "unmatched":
        return "←" if piece.direction == "in" else "→"
    return _SIGNS[piece.part]


def _mailbox_line(at: int, one: Mailbox, now: datetime) -> Line:
    read = _("read {when}", when=show_instant(read_instant_text(one.read_at), now=now)) if one.read_at else ""
    words = read or ("" if one.trouble else _("not read yet"))

    def draw(width: int) -> list[Span]:
        sign, look = ("!", "late") if one.trouble else ("✓" if read else " ", "good" if read else "dim")
        left = [(f" {sign} ", look), (fit(one.name, 14), "text"), (" ", "text"), (f"{one.address}  ", "dim")]
        return cut([*left, (words, "dim")], width)

    return Line(draw, ("account", at), one)


def _head_line(label: str, words: str, look: str = "text") -> Line:
    return Line(lambda width: cut([("   ", "text"), (fit(label, _LABEL), "dim"), (words, look)], width))


def _person_line(at: int, head: Head) -> Line:
    line = _head_line(head.label, head.words + (" →" if head.contact_id else ""))
    return line._replace(key=("person", at), held=head) if head.contact_id else line


def _text_line(text: str) -> Line:
    """Return a line of a mail; what it quotes of another one is dimmed, and bears its mark already."""
    look = "dim" if text.lstrip().startswith(">") else "text"
    return Line(lambda width: cut([("   ", "text"), (text, look)], width))
