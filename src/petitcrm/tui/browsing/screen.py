"""The third screen: all contacts, or all companies, narrowed while one types, in any order, many at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import Screen

from petitcrm.config import state_folder
from petitcrm.i18n import N_, _
from petitcrm.tui import readings
from petitcrm.tui.browsing import reading, shelf
from petitcrm.tui.browsing.columns import row_in_words
from petitcrm.tui.browsing.empty import empty_lines
from petitcrm.tui.browsing.filter_line import FilterLine, Shelves, cut_short, number_text
from petitcrm.tui.browsing.reading import Asked, Sheaf
from petitcrm.tui.browsing.table import Headings, Table
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.peek import Peek
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface
    from petitcrm.tui.browsing.acts import Chosen
    from petitcrm.tui.browsing.shelf import Shelf

_PAUSE = 0.03
"""Seconds without a key after which what was typed is looked for."""
_PAINTED = 0.1
"""Seconds that the first rows have to be painted in peace, before all ids are read: both want the interpreter."""
_OPENED = 0.3
"""The same when the screen is opened, which is built and painted whole."""
NOUNS = (("contact", N_("Contacts")), ("company", N_("Companies")))


class ListScreen(Screen[Any]):
    """Contacts and companies; each list keeps its filter, its order, its cursor and its marks."""

    app: Interface
    BINDINGS = [
        Binding("enter,right,l", "open", N_("open it"), id="lists.open", tooltip=N_("Open the sheet"), key_display="⏎"),
        Binding("slash", "filter", N_("filter"), id="lists.filter", tooltip=N_("Narrow the list while typing"),
                priority=True, key_display="/"),
        Binding("space", "mark", N_("mark"), id="lists.mark", tooltip=N_("Mark, or take the mark away")),
        Binding("b", "act", N_("act"), id="lists.act", tooltip=N_("Act on all that is marked")),
        Binding("s", "sort", N_("sort"), id="lists.sort", tooltip=N_("Sort by a column")),
        Binding("f", "views", N_("views"), id="lists.views", tooltip=N_("Saved views: pick, keep, rename, delete")),
        Binding("tab", "other(1)", N_("Contacts, companies"), id="lists.other", show=False),
        Binding("shift+tab", "other(-1)", N_("Contacts, companies"), id="lists.other_back", show=False),
        Binding("S", "reverse", N_("Sort the other way round"), id="lists.reverse", show=False),
        Binding("V", "range", N_("Mark a range, to wherever the cursor goes"), id="lists.range", show=False),
        Binding("J,shift+down", "extend(1)", N_("Mark the next or the one above too"), id="lists.extend", show=False),
        Binding("K,shift+up", "extend(-1)", N_("Mark the next or the one above too"), id="lists.extend_up", show=False),
        Binding("asterisk", "mark_all", N_("Mark all, or none"), id="lists.all", show=False,
                key_display="*"),
        Binding("plus", "do('tag')", N_("Put a tag"), id="lists.tag", show=False, key_display="+"),
        Binding("minus", "do('untag')", N_("Take a tag away"), id="lists.untag", show=False, key_display="-"),
        Binding("o", "do('assign')", N_("Give to somebody of the firm"), id="lists.assign", show=False),
        Binding("n,t", "plan", N_("Plan a task, for each that is marked"), id="lists.plan", show=False),
        Binding("c", "log('call')", N_("Log a call, for each that is marked"), id="lists.call", show=False),
        Binding("N", "log('note')", N_("Write a note, for each that is marked"), id="lists.note", show=False),
        Binding("E", "log('email')", N_("Log an e-mail, for each that is marked"), id="lists.email", show=False),
        Binding("v", "log('visit')", N_("Log a visit, for each that is marked"), id="lists.visit", show=False),
        Binding("x", "do('export')", N_("Write to a CSV file"), id="lists.export", show=False),
        Binding("M", "do('merge')", N_("Merge the two that are marked"), id="lists.merge", show=False),
        Binding("D,delete", "do('delete')", N_("Delete"), id="lists.delete", show=False),
        Binding("p", "peek", N_("Show the sheet beside the list"), id="lists.peek", show=False),
        Binding("escape", "leave", N_("Marks, filter: one step back"), id="lists.leave", show=False),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self.noun = "contact"
        self.sheaf: Sheaf | None = None
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

    def _asked(self) -> Asked:
        return Asked(self.noun, self.shelf.filter, self.shelf.sort, self.shelf.descending)

    async def _read_first(self, asked: Asked) -> None:
        ahead = asked == Asked("contact")
        question = readings.contacts if ahead else lambda crm: reading.first(crm, asked)
        version, sheaf = await self.app.desk.read(question)
        if self._asked() == asked:
            self._show(version, sheaf)

    async def _read_whole(self, asked: Asked) -> None:
        here = self.shelf.at
        version, sheaf = await self.app.desk.read(lambda crm: reading.whole(crm, asked, self._orders, here))
        if self._asked() == asked:
            self._show(version, sheaf)
        if (version, asked.noun) != self._around_of:
            await self._read_around(version, asked.noun)

    async def _read_around(self, version: int, noun: str) -> None:
        """Read what is said around the list: it changes with the base, not with what is typed."""
        _version, self._around = await self.app.desk.read(lambda crm: reading.around(crm, noun))
        self._around_of = version, noun
        without = "" if self._around.has_owners else "owner"
        if without != self.table.without:
            self.table.without = without
            self.table.forget()
        self._tell()

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

    def _show(self, version: int, sheaf: Sheaf) -> None:
        self.shown, self.sheaf = version, sheaf
        table, mine = self.table, self.shelf
        table.noun, table.sort, table.marks = self.noun, mine.sort, mine.marks
        if mine.is_all and sheaf.number == len(sheaf.ids):
            table.marks &= set(sheaf.ids)  # who was deleted is marked no more
        table.empty = empty_lines(self.noun, mine.filter) if not sheaf.ids else []
        if mine.at is None:
            table.at = 0
        self._headings.descending = mine.descending
        table.show(sheaf.ids, sheaf.number, sheaf.rows, follow=mine.at)
        self._tell()

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
        self.line.show(self.shelf.filter, self._count(sheaf))
        tabs, totals = [], self._around.totals
        for noun, name in NOUNS:
            number = f" {number_text(totals[noun])}" if noun in totals else ""
            tabs.append(
                (noun, f"{_(name)}{number}", "bold $primary underline" if noun == self.noun else "dim")
            )
        marks = _("✓ {n} marked", n=number_text(len(table.marks))) if table.marks else ""
        self._tabs.show(tabs, view=self._view_in_force(), marks=marks)
        row = table.row
        self._status.counts = row_in_words(row) if row is not None else ""

    def _count(self, sheaf: Sheaf) -> str:
        number = "…" if sheaf.number < 0 else number_text(sheaf.number)
        if self.shelf.is_all:
            return number
        total = self._around.totals.get(self.noun)
        counted = number if total is None else _("{n} of {total}", n=number, total=number_text(total))
        return f"≈ {cut_short(sheaf.spelled)} · {counted}" if sheaf.spelled else counted

    def _view_in_force(self) -> str:
        return next((view.name for view in self._around.views if self.shelf.is_view(view)), "")

    def target(self) -> Target | None:
        """Return whom the cursor stands on."""
        row = self.table.row
        if row is None:
            return None
        if self.table.noun == "company":  # what is shown: the other list may be on its way
            return Target(row.name, company_id=row.id)
        return Target(row.name, row.id, whom=row.name)

    def chosen(self) -> Chosen | None:
        """Return what is marked, in the order of the list, or else the row under the cursor."""
        from petitcrm.tui.browsing.acts import Chosen, many

        table = self.table
        if not table.marks:
            row = table.row
            return Chosen(table.noun, [row.id], row.name) if row is not None else None
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
            self._turn_to(message.noun)

    # ---------------------------------------------------------------------------------------------------- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - as Textual asks
        return action != "filter" or not self.line.is_typed_in

    def action_open(self) -> None:
        if self.table.id_here is not None:
            self.app.action_open(self.table.noun, self.table.id_here)

    def action_filter(self) -> None:
        self.table.is_led = True
        self.line.type_in()
        self.app.do(self._read_what_completes(), group="complete")

    async def _read_what_completes(self) -> None:
        from petitcrm.sales.browsing import completion
        from petitcrm.store.queries import tags, users

        def known(crm: Crm) -> dict[str, list[str]]:
            return {
                "#": [tag.name for tag in tags.listing(crm)],
                "@": [user.key for user in users.listing(crm)],
            }

        _version, names = await self.app.desk.read(known)
        self.line.complete = lambda typed: completion(typed, names.__getitem__)

    def action_mark(self) -> None:
        self.table.toggle()

    def action_mark_all(self) -> None:
        self.table.toggle_all()

    def action_range(self) -> None:
        self.table.begin_range()

    def action_extend(self, step: int) -> None:
        self.table.extend(step)

    def action_other(self, step: int) -> None:
        nouns = [noun for noun, _name in NOUNS]
        self._turn_to(nouns[(nouns.index(self.noun) + step) % len(nouns)])

    def action_reverse(self) -> None:
        self._sort_by(self.shelf.sort)

    def action_sort(self) -> None:
        self.app.do(self._choose_sort())

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
            self.app.do(acts.ACTS[name](self.app, chosen))

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

    def _turn_to(self, noun: str) -> None:
        self.noun = noun
        self.table.range_from = None
        self._look()

    def _sort_by(self, sort: str) -> None:
        self.shelf.sort_by(sort)
        shelf.keep(self._folder, self._shelves)
        self._look()

    async def _choose_sort(self) -> None:
        from petitcrm.sales.browsing import SORTS
        from petitcrm.tui.browsing.columns import SORT_NAMES
        from petitcrm.tui.choose import Choose, Option

        mine = self.shelf
        options = []
        for sort in SORTS[self.noun]:
            if sort == self.table.without:
                continue
            arrow = ("  ▼" if mine.descending else "  ▲") if sort == mine.sort else ""
            options.append(Option(sort, _(SORT_NAMES[sort]) + arrow))
        title = _("Sort by; the same again turns it round")
        chosen = await self.app.push_screen_wait(Choose(title, options, chosen=mine.sort))
        if chosen is not None:
            self._sort_by(chosen)

    async def _choose_view(self) -> None:
        from petitcrm.sales import views
        from petitcrm.tui.browsing.views_screen import ViewsScreen

        _version, known = await self.app.desk.read(lambda crm: views.listing(crm, self.noun))
        chosen = await self.app.push_screen_wait(ViewsScreen(self.shelf, known))
        if chosen is not None:
            self.shelf.use(chosen)
            shelf.keep(self._folder, self._shelves)
            self._look()
