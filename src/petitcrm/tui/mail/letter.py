"""One mail to read: who, when, the files, then what was written; and the exchange that it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.screen import Screen

from petitcrm.errors import NotFound
from petitcrm.i18n import N_, _, ngettext
from petitcrm.text import safe
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Lines
from petitcrm.tui.mail import reading
from petitcrm.tui.mail.lines import blank, view_lines
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface
    from petitcrm.tui.lines import Line
    from petitcrm.tui.mail.reading import View


_SETTLED = ("due", "unknown", "refused")
"""States of a mail that leaves in which it can be kept from it."""


class LetterScreen(Screen[Any]):
    """The mail `row_id`: of those received and sent (`mail`), or of those that leave (`out`)."""

    app: Interface
    BINDINGS = [
        Binding("r", "app.write", N_("answer"), id="letter.answer", tooltip=N_("Answer the mail, or write one")),
        Binding("x", "aside", N_("no answer"), id="letter.aside", tooltip=N_("No answer is expected; withdraw it")),
        Binding("s", "save", N_("files"), id="letter.save", tooltip=N_("Write the files into a folder")),
        Binding("o", "thread", N_("exchange"), id="letter.thread", tooltip=N_("The whole exchange, or the mail alone")),
        Binding("w", "whole", N_("all of it"), id="letter.whole", tooltip=N_("All of the mail, read in its mailbox")),
        Binding("y", "decide('sent')", N_("it left"), id="letter.left", tooltip=N_("It left: I know it")),
        Binding("S", "decide('again')", N_("send again"), id="letter.again", tooltip=N_("Send it again")),
        Binding("n,t", "app.next_task", N_("task"), id="letter.next", tooltip=N_("Plan the next step")),
        Binding("escape,left,h,backspace", "app.step_back", N_("back"), id="letter.back",
                tooltip=N_("One step back"), key_display="esc"),
    ]  # fmt: skip

    def __init__(self, kind: str, row_id: int) -> None:
        super().__init__()
        self.kind = kind
        self.row_id = row_id
        self.shown = -1
        self.views: list[View] = []
        self._is_whole_thread = False
        self._whole: str | None = None
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="mail")
        self._lines = Lines(id="letter")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        yield self._lines
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._lines.focus()

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    async def reread(self) -> None:
        """Read the mail again, or its exchange; leave it when it is gone."""
        try:
            self.shown, self.views = await self.app.desk.read(self._read)
        except NotFound as problem:
            self.app.leave_gone(self, problem)
            return
        self._show()

    def _read(self, crm: Crm) -> list[View]:
        if self.kind == "out":
            return [reading.outgoing_view(crm, self.row_id)]
        view = reading.mail_view(crm, self.row_id)
        return reading.thread_views(crm, view.thread) if self._is_whole_thread else [view]

    @property
    def view(self) -> View | None:
        """The mail that was opened."""
        return next((one for one in self.views if one.id == self.row_id), None)

    def target(self) -> Target | None:
        """Return whom the mail is of, and the mail."""
        view = self.view
        if view is None:
            return None
        message_id = self.row_id if self.kind == "mail" else None
        return Target(view.subject, view.contact_id, view.deal_id, view.task_id, message_id=message_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with this mail."""
        view, is_out = self.view, self.kind == "out"
        if action == "decide":
            states = ("unknown", "intent") if parameters == ("sent",) else ("unknown", "intent", "refused")
            return is_out and view is not None and view.state in states
        if action in ("thread", "whole"):
            return not is_out
        if action == "save":
            return not is_out and view is not None and bool(view.attachments)
        if action == "aside":
            may_be = view.state in _SETTLED if is_out and view else view is not None and not view.expects_none
            return bool(may_be)
        return True

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.line.held and message.line.held.contact_id:
            self.app.action_open("contact", message.line.held.contact_id)

    def action_aside(self) -> None:
        from petitcrm.tui.mail import acts

        if view := self.view:
            piece = reading.Piece(view.part, view.id, view.at, "", view.subject)
            self.app.do(acts.set_aside(self.app, [piece]))

    def action_save(self) -> None:
        from petitcrm.tui.mail import acts

        if view := self.view:
            self.app.do(acts.save_files(self.app, view.id, view.attachments))

    def action_decide(self, decision: str) -> None:
        from petitcrm.tui.mail import acts

        if view := self.view:
            self.app.do(acts.decide(self.app, view.id, decision, view.subject))

    def action_thread(self) -> None:
        """Show the whole exchange, oldest mail first, or the mail alone again."""
        self._is_whole_thread = not self._is_whole_thread
        self.app.do(self.reread(), group="resume")

    def action_whole(self) -> None:
        if self._whole is None:
            self.app.do(self._read_whole(), group="whole")
        else:
            self._whole = None
            self._show()

    async def _read_whole(self) -> None:
        from petitcrm.tui.mail import acts

        self.app.say(_("Reading it in its mailbox…"))
        self._whole = await acts.whole_text(self.app, self.row_id)
        self.app.hush()
        self._show()

    def _show(self) -> None:
        if not self.views:
            return
        width = self._lines.room.width or self.size.width
        lines: list[Line] = []
        for view in self.views:
            whole = self._whole if view.id == self.row_id else None
            if whole is None and (view.id != self.row_id or self.kind == "out"):
                whole = view.text
            lines += [*([blank()] if lines else []), *view_lines(view, self.app.now, width, whole=whole)]
        self._lines.show(lines)
        opened = self.view
        self._bar.crumb = safe(opened.subject) if opened else ""
        self._status.counts = (
            ngettext("{n} mail", "{n} mails", len(self.views)) if self._is_whole_thread else ""
        )
        self.refresh_bindings()
