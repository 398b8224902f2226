"""The frame of every screen: where one is, what was just done, and the keys that matter now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from petitcrm.dates import show_day
from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.named_keys import key_of, show_key
from petitcrm.tui.spans import fit, wrap
from petitcrm.tui.spots import Spot, point, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from textual import events
    from textual.dom import DOMNode

    from petitcrm.tui.app import Interface

_TABS = (("day", N_("Day")), ("funnel", N_("Funnel")), ("contacts", N_("Lists")), ("leads", N_("Leads")))
"""The screens that a digit opens: mode, name."""
_MAIL = ("mail", N_("Mail"))
_MARKETING = ("marketing", N_("Marketing"))

_BACK = ("leave", "back", "screen.back", "app.step_back")
"""What leads one step back."""
_BRAND, _LEAST_NAMED = "petitcrm", 10
"""The program's name, and the cells that the name of what is open has at least."""
_LINES_SAID = 4
"""Lines of the longest refusal that is shown."""


class Bar(Widget):
    """The first line: the screens by their digit, the name of what is open, today's date."""

    ALLOW_SELECT = False
    app: Interface

    crumb: reactive[str] = reactive("")

    class CrumbClicked(Message):
        """The name of what is open was clicked."""

    def __init__(self, *, mode: str) -> None:
        super().__init__(id="bar")
        self._mode = mode

    def on_mount(self) -> None:
        self.watch(self.app, "firm", self._named_anew, init=False)
        self.watch(self.app, "has_mail", self._named_anew, init=False)
        self.watch(self.app, "has_marketing", self._named_anew, init=False)

    def _named_anew(self) -> None:
        self.refresh()

    @property
    def _tabs(self) -> list[tuple[str, str]]:
        """The screens that a digit opens, as they are written: on few columns, only the one that is shown is named.

        Whoever has no mail, or no marketing, never sees that one.
        """
        known = (*_TABS, *[_MAIL] * self.app.has_mail, *[_MARKETING] * self.app.has_marketing)
        named = [(mode, f" {key_of(f'app.{mode}')} {_(name)} ") for mode, name in known]
        if _room_of(named) < self.size.width:
            return named
        return [(mode, tab if mode == self._mode else f" {key_of(f'app.{mode}')} ") for mode, tab in named]

    def render(self) -> Content:
        pieces: list[tuple[str, str] | str] = [
            " ",
            (self._brand, "bold $primary"),
            "  " if self._brand else "",
        ]
        for mode, tab in self._tabs:
            look = "bold reverse" if mode == self._mode else ""
            if look and self.app.is_linear:  # said, not only coloured
                tab = f"[{tab.strip()}]"
            pieces += [(tab, look), " "]
        left = Content.assemble(*pieces)
        day = self._day_after(left.cell_length)
        room = self.size.width - left.cell_length - cell_len(day) - 2
        named, look = (self.crumb, "bold") if self.crumb else (self.app.firm, "dim")
        crumb = fit(named, room) if named and room > 6 else " " * max(room, 0)
        return Content.assemble(left, " ", (crumb, look), " ", (day, "dim"))

    @property
    def _brand(self) -> str:
        """The program's name, which leaves its place to the screens, and to what is open where it would be hidden."""
        room = self.size.width - _room_of(self._tabs) - len(_BRAND) - 3
        wanted = min(cell_len(self.crumb), _LEAST_NAMED) + 3 if self.crumb else 0
        return _BRAND if room >= wanted else ""

    def _day_after(self, left: int) -> str:
        """Return today's date, which leaves its place to the screens, and to a name that matters and is cut by it."""
        day = show_day(self.today, today=self.today) + " "
        if left + cell_len(day) > self.size.width:
            return " "
        named = self.crumb or (self.app.firm if self.app.trial else "")
        is_cut = cell_len(named) > self.size.width - left - cell_len(day) - 2
        return " " if named and is_cut else day

    @property
    def today(self) -> date:
        """The user's date."""
        return self.app.now.date()

    def spots(self) -> Iterator[Spot]:
        """Yield the screens that a digit opens."""
        at = len(self._brand) + 3 if self._brand else 1
        for mode, tab in self._tabs:
            wide = cell_len(tab)
            yield from side_by_side([(at, wide, partial(self.app.action_go, mode))])
            at += wide + 1
        room = self.size.width - cell_len(self._day_after(at)) - 1 - at
        if self.crumb and room > 0:
            yield Spot(Region(at, 0, room, 1), partial(self.post_message, self.CrumbClicked()))

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)


