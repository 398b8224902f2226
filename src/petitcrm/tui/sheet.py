"""The third screen: all about one contact, company or deal, with its story."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.containers import Horizontal
from textual.geometry import Region
from textual.screen import Screen

from petitcrm.errors import NotFound
from petitcrm.i18n import N_, _
from petitcrm.kinds import PARTS
from petitcrm.text import safe
from petitcrm.tui.facts import PAGE, Fact, Sheet, beside, read_sheet
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.lines import Lines
from petitcrm.tui.sheet_lines import VALUE_FROM, fact_lines, mail_of, story_lines
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from petitcrm.store.queries.tasks import TaskLine
    from petitcrm.tui.app import Interface

_LEAST_WIDTH, _LEAST_HEIGHT, _LINES_BELOW = 30, 10, 3
"""Cells and lines without which a field is typed at the foot of the screen, not on its own line."""
_TWO_PANES_FROM = 110
"""Cells of the screen from which the story stands beside the facts."""


class SheetScreen(Screen[Any]):
    """The sheet of `noun` (contact, company or deal) `row_id`."""

    app: Interface
    BINDINGS = [
        Binding(
            "c",
            "app.log('call')",
            N_("call"),
            id="sheet.call",
            tooltip=N_("Log a call; tab for another kind"),
        ),
        Binding("N", "app.log('note')", N_("note"), id="sheet.note", tooltip=N_("Write a note")),
        Binding("n,t", "app.next_task", N_("task"), id="sheet.next", tooltip=N_("Plan the next step")),
        Binding("e", "edit", N_("edit"), id="sheet.edit", tooltip=N_("Edit the field under the cursor")),
        Binding(
            "delete", "delete", N_("Take a call or a note off the timeline"), id="sheet.delete", show=False
        ),
        Binding("space", "app.on_target('done')", N_("Task done"), id="sheet.done", show=False),
        Binding("s", "app.on_target('snooze')", N_("Snooze the task"), id="sheet.snooze", show=False),
        Binding(
            "m", "app.on_target('move_to_stage')", N_("Move the deal to a stage"), id="sheet.move", show=False
        ),
        Binding("w", "app.on_target('win')", N_("Deal won"), id="sheet.win", show=False),
        Binding("x", "app.on_target('lose')", N_("Deal lost"), id="sheet.lose", show=False),
        Binding("z", "app.on_target('sleep')", N_("Let the deal sleep"), id="sheet.sleep", show=False),
        Binding("y", "copy", N_("Copy the value"), id="sheet.copy", show=False),
        Binding("Y", "copy_all", N_("Copy the whole sheet"), id="sheet.copy_all", show=False),
        Binding(
            "o", "open_outside", N_("Open the mail, the call or the site"), id="sheet.outside", show=False
        ),
        Binding("f", "all_fields", N_("Show empty fields too"), id="sheet.all", show=False),
        Binding(
            "F",
            "next_part",
            N_("Part of the timeline: exchanges, deals, tasks, changes"),
            id="sheet.part",
            show=False,
        ),
        Binding(
            "C", "consent", N_("Consent: what they agreed to, and refused"), id="sheet.consent", show=False
        ),
        Binding("tab", "other_pane", N_("Other pane"), id="sheet.pane", show=False),
        Binding(
            "escape,left,h,backspace",
            "app.step_back",
            N_("back"),
            id="sheet.back",
            tooltip=N_("One step back"),
            key_display="esc",
        ),
    ]

    def __init__(self, noun: str, row_id: int) -> None:
        super().__init__()
        self.noun = noun
        self.row_id = row_id
        self.shown = -1
        self.sheet: Sheet | None = None
        self.everything = False
        self.part = ""
        self._opened: frozenset[int] = frozenset()
        self._wanted = PAGE
        self._ended = False
        self._loading = False
        # Held, not looked for: an answer of the base may come before they are mounted, or after.
        self._bar = Bar(mode="")
        self._facts = Lines(id="facts")
        self._story = Lines(id="story")

    def compose(self) -> ComposeResult:
        yield self._bar
        with Horizontal(id="body"):
            yield self._facts
            yield self._story
        yield StatusLine(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._facts.focus()

    def on_screen_resume(self) -> None:
        self.app.do(self.app.reread_if_changed(), group="resume")

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    async def reread(self) -> None:
        """Read the sheet again; leave it when what it shows is gone."""
        try:
            self.shown, sheet = await self.app.desk.read(
                lambda crm: read_sheet(crm, self.noun, self.row_id, entries=self._wanted, part=self.part)
            )
        except NotFound as problem:
            self.app.leave_gone(self, problem)
            return
        self.sheet = sheet
        self._ended = len(sheet.entries) < self._wanted
        self._show()

    def target(self) -> Target | None:
        """Return whom the sheet is about, with the task or the deal under the cursor."""
        if self.sheet is None:
            return None
        line = self._focused.line
        if line and line.key and line.key[0] == "task":
            task: TaskLine = line.held
            return Target(task.words, task.contact_id, task.deal_id, task.id, task.kind, whom=task.contact)
        if line and line.key and line.key[0] == "deal":
            return Target(
                line.held.title, line.held.contact_id, line.held.id, company_id=line.held.company_id
            )
        if line and line.key and line.key[0] == "lead":
            return self.sheet.target._replace(lead_id=line.held.id)
        target = self.sheet.target
        if line and line.key and line.key[0] == "entry" and (number := mail_of(line.held)):
            return target._replace(contact_id=line.held.contact_id or target.contact_id, message_id=number)
        tasks = self.sheet.tasks
        if target.deal_id and len(tasks) == 1:  # the one next step of a deal is meant wherever the cursor is
            return target._replace(task_id=tasks[0].id, task_kind=tasks[0].kind, title=tasks[0].words)
        return target

    def on_lines_opened(self, message: Lines.Opened) -> None:
        kind, row_id = message.line.key or ("", 0)
        if kind == "fact":
            fact: Fact = message.line.held
            if fact.leads_to:
                self.app.action_open(*fact.leads_to)
            elif fact.asks:
                self.action_consent()
            else:
                self.action_edit()
        elif kind == "entry" and (number := mail_of(message.line.held)):
            from petitcrm.tui.mail.letter import LetterScreen

            self.app.push_screen(LetterScreen("mail", number))
        elif kind == "entry":
            self._opened = self._opened ^ {row_id}
            self._show()
        elif kind in ("task", "lead"):
            self.app.action_on_target("done")
        elif (kind, row_id) != (self.noun, self.row_id):
            self.app.action_open(kind, row_id)

    async def on_lines_near_end(self, message: Lines.NearEnd) -> None:
        """Read the next page of the story before its end is reached."""
        beside = self._story.display and message.lines is self._facts
        if self.sheet is None or self._ended or self._loading or beside:
            return
        self._loading = True
        await self.app.attempt(self._read_on(self.sheet))
        self._loading = False

    async def _read_on(self, sheet: Sheet) -> None:
        from petitcrm.store.queries import timeline

        last = sheet.entries[-1]
        _version, more = await self.app.desk.read(
            lambda crm: timeline.entries(
                crm, self.noun, self.row_id, limit=PAGE, before=(last.at, last.id), part=self.part
            )
        )
        self._ended = len(more) < PAGE
        self._wanted += len(more)
        self.sheet = sheet._replace(entries=[*sheet.entries, *more])
        self._show()

    def action_all_fields(self) -> None:
        self.everything = not self.everything
        self._show()

    def action_copy(self) -> None:
        from petitcrm.tui import reach

        reach.copy(self.app, reach.bare(self._fact) if self._fact else "")

    def action_copy_all(self) -> None:
        from petitcrm.tui import reach

        if self.sheet:
            reach.copy(self.app, reach.as_text(self.sheet))

    def action_open_outside(self) -> None:
        from petitcrm.tui import reach

        reach.open_outside(self.app, self._fact)

    @property
    def _fact(self) -> Fact | None:
        """The fact under the cursor."""
        line = self._focused.line
        return line.held if line and line.key and line.key[0] == "fact" else None

    async def action_next_part(self) -> None:
        """Show the next part of the story alone, and after the last one all of it."""
        parts = ["", *PARTS]
        self.part = parts[(parts.index(self.part) + 1) % len(parts)]
        self._wanted = PAGE
        await self.app.attempt(self.reread())

    def action_other_pane(self) -> None:
        story = self._story
        other = story if story.display and not story.has_focus else self._facts
        other.focus()

    def action_edit(self) -> None:
        from petitcrm.tui import edits

        line = self._focused.line
        kind = line.key[0] if line and line.key else ""
        if self.sheet is None or line is None or kind not in ("fact", "task", "entry"):
            self.app.complain(_("Put the cursor on a field to edit it (f shows the empty ones)."))
        elif kind == "fact" and line.held.asks:
            self.action_consent()
        elif kind == "task":
            self.app.do(edits.edit_task(self.app, line.held))
        elif kind == "entry":
            self.app.do(edits.edit_entry(self.app, line.held))
        else:
            self.app.do(edits.edit_facts(self.app, self, line.held))

    def action_consent(self) -> None:
        """Show what the contact of the sheet agreed to and refused."""
        from petitcrm.tui.consents import ConsentScreen

        whom = self.sheet.target if self.sheet else None
        if whom is None or whom.contact_id is None:
            self.app.complain(_("Consent is a matter of a person: open one of the contacts."))
        else:
            self.app.push_screen(ConsentScreen(whom.contact_id, whom.whom or whom.title))

    def action_delete(self) -> None:
        """Take the entry under the cursor off the timeline."""
        from petitcrm.tui import edits

        line = self._focused.line
        if line and line.key and line.key[0] == "entry":
            self.app.do(edits.delete_entry(self.app, line.held))
        else:
            self.app.complain(_("Put the cursor on a call or a note of the timeline to take it off."))

    def place_of(self, fact: Fact) -> Region | None:
        """Return where the value of a fact stands on the screen and the room below; None where there is too little."""
        facts = self._facts
        at = next((at for at, line in enumerate(facts.lines) if line.held == fact), None)
        if at is None:
            return None
        facts.choose(at)
        pane = facts.region
        x, y = pane.x + (VALUE_FROM if at else 1), pane.y + at - facts.scroll_offset.y
        place = Region(x, y, pane.right - x, self.size.height - y)
        is_wide = place.width >= _LEAST_WIDTH and self.size.height >= _LEAST_HEIGHT
        return place if is_wide and place.height > _LINES_BELOW else None

    def beside(self, fact: Fact, step: int) -> Fact | None:
        """Return the field after (or before) another one, of those that are shown."""
        shown = [line.held for line in self._facts.lines if line.key and line.key[0] == "fact"]
        return beside(shown, fact, step)

    @property
    def _focused(self) -> Lines:
        return self._story if self._story.has_focus else self._facts

    def _show(self) -> None:
        if self.sheet is None:
            return
        facts, story = self._facts, self._story
        two_panes = self.size.width >= _TWO_PANES_FROM
        known = fact_lines(self.sheet, all_fields=self.everything)
        width = (self.size.width // 2 if two_panes else self.size.width) - 1  # the scroll bar's
        told = story_lines(self.sheet.entries, self.app.now, width, part=self.part, opened=self._opened)
        if story.has_focus and not two_panes:
            facts.focus()
        story.display = two_panes
        facts.show(known if two_panes else known + told)
        story.show(told if two_panes else [])
        self._bar.crumb = safe(self.sheet.title)
