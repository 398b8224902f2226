"""The first step of an import: which file; typed, pasted, dropped, or found in a list."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from petitcrm.dates import show_day
from petitcrm.i18n import N_, _
from petitcrm.text import fold, safe
from petitcrm.tui.importing import folders
from petitcrm.tui.importing.folders import Entry
from petitcrm.tui.importing.rows import OneClick, plain
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.spans import Span, fit, pushed_apart
from petitcrm.tui.written import Typed

if TYPE_CHECKING:
    from datetime import date

    from textual import events
    from textual.app import ComposeResult

    from petitcrm.tui.app import Interface


class PathLine(Typed):
    """The line where a path is typed. A terminal pastes the path of a file that is dropped on it, quoted."""

    def on_paste(self, event: events.Paste) -> None:
        told = event.text.strip().splitlines()
        path = folders.path_of(told[0]) if told else ""
        if path and os.path.lexists(path):
            event.prevent_default()
            event.stop()
            self.value = path + ("/" if os.path.isdir(path) else "")
            self.cursor_position = len(self.value)


class Picker(Vertical):
    """A path to type, and below it what is there."""

    app: Interface
    BINDINGS = [
        Binding("enter", "open", N_("open it"), id="import.open", tooltip=N_("Open the file or the folder"),
                key_display="⏎", priority=True),
        Binding("tab", "complete", N_("complete"), id="import.complete", tooltip=N_("Complete the path"),
                priority=True),
        Binding("escape", "screen.back", N_("back"), id="import.leave", key_display="esc"),
        Binding("slash", "type_it", N_("Part of a path"), id="import.slash", show=False),
        Binding("down,ctrl+n", "walk(1)", N_("Move the cursor"), id="import.down", show=False, priority=True),
        Binding("up,ctrl+p", "walk(-1)", N_("Move the cursor"), id="import.up", show=False, priority=True),
        Binding("pagedown", "page(1)", N_("Move the cursor"), id="import.page_down", show=False, priority=True),
        Binding("pageup", "page(-1)", N_("Move the cursor"), id="import.page_up", show=False, priority=True),
    ]  # fmt: skip

    class Picked(Message):
        """A file is chosen."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    def __init__(self) -> None:
        super().__init__(id="picker")
        self._typed = PathLine(id="path", placeholder=_("a path, or a name; drop a file here"), compact=True)
        self._trouble = Static(Content(""), id="trouble")
        self._entries = OneClick(id="entries")
        self._folder = ""
        self._known: dict[str, list[Entry]] = {}
        self._shown_as: dict[str, str] = {}
        self._has_walked = self._has_picked = False

    def compose(self) -> ComposeResult:
        yield Static(
            Content.assemble((_("Which file?"), "bold $primary"), "  ", (_kinds(), "dim")), id="asked"
        )
        yield self._typed
        yield self._trouble
        yield self._entries

    def on_mount(self) -> None:
        self._typed.cursor_blink = False
        self._entries.can_focus, self._entries.is_led = False, True

    def take_keys(self) -> None:
        """Look at the folders anew: what was downloaded meanwhile is there."""
        self._known.clear()
        self._typed.focus()
        if self._has_picked:  # it was opened: the next path takes its place
            self._typed.select_whole()
        self._has_picked = False
        self._look()

    def tell(self, words: str) -> None:
        """Say in place why a file cannot be opened; what was typed stays."""
        self._trouble.update(Content.styled(safe(words, lines=True), "bold $text-error"))
        self._trouble.display = bool(words)

    def wait(self, words: str) -> None:
        """Say in place what is being done."""
        self._trouble.update(Content.styled(safe(words), "dim"))
        self._trouble.display = bool(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        anew = self._begun_anew(event.value)
        if anew:
            self._write(anew, is_folder=anew == "/")
            return
        self._has_walked = False
        self.tell("")
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_open()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        message.stop()
        self._open(message.line.held)

    def action_open(self) -> None:
        """Open what the cursor stands on once it was moved there, else what is typed, else what answers to it."""
        line, path = self._entries.line, self._path()
        if line is not None and (self._has_walked or not self._typed.value.strip()):
            self._open(line.held)
        elif os.path.isdir(path) and not self._typed.value.endswith("/"):
            self._enter(path)
        elif os.path.lexists(path) and not os.path.isdir(path):
            self._pick(path)
        elif line is not None:
            self._open(line.held)
        else:
            self.tell(_("There is no file “{path}”.", path=path))

    def action_walk(self, step: int) -> None:
        self._has_walked = True
        self._entries.action_move(step)

    def action_page(self, step: int) -> None:
        self._has_walked = True
        self._entries.action_page(step)

    def action_complete(self) -> None:
        self.app.do(self._complete())

    async def _complete(self) -> None:
        """Complete the name as far as all that answer to it agree; alone, wholly."""
        folder, begun = self._parts()
        await self._learn(folder)
        names = [one for one in self._answering(folder, begun) if fold(one.name).startswith(fold(begun))]
        common = _common([one.name for one in names])
        if len(names) == 1:
            self._write(names[0].path, is_folder=names[0].is_folder)
        elif len(common) > len(begun):
            self._write(os.path.join(folder, common), is_folder=False)
        elif not self._typed.value.strip() and self._entries.line:
            entry: Entry = self._entries.line.held
            self._write(entry.path, is_folder=entry.is_folder)

    def _open(self, entry: Entry) -> None:
        if entry.is_folder:
            self._enter(entry.path)
        else:
            self._pick(entry.path)

    def _pick(self, path: str) -> None:
        self.tell("")
        self._has_picked = True
        self.post_message(self.Picked(path))

    def _enter(self, path: str) -> None:
        self._write(path, is_folder=True)

    def _write(self, path: str, *, is_folder: bool) -> None:
        told = path.rstrip("/") + "/" if is_folder else path
        self._shown_as[safe(told)] = told  # a name that cannot be shown as it is still leads to its file
        self._typed.value = told
        self._typed.cursor_position = len(self._typed.value)

    def _begun_anew(self, typed: str) -> str:
        """Return the path that begins at a / typed behind another one, or behind the whole name of a file."""
        before, _slashes, rest = typed.rpartition("//")
        if before and not before.endswith(":"):
            return f"/{rest}"
        file = typed.removesuffix("/")
        known = self._known.get(self._folder, [])
        is_behind_file = file != typed and any(one.path == file and not one.is_folder for one in known)
        return "/" if is_behind_file else ""

    def _path(self) -> str:
        return folders.path_of(self._real())

    def _real(self) -> str:
        """Return what is typed, with the folder that was entered as it is and not as it is shown."""
        typed = self._typed.value
        shown = max((shown for shown in self._shown_as if typed.startswith(shown)), key=len, default="")
        return self._shown_as[shown] + typed[len(shown) :] if shown else typed

    def _parts(self) -> tuple[str, str]:
        """Return the folder that is typed and what is begun in it; no folder where one begins to look."""
        typed = self._real().strip().strip("'\"").removeprefix("file://")
        if typed == "~":
            return os.path.expanduser("~"), ""
        folder, slash, begun = typed.rpartition("/")
        return (os.path.abspath(os.path.expanduser(folder + slash)), begun) if slash else ("", begun)

    @work(group="folder", exclusive=True)
    async def _look(self) -> None:
        """Read the folder beside the keys, once, and show what answers to what is typed."""
        folder, begun = self._parts()
        await self._learn(folder)
        moved = folder != self._folder
        self._folder = folder
        lines = self._lines(folder, begun)
        first = next((line.key for line in lines if line.key and line.held.name != ".."), None)
        if moved:
            self._entries.scroll_to(y=0, animate=False)
        self._entries.show(lines, choose=first)

    async def _learn(self, folder: str) -> None:
        """Read a folder, unless it was."""
        if folder in self._known:
            return
        try:
            self._known[folder] = await asyncio.to_thread(_read, folder)
        except OSError as error:
            self._known[folder] = []
            if os.path.isdir(folder):
                self.tell(
                    _("“{path}” cannot be read: {reason}.", path=folder, reason=error.strerror or error)
                )

    def _answering(self, folder: str, begun: str) -> list[Entry]:
        wanted = fold(begun)
        found = [
            one
            for one in self._known.get(folder, [])
            if wanted in fold(one.name) and (not one.name.startswith(".") or begun.startswith("."))
        ]
        return sorted(found, key=lambda one: not fold(one.name).startswith(wanted)) if wanted else found

    def _lines(self, folder: str, begun: str) -> list[Line]:
        on = self.app.now.date()
        found = self._answering(folder, begun)
        if folder:
            up = Entry("..", os.path.dirname(folder), is_folder=True)
            whole = [Entry(_("this folder is a whole base"), folder)] if folders.is_dump(folder) else []
            shown = [*([up] if not begun and folder != "/" else []), *whole, *found]
            lines = [_line(at, one, on) for at, one in enumerate(shown)]
            return lines if found or not begun else [*lines, plain(_("nothing here is called so"), "dim")]
        places = [Entry(name, path, is_folder=True) for name, path in folders.starting_points()]
        lines = [plain(_("The last lists on this machine"), "title")] if found else []
        lines += [_line(at, one, on, aside=_where(one)) for at, one in enumerate(found)]
        if begun:
            return lines or [plain(_("nothing here is called so"), "dim")]
        lines += [plain(""), plain(_("Or look in"), "title")]
        return [*lines, *(_line(len(found) + at, one, on, aside=one.path) for at, one in enumerate(places))]


def _kinds() -> str:
    return _("spreadsheet, CSV, address book, petitcrm export")


def _read(folder: str) -> list[Entry]:
    return folders.listing(folder) if folder else folders.recent()


def _common(names: list[str]) -> str:
    """Return how all these names begin."""
    first, last = min(names, default=""), max(names, default="")
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first[: len(first) if same is None else same]


def _where(entry: Entry) -> str:
    return os.path.basename(os.path.dirname(entry.path))


def _line(at: int, entry: Entry, on: date, *, aside: str = "") -> Line:
    """Return the line of a file or a folder; what can be imported stands out."""
    role = "strong" if entry.is_list else "text" if entry.is_folder else "dim"
    name = f"{entry.name}/" if entry.is_folder else entry.name

    def draw(width: int) -> list[Span]:
        if entry.is_folder or not entry.at:
            return pushed_apart(
                [(" ", "text"), (name, role), (f"  {aside}" if aside else "", "dim")], [], width
            )
        size = fit(folders.shown_size(entry.size), 8, right=True)
        when = fit(show_day(entry.on, today=on), 17, right=True)
        left = [(" ", "text"), (name, role), (f"  {aside}" if aside else "", "dim")]
        return pushed_apart(left, [(f" {size}{when} ", "dim")], width)

    return Line(draw, ("entry", at), entry)
