"""A campaign that is written: for whom, by which account, its subjects and its text, beside how somebody reads it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from petitcrm.errors import CrmError, NotFound
from petitcrm.i18n import N_, _
from petitcrm.marketing import campaigns
from petitcrm.text import safe
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Lines
from petitcrm.tui.mail.compose import MailText
from petitcrm.tui.marketing import campaign_acts as acts
from petitcrm.tui.marketing import campaign_choosing as choosing
from petitcrm.tui.marketing import campaign_drafts as drafts
from petitcrm.tui.marketing import campaign_lines as drawn
from petitcrm.tui.marketing import campaign_mending as mending
from petitcrm.tui.marketing import campaign_reading as reading
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.written import Typed

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.marketing.campaign_text import Text
    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.tui.app import Interface
    from petitcrm.tui.target import Target

_PAUSE = 0.2
"""Seconds without a key after which the mail is read again: less than a person looks up."""
_BESIDE_FROM = 120
"""Cells of the screen from which the mail stands beside its text."""
_NARROW = 40
_AROUND = 9
"""Lines that the rest of the screen needs: what was chosen has the others, the text four of them."""


class ComposeCampaign(Screen[Any]):
    """A campaign that has not begun."""

    app: Interface
    CSS_PATH = ["../mail/compose.tcss", "campaign.tcss"]
    BINDINGS = [
        Binding("ctrl+s", "schedule", N_("when"), id="campaign.schedule", tooltip=N_("Say when it leaves"),
                priority=True),
        Binding("ctrl+l", "look", N_("look"), id="campaign.look", tooltip=N_("Look at it as it will be read"),
                priority=True),
        Binding("ctrl+n", "whose", N_("somebody’s"), id="campaign.whose", priority=True,
                tooltip=N_("Look at it as somebody else reads it"), show=False),
        Binding("ctrl+t", "try_out", N_("trial"), id="campaign.try", tooltip=N_("Send it to yourself, as a trial"),
                priority=True),
        Binding("ctrl+b", "change('audience')", N_("to whom"), id="campaign.audience",
                tooltip=N_("Choose for whom it is"), priority=True),
        Binding("ctrl+e", "editor", N_("editor"), id="campaign.editor", tooltip=N_("Write in the editor"),
                priority=True),
        Binding("X", "delete", N_("Throw the draft away"), id="campaign.delete", show=False),
        Binding("escape", "leave", N_("leave, kept"), id="campaign.leave", tooltip=N_("Leave it; it is kept"),
                key_display="esc"),
    ]  # fmt: skip

    def __init__(self, campaign_id: int) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.shown = -1
        self.told: reading.Draft | None = None
        self.text: Text | None = None
        self.known: reading.Reached | None = None
        self.wrong: tuple[Problem, ...] | None = None
        self.mail: reading.Mail | None = None
        self.contact_id: int | None = None
        self._counted_for: tuple[str, ...] = ()
        self._found_at = ""
        self._is_leaving = False
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="marketing")
        self._about = Lines(id="about")
        self._subject = Typed("", id="subject", compact=True, select_on_focus=False)
        self._subject_b = Typed("", id="subject_b", compact=True, select_on_focus=False)
        self._label = Static(Content.styled(f"   {_('Subject'):<11}", "dim"), id="subject_label")
        self._label_b = Static(Content.styled(f"   {_('Subject B'):<11}", "dim"), id="subject_b_label")
        self._line_b = Horizontal(id="subject_b_line")
        self._body = MailText(id="body_text")
        self._beside = Lines(id="beside")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        yield self._about
        with Horizontal(id="subject_line"):
            yield self._label
            yield self._subject
        with self._line_b:
            yield self._label_b
            yield self._subject_b
        with Horizontal(id="body"):
            yield self._body
            yield self._beside
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._beside.can_focus = False
        self._subject.cursor_blink = self._subject_b.cursor_blink = self._body.cursor_blink = False
        self._line_b.display = False
        self._about.focus()
        self._lay_out()

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self._lay_out()
        self._show()

    def on_unmount(self) -> None:
        drafts.rest(self.app, self.campaign_id)

    def target(self) -> Target | None:
        """Return whom a gesture is for: nobody, for the mail is for many."""
        return None

    async def reread(self) -> None:
        """Read the campaign again; what is being typed stays. Leave it when it is gone."""
        path, number = self.app.config.file, self.campaign_id
        try:
            self.shown, told = await self.app.desk.read(lambda crm: reading.draft(crm, path, number))
        except NotFound as problem:
            self._leave_what_is_gone(problem)
            return
        if told.found.started_at or told.found.state == "scheduled":
            self._give_way()
            return
        is_first, before = self.told is None, self.told and reading.text_of(self.told.found)
        is_typed = before is not None and self.current != before
        self.told = told
        held = reading.text_of(told.found)
        if is_first:
            self._begin(held)
        elif not is_typed:
            self._take(held)
        elif held != before:
            self.app.complain(_("It was changed elsewhere too: what is typed here takes its place."))
        self._bar.crumb = safe(told.found.name)
        self._show()
        self._look_again()

    def _leave_what_is_gone(self, problem: NotFound) -> None:
        """Say that it is gone, and leave it; who types stays: a letter would be a command of what lies under."""
        if self._about.has_focus or self._is_leaving:
            self._is_leaving |= self.is_current
            self.app.leave_gone(self, problem)
        else:
            self.app.complain(str(problem))

    def _give_way(self) -> None:
        """Leave the place to the screen of a campaign that has begun."""
        from petitcrm.tui.marketing.campaign_screen import CampaignScreen

        if self.is_current:
            self._is_leaving = True
            self.app.switch_screen(CampaignScreen(self.campaign_id))

    # ----------------------------------------------------------------------------------------------------- the text

    @property
    def current(self) -> Text:
        """The campaign as it is on the screen; a second subject of which nothing is left is tried on nobody."""
        assert self.text is not None
        typed, held = self._body.value, self.text
        other = held.subject_b
        if self._line_b.display:
            other = reading.one_line(self._subject_b.value, other)
        return held._replace(
            subject=reading.one_line(self._subject.value, held.subject), subject_b=other,
            ab_percent=held.ab_percent if other else 0,
            body=held.body if reading.is_shown_as(typed, held.body) else reading.kept_body(typed),
        )  # fmt: skip

    @property
    def found(self) -> Campaign:
        """The campaign as it would be."""
        assert self.told is not None
        return reading.written_as(self.told.found, self.current)

    @property
    def account(self) -> Account | None:
        """The account that it leaves by."""
        return reading.account_of(self.told.accounts, self.current.account) if self.told else None

    def _begin(self, held: Text) -> None:
        """Show the campaign, with what was typed here and not kept in the base."""
        draft = self.app.drafts.find(drafts.key(self.campaign_id))
        self._take(held)
        if draft is not None:
            found = drafts.read(draft.turn, held)
            if found != held:
                self._found_at = draft.hour
                self._take(found)
        (self._about if held.subject or held.audience == "{}" else self._subject).focus()

    def _take(self, text: Text) -> None:
        self.text = text
        for line, value in ((self._subject, text.subject), (self._subject_b, text.subject_b)):
            if line.value != safe(value):
                line.value = value
        if not reading.is_shown_as(self._body.value, text.body):
            self._body.value = text.body.rstrip("\n")
            self._body.move_cursor((0, 0))
        self._line_b.display = bool(text.ab_percent)

    @on(Input.Changed)
    @on(TextArea.Changed, "#body_text")
    def _typed(self) -> None:
        if self.text is not None and not self._is_leaving:
            self._keep()
            self._look_again()

    @on(Input.Submitted, "#subject")
    @on(Input.Submitted, "#subject_b")
    def _to_the_text(self) -> None:
        self._body.focus()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.lines is self._about and message.line.key:
            self.action_change(message.line.held)

    def on_click(self, event: Any) -> None:
        if event.widget is self._about and self._about.line:
            self.action_change(self._about.line.held)

    def action_change(self, what: str) -> None:
        if self.told is not None:
            self.app.do(self._problems() if what == "problems" else self._change(what))

    async def _change(self, what: str) -> None:
        """Ask for another audience, purpose, account, language, pace or test, and keep the campaign with it."""
        assert self.told is not None
        changed = await choosing.ask(self.app, self.told, self.current, what, self.known)
        if changed is not None and changed != self.current:
            self._take(changed)
            await self._save()

    async def _problems(self, title: str = "") -> None:
        """List what is to be mended; the one that is chosen is gone to."""
        problem = await mending.ask(self.app, self.wrong or (), title or _("What is to be mended"))
        if problem is None:
            return
        place = mending.place_of(problem)
        if place == "audience":
            self.action_change(place)
        else:
            (self._subject if place == "subject" else self._body).focus()
        if problem.line:
            self._body.move_cursor((problem.line - 1, 0), center=True)

    def action_editor(self) -> None:
        """Go on in the editor of the person, and bring back what it leaves."""
        from petitcrm.tui import editor

        editor.go_on(self.app, self._body)

    # -------------------------------------------------------------------------------------------------- looking at it

    def action_look(self) -> None:
        if self.told is not None:
            self.app.do(self._look())

    async def _look(self) -> None:
        from petitcrm.tui.marketing.campaign_look import Look

        account = self.account
        looked = await self.app.push_screen_wait(
            Look(self.found, account.address if account else "", self.contact_id)
        )
        if looked != self.contact_id:
            self.contact_id = looked
            self._look_again()

    def action_whose(self) -> None:
        self.app.do(self._whose())

    async def _whose(self) -> None:
        from petitcrm.tui.marketing.campaign_look import whose

        chosen = await whose(self.app)
        if chosen is not None:
            self.contact_id = chosen
            self._look_again()
            if not self._beside.display:
                await self._look()

    @work(group="look_again", exclusive=True)
    async def _look_again(self) -> None:
        """Count whom it reaches where that may be different now, look for what is wrong, and fill it for somebody."""
        await asyncio.sleep(_PAUSE)
        if self.told is None or self._is_leaving:
            return
        found, account = self.found, self.account
        sender = account.address if account else ""
        asked = (str(self.shown), found.audience, found.purpose)
        try:
            if asked != self._counted_for:
                _version, self.known = await self.app.desk.read(lambda crm: reading.reached(crm, found))
                self._counted_for = asked
                self.contact_id = self.contact_id or next(iter(self.known.ids if self.known else ()), None)
            known = self.known or reading.Reached()
            if self._beside.display:
                reader, variant = self.contact_id, "b" if self._subject_b.has_focus else ""
                _version, self.mail = await self.app.desk.read(
                    lambda crm: reading.mail(crm, found, sender, reader, variant)
                )
                self._show_beside()
            _version, self.wrong = await self.app.desk.read(
                lambda crm: reading.problems(crm, found, sender, known)
            )
        except CrmError as problem:
            self.app.complain(str(problem))
        self._show()

    # ----------------------------------------------------------------------------------------------- keeping, leaving

    async def _save(self) -> bool:
        """Keep the campaign in the base as it is on the screen, in one gesture; tell whether it is there now."""
        assert self.told is not None
        key, text = self.told.found.key, self.current
        if text == reading.text_of(self.told.found):
            self.app.drafts.drop(drafts.key(self.campaign_id))
            return True
        try:
            await self.app.desk.write(lambda crm: campaigns.edit(crm, key, text))
        except CrmError as problem:
            self.app.complain(str(problem))
            return False
        self.app.drafts.drop(drafts.key(self.campaign_id))
        self._found_at = ""
        self.told = self.told._replace(found=self.found)
        self.app.tell(_("Kept: {name}", name=self.told.found.name))
        await self.reread()
        return True

    def action_leave(self) -> None:
        """Keep it in the base and leave; where it cannot be, what was typed is kept beside."""
        self.app.do(self._leave())

    async def _leave(self) -> None:
        said, is_read = self.app.said[0], self.told is not None and self.text is not None
        if is_read and not await self._save() and self.app.said[0] != said:
            self.app.complain(
                _("{why} — what was typed waits here: {key} goes on with it.", why=self.app.said[0].strip("! ."),
                  key=key_of("app.draft"))
            )  # fmt: skip
        if self.is_current:
            self._is_leaving = True
            self.app.pop_screen()

    def action_schedule(self) -> None:
        if self.told is not None and not self._is_leaving:
            self.app.do(self._schedule())

    async def _schedule(self) -> None:
        """Look at it once more, then ask when it leaves."""
        if not await self._save():
            return
        account, found = self.account, self.found
        if account is None:
            self.action_change("account")
            return
        _version, known = await self.app.desk.read(lambda crm: reading.reached(crm, found))
        self.known = known
        _version, self.wrong = await self.app.desk.read(
            lambda crm: reading.problems(crm, found, account.address, known)
        )
        self._show()
        if any(one.is_grave for one in self.wrong or ()):
            await self._problems(_("It is not ready: what is to be mended"))
        elif await acts.schedule(self.app, found, account, known):
            await self.reread()

    def action_try_out(self) -> None:
        if self.told is not None:
            self.app.do(self._try_out())

    async def _try_out(self) -> None:
        if await self._save():
            if self.account is None:
                self.action_change("account")
            else:
                await acts.try_out(self.app, self.found, self.account, self.contact_id)

    def action_delete(self) -> None:
        if self.told is not None:
            self.app.do(self._delete(self.told.found))

    async def _delete(self, found: Campaign) -> None:
        if await acts.delete(self.app, found):
            self._is_leaving = True
            self.app.drafts.drop(drafts.key(self.campaign_id))
            if self.is_current:
                self.app.pop_screen()

    def _keep(self) -> None:
        if self.told is not None:
            drafts.keep(self.app, self.told.found, self.current)

    # ----------------------------------------------------------------------------------------------------- drawing

    def _lay_out(self) -> None:
        has_beside = self.size.width >= _BESIDE_FROM and not self.app.is_linear
        if self._beside.display != has_beside:
            self._beside.display = has_beside
            self._look_again()
        self._label.display = self._label_b.display = self.size.width >= _NARROW
        self.set_class(self.size.height < _AROUND, "-low")

    def _show(self) -> None:
        if self.told is None or self.text is None:
            return
        lines = drawn.about_lines(self.told, self.current, self.known, self.wrong)
        room = self.size.height - _AROUND
        self._about.display = room > 0
        height = min(len(lines), max(room, 1))
        if self._about.size.height != height:
            self._about.styles.height = height
        self._about.show(lines)
        state = (
            "" if self.told.found.state == "draft" else f"{campaigns.state_words(self.told.found.state)} · "
        )
        found = _("found again ({hour}) · {key} empties", hour=self._found_at, key=key_of("text.empty"))
        self._status.counts = state + (found if self._found_at else _("Kept as you type"))

    def _show_beside(self) -> None:
        if self.mail is not None:
            lines = drawn.mail_lines(self.mail, self._beside.room.width)
            self._beside.show([line._replace(key=None) for line in lines])