def _room_of(tabs: list[tuple[str, str]]) -> int:
    """Return the cells that screens take, with the blank behind each."""
    return sum(cell_len(tab) + 1 for _mode, tab in tabs)


class StatusLine(Widget):
    """The last line but one: what was just done or refused, else the counts of the screen. It never covers anything."""

    ALLOW_SELECT = False
    app: Interface

    counts: reactive[str] = reactive("")

    def on_mount(self) -> None:
        self.watch(self.app, "said", self._show_what_is_said, init=False)

    def on_resize(self) -> None:
        self._show_what_is_said()

    def _show_what_is_said(self) -> None:
        """Take as many lines as the words need, up to a few: a refusal is of no use without its end."""
        said, _look = self.app.said
        wanted = min(len(wrap(said, max(self.size.width - 2, 10))), _LINES_SAID) if said else 1
        if wanted != self.size.height:
            self.styles.height = wanted
        self.refresh()

    def render(self) -> Content:
        said, look = self.app.said
        width = self.size.width - 2
        if not said:
            return Content.assemble(" ", (fit(self.counts, width), "dim"))
        lines = wrap(said, max(width, 10))
        if len(lines) > 1:
            return Content.styled("\n".join(f" {line}" for line in lines[:_LINES_SAID]), look)
        rest = width - cell_len(lines[0])
        if self.app.is_linear or cell_len(safe(self.counts)) + 3 > rest:
            return Content.assemble(" ", (lines[0], look))
        return Content.assemble(" ", (lines[0], look), (fit(self.counts, rest, right=True), "dim"))


class KeyBar(Widget):
    """The last line: the few keys that matter now; `?` has the rest."""

    ALLOW_SELECT = False

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        pieces: list[tuple[str, str] | str] = [" "]
        for _action, _node, key, words in self.keys():
            pieces += [(key, "bold $accent"), " ", (words, ""), "  "]
        return Content.assemble(*pieces)

    def keys(self) -> list[tuple[str, DOMNode, str, str]]:
        """Return what is shown: the action, who does it, its key and its words.

        Where there is no room for all, those of the screen come first; the way back and help are never left out.
        """
        known = self._all_keys()
        always = [one for one in known[:-1] if one[0] in _BACK] + known[-1:]
        room = self.size.width - 1 - sum(map(_wide, always))
        shown = []
        for one in known[:-1]:
            if one in always:
                continue
            room -= _wide(one)
            if room < -2:
                break
            shown.append(one)
        return [*shown, *always]

    def _all_keys(self) -> list[tuple[str, DOMNode, str, str]]:
        found: dict[str, tuple[str, DOMNode, str, str]] = {}
        focused = self.screen.focused
        for active in self.screen.active_bindings.values():
            binding = active.binding
            shown_as = binding.key_display or ""
            if (
                focused is not None
                and len(shown_as) == 1
                and focused.check_consume_key(binding.key, shown_as)
            ):
                continue  # a line to type in takes it as a character
            if binding.show and active.enabled and binding.description and binding.action not in found:
                shown = (binding.action, active.node, show_key(binding), _(binding.description))
                found[binding.action] = shown
        return list(found.values())

    def spots(self) -> Iterator[Spot]:
        """Yield the keys that are shown."""
        at = 1
        for shown in self.keys():
            action, node, _key, _words = shown
            act = partial(self.app.run_action, action, node)
            yield from side_by_side([(at, _wide(shown) - 2, act)])
            at += _wide(shown)

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)


def _wide(shown: tuple[str, DOMNode, str, str]) -> int:
    return cell_len(shown[2]) + cell_len(shown[3]) + 3
