"""The fifth screen: mail that waits for a person, part by part, with the account that fails said first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding

from petitcrm.i18n import N_, _, ngettext
from petitcrm.tui.beside_screen import AIRY_FROM, BesideScreen
from petitcrm.tui.lines import Lines
from petitcrm.tui.mail import lines as drawn
from petitcrm.tui.mail import reading
from petitcrm.tui.mail.beside import BesideMail
from petitcrm.tui.mail.reading import LEAVES, PARTS, Piece
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from petitcrm.crm import Crm

_LEAST = 20
_LOOK_EVERY = 0.5
"""Seconds between two looks at how far the reading of mail is."""
_SETTLED = ("uncertain", "refused")


class MailScreen(BesideScreen):
    """What waits: mails that may not have left, answers owed, mails of nobody, those waited for, those to leave."""

    MODE = "mail"
    _beside: BesideMail
    BINDINGS = [
        Binding("r", "app.write", N_("answer"), id="mail.answer", tooltip=N_("Answer the mail, or write one")),
        Binding("c", "create", N_("contact"), id="mail.create", tooltip=N_("Make a contact of who writes")),
        Binding("t", "attach", N_("of whom"), id="mail.attach", tooltip=N_("Say of whom the mail is")),
        Binding("x", "aside", N_("put aside"), id="mail.aside", tooltip=N_("Ignore it, wait no more, withdraw it")),
        Binding("X", "ignore", N_("Ignore who writes, or their whole domain"), id="mail.ignore", show=False),
        Binding("y", "decide('sent')", N_("it left"), id="mail.left", tooltip=N_("It left: I know it")),
        Binding("S", "again", N_("send"), id="mail.again", tooltip=N_("Send it again, or all that is due")),
        Binding("R", "read", N_("read now"), id="mail.read", tooltip=N_("Read the mail now; again: stop")),
        Binding("space", "mark", N_("Mark, or take the mark away"), id="mail.mark", show=False),
        Binding("asterisk", "mark_all", N_("Mark all, or none"), id="mail.all", show=False, key_display="*"),
        Binding("tab", "part(1)", N_("Next part, the one above"), id="mail.part", show=False),
        Binding("shift+tab", "part(-1)", N_("Next part, the one above"), id="mail.part_up", show=False),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__(BesideMail(id="peek"))
        self.told: reading.Shown | None = None
        self._marked: set[int] = set()
        self._had_any = False

    def on_mount(self) -> None:
        self.set_interval(_LOOK_EVERY, self._tell_counts)

    async def reread(self) -> None:
        """Read again what waits."""
        path = self.app.config.file

        def read(crm: Crm) -> reading.Shown:
            from petitcrm.connectors import mail_accounts

            return reading.shown(crm, mail_accounts.accounts(path))

        self.shown, told = await self.app.desk.read(read)
        self.told = told
        self._marked &= {one.id for one in told.pieces if one.part == "unmatched"}
        self.show()

    @property
    def piece(self) -> Piece | None:
        """The mail under the cursor."""
        held = self._lines.line.held if self._lines.line else None
        return held if isinstance(held, Piece) else None

    def target(self) -> Target | None:
        """Return whom the mail under the cursor is of, and the mail."""
        piece = self.piece
        if piece is None:
            return None
        message_id = None if piece.part in LEAVES else piece.id
        return Target(
            piece.subject,
            piece.contact_id,
            piece.deal_id,
            piece.task_id,
            whom=piece.who,
            message_id=message_id,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """Offer what can be done with the mail under the cursor: a key that has no sense here means its usual thing."""
        part = self.piece.part if self.piece else ""
        if action in ("create", "attach", "ignore", "mark", "mark_all"):
            return part == "unmatched"
        if action == "decide":
            return part == "uncertain"
        return bool(part) if action == "aside" else True

    # ------------------------------------------------------------------------------------------------------ keys

    def action_create(self) -> None:
        from petitcrm.tui.mail import acts

        self._do(acts.create(self.app, [one.id for one in self._meant]))

    def action_attach(self) -> None:
        from petitcrm.tui.mail import acts

        self._do(acts.attach(self.app, self._meant))

    def action_aside(self) -> None:
        from petitcrm.tui.mail import acts

        if meant := self._meant:
            self._do(acts.set_aside(self.app, meant))

    def action_ignore(self) -> None:
        from petitcrm.tui.mail import acts

        if self.piece and self.piece.address:
            self._do(acts.ignore_sender(self.app, self.piece.address))
        else:
            self.app.complain(_("This mail names nobody."))

    def action_decide(self, decision: str) -> None:
        from petitcrm.tui.mail import acts

        if self.piece:
            self._do(acts.decide(self.app, self.piece.id, decision, self.piece.subject))

    def action_again(self) -> None:
        from petitcrm.tui.mail import acts

        if self.piece and self.piece.part in _SETTLED:
            self._do(acts.decide(self.app, self.piece.id, "again", self.piece.subject))
        else:
            self.app.do(acts.send_due(self.app), group="sending")

    def action_read(self) -> None:
        self.app.do(self.app.reader.read(), group="mail")

    def action_mark(self) -> None:
        """Mark the mail under the cursor and go to the next one."""
        if self.piece:
            self._marked ^= {self.piece.id}
            self.show()
            self._lines.action_move(1)

    def action_mark_all(self) -> None:
        every = {one.id for one in self.told.pieces if one.part == "unmatched"} if self.told else set()
        self._marked = set() if self._marked == every else every
        self.show()

    def action_part(self, step: int) -> None:
        """Go to the first mail of the next part, or of the one above."""
        self._lines.turn_part(
            step, lambda line: line.held.part if isinstance(line.held, Piece) else "accounts"
        )

    def on_lines_opened(self, message: Lines.Opened) -> None:
        from petitcrm.tui.mail import acts

        if isinstance(message.line.held, Piece):
            acts.open_piece(self.app, message.line.held)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.lines is self._lines:
            self._beside.look_at_mail(self.piece)
            self.refresh_bindings()
            self._tell_counts()

    @property
    def _meant(self) -> list[Piece]:
        """The mails that are marked, or the one under the cursor."""
        marked = (
            [one for one in self.told.pieces if one.part == "unmatched" and one.id in self._marked]
            if self.told
            else []
        )
        if marked and self.piece and self.piece.part == "unmatched":
            return marked
        return [self.piece] if self.piece else []

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self.app.do(work)

    def show(self) -> None:
        """Draw the mails anew."""
        if self.told is not None:
            airy = self.size.height >= AIRY_FROM
            width = max(self._lines.room.width, _LEAST)
            # Who looked at the accounts while nothing waited looks at what has come since.
            is_idle = self._lines.key is None or (self._lines.key[0] == "account" and not self._had_any)
            first = drawn.key_of(self.told.pieces[0]) if is_idle and self.told.pieces else None
            self._had_any = bool(self.told.pieces)
            lines = drawn.screen_lines(self.told, self.app.now, self._marked, width, airy=airy)
            self._lines.show(lines, choose=first)
            self._tell_counts()

    def _tell_counts(self) -> None:
        if self.told is None:
            return
        if self.app.reader.words:
            self._status.counts = self.app.reader.words
        elif self._marked:
            self._status.counts = ngettext("{n} marked", "{n} marked", len(self._marked))
        elif self.piece:
            self._status.counts = drawn.taught(self.piece.part)
        else:
            counted = [(part, number) for part, number in self.told.numbers.items() if number]
            self._status.counts = " · ".join(f"{_(PARTS[part])} {number}" for part, number in counted)
