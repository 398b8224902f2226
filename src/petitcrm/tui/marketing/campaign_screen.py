"""A campaign that leaves or has left: how far it is, what came of it, and its people; a draft is written elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen

from petitcrm.dates import read_instant_text, show_instant
from petitcrm.i18n import N_, _
from petitcrm.marketing.campaign_results import CAME
from petitcrm.text import safe
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.mail.beginning import PURPOSES
from petitcrm.tui.marketing import campaign_acts as acts
from petitcrm.tui.marketing import campaign_lines as drawn
from petitcrm.tui.marketing import campaign_reading as reading
from petitcrm.tui.tabs_line import Piece, TabsLine, cells
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.marketing.campaign_results import Results
    from petitcrm.store.queries.campaigns import Campaign, Person
    from petitcrm.tui.app import Interface

_BESIDE_FROM = 120
_LOW = 16
"""Lines of the screen under which people have the whole of it, or how far it is has."""
_LOWEST = 8
"""Lines of the screen under which the states of people have no line."""
_AT_ONCE, _MORE = 200, 800
_LOOK_EVERY = 5.0
"""Seconds between two looks at the pace, which changes although nothing is written."""


def begin_campaign(app: Interface) -> None:
    """Ask for the name of a new campaign, and open it to be written."""
    app.do(_begin(app))


def open_campaign(app: Interface, campaign_id: int) -> None:
    """Open a campaign: a draft to be written, any other to be followed."""
    app.do(_open(app, campaign_id))


async def _begin(app: Interface) -> None:
    from petitcrm.tui.marketing.campaign_compose import ComposeCampaign

    made = await acts.begin(app)
    if made is not None:
        app.push_screen(ComposeCampaign(made))


async def _open(app: Interface, campaign_id: int) -> None:
    _version, found = await app.desk.read(lambda crm: reading.one(crm, campaign_id))
    app.push_screen(_screen_of(found))


def _screen_of(found: Campaign) -> Screen[Any]:
    from petitcrm.tui.marketing.campaign_compose import ComposeCampaign

    return ComposeCampaign(found.id) if _is_written(found) else CampaignScreen(found.id)


def _is_written(found: Campaign) -> bool:
    """Tell whether a campaign may still be written: it has not begun, and waits for a person."""
    return not found.started_at and found.state in ("draft", "paused")


class States(TabsLine):
    """`All 450 · waiting 200 · sent 210 · left out 38`; a click shows those only."""

    class Wanted(Message):
        """A state was pointed at."""

        def __init__(self, state: str) -> None:
            super().__init__()
            self.state = state

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._parts: list[tuple[str, str, int]] = []
        self._state = ""

    def show(self, parts: list[tuple[str, str, int]], state: str) -> None:
        """Show the states that people are in (key, words, number), and which of them is shown."""
        if (parts, state) != (self._parts, self._state):
            self._parts, self._state = parts, state
            self.refresh()

    def wanted(self, to: str) -> States.Wanted:
        """Say that a state was pointed at."""
        return self.Wanted(to)

    def pieces(self) -> list[Piece]:
        """Return the pieces of the line; where it is too long, from the one that is shown on."""
        pieces = self._from(0)
        start = 0
        while cells(pieces) > self.size.width and start < self._at:
            start += 1
            pieces = self._from(start)
        return pieces

    @property
    def _at(self) -> int:
        return next((at for at, part in enumerate(self._parts) if part[0] == self._state), 0)

    def _from(self, start: int) -> list[Piece]:
        pieces = [Piece(" … " if start else " ", "dim")]
        for key, words, number in self._parts[start:]:
            is_here = key == self._state
            marks = ("[", "]") if is_here and self.app.is_linear else (" ", " ")  # type: ignore[attr-defined]
            look = "bold reverse" if is_here else ""
            pieces += [Piece(f"{marks[0]}{words} {number}{marks[1]}", look, key), Piece(" ", "")]
        return pieces


class CampaignScreen(Screen[Any]):
    """How far a campaign is, what came of it, and who it is for."""

    app: Interface
    CSS_PATH = "campaign.tcss"
    BINDINGS = [
        Binding("p", "pause", N_("pause"), id="course.pause", tooltip=N_("Hold what is left of it")),
        Binding("p", "resume", N_("go on"), id="course.resume", tooltip=N_("Let it go on")),
        Binding("e", "edit", N_("change"), id="course.edit", tooltip=N_("Hold it, and change it")),
        Binding("x", "cancel", N_("call off"), id="course.cancel", tooltip=N_("Call it off")),
        Binding("S", "send", N_("send"), id="course.send", tooltip=N_("Send what is due now")),
        Binding("m", "look", N_("the mail"), id="course.look", tooltip=N_("Look at the mail as it is read")),
        Binding("y", "copy", N_("copy"), id="course.copy", tooltip=N_("Begin a draft like it")),
        Binding("f", "states", N_("filter"), id="course.filter", tooltip=N_("Only those in one state")),
        Binding("tab", "state(1)", N_("Only those in one state"), id="course.state", show=False),
        Binding("shift+tab", "state(-1)", N_("Only those in one state"), id="course.state_back", show=False),
        Binding("left,h", "other_pane", N_("Other pane"), id="course.other", show=False),
        Binding("escape,backspace", "app.step_back", N_("back"), id="course.back", tooltip=N_("One step back"),
                key_display="esc"),
    ]  # fmt: skip

    def __init__(self, campaign_id: int) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.shown = -1
        self.course: reading.Course | None = None
        self.draft: reading.Draft | None = None
        self.known: reading.Reached | None = None
        self.mail: reading.Mail | None = None
        self.people: list[Person] = []
        self.state = ""
        self._limit = _AT_ONCE
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="marketing")
        self._course = Lines(id="course")
        self._states = States(id="states")
        self._people = Lines(id="people")
        self._pane = Vertical(id="people_pane")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        with Vertical(id="body"):
            yield self._course
            with self._pane:
                yield self._states
                yield self._people
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._lay_out()
        self._people.focus()
        self.set_interval(_LOOK_EVERY, self._look_again)

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self._lay_out()
        self._show()

    async def reread(self) -> None:
        """Read again how far it is."""
        path, number, state, limit = self.app.config.file, self.campaign_id, self.state, self._limit

        def read(crm: Crm) -> tuple[reading.Draft, reading.Course, list[Person]]:
            return (
                reading.draft(crm, path, number),
                reading.course(crm, number),
                reading.people(crm, number, state, limit),
            )

        self.shown, (draft, course, people) = await self.app.desk.read(read)
        if _is_written(course.found):
            self._give_way(course.found)
            return
        is_counted_before = self.known is not None and self.draft == draft
        self.draft, self.course, self.people = draft, course, people
        self._bar.crumb = safe(course.found.name)
        if course.found.state == "scheduled" and not is_counted_before:
            _version, (self.known, self.mail) = await self.app.desk.read(partial(_planned, draft))
        self._show()
        self.refresh_bindings()

    def _give_way(self, found: Campaign) -> None:
        """Leave the place to the screen on which a draft is written."""
        if self.is_current:
            self.app.switch_screen(_screen_of(found))

    def _look_again(self) -> None:
        if self.is_current and self.course and self.course.found.state == "sending":
            self.app.do(self.reread(), group="looking-at-campaign")

    def target(self) -> Target | None:
        """Return who is under the cursor."""
        one = self.person
        return Target(one.name or one.address, one.contact_id, whom=one.name) if one else None

    @property
    def person(self) -> Person | None:
        """Who is under the cursor."""
        return self._people.line.held if self._people.line else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        """Offer what the state of the campaign allows."""
        found = self.course.found if self.course else None
        allowed = {
            "pause": ("scheduled", "sending"), "resume": ("paused",), "edit": ("scheduled",),
            "cancel": ("scheduled", "sending", "paused"), "send": ("scheduled", "sending"),
        }  # fmt: skip
        if action in allowed:
            return found is not None and found.state in allowed[action]
        if action == "states":
            return found is not None and bool(found.started_at)
        return found is not None if action in ("look", "copy") else True

    # ------------------------------------------------------------------------------------------------------ keys

    def action_pause(self) -> None:
        self._do(acts.pause)

    def action_resume(self) -> None:
        self._do(acts.resume)

    def action_edit(self) -> None:
        """Hold a campaign that is to leave: what is held can be written."""
        self._do(acts.pause)

    def action_cancel(self) -> None:
        self._do(acts.cancel)

    def action_send(self) -> None:
        self.app.do(acts.send_due(self.app), group="sending")

    def action_look(self) -> None:
        self.app.do(self._look())

    async def _look(self) -> None:
        from petitcrm.tui.marketing.campaign_look import Look

        if self.course is None or self.draft is None:
            return
        account = reading.account_of(self.draft.accounts, self.course.found.account)
        reader = self.person.contact_id if self.person else None
        if reader is None and self.known and self.known.ids:
            reader = self.known.ids[0]
        await self.app.push_screen_wait(Look(self.course.found, account.address if account else "", reader))

    def action_copy(self) -> None:
        self.app.do(self._copy())

    async def _copy(self) -> None:
        made = await acts.duplicate(self.app, self.course.found) if self.course else None
        if made is not None:
            await _open(self.app, made)

    def action_state(self, step: int) -> None:
        """Show the people of the next state only."""
        states = [state for state, _words, _number in self._parts()]
        here = states.index(self.state) if self.state in states else 0
        self._narrow(states[(here + step) % len(states)])

    def action_states(self) -> None:
        self.app.do(self._choose_state())

    async def _choose_state(self) -> None:
        from petitcrm.tui.choose import Choose, Option

        options = [Option(state, f"{words}  {number}") for state, words, number in self._parts()]
        chosen = await self.app.push_screen_wait(Choose(_("Only who?"), options, chosen=self.state))
        if chosen is not None:
            self._narrow(chosen)

    def action_other_pane(self) -> None:
        was_people = self._people.has_focus
        self._course.display = self._pane.display = True
        (self._course if was_people else self._people).focus()
        self.call_after_refresh(self._lay_out)

    def on_states_wanted(self, message: States.Wanted) -> None:
        self._narrow(message.state)

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.lines is self._people and message.line.held:
            self.app.action_open("contact", message.line.held.contact_id)

    def on_lines_near_end(self, message: Lines.NearEnd) -> None:
        if message.lines is self._people and len(self.people) == self._limit:
            self._limit += _MORE
            self.app.do(self.reread(), group="looking-at-campaign")

    def _narrow(self, state: str) -> None:
        if state != self.state:
            self.state, self._limit = state, _AT_ONCE
            self.app.do(self.reread(), group="looking-at-campaign")

    def _do(self, act: Any) -> None:
        if self.course is not None:
            work: Coroutine[Any, Any, None] = act(self.app, self.course.found)
            self.app.do(work)

    # -------------------------------------------------------------------------------------------------- drawing

    def _parts(self) -> list[tuple[str, str, int]]:
        results = self.course.results if self.course else None
        return _parts(results) if results else [("", _("All"), 0)]

    def _lay_out(self) -> None:
        """Stand beside each other where there is room; where there is little, people have it, or how far it is."""
        is_beside = self.size.width >= _BESIDE_FROM and not self.app.is_linear
        self.set_class(is_beside, "-beside")
        is_low = self.size.height < _LOW and not is_beside
        self.set_class(is_low, "-low")
        has_people = self.course is not None and bool(self.course.found.started_at)
        shows_course = not is_low or self._course.has_focus or not has_people
        self._course.display, self._pane.display = shows_course, not is_low or not shows_course
        self._states.display = has_people and self.size.height >= _LOWEST
        if not (self._course if shows_course else self._people).has_focus and not self._both_shown:
            (self._course if shows_course else self._people).focus()

    @property
    def _both_shown(self) -> bool:
        return bool(self._course.display and self._pane.display)

    def _show(self) -> None:
        if self.course is None:
            return
        self._lay_out()
        width = self._course.room.width or self.size.width
        lines = drawn.course_lines(self.course, self._facts(), width, self.app.now)
        self._course.show(lines)
        self._states.show(self._parts(), self.state)
        self._people.show(self._people_lines())
        self._status.counts = drawn.progress_words(self.course) if self.course.found.started_at else ""

    def _people_lines(self) -> list[Line]:
        """Return the people of a campaign; the mail itself where nobody is chosen yet."""
        assert self.course is not None
        if not self.course.found.started_at:
            lines = drawn.mail_lines(self.mail, self._people.room.width or self.size.width)
            return [line._replace(key=None) for line in lines]
        has_sides = bool(self.course.found.ab_percent)
        return [drawn.person_line(one, self.app.now, has_sides=has_sides) for one in self.people]

    def _facts(self) -> list[tuple[str, str]]:
        """Return what was chosen for it, in words."""
        if self.course is None or self.draft is None:
            return []
        found = self.course.found
        audience = drawn.audience_words(found.audience, self.draft)
        facts = [(_("To"), audience)]
        if not found.started_at:
            when = (
                show_instant(read_instant_text(found.scheduled_at), now=self.app.now)
                if found.scheduled_at
                else ""
            )
            facts = [(_("Leaves"), when), *facts, ("", drawn.reached_words(self.known)[0])]
        facts += [] if found.ab_percent else [(_("Subject"), found.subject)]
        facts += [(_("For"), _(PURPOSES[found.purpose])), (_("By"), found.account)]
        facts += [(_("Pace"), drawn.pace_words(found.per_hour))] if found.per_hour else []
        return facts


def _planned(draft: reading.Draft, crm: Crm) -> tuple[reading.Reached, reading.Mail]:
    """Return whom a campaign that is to leave reaches, and its mail as the first of them reads it."""
    known, account = (
        reading.reached(crm, draft.found),
        reading.account_of(draft.accounts, draft.found.account),
    )
    first = known.ids[0] if known.ids else None
    return known, reading.mail(crm, draft.found, account.address if account else "", first)


def _parts(results: Results) -> list[tuple[str, str, int]]:
    """Return the states that somebody is in: key, words, number."""
    side = results.whole
    left_out = sum(number for _reason, number in results.left_out)
    parts = [
        ("waiting", _("waiting"), results.waiting), ("due", _("in the outbox"), side.waiting),
        ("sent", _("sent"), side.sent), *((name, _(words), getattr(side, name)) for name, words in CAME.items()),
        ("refused", _("refused"), side.refused),
        ("unknown", _("uncertain"), side.uncertain), ("withdrawn", _("held back"), side.withdrawn),
        ("left_out", _("left out"), left_out),
    ]  # fmt: skip
    return [("", _("All"), results.chosen), *(part for part in parts if part[2])]
