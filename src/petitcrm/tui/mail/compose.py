"""A mail to write: to whom, what for, by which account, from which text; kept as it is typed until it leaves."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.drafts import Draft
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Lines
from petitcrm.tui.mail import beginning, choosing
from petitcrm.tui.mail.beginning import Told
from petitcrm.tui.mail.compose_lines import about_lines
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.target import Target
from petitcrm.tui.written import Typed, Written

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.marketing.outbox import Letter
    from petitcrm.tui.app import Interface
    from petitcrm.tui.mail.beginning import Begun

_LOW = 14
"""Lines of the screen under which only the subject and the text have room."""

_NARROW = 40
"""Cells of the screen under which the subject has the whole line."""


class MailText(Written, inherit_css=True):
    """The text of a mail: it takes all the room there is, and ⏎ begins a new line."""

    def action_submit(self) -> None:
        self.insert("\n")

    def _grow(self) -> None:
        """Stay as high as the screen lets it be."""


class ComposeScreen(Screen[Any]):
    """A mail that is being written."""

    app: Interface
    CSS_PATH = "compose.tcss"
    BINDINGS = [
        Binding("ctrl+s", "send", N_("send"), id="compose.send", tooltip=N_("Look at it once more, then send"),
                priority=True),
        Binding("ctrl+e", "editor", N_("editor"), id="compose.editor", tooltip=N_("Write in the editor"),
                priority=True),
        Binding("ctrl+t", "change('template')", N_("template"), id="compose.template",
                tooltip=N_("Begin with a template"), priority=True),
        Binding("ctrl+b", "change('files')", N_("file"), id="compose.file", tooltip=N_("Attach a file"), priority=True),
        Binding("escape", "app.step_back", N_("leave, kept"), id="compose.leave",
                tooltip=N_("Leave it; it is kept"), key_display="esc"),
    ]  # fmt: skip

    def __init__(self, begun: Begun) -> None:
        super().__init__()
        self.begun = begun
        self.shown = -1
        self.told = Told(begun.addresses[0], begun.accounts[0].name)
        self.verdict = (True, "")
        self.is_leaving = False
        self._found_at = ""
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="mail")
        self._about = Lines(id="about")
        self._subject = Typed("", id="subject", compact=True, select_on_focus=False)
        self._label = Static(Content.styled(f"   {_('Subject'):<10}", "dim"), id="subject_label")
        self._body = MailText(id="body_text")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        yield self._about
        with Horizontal(id="subject_line"):
            yield self._label
            yield self._subject
        yield self._body
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._subject.value, self._body.value = self._first()
        self._subject.cursor_blink = self._body.cursor_blink = False
        (self._body if self._subject.value else self._subject).focus()
        self._bar.crumb = safe(_("Mail to {name}", name=self.begun.name))
        self._show()

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self._about.display = self.size.height >= _LOW
        self._label.display = self.size.width >= _NARROW
        self._show()

    def on_unmount(self) -> None:
        if draft := self.app.drafts.find(self._draft_key):
            self.app.drafts.keep(draft._replace(writer=0))

    async def reread(self) -> None:
        """Ask again whether the mail may be sent."""
        begun, told = self.begun, self.told
        self.shown, self.verdict = await self.app.desk.read(lambda crm: beginning.verdict(crm, begun, told))
        self._show()

    def target(self) -> Target | None:
        """Return whom the mail is for."""
        begun = self.begun
        return Target(begun.name, begun.contact_id, begun.deal_id, begun.task_id, whom=begun.name)

    # ----------------------------------------------------------------------------------------------------- typing

    @on(Input.Changed, "#subject")
    @on(TextArea.Changed, "#body_text")
    def _typed(self) -> None:
        self._keep()

    @on(Input.Submitted, "#subject")
    def _to_the_text(self) -> None:
        self._body.focus()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.line.key:
            self.action_change(message.line.held)

    def on_click(self, event: Any) -> None:
        if event.widget is self._about and self._about.line:
            self.action_change(self._about.line.held)

    def action_change(self, what: str) -> None:
        self.app.do(self._change(what))

    async def _change(self, what: str) -> None:
        """Ask for another address, purpose, account, template or file, and show what it changes."""
        changed = await choosing.ask(self.app, self.begun, self.told, what)
        if changed is None:
            return
        self.told = changed.told
        if changed.subject and not self._subject.value.strip():
            self._subject.value = changed.subject
        if changed.body:
            if self._body.text.strip():
                self._body.insert(changed.body)
            else:
                self._body.value = changed.body
        self._keep()
        await self.reread()

    def action_editor(self) -> None:
        """Go on in the editor of the person, and bring back what it leaves."""
        from petitcrm.tui import editor

        editor.go_on(self.app, self._body)

    # ---------------------------------------------------------------------------------------------------- sending

    def action_send(self) -> None:
        if not self.is_leaving:
            self.app.do(self._send())

    async def _send(self) -> None:
        """Show the mail as it will be read, and let it leave now or at another moment."""
        from petitcrm.tui.mail import preview

        mail = beginning.letter(self.begun, self.told, self._subject.value, self._body.value)
        await self.reread()
        if not self.verdict[0]:
            self.app.complain(
                _("{address} is not written to: {why}.", address=mail.address, why=self.verdict[1])
            )
            return
        if not mail.subject:
            self._subject.focus()
            self.app.complain(_("A mail needs a subject."))
            return
        due = await preview.ask(self.app, mail)
        if due is not None:
            await self._leave(mail._replace(due_at=due))

    async def _leave(self, mail: Letter) -> None:
        from petitcrm.tui.mail import acts

        self.is_leaving = True
        try:
            await acts.queue(self.app, mail)
        finally:
            self.is_leaving = False
        self.app.drafts.drop(self._draft_key)
        self.is_leaving = True  # what is typed from now on is no draft any more
        if self.is_current:
            self.app.pop_screen()

    # ----------------------------------------------------------------------------------------------------- drafts

    @property
    def _draft_key(self) -> str:
        answered = self.begun.answered
        return f"mail c{self.begun.contact_id} m{answered.id if answered else ''}"

    def _first(self) -> tuple[str, str]:
        """Return the subject and the text that were left here, else those that the mail begins with."""
        draft = self.app.drafts.find(self._draft_key)
        if draft is None:
            return self.begun.subject, ""
        self._found_at = draft.hour
        self.told = choosing.from_draft(draft.turn, self.begun) or self.told
        subject, _line, body = draft.text.partition("\n")
        return subject, body

    def _keep(self) -> None:
        if self.is_leaving:
            return
        subject, body = self._subject.value, self._body.value
        if not body.strip() and subject == self.begun.subject and not self.told.files:
            self.app.drafts.drop(self._draft_key)
            return
        begun = self.begun
        answered = str(begun.answered.id) if begun.answered else ""
        way = ("mail", list(self.target() or ()), answered)
        title = _("Mail to {name}", name=begun.name)
        text, turn = f"{subject}\n{body}", json.dumps(choosing.for_draft(self.told))
        self.app.drafts.keep(
            Draft(self._draft_key, text, title, self.app.now.timestamp(), turn, way, os.getpid())
        )

    def _show(self) -> None:
        lines = about_lines(self.begun, self.told, self.verdict if self.shown >= 0 else None)
        if self._about.size.height != len(lines):
            self._about.styles.height = len(lines)
        self._about.show(lines)
        found = _("found again ({hour}) · {key} empties", hour=self._found_at, key=key_of("text.empty"))
        self._status.counts = found if self._found_at else _("Kept as you type")
