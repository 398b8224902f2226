"""The interface: its screens on one base, the keys that work everywhere, and what was just done."""

from __future__ import annotations

import asyncio
import gc
import os
from typing import TYPE_CHECKING

from textual.app import App
from textual.binding import Binding
from textual.reactive import reactive

from petitcrm.config import state_folder
from petitcrm.i18n import N_, _
from petitcrm.tui import named_keys, readings
from petitcrm.tui.acting import REFUSED, Acting
from petitcrm.tui.desk import Desk
from petitcrm.tui.drafts import Drafts
from petitcrm.tui.grounds import GROUNDS
from petitcrm.tui.inks import Inks
from petitcrm.tui.mail.reader import Reader
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.themes import DARK, LIGHT, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from textual import events
    from textual.command import Provider
    from textual.screen import Screen

    from petitcrm.config import Config
    from petitcrm.tui.acting import Page
    from petitcrm.tui.importing.screen import ImportScreen
    from petitcrm.tui.target import Target
    from petitcrm.tui.tour import Tour
    from petitcrm.tui.trial import Trial


_NOTICED_AFTER = 0.1
"""Seconds without anything new on the screen after which a person feels that they wait."""
_LOOK_AGAIN_EVERY = 1.0
"""Seconds between two looks at whether somebody else changed the base."""


def _commands() -> type[Provider]:
    from petitcrm.tui.commands import Commands

    return Commands


_GROUNDS = N_("The screens: day, funnel, lists, leads")
"""What the keys of the first level have in common: one line of the page of keys."""
_REACHES = N_("Write to them; begin a sequence for them")
_LOGS = N_("Log a call, a note, a mail, a visit")
_JUMP = N_("Jump: a letter over every place")
"""What the keys of jump mode do: a priority one works while a question is typed, a letter must not."""


