"""What the interface says and does on any screen: gestures, refusals, and a page that is never behind the base."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, TypeVar

from textual import events, work
from textual.app import App
from textual.filter import DimFilter
from textual.reactive import reactive

from petitcrm.crm import clock
from petitcrm.errors import CrmError, NotFound
from petitcrm.i18n import _
from petitcrm.text import safe
from petitcrm.tui import raw_bytes
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.quick_hand import QuickHand
from petitcrm.tui.themes import has_no_colours

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from datetime import datetime
    from typing import Any, Protocol

    from textual.driver import Driver
    from textual.screen import Screen
    from textual.widget import Widget

    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.tui.desk import Desk
    from petitcrm.tui.lines import Line
    from petitcrm.tui.target import Target

    class Page(Protocol):
        """What a screen of the interface offers to the keys that work everywhere."""

        shown: int

        def target(self) -> Target | None: ...
        async def reread(self) -> None: ...


_DIM = 0.75
"""How much of a colour is left where it is dimmed: half of it, as it comes, cannot be read on light grounds."""
DONE = "$text-success"
REFUSED = "bold $text-error"
"""How the status line looks when it says what was done, and what could not be."""
_GESTURES = "gestures"
_SEEN_WITHIN = 0.5
"""Seconds in which a page shows what a gesture did, before it is said all the same."""
Result = TypeVar("Result")


class Acting(App[None]):
    """An application on one base: it reads beside the keys, makes one gesture at a time, and says what came of it."""

    is_linear = False
    """Whether it is told line by line, to a screen reader."""
    said: reactive[tuple[str, str]] = reactive(("", ""))
    """What the status line says, and how it looks."""

    def __init__(self, config: Config, desk: Desk) -> None:
        super().__init__(ansi_color=True if has_no_colours(os.environ) else None)
        for one in self.get_line_filters():
            if isinstance(one, DimFilter):
                one.dim_factor = _DIM
        self.config = config
        self.desk = desk
        self.desk.on_wait = self._wait_for_another
        self.desk.on_long = self._be_at_work
        self._quick_hand = QuickHand(self)
        self._presses = self._refused_by = 0
        self._is_told = False
        self._gestures = self._last_told = 0
        self._looking_at: set[Page] = set()
        self._day_shown = self.now.date()

    def get_driver_class(self) -> type[Driver]:
        return raw_bytes.forgiven(super().get_driver_class())

    @property
    def now(self) -> datetime:
        """The present instant on the user's clock."""
        return clock(self.config.now)

    @property
    def page(self) -> Page | None:
        """The screen under the questions."""
        for screen in reversed(self.screen_stack):
            if hasattr(screen, "reread"):
                page: Page = screen
                return page
        return None

    @property
    def is_asking(self) -> bool:
        """Whether something is asked over the page."""
        page: object = self.page
        return self.screen is not page

    @property
    def is_acting(self) -> bool:
        """Whether a gesture is under way: it asks, writes, or has not opened yet what it leads to."""
        return any(one.group == _GESTURES and not one.is_finished for one in self.workers)

    def in_its_way(self, lines: list[Line], width: int) -> list[Line]:  # noqa: ARG002 - for those that tell them
        """Return lines as this interface shows them: as they are drawn."""
        return lines

    async def on_mount(self) -> None:
        self.screen_change_signal.subscribe(self, self._forget_refusal, immediate=True)

    async def on_event(self, event: events.Event) -> None:
        is_new = isinstance(event, events.Key | events.MouseDown) and not event.is_forwarded
        self._presses += is_new
        if is_new and isinstance(event, events.Key):
            await self._quick_hand.take(event)
        else:
            await super().on_event(event)

    async def take_key(self, key: events.Key) -> None:
        """Let a key do what it does, as it is."""
        await super().on_event(key)

    def point_at(self, widget: Widget) -> None:
        """Lead the terminal's own cursor to the cursor of a list, for those who follow it."""

    # --------------------------------------------------------------------------------------------------- speaking

    def tell(self, words: str, *, hint: str = "") -> None:
        """Say in the status line what was done, and how to take it back."""
        self.said = (safe(f"{words} · {hint or keyed(_('{app.undo} undo'))}".replace("\n", " — ")), DONE)

    def complain(self, words: str) -> None:
        """Say in the status line what could not be done."""
        self.said = (safe("! " + words.replace("\n", " — ")), REFUSED)
        self._refused_by = self._presses

    def say(self, words: str) -> None:
        """Say in the status line what is good to know."""
        self.said = (safe(words.replace("\n", " — ")), DONE)

    def action_help_quit(self) -> None:
        """Say which key leaves to those who press ctrl+c; a second one leaves."""
        words = keyed(_("{app.quit} leaves, and so does ctrl+c again."))
        if self.said == (words, DONE):
            self.exit(return_code=130)
        self.say(words)

    def _fatal_error(self) -> None:
        """Only end: what is said of a mistake is said once the terminal is back, and shows no value of a variable."""
        self._close_messages_no_wait()

    def panic(self, *_shown: object) -> None:
        """End without the terminal: Textual says so, in the colours of a trace, when it can no longer be read."""
        from petitcrm.tui import ending

        ending.within_reason(self, ending.HUNG_UP)
        self._close_messages_no_wait()

    def _forget_refusal(self, _screen: object) -> None:
        """Leave a refusal behind with the screen on which it was said; one that a key led away from is still told."""
        if self.said[1] == REFUSED and self._refused_by < self._presses:
            self.hush()

    def hush(self) -> None:
        """Show the counts of the screen again."""
        self.said = ("", "")

    # ----------------------------------------------------------------------------------------- reading and acting

    async def gesture(
        self,
        change: Callable[[Crm], Result],
        told: Callable[[Result], str],
        *,
        hint: str = "",
        asks_on: bool = False,
    ) -> Result | None:
        """Make one gesture, read the page again and say what was done; a refusal is said, and None returned.

        `asks_on`: it goes on with another question, which the next key is for.
        """
        if not asks_on:
            self._quick_hand.go_on()
        self._gestures += 1
        number = self._gestures
        try:
            result = await self.desk.write(change)
        except CrmError as problem:
            self._last_told = number
            self.complain(str(problem))
            return None
        self._is_told = True
        reading = asyncio.ensure_future(self.reread())
        try:
            # It is said once it is seen, for the next key is meant for what is there then; no page keeps it for long.
            await asyncio.wait({reading}, timeout=_SEEN_WITHIN)
            if number >= self._last_told and (not reading.done() or reading.result()):
                self._last_told = number
                self.tell(told(result), hint=hint)
            await reading
        finally:
            self._is_told = False
        return result

    def leave_gone(self, page: Screen[Any], problem: NotFound) -> None:
        """Leave a page whose record is gone, and say so, unless a gesture took it away and has said what it did."""
        if page not in self.screen_stack:  # it was read twice, and is left already
            return
        if not self._is_told:
            self.complain(str(problem))
        if page.is_current:
            self.pop_screen()

    async def attempt(self, work: Awaitable[object]) -> bool:
        """Await what may be refused; say the refusal and tell whether there was none."""
        try:
            await work
        except CrmError as problem:
            self.complain(str(problem))
            return False
        return True

    async def reread(self) -> bool:
        """Read again what the page shows; a refusal is said. Tell whether there was none."""
        page = self.page
        return page is None or await self.attempt(page.reread())

    def do(self, work: Coroutine[Any, Any, Any], *, group: str = _GESTURES) -> None:
        """Run a gesture beside the keys; a refusal is said.

        The keys behind wait for what a gesture asks; what only reads, in a `group` of its own, keeps none waiting.
        """
        worker = self.run_worker(self.attempt(work), group=group)
        if group == _GESTURES:
            self._quick_hand.follow(worker)

    async def reread_if_changed(self) -> None:
        """Read the page again when the base is not the one it shows."""
        if self.page is not None:
            await self._bring_up_to_date(self.page)

    async def _bring_up_to_date(self, page: Page) -> None:
        """Read a page again when it is behind, unless that is being done already."""
        if page in self._looking_at:
            return
        self._looking_at.add(page)
        try:
            if await self._is_behind(page):
                await page.reread()
        except CrmError as problem:
            self.complain(str(problem))
        finally:
            self._looking_at.discard(page)

    async def _is_behind(self, page: Page) -> bool:
        """Tell whether a page shows nothing yet, an older base, or another day."""
        if page.shown < 0:
            return True
        version, today, day_shown = await self.desk.version(), self.now.date(), self._day_shown
        self._day_shown = today
        return page.shown != version or today != day_shown

    def _look_again(self) -> None:
        self._look_again_beside()

    @work(group="looking", exclusive=True)
    async def _look_again_beside(self) -> None:
        await self.reread_if_changed()

    def _be_at_work(self, is_so: bool) -> None:
        """Say that a gesture takes its time, until what came of it is said."""
        words = _("At work…")
        if is_so:
            self.said = (words, "$text-muted")
        elif self.said[0] == words:
            self.hush()

    def _wait_for_another(self, words: str) -> None:
        self.call_from_thread(self.complain, words)
