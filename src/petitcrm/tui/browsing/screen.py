"""The third screen: contacts, companies, deals or tasks, narrowed while one types, in any order, many at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work
from textual.containers import Horizontal
from textual.screen import Screen

from petitcrm.config import state_folder
from petitcrm.i18n import _, figure
from petitcrm.tui import readings
from petitcrm.tui.browsing import nouns, reading, shelf
from petitcrm.tui.browsing.columns import row_in_words
from petitcrm.tui.browsing.empty import empty_lines
from petitcrm.tui.browsing.filter_line import FilterLine, Shelves
from petitcrm.tui.browsing.keys import KEYS
from petitcrm.tui.browsing.reading import Asked, Sheaf
from petitcrm.tui.browsing.table import Headings, Table
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.peek import Peek

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.tui.app import Interface
    from petitcrm.tui.browsing.acts import Chosen
    from petitcrm.tui.browsing.shelf import Shelf
    from petitcrm.tui.target import Target

_PAUSE = 0.03
"""Seconds without a key after which what was typed is looked for."""
_PAINTED = 0.1
"""Seconds that the first rows have to be painted in peace, before all ids are read: both want the interpreter."""
_OPENED = 0.3
"""The same when the screen is opened, which is built and painted whole."""


class ListScreen(Screen[Any]):
    """Contacts, companies, deals and tasks; each list keeps its filter, its order, its cursor and its marks."""

    app: Interface
    BINDINGS = KEYS

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self.noun = "contact"
        self.sheaf: Sheaf | None = None
        self._answered: Asked | None = None
        self._folder = state_folder()
        self._shelves = shelf.shelves(self._folder)
        from petitcrm.sales.browsing import Orders

        self._orders = Orders()
        self._turn = asyncio.Lock()
        self._around = reading.Whole({}, has_owners=False, views=[])
        self._around_of: tuple[int, str] = (-1, "")
        self._is_filling = self._is_opening = False
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self.table = Table(id="table")
        self.table.on_chosen = self._follow
        self.line = FilterLine(id="filter")
        self._tabs = Shelves(id="shelves")
        self._headings = Headings(self.table, id="headings")
        self._peek = Peek(id="peek")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield Bar(mode="contacts")
        yield self._tabs
        yield self.line
        yield self._headings
        with Horizontal(id="body"):
            yield self.table
            yield self._peek
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.table.focus()
        if self.shown < 0:
            self._status.counts = _("Opening the base…")

    def on_resize(self) -> None:
        if self.sheaf is not None:
            self._tell()

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    # ---------------------------------------------------------------------------------------------------- reading

    @property
    def shelf(self) -> Shelf:
        """The list that is shown."""
        return self._shelves[self.noun]

    async def reread(self) -> None:
        """Read the list again: at first its first rows, for there is nothing on the screen yet."""
        asked = self._asked()
        if self.sheaf is None and not asked.comes_sorted:
            if not self._is_opening:  # what takes long does not keep the first picture from being painted
                self._is_opening = True
                self._look()
            return
        async with self._turn:
            if self.sheaf is None:
                await self._read_first(asked)
                self._look(_OPENED)
                self.app.do(self._read_around(self.shown, asked.noun), group="around")
            else:
                await self._read_whole(asked)

    def is_behind(self, key: str) -> bool:
        """Tell whether a key is for rows, and those on the screen are not those that are asked for: they come."""
        if self._answered == self._asked() or self.line.is_typed_in:
            return False
        bound = self.active_bindings.get(key)
        return bound is None or not bound.binding.action.startswith("other")  # a list may be passed by unread

    def _asked(self) -> Asked:
        return Asked(self.noun, self.shelf.filter, self.shelf.sort, self.shelf.descending)

    async def _read_first(self, asked: Asked) -> None:
        ahead = asked == Asked("contact")
        question = readings.contacts if ahead else lambda crm: reading.first(crm, asked)
        version, sheaf = await self.app.desk.read(question)
        if self._asked() == asked:
            self._show(asked, version, sheaf)

    async def _read_whole(self, asked: Asked) -> None:
        here = self.shelf.at
        version, sheaf = await self.app.desk.read(lambda crm: reading.whole(crm, asked, self._orders, here))
        if self._asked() == asked:
            self._show(asked, version, sheaf)
        if (version, asked.noun) != self._around_of:
            await self._read_around(version, asked.noun)

    async def _read_around(self, version: int, noun: str) -> None:
        """Read what is said around the list: it changes with the base, not with what is typed."""
        _version, around = await self.app.desk.read(lambda crm: reading.around(crm, noun))
        if noun != self.noun:  # another list is shown by now, and reads its own
            return
        self._around, self._around_of = around, (version, noun)
        self._leave_out_idle_columns()
        self._tell()

    def _leave_out_idle_columns(self) -> None:
        """Draw no column in which nothing would be said."""
        idle = nouns.idle_columns(self.table.noun, self.sheaf.rows if self.sheaf else [])
        without = frozenset(idle if self._around.has_owners else {*idle, "owner"})
        if without != self.table.without:
            self.table.without = without
            self.table.forget()

    @work(group="look", exclusive=True)
    async def _look(self, pause: float = 0) -> None:
        """Read the list that is asked for now: its first rows where they come quickly, then all."""
        await asyncio.sleep(pause)
        await self.app.attempt(self._look_now())

    async def _look_now(self) -> None:
        async with self._turn:
            asked = self._asked()
            if asked.comes_sorted and self.shelf.at is None:
                await self._read_first(asked)
        await asyncio.sleep(_PAINTED if self.sheaf is not None else 0)
        async with self._turn:
            await self._read_whole(asked)

    def _show(self, asked: Asked, version: int, sheaf: Sheaf) -> None:
        self._answered, self.shown, self.sheaf = asked, version, sheaf
        table, mine = self.table, self.shelf
        table.noun, table.sort, table.marks = self.noun, mine.sort, mine.marks
        if mine.is_all and sheaf.number == len(sheaf.ids):
            table.marks &= set(sheaf.ids)  # who was deleted is marked no more
        table.empty = empty_lines(self.noun, mine.filter, sheaf.problem) if not sheaf.ids else []
        if mine.at is None:
            table.at = 0
        self._headings.descending = mine.descending
        self._leave_out_idle_columns()
        table.show(sheaf.ids, sheaf.number, sheaf.rows, follow=mine.at)
        self._tell()
        self.refresh_bindings()

    def on_table_wanted(self) -> None:
        if not self._is_filling:
            self._is_filling = True
            self.run_worker(self.app.attempt(self._fill()), group="fill")

    async def _fill(self) -> None:
        """Read the rows that came near, as long as some are lacking."""
        from petitcrm.store.queries import browse

        try:
            while lacking := self.table.lacking():
                noun = self.table.noun
                _version, rows = await self.app.desk.read(
                    lambda crm, noun=noun, ids=lacking: browse.rows(crm, noun, ids)  # type: ignore[misc]
                )
                if noun == self.table.noun:
                    self.table.add(lacking, rows)
        finally:
            self._is_filling = False

    # --------------------------------------------------------------------------------------------------- speaking

    def _tell(self) -> None:
        """Say how many there are, what is marked, and what the columns leave out of the row under the cursor."""
        sheaf, table = self.sheaf, self.table
        if sheaf is None:
            return
        self.line.show(self.noun, self.shelf.filter, reading.counted(sheaf, self.shelf, self._around.totals))
        tabs, totals = [], self._around.totals
        for noun, name in nouns.NOUNS:
            number = f" {figure(totals[noun])}" if noun in totals else ""
            tabs.append(
                (noun, f"{_(name)}{number}", "bold $primary underline" if noun == self.noun else "dim")
            )
        marks = _("✓ {n} marked", n=figure(len(table.marks))) if table.marks else ""
        self._tabs.show(tabs, view=self._view_in_force(), marks=marks)
        row = table.row
        self._status.counts = row_in_words(table.noun, row, self.app.now) if row is not None else ""

    def _view_in_force(self) -> str:
        return next((view.name for view in self._around.views if self.shelf.is_view(view)), "")

    def target(self) -> Target | None:
        """Return whom the cursor stands on."""
        row = self.table.row
        return (
            None if row is None else nouns.target_of(self.table.noun, row)
        )  # of what is shown, not of what comes

    def chosen(self) -> Chosen | None:
        """Return what is marked, in the order of the list, or else the row under the cursor."""
        from petitcrm.tui.browsing.acts import Chosen, many

        table = self.table
        if not table.marks:
            row = table.row
            return None if row is None else Chosen(table.noun, [row.id], nouns.title_of(table.noun, row))
        ids = [row_id for row_id in table.ids if row_id in table.marks]
        ids += sorted(table.marks.difference(ids))
        return Chosen(table.noun, ids, many(table.noun, len(ids)))

    # ----------------------------------------------------------------------------------------------------- events

    def _follow(self) -> None:
        """Say what the cursor stands on."""
        shown = self._shelves[self.table.noun]
        shown.at, shown.marks = self.table.id_here, self.table.marks
        self._tell()
        if self._peek.display:
            self._peek.look_at(self.target())

    def on_table_opened(self) -> None:
        self.action_open()

    def on_headings_sorted(self, message: Headings.Sorted) -> None:
        self._sort_by(message.sort)

    def on_filter_line_typed(self, message: FilterLine.Typed) -> None:
        self.shelf.filter, self.shelf.at = message.text, None
        self._look(_PAUSE)

    def on_filter_line_left(self) -> None:
        self.table.is_led = False
        self.table.focus()

    def on_filter_line_entered(self) -> None:
        self.action_filter()

    def on_filter_line_walked(self, message: FilterLine.Walked) -> None:
        (self.table.action_page if message.by_page else self.table.action_move)(message.step)

    def on_shelves_wanted(self, message: Shelves.Wanted) -> None:
        if message.noun == "views":
            self.action_views()
        elif message.noun != self.noun:
            self.turn_to(message.noun)

    # ---------------------------------------------------------------------------------------------------- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("sell", "do", "export_people"):
            return nouns.is_for(str(parameters[0]) if parameters else action, self.noun)
        if action == "segment":
            return self._is_condition
        return action != "filter" or not self.line.is_typed_in

    @property
    def _is_condition(self) -> bool:
        """Whether the list is narrowed by a condition that has no name yet."""
        if self.noun != "contact" or self.shelf.is_all or self.sheaf is None or self.sheaf.problem:
            return False
        from petitcrm.sales import where

        return where.is_meant(self.shelf.filter) and not self.shelf.filter.startswith(reading.SEGMENT)

    def action_open(self) -> None:
        if self.table.id_here is not None:
            self.app.action_open_hit(self.table.noun, self.table.id_here)

    def action_filter(self) -> None:
        self.table.is_led = True
        self.line.type_in()
        self.app.do(self._read_what_completes(), group="complete")

    async def _read_what_completes(self) -> None:
        from petitcrm.sales.browsing import completion, completions

        noun = self.noun
        _version, names = await self.app.desk.read(lambda crm: completions(crm, noun))
        self.line.complete = lambda typed: completion(typed, names)

    def action_mark(self) -> None:
        self.table.toggle()

    def action_mark_all(self) -> None:
        self.table.toggle_all()

    def action_range(self) -> None:
        self.table.begin_range()

    def action_extend(self, step: int) -> None:
        self.table.extend(step)

    def action_other(self, step: int) -> None:
        known = [noun for noun, _name in nouns.NOUNS]
        self.turn_to(known[(known.index(self.noun) + step) % len(known)])

    def action_reverse(self) -> None:
        self._sort_by(self.shelf.sort)

    def action_sort(self) -> None:
        self.app.do(self._choose_sort())

    def action_segment(self) -> None:
        from petitcrm.tui.marketing import audience_acts

        self.app.do(audience_acts.name_segment(self.app, self.shelf.filter.strip()))

    def action_views(self) -> None:
        self.app.do(self._choose_view())

    def action_act(self) -> None:
        from petitcrm.tui.browsing import acts

        chosen = self.chosen()
        if chosen is not None:
            self.app.do(acts.menu(self.app, chosen))

    def action_do(self, name: str) -> None:
        from petitcrm.tui.browsing import acts

        chosen = self.chosen()
        if chosen is not None:
            self.app.do(acts.do(self.app, chosen, name))

    def action_export_people(self) -> None:
        self.action_do("export")

    def action_sell(self, name: str) -> None:
        from petitcrm.tui.browsing.sales_acts import ALONE

        if not self.table.marks and name in ALONE:
            self.app.action_on_target(ALONE[name])
        else:
            self.action_do(name)

    def action_plan(self) -> None:
        if self.table.marks:
            self.action_do("plan")
        else:
            self.app.action_next_task()

    def action_log(self, kind: str) -> None:
        from petitcrm.tui.browsing import acts

        chosen = self.chosen()
        if chosen is None or not self.table.marks:
            self.app.action_log(kind)
        else:
            self.app.do(acts.log(self.app, chosen, kind))

    def action_peek(self) -> None:
        self._peek.display = not self._peek.display
        self._peek.look_at(self.target())

    def action_leave(self) -> None:
        if self.app.said[0]:
            self.app.hush()
        elif self.table.marks or self.table.range_from is not None:
            self.table.unmark()
        elif not self.shelf.is_all:
            self.shelf.filter = ""
            self._look()
        else:
            self.app.action_step_back()

    # --------------------------------------------------------------------------------------------- order and views

    def turn_to(self, noun: str) -> None:
        """Show another list, as it was left."""
        self.noun = noun
        self.table.range_from = None
        self.refresh_bindings()
        self._look()

    def _sort_by(self, sort: str) -> None:
        self.shelf.sort_by(sort)
        shelf.keep(self._folder, self._shelves)
        self._look()

    async def _choose_sort(self) -> None:
        from petitcrm.tui.browsing.sorting import choose_sort

        chosen = await choose_sort(self.app, self.shelf, without={"owner"} & self.table.without)
        if chosen is not None:
            self._sort_by(chosen)

    async def _choose_view(self) -> None:
        from petitcrm.tui.browsing.views_screen import ViewsScreen

        _version, known = await self.app.desk.read(lambda crm: reading.known_views(crm, self.noun))
        chosen = await self.app.push_screen_wait(ViewsScreen(self.shelf, known))
        if chosen is not None:
            self.shelf.use(chosen)
            shelf.keep(self._folder, self._shelves)
            self._look()
