"""The screen of what is there twice: pairs, the surest first, and the two of one side by side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import Screen

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _, ngettext
from petitcrm.tui.duplicates_lines import empty_lines, pair_line, side_lines
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.sales.comparison import Comparison
    from petitcrm.sales.matching import Candidate
    from petitcrm.sales.tidying import Tidied
    from petitcrm.tui.app import Interface

_PAUSE = 0.05
"""Seconds that the cursor must rest before the base is asked: a held key does not queue readings."""


class DuplicatesScreen(Screen[Any]):
    """Pairs of contacts, or of companies, that may be one."""

    app: Interface
    BINDINGS = [
        Binding("m", "merge", N_("merge"), id="duplicates.merge", tooltip=N_("Merge the two of this pair")),
        Binding("s", "swap", N_("swap"), id="duplicates.swap", tooltip=N_("Keep the other one of the two")),
        Binding("space", "take", N_("field"), id="duplicates.take", tooltip=N_("Keep the other value of this field")),
        Binding("x", "tell_apart", N_("not the same"), id="duplicates.apart", tooltip=N_("Not the same: never again")),
        Binding("M", "merge_certain", N_("all certain"), id="duplicates.all", tooltip=N_("Merge all that is certain")),
        Binding("f", "other_noun", N_("Contacts, or companies"), id="duplicates.noun", show=False),
        Binding("tab", "other_pane", N_("Other pane"), id="duplicates.pane", show=False),
        Binding("escape,left,h,backspace", "leave", N_("back"), id="duplicates.back", tooltip=N_("One step back"),
                key_display="esc"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.shown = -1
        self.noun = "contact"
        self.pairs: list[Candidate] = []
        self.compared: Comparison | None = None
        self._is_looking = True
        self._swapped: set[tuple[int, int]] = set()
        self._taken: dict[tuple[int, int], set[str]] = {}
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="")
        self._list = Lines(id="pairs")
        self._sides = Lines(id="sides")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        yield self._bar
        with Vertical(id="body"):
            yield self._list
            yield self._sides
        yield self._status
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._list.focus()
        self._status.counts = _("Looking for what is there twice…")
        self._say_where()

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_sides)

    async def reread(self) -> None:
        """Look for the pairs again."""
        noun, self._is_looking = self.noun, not self.pairs
        self.shown, pairs = await self.app.desk.read(lambda crm: _found(crm, noun))
        if noun == self.noun:
            self.pairs, self._is_looking = pairs, False
            self._show()

    def target(self) -> Target | None:
        """Return the one of the pair under the cursor that would be kept."""
        told = self.compared
        if told is None:
            return None
        if self.noun == "contact":
            return Target(told.first_name, told.first, whom=told.first_name)
        return Target(told.first_name, company_id=told.first)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.lines is self._list:
            self._compare(self._pair)

    def on_lines_opened(self, message: Lines.Opened) -> None:
        if message.lines is self._list:
            self._sides.focus()
        else:
            self.action_take()

    def action_merge(self) -> None:
        pair = self._pair
        if pair is None:
            self._say_there_is_none()
        else:
            self.app.do(self._merge(pair))

    def action_swap(self) -> None:
        pair = self._pair
        if pair is None:
            self._say_there_is_none()
        else:
            self._swapped ^= {(pair.first, pair.second)}
            self._taken.pop((pair.first, pair.second), None)
            self._compare(pair)

    def action_take(self) -> None:
        """Let the other value of the field under the cursor be kept."""
        told, line = self.compared, self._sides.line
        if told is None or line is None or line.key is None:
            self.app.complain(
                keyed(_("Put the cursor on a field that differs ({duplicates.pane} goes to the other pane)."))
            )
            return
        self._sides.focus()
        taken = self._taken.setdefault(_key(told), set())
        taken ^= {line.held.key}
        self._compare(self._pair)

    def action_tell_apart(self) -> None:
        from petitcrm.sales import matching

        pair, noun = self._pair, self.noun
        if pair is None:
            self._say_there_is_none()
            return
        words = _("{name} and {other}: not the same", name=pair.first_name, other=pair.second_name)
        self.app.do(self._gesture(lambda crm: matching.tell_apart(crm, noun, pair.first, pair.second), words))

    def action_merge_certain(self) -> None:
        self.app.do(self._merge_certain())

    def action_other_noun(self) -> None:
        self.noun = "company" if self.noun == "contact" else "contact"
        self.pairs, self.compared, self._is_looking = [], None, True
        self._list.show([])
        self._sides.show([])
        self._status.counts = _("Looking for what is there twice…")
        self._say_where()
        self.app.do(self.app.reread(), group="resume")

    def action_other_pane(self) -> None:
        (self._list if self._sides.has_focus else self._sides).focus()

    def action_leave(self) -> None:
        if self._sides.has_focus:
            self._list.focus()
        else:
            self.app.action_step_back()

    @property
    def _pair(self) -> Candidate | None:
        line = self._list.line
        return line.held if line else None

    def _say_there_is_none(self) -> None:
        if self._is_looking:
            self.app.say(_("Looking for what is there twice…"))
        else:
            self.app.complain(_("There is no pair under the cursor."))

    async def _merge(self, pair: Candidate) -> None:
        """Merge a pair, which a quick hand chose before its two were beside each other."""
        told = self.compared
        if told is None or _key(told) != (pair.first, pair.second):
            told = await self._read_beside(pair)
        take = sorted(self._taken.get(_key(told), ()))
        words = _("{old} was merged into {name}", old=told.second_name, name=told.first_name)
        await self._gesture(lambda crm: _merge(crm, told, take), words)

    async def _gesture(self, change: Any, words: str) -> None:
        self._list.focus()
        await self.app.gesture(change, lambda _done: words)

    async def _merge_certain(self) -> None:
        from petitcrm.sales import tidying
        from petitcrm.tui.choose import Choose, Option

        noun = self.noun
        _version, shown = await self.app.desk.read(lambda crm: tidying.certain(crm, noun))
        if not shown.groups:
            self.app.complain(_("No two records are certainly one."))
            return
        title = ngettext("Merge {n} record into another one?", "Merge {n} records into others?", shown.merged)
        options = [
            Option("yes", keyed(_("merge; {app.undo} takes it all back")), "m"),
            Option("no", _("leave them"), "l"),
        ]
        if await self.app.push_screen_wait(Choose(title, options)) == "yes":
            await self.app.gesture(lambda crm: tidying.merge_certain(crm, noun), _told)

    def _say_where(self) -> None:
        self._bar.crumb = _("Duplicates: contacts") if self.noun == "contact" else _("Duplicates: companies")

    def _show(self) -> None:
        lines = [pair_line(at, pair) for at, pair in enumerate(self.pairs)]
        self._list.show(lines or empty_lines(self.noun))
        self._sides.display = bool(lines)
        self._list.set_class(not lines, "-alone")
        certain = sum(pair.band == "certain" for pair in self.pairs)
        possible = len(self.pairs) - certain
        self._status.counts = " · ".join(
            (
                ngettext("{n} certain", "{n} certain", certain),
                ngettext("{n} possible", "{n} possible", possible),
            )
        )

    @work(group="compare", exclusive=True)
    async def _compare(self, pair: Candidate | None) -> None:
        if pair is None:
            self.compared = None
            self._sides.show([])
            return
        await asyncio.sleep(_PAUSE)
        try:
            self.compared = await self._read_beside(pair)
        except CrmError:
            self.compared = None  # gone since: the list will be read again
        self._show_sides()

    async def _read_beside(self, pair: Candidate) -> Comparison:
        """Read the two of a pair beside each other, as the person wants them."""
        noun, pair_key = self.noun, (pair.first, pair.second)
        is_swapped, take = pair_key in self._swapped, sorted(self._taken.get(pair_key, ()))
        _version, told = await self.app.desk.read(
            lambda crm: _compared(crm, noun, pair, take, is_swapped=is_swapped)
        )
        return told

    def _show_sides(self) -> None:
        lines: list[Line] = []
        if self.compared is not None:
            lines = side_lines(self.compared, self._sides.room.width or self.size.width - 1)
        self._sides.show(lines)


def _key(told: Comparison) -> tuple[int, int]:
    return min(told.first, told.second), max(told.first, told.second)


def _found(crm: Crm, noun: str) -> list[Candidate]:
    from petitcrm.sales import matching

    return matching.contact_duplicates(crm) if noun == "contact" else matching.company_duplicates(crm)


def _compared(crm: Crm, noun: str, pair: Candidate, take: list[str], *, is_swapped: bool) -> Comparison:
    """Return a pair side by side, the richer one kept unless the person wants the other."""
    from petitcrm.sales import comparison, tidying

    kept, merged = tidying.richest_first(crm, noun, {pair.first, pair.second})
    if is_swapped:
        kept, merged = merged, kept
    return comparison.compare(crm, noun, kept, merged, take)


def _merge(crm: Crm, told: Comparison, take: list[str]) -> None:
    from petitcrm.sales import companies, contacts

    merge = contacts.merge if told.noun == "contact" else companies.merge
    merge(crm, told.first, told.second, take=take)


def _told(done: Tidied) -> str:
    merged = ngettext("{n} record was merged", "{n} records were merged", done.merged)
    if not done.left:
        return merged
    left = ngettext("{n} group is left to you", "{n} groups are left to you", done.left)
    return f"{merged} · {left}"
