"""The import, from the file to its result: four steps on a screen that keeps its place while one looks elsewhere."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding
from textual.screen import Screen

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.ask import Question
from petitcrm.tui.choose import Choose, Option
from petitcrm.tui.frame import Bar, KeyBar, StatusLine
from petitcrm.tui.gestures import ask
from petitcrm.tui.importing import folders
from petitcrm.tui.importing.choose_field import ChooseField
from petitcrm.tui.importing.clerk import Clerk, Stopped
from petitcrm.tui.importing.field_words import NOUNS
from petitcrm.tui.importing.guess_view import EVERYTHING, GuessView
from petitcrm.tui.importing.outcome_view import OutcomeView, ResultView
from petitcrm.tui.importing.picker import Picker
from petitcrm.tui.importing.run_view import RunView
from petitcrm.tui.importing.told import Choices, guess_of, outcome_of
from petitcrm.tui.named_keys import keyed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from petitcrm.config import Config
    from petitcrm.tui.app import Interface
    from petitcrm.tui.importing.told import ColumnRead, Guess, Outcome
    from petitcrm.tui.target import Target

_STEPS = (
    ("pick", N_("file")),
    ("guess", N_("columns")),
    ("trial", N_("rehearsal")),
    ("result", N_("result")),
)
_ENCODINGS = (
    ("", N_("as guessed")), ("utf-8", "utf-8"), ("cp1252", "cp1252 (Windows)"), ("mac_roman", "mac_roman (Macintosh)"),
    ("iso-8859-15", "iso-8859-15"), ("utf-16", "utf-16"), ("cp850", "cp850 (DOS)"),
)  # fmt: skip


_OF_STAGES = ("stage", "pipeline")


class ImportScreen(Screen[Any]):
    """One import at a time. Leaving the screen neither stops nor forgets it."""

    app: Interface
    CSS_PATH = "importing.tcss"
    BINDINGS = [Binding("i", "forward", N_("Import"), id="import.forward", show=False)]

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.shown = -1
        self.step = "pick"
        self.clerk = Clerk(config)
        self.choices = Choices()
        self.outcome: Outcome | None = None
        self._sheets: tuple[str, ...] = ()
        self._is_opening = False
        # Held, not looked for: an answer may come while another screen lies over them.
        self._picker = Picker()
        self._guess = GuessView()
        self._run = RunView()
        self._trial = OutcomeView(id="trial")
        self._result = ResultView(id="result")
        self._status = StatusLine(id="status")

    def compose(self) -> ComposeResult:
        bar = Bar(mode="")
        bar.crumb = _("Import")
        yield bar
        yield self._picker
        yield self._guess
        yield self._run
        yield self._trial
        yield self._result
        yield self._status
        yield KeyBar(id="keys")

    @property
    def is_busy(self) -> bool:
        """Whether the base is being written to, or a rehearsal is under way."""
        return self.step == "run"

    @property
    def lacks_stages(self) -> bool:
        """Whether the list has stages that the firm does not."""
        if self._guess.guess is None or self.outcome is None or self.choices.create_stages:
            return False
        headers = {one.header for one in self._guess.guess.columns if one.field.endswith(_OF_STAGES)}
        return any(one.column in headers for one in self.outcome.troubles)

    @property
    def file(self) -> str:
        """The name of the file, without its folders."""
        return os.path.basename(self.choices.path)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's own
        if action == "rejects":
            return bool(self.outcome and self.outcome.rejected)
        if action == "add_stages":
            return self.step == "trial" and self.lacks_stages
        if action == "take_back":
            return bool(self.outcome and self.outcome.batch)
        return True

    def target(self) -> Target | None:
        """Return nobody: what is in a file is not in the base."""
        return None

    async def reread(self) -> None:
        """Note which base this is; nothing of it is shown."""
        self.shown, _nothing = await self.app.desk.read(lambda _crm: None)

    def on_mount(self) -> None:
        self._go_to("pick")

    def on_screen_resume(self) -> None:
        self.run_worker(self.clerk.start(), group="start")
        if self.step == "pick":
            self._picker.take_keys()

    # ----------------------------------------------------------------------------------------------- file, columns

    def on_picker_picked(self, message: Picker.Picked) -> None:
        self._read(Choices(path=message.path), is_new=True)

    def on_guess_view_corrected(self, message: GuessView.Corrected) -> None:
        guess = self._guess.guess
        if guess is None or guess.vendor == "petitcrm":
            self.app.complain(_("A list of petitcrm's own is read as it was written."))
        elif message.asked:
            self._ask_for(message.column, message.asked)
        else:
            self.app.do(self._correct(message.column, guess))

    def on_guess_view_winning(self, message: GuessView.Winning) -> None:
        header, guess = message.column.header, self._guess.guess
        wins = self.choices.overwrite
        if wins == EVERYTHING and guess:
            wins = tuple(column.header for column in guess.columns)
        wins = tuple(one for one in wins if one != header) if header in wins else (*wins, header)
        self._show_again(self.choices._replace(overwrite=wins))

    def action_overwrite_all(self) -> None:
        self._show_again(self.choices._replace(overwrite=() if self.choices.overwrite else EVERYTHING))

    def action_noun(self) -> None:
        options = [Option(noun, _(words)) for noun, words in NOUNS]
        chosen = self._guess.guess.noun if self._guess.guess else ""
        self._turn(
            _("What is it a list of?"), options, chosen, lambda choices, value: choices._replace(noun=value)
        )

    def action_encoding(self) -> None:
        options = [Option(name, _(words)) for name, words in _ENCODINGS]
        self._turn(
            _("In which encoding was it written?"),
            options,
            self.choices.encoding,
            lambda choices, value: choices._replace(encoding=value),
        )

    def action_sheet(self) -> None:
        if len(self._sheets) > 1 and self._guess.guess:
            options = [Option(name, name) for name in self._sheets]
            self._turn(
                _("Which sheet?"),
                options,
                self._guess.guess.sheet,
                lambda choices, value: choices._replace(sheet=value),
            )

    def _turn(
        self, title: str, options: list[Option], chosen: str, change: Callable[[Choices, str], Choices]
    ) -> None:
        """Ask for another value of one of the choices, and read the file so."""

        async def choose() -> None:
            value = await self.app.push_screen_wait(Choose(title, options, chosen=chosen))
            if value is not None and value != chosen:
                self._read(change(self.choices, value))

        if self.step == "guess":
            self.app.do(choose())

    async def _correct(self, column: ColumnRead, guess: Guess) -> None:
        wanted = await self.app.push_screen_wait(ChooseField(column, guess.fields, guess.noun))
        if wanted is not None and wanted != column.wanted:
            self._ask_for(column, wanted)

    def _ask_for(self, column: ColumnRead, wanted: str) -> None:
        """Read a column as the person says; said last, it wins over what was said of others."""
        others = {header: field for header, field in self.choices.asked.items() if header != column.header}
        self._read(self.choices._replace(asked={**others, column.header: wanted}))

    @work(group="read", exclusive=True)
    async def _read(self, choices: Choices, *, is_new: bool = False) -> None:
        """Have the file understood with these choices; what is on the screen stays until the answer is there."""
        self.app.hush()
        self._is_opening = is_new
        if is_new:
            self._picker.wait(_("Opening {file}…", file=os.path.basename(choices.path)))
        try:
            guess = guess_of(await self.clerk.ask("guess", choices=list(choices)))
        except CrmError as problem:
            self._is_opening = False
            (self._picker.tell if is_new else self.app.complain)(str(problem))
            return
        self._is_opening = False
        self._sheets = guess.sheets if is_new else self._sheets
        self.choices = choices._replace(asked=guess.asked)
        self._guess.show(guess._replace(sheets=self._sheets), self.choices)
        if is_new:
            self._picker.wait("")
            self._go_to("guess")
        with suppress(CrmError):
            self._guess.count(await self.clerk.ask("count", choices=list(self.choices)))

    def _show_again(self, choices: Choices) -> None:
        self.choices = choices
        if self._guess.guess:
            self._guess.show(self._guess.guess, choices)

    # -------------------------------------------------------------------------------------------- rehearsal, import

    @work(group="run", exclusive=True)
    async def action_rehearse(self) -> None:
        title = _("What {file} would do", file=self.file)
        told = await self._under_way("rehearse", title, choices=self._as_fields())
        if told is None:
            self._go_to("guess")
            return
        self.outcome = outcome_of(told)
        self._trial.show(
            _("What {file} would do: nothing is written yet", file=self.file),
            self.outcome,
            after=_next(self.outcome),
        )
        self._go_to("trial")

    def action_add_stages(self) -> None:
        """Rehearse again, with the stages of the list added."""
        self.choices = self.choices._replace(create_stages=True)
        self.action_rehearse()

    @work(group="run", exclusive=True)
    async def _import(self) -> None:
        title = _("Importing {file}", file=self.file)
        told = await self._under_way("import", title, choices=self._as_fields())
        if told is None:
            self._go_to("trial")
            return
        self.outcome = outcome_of(told)
        after = (
            keyed(_("{app.undo} takes the whole import back, now or later."))
            if self.outcome.batch
            else _("Nothing was changed.")
        )
        self._result.show(_("{file} is imported", file=self.file), self.outcome, after=after)
        self._go_to("result")
        words = _("Imported: {file}, {created} created, {updated} updated", file=self.file,
                  created=self.outcome.created, updated=self.outcome.updated)  # fmt: skip
        self.app.tell(words, hint="" if self.outcome.batch else _("nothing was changed"))
        await self._refresh_what_lies_below()

    @work(group="run", exclusive=True)
    async def action_take_back(self) -> None:
        if self.outcome is None or self.outcome.batch is None:
            return
        kept = await self._under_way(
            "undo", _("Taking {file} back", file=self.file), batch=self.outcome.batch
        )
        if kept is not None:
            self.outcome = self.outcome._replace(batch=None)
            self._result.say(_("{file} is taken back", file=self.file), self.outcome, kept)
            self.app.tell(_("Undone: {what}", what=self.file), hint=keyed(_("{app.redo} redo")))
        self._go_to("result")
        await self._refresh_what_lies_below()

    async def _under_way(self, what: str, title: str, **told: Any) -> Any:
        """Return the answer of what may take long; None where it was stopped or refused, which is said."""
        self.app.hush()
        self._run.begin(title)
        self._go_to("run", told="trial" if what == "rehearse" else "result")
        try:
            return await self.clerk.ask(what, on_news=self._run.tell, **told)
        except Stopped as stopped:
            self.app.said = (stopped.message, "bold $text-warning")
        except CrmError as problem:
            self.app.complain(str(problem))
        finally:
            self._run.end()
        return None

    async def _refresh_what_lies_below(self) -> None:
        """Read again the page that is looked at, when one looks elsewhere; the others are when they come back."""
        if self.app.page is not self:
            await self.app.reread_if_changed()

    def _as_fields(self) -> list[Any]:
        """Return the choices with the fields that win: what the importer knows them by."""
        guess, wins = self._guess.guess, self.choices.overwrite
        if guess is None or wins in ((), EVERYTHING):
            return list(self.choices)
        columns = [column for column in guess.columns if column.header in wins]
        fields = (column.header if column.field == "custom" else column.field for column in columns)
        return list(self.choices._replace(overwrite=tuple(dict.fromkeys(fields))))

    # ------------------------------------------------------------------------------------------------- to and fro

    def action_forward(self) -> None:
        if self.step == "trial" and self.outcome:
            if self.outcome.created or self.outcome.updated:
                self._import()
            else:
                self.app.complain(_next(self.outcome))
        elif self.step == "result":
            self._leave()

    def action_back(self) -> None:
        """Go one step back; what is under way is stopped, and the base is as it was."""
        if self.step == "run":
            self._run.stopping()
            self.run_worker(self.clerk.stop(), group="stop")
        elif self.step == "result":
            self._leave()
        elif self.step == "pick" and self._is_opening:
            self.workers.cancel_group(self, "read")
            self._picker.wait("")
            self._rest()
        elif self.step == "pick":
            self.app.action_step_back()
            if not self.is_current:
                self._rest()
        else:
            self.app.hush()
            self._go_to("pick" if self.step == "guess" else "guess")

    def action_another(self) -> None:
        self.app.hush()
        self._go_to("pick")

    def action_rejects(self) -> None:
        self.app.do(self._write_rejects())

    async def _write_rejects(self) -> None:
        async def submit(typed: str, _turn: str) -> None:
            path = folders.path_of(typed)
            await self.clerk.ask("rejects", path=path)
            self.app.said = (safe(_("Written: {path}", path=path)), "$text-success")

        hint = keyed(_("Correct it there and import it again · ⏎ write · {ask.leave} leave"))
        title = _("The refused rows, each with its reason")
        await ask(
            self.app,
            Question(title, submit, value=folders.beside(self.choices.path, _("refused")), hint=hint),
        )

    def _rest(self) -> None:
        """Let the process go: nothing is open any more."""
        self._is_opening = False
        self.run_worker(self.clerk.stop(), group="stop")

    def take(self, path: str) -> None:
        """Open a file that was dropped on another page, unless an import is under way."""
        if not self.is_busy:
            self._go_to("pick")
            self._read(Choices(path=path), is_new=True)

    def _leave(self) -> None:
        """Go back to where one was, ready for another file."""
        self._go_to("pick")
        if self.is_current:
            self.app.pop_screen()
        self._rest()

    def _go_to(self, step: str, *, told: str = "") -> None:
        self.step = step
        views: dict[str, Picker | GuessView | RunView | OutcomeView] = {
            "pick": self._picker, "guess": self._guess, "run": self._run, "trial": self._trial, "result": self._result,
        }  # fmt: skip
        for name, view in views.items():
            view.display = name == step
        views[step].take_keys()
        here = told or step
        self._status.counts = " › ".join(
            _(words).upper() if name == here else _(words) for name, words in _STEPS
        )


def _next(outcome: Outcome) -> str:
    """Return the sentence below the counts of a rehearsal."""
    if outcome.created or outcome.updated:
        return keyed(_("{import.go} imports it; one key takes it all back."))
    if outcome.unchanged:
        return _("Everything in it is known already.")
    return keyed(_("Nothing of it can be imported: {import.again} goes back to its columns."))
