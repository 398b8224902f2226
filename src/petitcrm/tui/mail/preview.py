"""A mail as its reader will see it, shown once before it leaves: now, at another moment, or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from petitcrm.dates import read_instant_text, read_when, show_instant
from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.ask import Ask, Question
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.mail import beginning
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, cut, fit, wrap

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.marketing.outbox import Letter
    from petitcrm.tui.app import Interface

_LABEL = 10


class Preview(ModalScreen[str | None]):
    """Gives `at_once`, `later`, or None to go on writing."""

    app: Interface
    CSS_PATH = "../questions.tcss"
    BINDINGS = [
        Binding("enter,ctrl+s", "leave('at_once')", N_("Send it now"), id="preview.now", priority=True),
        Binding("l", "leave('later')", N_("Send it at another moment"), id="preview.later", priority=True),
        Binding("escape,q", "leave('')", N_("Go on writing"), id="preview.back"),
        Binding("question_mark", "app.help", N_("help"), id="preview.help", tooltip=N_("This page"), show=False),
    ]  # fmt: skip

    def __init__(self, mail: Letter) -> None:
        super().__init__()
        self.mail = mail
        self._lines = Lines(id="preview", ground="panel")

    def compose(self) -> ComposeResult:
        with Vertical(id="panel", classes="-tall") as panel:
            panel.border_title = Content(_("As it will be read"))
            panel.border_subtitle = Content(
                keyed(
                    _("{preview.now} sends it now · {preview.later} later · {preview.back} goes on writing")
                )
            )
            yield self._lines

    def on_mount(self) -> None:
        self._lines.focus()
        self._show()

    def on_resize(self) -> None:
        self._show()

    def action_leave(self, chosen: str) -> None:
        self.dismiss(chosen or None)

    def _show(self) -> None:
        lines = mail_lines(self.mail, max(self.size.width - 6, 10))
        self._lines.styles.height = min(len(lines), max(3, self.size.height - 4))
        self._lines.show(lines)


def mail_lines(mail: Letter, width: int) -> list[Line]:
    """Return a mail that is to leave as lines."""
    heads = [(_("To"), f"{mail.name} <{mail.address}>"), (_("Subject"), mail.subject)]
    heads += [(_("Attached"), ", ".join(one.name for one in mail.attachments))] if mail.attachments else []
    lines = [_head(label, words) for label, words in heads]
    lines.append(Line(lambda cells: cut([], cells)))
    return lines + [_text(line) for line in wrap(beginning.wording(mail).strip(), width)]


async def ask(app: Interface, mail: Letter) -> str | None:
    """Show a mail; return when it leaves as an instant text, empty for now, None where it does not."""
    chosen = await app.push_screen_wait(Preview(mail))
    if chosen is None or chosen == "at_once":
        return chosen and ""
    return await _moment(app)


async def _moment(app: Interface) -> str | None:
    from petitcrm.marketing import composing

    found: list[str] = []

    def at(typed: str) -> str:
        advice = _("tomorrow 9am, Tuesday 10:00")
        return composing.leaves_at(read_when(typed, now=app.now), app.now, advice=advice)

    def echo(_crm: Crm, typed: str) -> str:
        return _("leaves {when}", when=show_instant(read_instant_text(at(typed)), now=app.now))

    async def submit(typed: str, _turn: str) -> None:
        found.append(at(typed))

    hint = keyed(_("A day and an hour in words: tomorrow 9am, Monday · ⏎ · {ask.leave}"))
    await app.push_screen_wait(
        Ask(Question(_("When does it leave?"), submit, hint=hint, echo=echo, draft=""))
    )
    return found[0] if found else None


def _head(label: str, words: str) -> Line:
    def draw(width: int) -> list[Span]:
        return cut([(" ", "text"), (fit(label, _LABEL), "dim"), (safe(words), "text")], width)

    return Line(draw)


def _text(words: str) -> Line:
    return Line(lambda width: cut([(" ", "text"), (words, "text")], width))