class Interface(Acting):
    """petitcrm on a terminal."""

    CSS_PATH = "styles.tcss"
    TITLE = "petitcrm"
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = True
    SCREENS = GROUNDS
    COMMANDS = {_commands}
    BINDINGS = [
        Binding("a", "add", N_("add"), id="app.add", tooltip=N_("Add a task in one line")),
        Binding("A", "new", N_("Add a contact, a company, a deal"), id="app.new", show=False),
        Binding("slash", "search", N_("search"), id="app.search", tooltip=N_("Search everything"), key_display="/"),
        Binding("u", "undo", N_("undo"), id="app.undo", tooltip=N_("Undo the last gesture")),
        Binding("i", "import", N_("import"), id="app.import", tooltip=N_("Import a list: spreadsheet, address book")),
        Binding("question_mark", "help", N_("help"), id="app.help", tooltip=N_("This page"), key_display="?"),
        Binding("1", "go('day')", N_("The day"), id="app.day", show=False, tooltip=_GROUNDS),
        Binding("2", "go('funnel')", N_("The funnel"), id="app.funnel", show=False, tooltip=_GROUNDS),
        Binding("3", "go('contacts')", N_("Contacts, companies, deals, tasks"), id="app.contacts", show=False,
                tooltip=_GROUNDS),
        Binding("4", "go('leads')", N_("Leads"), id="app.leads", show=False, tooltip=_GROUNDS),
        Binding("5", "go('mail')", N_("Mail"), id="app.mail", show=False, tooltip=_GROUNDS),
        Binding("6", "go('marketing')", N_("Marketing"), id="app.marketing", show=False, tooltip=_GROUNDS),
        Binding("ctrl+o", "jump", _JUMP, id="app.jump", show=False, priority=True),
        Binding("semicolon", "jump", _JUMP, id="app.jump_too", show=False, key_display=";"),
        Binding("ctrl+f", "search", N_("Search everything"), id="app.search_too", show=False),
        Binding("n,t", "next_task", N_("Plan the next step"), id="app.next", show=False),
        Binding("c", "log('call')", N_("Log a call; tab for another kind"), id="app.call", show=False, tooltip=_LOGS),
        Binding("N", "log('note')", N_("Write a note"), id="app.note", show=False, tooltip=_LOGS),
        Binding("E", "log('email')", N_("Log an e-mail"), id="app.email", show=False, tooltip=_LOGS),
        Binding("v", "log('visit')", N_("Log a visit"), id="app.visit", show=False, tooltip=_LOGS),
        Binding("r", "write", N_("Write a mail, or answer one"), id="app.write", show=False,
                tooltip=_REACHES),
        Binding("I", "enrol", N_("Begin a sequence for them"), id="app.enrol", show=False, tooltip=_REACHES),
        Binding("ctrl+r", "redo", N_("Redo"), id="app.redo", show=False),
        Binding("ctrl+g", "draft", N_("Go on with what was being typed"), id="app.draft", show=False),
        Binding("D", "duplicates", N_("What is there twice"), id="app.duplicates", show=False),
        Binding("U", "history", N_("History"), id="app.history", show=False),
        Binding("comma", "settings", N_("Settings"), id="app.settings", show=False, key_display=","),
        Binding("f1", "tour", N_("Take the tour; its next step"), id="app.tour", show=False),
        Binding("f2", "guide", N_("Start guide"), id="app.guide", show=False),
        Binding("f3", "tour_stop", N_("Leave the tour"), id="app.tour_stop", show=False),
        Binding("escape", "step_back", N_("Back"), id="app.step_back", show=False),
        Binding("ctrl+z", "suspend_process", N_("To the shell; fg comes back"), id="app.suspend", show=False),
        Binding("q,ctrl+q", "quit", N_("Quit"), id="app.quit", show=False),
    ]  # fmt: skip

    firm: reactive[str] = reactive("")
    """What the firm is called."""
    has_mail: reactive[bool] = reactive(False, bindings=True)
    """Whether mail is read or written here: else its screen is none of those that a digit opens."""

    has_marketing: reactive[bool] = reactive(False, bindings=True)
    """Whether there is a list, a segment, a campaign or a sequence: else its screen is for the palette to open."""

    def __init__(self, config: Config, desk: Desk | None = None, *, greets: bool = False) -> None:
        """`greets`: open the guide by itself on a base in which nothing was ever done."""
        super().__init__(config, desk or Desk(config))
        self.trial: Trial | None = None
        self.tour: Tour | None = None
        self.drafts = Drafts(state_folder(), config)
        self.reader = Reader(self)
        self._greets = greets
        self._is_greeted = asyncio.Event()
        self._bottom = config.screen
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.set_reactive(App.theme, DARK.name)  # set plainly, it would make every style be computed twice
        self.ground = config.screen
        self.importing: ImportScreen | None = None
        colours = self.get_css_variables()
        self.stylesheet.set_variables(colours)  # nothing is parsed yet: the first picture has them too
        self.inks = Inks(colours, ansi=False)

    def get_default_screen(self) -> Screen[Any]:
        return self.SCREENS[self._bottom]()

    async def on_mount(self) -> None:
        self.theme = name_of(self.config.theme, os.environ)
        self._take_keys()
        if (
            self.page is not None
        ):  # an answer that is there is shown at once: a turn of the loop paints an empty frame
            await (self._bring_up_to_date if self.desk.is_ahead else self._read_ahead)(self.page)
        self.set_interval(_LOOK_AGAIN_EVERY, self._look_again)
        self.set_timer(_LOOK_AGAIN_EVERY, _keep_for_good)
        self.do(self._greet(), group="greeting")
        if not self.is_headless:
            from petitcrm.tui.ending import heed_signals

            heed_signals(self)

    async def on_unmount(self) -> None:
        if self.importing:
            await self.importing.clerk.stop()
        self.reader.stop()
        self.drafts.write()
        self.desk.close()
        if self.trial:
            self.trial.end()

    def watch_theme(self) -> None:
        self.inks = Inks(self.get_css_variables(), ansi=self.current_theme.ansi)

    # ---------------------------------------------------------------------------------------------------- choices

    async def choose(self, key: str, value: str) -> None:
        """Make a choice of this machine: write it into the file and let it hold at once. CrmError is raised."""
        from petitcrm.tui import choices

        await choices.make(self, key, value)

    async def work_with(self, config: Config) -> None:
        """Show another base, or the same one with other choices, from the ground up."""
        self.config = config
        self.drafts = Drafts(state_folder(), config)
        self.desk.use(config)
        await self.go(self.ground)
        await self.reread()
        await self._learn_name()

    def _take_keys(self) -> None:
        """Work with the keys that the person chose, and say what is wrong with them."""
        named_keys.use({})
        if not self.config.keys:
            return
        from petitcrm.tui import keymap

        chosen = keymap.read(dict(self.config.keys))
        self.set_keymap(chosen.keymap)
        named_keys.use(chosen.keymap)
        if wrong := [*chosen.problems, *chosen.clashes]:
            self.complain("\n".join(wrong))

    async def _greet(self) -> None:
        """Learn what the firm is called; where nothing was ever done, open the guide; say what was cut short."""
        try:
            is_untouched = await self._learn_name()
        finally:
            self._is_greeted.set()
        if is_untouched and self._greets and not self.is_asking:
            self.action_guide()
        elif draft := await asyncio.to_thread(self.drafts.newest, cut_short=True):
            from petitcrm.tui import again

            again.tell(self, draft)

    async def _learn_name(self) -> bool:
        path = self.config.file
        _version, (name, is_untouched, self.has_mail, self.has_marketing) = await self.desk.read(
            lambda crm: readings.greeting(crm, path)
        )
        self.firm = _("the demo") if self.trial else name
        return is_untouched

    # ---------------------------------------------------------------------------------------------------- actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "go" and self._is_greeted.is_set():
            return self._is_there(*parameters)
        return self.tour is not None if action == "tour_stop" else True

    def _is_there(self, ground: object) -> bool:
        return {"mail": self.has_mail, "marketing": self.has_marketing}.get(str(ground), True)

    async def action_go(self, ground: str) -> None:
        """Go where a digit leads: one that is pressed before it is known what there is waits for it."""
        if ground in ("mail", "marketing"):
            await self._is_greeted.wait()
        if self._is_there(ground):
            await self.go(ground)

    async def go(self, ground: str) -> None:
        """Leave what is open for the day, the funnel or the lists: what was opened first, or what lies over it.

        They are no modes of Textual: it waits 50 ms before it shows another mode, and parses all styles anew, twice.
        """
        kept = self._depth(ground) if ground == self.ground else 1
        while len(self.screen_stack) > kept:
            self.pop_screen()
        self.ground = ground
        if kept < self._depth(ground):
            page: Any = self.get_screen(ground)
            with self.batch_update():  # what is about to be covered is not drawn any more
                await self._read_ahead(page)
                self.push_screen(page)

    def _depth(self, ground: str) -> int:
        """Return how many screens there are when nothing is open but the day, the funnel or the lists."""
        return 1 if ground == self._bottom else 2

    async def _read_ahead(self, page: Page) -> None:
        """Ask the base before a page is built, so that it is drawn once; do not wait for as long as it is noticed."""
        reading = self.run_worker(self._bring_up_to_date(page), group="resume")
        await asyncio.wait({asyncio.ensure_future(reading.wait())}, timeout=_NOTICED_AFTER)

    def action_step_back(self) -> None:
        is_refused = self.said[1] == REFUSED
        if self.said[0]:
            self.hush()
            if is_refused:  # what was done needs no key to be read
                return
        if len(self.screen_stack) > self._depth(self.ground):
            self.pop_screen()

    def action_command_palette(self) -> None:
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(id="--command-palette", placeholder=_("Look for a command…")))

    def action_open(self, noun: str, row_id: int) -> None:
        if noun == "sequence":
            from petitcrm.tui.marketing.sequence_screen import SequenceScreen

            self.push_screen(SequenceScreen(row_id))
            return
        from petitcrm.tui.sheet import SheetScreen

        self.push_screen(SheetScreen(noun, row_id))

    def action_open_hit(self, noun: str, row_id: int) -> None:
        from petitcrm.tui import gestures

        if noun == "task":
            self.do(gestures.open_task(self, row_id))
        else:
            self.action_open(noun, row_id)

    def action_new(self, noun: str = "") -> None:
        from petitcrm.tui import newcomers

        page = self.page
        self.do(newcomers.new(self, noun, page.target() if page else None))

    def action_import(self) -> None:
        """Open the import where it was left; one that is under way goes on while one looks elsewhere."""
        from petitcrm.tui.importing.screen import ImportScreen

        if self.importing is None:
            self.importing = ImportScreen(self.config)
            self.install_screen(self.importing, "import")
        while self.importing in self.screen_stack[:-1]:
            self.pop_screen()
        if self.screen is not self.importing:
            self.push_screen("import")

    def on_paste(self, event: events.Paste) -> None:
        """Import the file that was dropped on the terminal, which pastes its path."""
        from petitcrm.tui.importing.folders import dropped

        path = dropped(event.text) if hasattr(self.screen, "reread") else ""  # else a question is open
        if path:
            self.action_import()
            if self.importing:
                self.importing.take(path)

    async def action_quit(self) -> None:
        if self.importing and self.importing.is_busy:
            self.action_import()
            self.complain(keyed(_("An import is under way: {import.stop} stops it, then {app.quit} leaves.")))
        else:
            await super().action_quit()

    def action_add(self) -> None:
        from petitcrm.tui import gestures

        self.do(gestures.quick_add(self))

    def action_next_task(self) -> None:
        from petitcrm.tui import gestures

        self._for_target(gestures.quick_add)

    def action_enrol(self) -> None:
        from petitcrm.tui.marketing import starting

        self._for_target(starting.enrol)

    def action_write(self) -> None:
        from petitcrm.tui.mail import acts

        page = self.page
        self.do(acts.write(self, page.target() if page else None))

    def action_log(self, kind: str) -> None:
        from petitcrm.tui import gestures

        self._for_target(lambda app, target: gestures.log(app, target, kind))

    def action_on_target(self, name: str) -> None:
        from petitcrm.tui import deal_gestures, gestures

        self._for_target(getattr(deal_gestures, name, None) or getattr(gestures, name))

    def action_draft(self) -> None:
        from petitcrm.tui import again

        self.do(again.open_last(self))

    def action_undo(self) -> None:
        from petitcrm.tui import gestures

        self.do(gestures.undo(self))

    def action_redo(self) -> None:
        from petitcrm.tui import gestures

        self.do(gestures.redo(self))

    def action_search(self) -> None:
        from petitcrm.tui.search import SearchScreen

        self.push_screen(SearchScreen())

    def action_jump(self) -> None:
        from petitcrm.tui.jump import jump

        self.do(jump(self))

    def action_history(self) -> None:
        from petitcrm.tui.history import HistoryScreen

        self.push_screen(HistoryScreen())

    def action_duplicates(self) -> None:
        from petitcrm.tui.duplicates import DuplicatesScreen

        if not isinstance(self.page, DuplicatesScreen):
            self.push_screen(DuplicatesScreen())

    def action_organise(self, page: str) -> None:
        from petitcrm.tui import organising

        organising.show(self, page)

    async def action_shelf(self, noun: str) -> None:
        """Show one of the lists."""
        await self.action_go("contacts")
        page: Any = self.page
        page.turn_to(noun)

    def action_guide(self) -> None:
        from petitcrm.tui.guide import guide

        self.do(guide(self))

    def action_demo(self) -> None:
        from petitcrm.tui import trial

        self.do(trial.enter(self))

    def action_tour(self) -> None:
        from petitcrm.tui import tour

        tour.go_on(self)

    def action_tour_stop(self) -> None:
        if self.tour:
            self.tour.stop()

    def action_settings(self) -> None:
        from petitcrm.tui.settings import SettingsScreen

        self.push_screen(SettingsScreen())

    def action_help(self) -> None:
        from petitcrm.tui.help import HelpScreen

        self.push_screen(HelpScreen.of(self.screen))

    def _for_target(self, act: Callable[[Interface, Target], Coroutine[Any, Any, Any]]) -> None:
        page = self.page
        target = page.target() if page else None
        if target is None:
            self.complain(_("There is nothing under the cursor to act on."))
            return
        self.do(act(self, target))


def _keep_for_good() -> None:
    gc.freeze()
    gc.enable()
