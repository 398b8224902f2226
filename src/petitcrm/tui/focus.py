"""One thing of the day at a time: who, what, why now, what happened last, and the keys that settle it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.screen import Screen

from petitcrm.errors import NotFound
from petitcrm.i18n import N_, _, ngettext
from petitcrm.tui.day_lines import target_of
from petitcrm.tui.focus_lines import end_lines, thing_lines
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Lines
from petitcrm.tui.readings import MOST

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.sales.agenda import Item
    from petitcrm.tui.app import Interface
    from petitcrm.tui.facts import Fact, Sheet
    from petitcrm.tui.target import Target

_ENTRIES = 8
"""Entries of the timeline that are read: more of them are on the sheet, one key away."""


class _Page(Lines, can_focus=False):
    """What is there to read; the keys belong to the screen."""


class FocusScreen(Screen[Any]):
    """The things of today in the order of the day, each alone on the screen until it is done, put off or skipped."""

    app: Interface
    BINDINGS = [
        Binding(
            "space",
            "app.on_target('done')",
            N_("done"),
            id="focus.done",
            tooltip=N_("Done; asks how it went"),
        ),
        Binding(
            "s", "app.on_target('snooze')", N_("snooze"), id="focus.snooze", tooltip=N_("Show it another day")
        ),
        Binding(
            "right,l,j,down",
            "skip(1)",
            N_("skip"),
            id="focus.skip",
            tooltip=N_("The next thing, or the one before"),
            key_display="→",
        ),
        Binding(
            "left,h,k,up",
            "skip(-1)",
            N_("The next thing, or the one before"),
            id="focus.back",
            show=False,
        ),
        Binding(
            "c", "app.log('call')", N_("log"), id="focus.log", tooltip=N_("Log a call; tab for another kind")
        ),
        Binding("n,t", "app.next_task", N_("next"), id="focus.next", tooltip=N_("Plan the next step")),
        Binding("o", "reach('phones')", N_("call them"), id="focus.call", tooltip=N_("Call by the system")),
        Binding(
            "m", "reach('emails')", N_("mail"), id="focus.mail", tooltip=N_("Write a mail by the system")
        ),
        Binding("enter", "open", N_("Open"), id="focus.open", show=False),
        Binding("z", "app.on_target('sleep')", N_("Let the deal sleep"), id="focus.sleep", show=False),
        Binding("w", "app.on_target('win')", N_("Deal won"), id="focus.win", show=False),
        Binding("x", "app.on_target('lose')", N_("Deal lost"), id="focus.lose", show=False),
        Binding("escape", "app.step_back", N_("back"), id="focus.leave", key_display="esc"),
    ]

    def __init__(self, at: str = "") -> None:
        """`at` is the id of the thing to begin with; the first one of the day where it is none of them."""
        super().__init__()
        self.shown = -1
        self._at = at
        self._item: Item | None = None
        self._sheet: Sheet | None = None
        self._items: list[Item] = []
        self._met: set[str] = set()
        """What there was at first and what was shown since: not a deal forgotten for the length of a question."""
        self._settled: set[str] = set()
        self._skipped: set[str] = set()
        self._steps = 0
        """How often another thing was gone to."""
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="day")
        self._page = _Page(id="focus")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        yield self._page
        yield self._status
        yield KeyBar(id="keys")

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    async def reread(self) -> None:
        """Read the day again, and who its thing is about; one that is settled gives way to the one after it."""
        steps, wanted = self._steps, (self._at, [one.id for one in self._items], frozenset(self._skipped))
        shown, (items, item, sheet) = await self.app.desk.read(lambda crm: _read(crm, *wanted))
        if steps != self._steps:  # another thing was gone to meanwhile: its answer comes
            return
        self.shown, self._item, self._sheet = shown, item, sheet
        known = {item.id for item in items}
        self._at = self._item.id if self._item else ""
        self._met = (self._met or known) | ({self._at} if self._at else set())
        self._settled = self._met - known
        self._items = items
        self._show()

    def target(self) -> Target | None:
        """Return whom and what the thing is about."""
        return target_of(self._item) if self._item else None

    def action_skip(self, step: int) -> None:
        """Leave the thing for later, or come back to the one before it."""
        ids = [item.id for item in self._items]
        at = ids.index(self._at) if self._at in ids else len(ids)
        if step > 0 and at < len(ids):
            self._skipped.add(self._at)
            self._at = ids[at + 1] if at + 1 < len(ids) else ""
        elif step < 0 and at > 0:
            self._at = ids[at - 1]
        else:
            return
        self._skipped.discard(self._at)
        self._steps += 1
        self.app.do(self.app.reread(), group="skipping")

    def action_open(self) -> None:
        if self._item is None:
            self.app.action_step_back()
        elif self._item.deal_id is not None:
            self.app.action_open("deal", self._item.deal_id)
        else:
            self.app.action_open("contact", self._item.contact_id)

    def action_reach(self, field: str) -> None:
        from petitcrm.tui import reach

        fact = self._fact(field)
        if fact:
            reach.open_outside(self.app, fact)
        else:
            told = {"phones": _("No telephone is known here."), "emails": _("No e-mail is known here.")}
            self.app.complain(told[field])

    def _fact(self, field: str) -> Fact | None:
        facts = self._sheet.facts if self._sheet else []
        return next((fact for fact in facts if fact.field == field and fact.value), None)

    def _show(self) -> None:
        if self.shown < 0:
            return
        width, left = self._page.room.width, len(self._items)
        total = len(self._settled) + left
        if self._item is None:
            self._page.show(end_lines(len(self._settled), left, width))
            self._status.counts = ""
            return
        place = len(self._settled) + self._items.index(self._item) + 1
        self._page.show(thing_lines(self._item, self._sheet, self.app.now, (place, total), width))
        self._status.counts = ngettext("{n} left", "{n} left", left)


def _read(
    crm: Crm, at: str, before: Sequence[str], skipped: Collection[str]
) -> tuple[list[Item], Item | None, Sheet | None]:
    """Return the things of the day, the one to be shown, and the sheet of whom it is about."""
    from petitcrm.sales import agenda
    from petitcrm.tui.facts import read_sheet

    day = agenda.day(crm, owner_id=crm.user_id, limit=MOST)
    items = [item for item in day.items if item.section != "next"]
    item = choose(items, at, before, skipped)
    if item is None:
        return items, None, None
    noun, row_id = ("deal", item.deal_id) if item.deal_id else ("contact", item.contact_id)
    try:
        return items, item, read_sheet(crm, noun, row_id, entries=_ENTRIES)
    except NotFound:  # gone between two questions: the next look shows the day without it
        return items, item, None


def choose(items: Sequence[Item], at: str, before: Sequence[str], skipped: Collection[str]) -> Item | None:
    """Return what is next: the thing that was there, else the one that came after it, else any not skipped.

    `before` are the things as they were, to know what came after one that is settled.
    """
    known = {item.id: item for item in items}
    after = before[before.index(at) :] if at in before else [] if at or not before else None
    if after is None:  # the end was reached: nothing is shown again that was skipped
        return next((item for item in items if item.id not in skipped), None)
    for one in (at, *after):
        if one in known and one not in skipped:
            return known[one]
    return next((item for item in items if item.id not in skipped), None)
