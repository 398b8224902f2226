"""The tour: a dozen gestures, each said in one line at the top and ticked off when the person has made it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.named_keys import key_of, keyed
from petitcrm.tui.spans import fit
from petitcrm.tui.spots import Spot, point, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual import events

    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface

_LOOK_EVERY = 0.2
"""Seconds between two looks at whether the person has made the gesture: what seems at once."""


class Step(NamedTuple):
    """One gesture: what it is for, what to press and type, and when it is made.

    It is made when an event of one of these `kinds` is recorded, or else when `is_there` says so of the screen.
    """

    what: str
    how: str
    kinds: tuple[str, ...] = ()
    is_there: Callable[[Interface], bool] | None = None


def _on(ground: str) -> Callable[[Interface], bool]:
    return lambda app: app.ground == ground and not app.is_asking and not _is(app, "SheetScreen")


def _is(app: Interface, name: str) -> bool:
    return type(app.screen).__name__ == name


STEPS = (
    Step(N_("Somebody to sell to"),
         N_("press {app.new}, then c, and type: Jane Sample, Sample Ltd, jane@sample.example"),
         ("contact.added",)),
    Step(N_("This is their sheet. One step back, always"), N_("press {app.step_back}"), (), _on("day")),
    Step(N_("What you must not forget, in your own words"), N_("press {app.add}, and type: call @sample tomorrow 2pm"),
         ("task.added",)),
    Step(N_("The funnel: your deals, stage by stage"), N_("press {app.funnel}"), (), _on("funnel")),
    Step(N_("A possible sale"), N_("press {funnel.new}, and type: Test order @sample 1200"), ("deal.added",)),
    Step(N_("Back to the funnel, where the card is now"), N_("press {app.step_back}"), (), _on("funnel")),
    Step(N_("It moves on: by key, or drag the card with the mouse"), N_("press {funnel.forward}"), ("deal.moved",)),
    Step(N_("A mistake? Everything can be taken back"), N_("press {app.undo}"), ("batch.undone",)),
    Step(N_("No deal without its next step"), N_("press {funnel.next}, and type: send the quote Friday"),
         ("task.added",)),
    Step(N_("Anybody is found by a few letters, accents or not"), N_("press {app.search}, and type: sample"), (),
         lambda app: _is(app, "SearchScreen")),
    Step(N_("The day: all of it in the order you would do it"), N_("press {search.leave}, then {app.day}"), (),
         _on("day")),
    Step(N_("Every key of a screen"), N_("press {app.help} (ctrl+p has every command)"), (),
         lambda app: _is(app, "HelpScreen") or _is(app, "CommandPalette")),
    Step(N_("What you did, gesture by gesture; {list.open} takes one back, this tour’s too"),
         N_("press {help.leave}, then {app.history}"), (), lambda app: _is(app, "HistoryScreen")),
)  # fmt: skip


class TourLine(Widget):
    """Two lines under the first one: which gesture, and how; a click passes it over, or leaves the tour."""

    ALLOW_SELECT = False
    app: Interface

    def render(self) -> Content:
        tour, width = self.app.tour, self.size.width - 2
        if tour is None:
            return Content("")
        step = STEPS[tour.at]
        first = f"{_('Tour')} {tour.at + 1}/{len(STEPS)}  {keyed(_(step.what))}"
        pieces: list[str | tuple[str, str]] = [(fit(f" {first}", width + 2), "bold"), "\n"]
        buttons = self._buttons()
        room = width - sum(cell_len(words) + 2 for words, _action in buttons)
        pieces.append((fit(f" → {safe(keyed(_(step.how)))}", max(room, 0)), "$accent"))
        for words, _action in buttons:
            pieces += ["  ", (words, "dim")]
        return Content.assemble(*pieces)

    def spots(self) -> Iterator[Spot]:
        """Yield its two buttons."""
        x = self.size.width
        for words, action in reversed(self._buttons()):
            wide = cell_len(words)
            x -= wide + 2
            yield from side_by_side([(x, wide + 2, partial(self.app.run_action, action))], y=1)

    async def on_click(self, event: events.Click) -> None:
        await point(self, event)

    def _buttons(self) -> list[tuple[str, str]]:
        if self.size.width < 100:
            return [
                (f"{key_of('app.tour')} ›", "app.tour"),
                (f"{key_of('app.tour_stop')} ×", "app.tour_stop"),
            ]
        return [
            (keyed(_("{app.tour} pass over")), "app.tour"),
            (keyed(_("{app.tour_stop} leave the tour")), "app.tour_stop"),
        ]


class Tour:
    """Where a person is in the tour. It changes nothing by itself: the gestures are theirs."""

    def __init__(self, app: Interface) -> None:
        self.app = app
        self.at = 0
        self._since: int | None = None  # the last event before the gesture, once it is read
        self._is_looking = False
        self._timer = app.set_interval(_LOOK_EVERY, self._look)

    async def begin(self) -> None:
        """Show the first gesture, on the day."""
        await self.app.go("day")
        await self._next(0)

    def stop(self, words: str = "") -> None:
        """Take the tour off every screen."""
        self._timer.stop()
        self.app.tour = None
        for screen in self.app.screen_stack:
            screen.query(TourLine).remove()
        self.app.tell(words or _("The tour is left."), hint=keyed(_("{app.tour} begins it again")))

    async def pass_over(self) -> None:
        """Go to the next gesture, this one made or not."""
        await self._next(self.at + 1)

    async def _next(self, at: int) -> None:
        if at >= len(STEPS):
            self.stop(keyed(_("That is the tour. The rest is in {app.help} and ctrl+p.")))
            return
        _version, since = await self.app.desk.read(_last_event)
        self.at, self._since = at, since
        self._show()

    def _show(self) -> None:
        """Have the line on the page that is seen, and say in it what comes now."""
        page: object = self.app.page
        for screen in self.app.screen_stack:
            if screen is page and screen.is_mounted and screen.query("#bar") and not screen.query(TourLine):
                screen.mount(TourLine(id="tour"), after="#bar")
            for line in screen.query(TourLine):
                line.refresh()

    def _look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self.app.run_worker(self._look_now(), group="tour")

    async def _look_now(self) -> None:
        try:
            self._show()
            step, since = STEPS[self.at], self._since
            # What a gesture leads to is not there yet while it is made: a sheet, of whom was just added.
            if since is None or self.app.is_acting:
                return
            if step.kinds:
                _version, made = await self.app.desk.read(lambda crm: _made_since(crm, since, step.kinds))
            else:
                made = step.is_there is not None and step.is_there(self.app)
            if made and self.app.tour is self and step is STEPS[self.at]:
                await self._next(self.at + 1)
        except CrmError:
            return  # the page says what is wrong with the base
        finally:
            self._is_looking = False


def go_on(app: Interface) -> None:
    """Begin the tour, or pass over the gesture it waits for."""
    if app.tour is None:
        app.tour = Tour(app)
        app.do(app.tour.begin(), group="tour")
    else:
        app.do(app.tour.pass_over(), group="tour")


def _last_event(crm: Crm) -> int:
    from petitcrm.store.queries import history

    return history.last_event(crm)


def _made_since(crm: Crm, event_id: int, kinds: tuple[str, ...]) -> bool:
    from petitcrm.store.queries import history

    return any(kind in kinds for kind in history.kinds_since(crm, event_id))
