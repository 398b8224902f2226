"""The fourth screen: leads that wait, the first answer due first, and what is known of the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from petitcrm.i18n import N_, _, ngettext
from petitcrm.leads import inbox
from petitcrm.tui import readings
from petitcrm.tui.beside_screen import AIRY_FROM, BesideScreen
from petitcrm.tui.browsing.filter_line import FilterLine
from petitcrm.tui.leads.beside import Beside
from petitcrm.tui.leads.inbox_lines import empty_lines, inbox_lines, number_text
from petitcrm.tui.lines import Lines
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.leads.inbox import Inbox
    from petitcrm.store.queries.leads import LeadLine

_FILTERED_FROM = 12
"""Lines of the screen from which the line of the filter is shown though nothing is sought."""


class LeadsScreen(BesideScreen):
    """The inbox of leads."""

    MODE = "leads"
    _beside: Beside
    BINDINGS = [
        Binding("space", "act('go_on')", N_("qualify"), id="leads.ask", tooltip=N_("Ask the four questions")),
        Binding("h", "act('hand_over')", N_("hand over"), id="leads.hand_over", tooltip=N_("Hand over to who sells")),
        Binding("y", "act('accept')", N_("accept"), id="leads.accept", tooltip=N_("Take what was handed over")),
        Binding("n", "act('refuse')", N_("send back"), id="leads.refuse", tooltip=N_("Send it back, saying why")),
        Binding("c", "app.log('call')", N_("log"), id="leads.log", tooltip=N_("Log a call; tab for another kind")),
        Binding("A", "app.new('lead')", N_("lead"), id="leads.add", tooltip=N_("Add a lead in one line")),
        Binding("slash", "narrow", N_("filter"), id="leads.filter", tooltip=N_("Narrow the list while typing"),
                key_display="/"),
        Binding("z", "act('put_off')", N_("Put the lead off to a day"), id="leads.put_off", show=False),
        Binding("W", "act('keep_warm')", N_("Keep the lead warm"), id="leads.keep_warm", show=False),
        Binding("X", "act('never')", N_("Never a customer, and why"), id="leads.never", show=False),
        Binding("o", "act('assign')", N_("Give the lead to somebody"), id="leads.assign", show=False),
        Binding("f", "resting", N_("Show what rests too"), id="leads.resting", show=False),
        Binding("m", "mine", N_("Mine, or everybody’s"), id="leads.mine", show=False),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__(Beside(id="peek"))
        self.inbox: Inbox | None = None
        self.has_resting = False
        self.is_mine = True
        self._answered: tuple[str, bool, bool] | None = None
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._filter = FilterLine(id="filter")

    def above(self) -> tuple[FilterLine]:
        """Return the line that narrows the leads."""
        return (self._filter,)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done with the lead under the cursor: a key that has no sense here means its usual thing."""
        lead = self.lead
        if action == "act" and parameters[0] in ("accept", "refuse"):
            return lead is not None and lead.state == "handed_over"
        if action == "act" and parameters[0] == "hand_over":
            return lead is not None and lead.state == "qualified"
        if action == "mine" or (action == "act" and parameters[0] == "assign"):
            return self.inbox is not None and self.inbox.is_several
        return True

    async def reread(self) -> None:
        """Read the inbox again."""
        asked = sought, has_resting, is_mine = self._asked

        def read(crm: Crm) -> Inbox:
            user_id = crm.user_id if is_mine else None
            return inbox.read(crm, crm.today, user_id=user_id, sought=sought, has_resting=has_resting)

        is_usual = is_mine and not sought and not has_resting
        shown, told = await self.app.desk.read(readings.leads if is_usual else read)
        if asked == self._asked:
            self._answered, self.shown, self.inbox = asked, shown, told
            self.show()

    @property
    def _asked(self) -> tuple[str, bool, bool]:
        return self._filter.text, self.has_resting, self.is_mine

    def is_behind(self, _key: str) -> bool:
        """Tell whether keys are for leads, and those on the screen are not those that are asked for: they come."""
        return self._answered != self._asked and not self._filter.is_typed_in

    @property
    def lead(self) -> LeadLine | None:
        """The lead under the cursor."""
        line = self._lines.line
        return line.held if line and line.key and line.key[0] == "lead" else None

    def target(self) -> Target | None:
        """Return the contact of the lead under the cursor."""
        from petitcrm.leads.leads import label

        lead = self.lead
        return Target(label(lead), lead.contact_id, whom=label(lead), lead_id=lead.id) if lead else None

    # ------------------------------------------------------------------------------------------------------ keys

    def action_act(self, name: str) -> None:
        from petitcrm.tui.leads import acts

        lead = self.lead
        if lead is None:
            self.app.complain(_("There is no lead under the cursor."))
            return
        self.app.do(getattr(acts, name)(self.app, lead.id))

    def action_narrow(self) -> None:
        self._filter.display = True
        self._filter.type_in()

    def action_resting(self) -> None:
        self.has_resting = not self.has_resting
        self.app.do(self.app.reread(), group="resume")

    def action_mine(self) -> None:
        self.is_mine = not self.is_mine
        self.app.do(self.app.reread(), group="resume")

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.lines is self._lines:
            self.refresh_bindings()
            self._beside.look_at_lead(self.lead)

    async def on_lines_opened(self, message: Lines.Opened) -> None:
        noun = message.line.key[0] if message.line.key else ""
        if noun == "offer":
            await self.app.run_action(message.line.held)
        elif noun == "fold":
            self.action_resting()
        elif noun == "lead":
            self.app.action_open("contact", message.line.held.contact_id)

    # ---------------------------------------------------------------------------------------------------- filter

    def on_filter_line_typed(self, _message: FilterLine.Typed) -> None:
        self.run_worker(self.app.attempt(self.reread()), group="narrow", exclusive=True)

    def on_filter_line_left(self, _message: FilterLine.Left) -> None:
        self._lines.focus()
        self.show()

    def on_filter_line_entered(self, _message: FilterLine.Entered) -> None:
        self.action_narrow()

    def on_filter_line_walked(self, message: FilterLine.Walked) -> None:
        (self._lines.action_page if message.by_page else self._lines.action_move)(message.step)

    # --------------------------------------------------------------------------------------------------- showing

    def show(self) -> None:
        """Draw the leads anew."""
        told = self.inbox
        if told is None:
            return
        sought = self._filter.text.strip()
        self._filter.display = bool(sought) or self._filter.is_typed_in or self.size.height >= _FILTERED_FROM
        is_airy = self.size.height >= AIRY_FROM
        lines = inbox_lines(told, self.app.now, airy=is_airy, has_resting=self.has_resting or bool(sought))
        self._lines.show(lines or empty_lines(sought=sought, is_mine=told.is_mine and told.is_several))
        number = sum(map(len, told.sections.values()))
        leads = ngettext("{n} lead", "{n} leads", number)
        self._filter.show("lead", self._filter.text, leads)
        self._status.counts = self._counts(told)

    def _counts(self, told: Inbox) -> str:
        said = [
            f"{_(inbox.SECTIONS[name])} {number_text(len(lines))}"
            for name, lines in told.sections.items()
            if name not in inbox.RESTING
        ]
        whose = ""
        if told.is_several:
            whose = _("mine and nobody’s") if told.is_mine else _("everybody’s")
        return " · ".join(filter(None, [*(said or [_("No lead waits.")]), whose]))
