"""The views of a list, to pick one, to keep the one in force under a name, to rename and to forget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.tui.ask import Question
from petitcrm.tui.browsing.columns import sort_name
from petitcrm.tui.browsing.reading import is_segment, known_views
from petitcrm.tui.gestures import ask
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, fit, pushed_apart

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from petitcrm.sales.views import View
    from petitcrm.tui.app import Interface
    from petitcrm.tui.browsing.shelf import Shelf

_NAME = 28


class ViewsScreen(ModalScreen["View | None"]):
    """A list of views; gives the one to show."""

    app: Interface
    CSS_PATH = "../questions.tcss"
    BINDINGS = [
        Binding("escape,q,f", "leave", N_("Leave"), id="views.leave"),
        Binding("s,plus", "save", N_("Keep this list as a view"), id="views.save"),
        Binding("r", "rename", N_("Rename the view"), id="views.rename"),
        Binding("d,delete", "delete", N_("Delete the view"), id="views.delete"),
        Binding("u", "undo", N_("undo"), id="views.undo"),
        Binding(
            "question_mark", "app.help", N_("help"), id="views.help", tooltip=N_("This page"), show=False
        ),
    ]

    def __init__(self, shelf: Shelf, known: list[View]) -> None:
        super().__init__()
        self.shelf = shelf
        self.known = known
        # Held, not looked for: an answer of the base may come when it is no longer mounted.
        self._lines = Lines(id="views", ground="panel")
        self._said = Static(Content(""), id="echo")
        self._said.display = False

    def compose(self) -> ComposeResult:
        with Vertical(id="panel") as panel:
            panel.border_title = Content(_("Views"))
            panel.border_subtitle = Content(
                keyed(
                    _(
                        "{list.open} show · {views.save} keep this list · {views.rename} rename · "
                        "{views.delete} delete · {views.undo} undo · {views.leave}"
                    )
                )
            )
            yield self._lines
            yield self._said

    def on_mount(self) -> None:
        self._lines.focus()
        self._show()
        self.watch(self.app, "said", self._echo, init=False)

    def on_lines_opened(self, message: Lines.Opened) -> None:
        self.dismiss(message.line.held)

    def on_click(self, event: events.Click) -> None:
        line = self._lines.line
        if event.widget is self._lines and line and event.chain == 1:
            self.dismiss(line.held)
        elif event.widget is self:
            self.dismiss(None)

    def _echo(self, said: tuple[str, str]) -> None:
        """Say here what is said in the status line, which lies under this."""
        self._said.update(Content.styled(*said))
        self._said.display = bool(said[0])

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_save(self) -> None:
        self.run_worker(self._save())

    def action_rename(self) -> None:
        self.run_worker(self._rename())

    def action_delete(self) -> None:
        self.run_worker(self._delete())

    def action_undo(self) -> None:
        self.run_worker(self._undo())

    async def _save(self) -> None:
        from petitcrm.sales import views

        shelf = self.shelf

        async def submit(typed: str, _turn: str) -> None:
            view = views.View(None, shelf.noun, typed, shelf.filter, shelf.sort, shelf.descending)
            await self.app.desk.write(lambda crm: views.save(crm, view))
            self.app.tell(_("View kept: {name}", name=typed.strip()))

        title = _("Keep as a view: {what}", what=_in_words(shelf))
        hint = keyed(_("Its name; one of the same name is replaced · ⏎ keep · {ask.leave} leave"))
        if await ask(self.app, Question(title, submit, value=shelf.filter.strip(), hint=hint)):
            await self._read()

    async def _rename(self) -> None:
        from petitcrm.sales import views

        view = self._own()
        if view is None or view.id is None:
            return
        view_id = view.id

        async def submit(typed: str, _turn: str) -> None:
            await self.app.desk.write(lambda crm: views.rename(crm, view_id, typed))
            self.app.tell(_("View renamed: {name}", name=typed.strip()))

        hint = keyed(_("Its new name · ⏎ rename · {ask.leave} leave"))
        if await ask(self.app, Question(view.name, submit, value=view.name, hint=hint)):
            await self._read()

    async def _delete(self) -> None:
        from petitcrm.sales import views

        view = self._own()
        if view is not None and view.id is not None:
            view_id = view.id
            await self.app.gesture(
                lambda crm: views.delete(crm, view_id),
                lambda _none: _("View deleted: {name}", name=view.name),
            )
            await self._read()

    async def _undo(self) -> None:
        from petitcrm.tui import gestures

        await gestures.undo(self.app)
        await self._read()

    def _own(self) -> View | None:
        """Return the view under the cursor where it is the firm's; say so where it is not."""
        line = self._lines.line
        view: View | None = line.held if line else None
        if view is not None and is_segment(view):
            self.app.complain(_("This is a segment: the screen of marketing changes it."))
            return None
        if view is not None and view.built_in:
            self.app.complain(_("This view comes with petitcrm: it stays as it is."))
            return None
        return view

    async def _read(self) -> None:
        try:
            _version, self.known = await self.app.desk.read(lambda crm: known_views(crm, self.shelf.noun))
        except CrmError as problem:
            self.app.complain(str(problem))
            return
        self._show()

    def _show(self) -> None:
        here = next((at for at, view in enumerate(self.known) if self.shelf.is_view(view)), 0)
        self._lines.styles.height = min(len(self.known), max(3, self.app.size.height - 8))
        chosen = self._lines.key or ("view", self.known[here].id or -here)
        self._lines.show(
            [_line(at, view, is_here=self.shelf.is_view(view)) for at, view in enumerate(self.known)],
            choose=chosen,
        )


def _line(at: int, view: View, *, is_here: bool) -> Line:
    def draw(width: int) -> list[Span]:
        name = fit(view.name, min(_NAME, max(8, width // 2)))
        words = _in_words(view)
        left: list[Span] = [
            (" ", "text"),
            ("✓ " if is_here else "  ", "mark"),
            (name, "strong"),
            (f" {words}", "dim"),
        ]
        aside = _("segment") if is_segment(view) else _("built in") if view.built_in else ""
        return pushed_apart(left, [(f" {aside} ", "dim")], width)

    return Line(draw, ("view", view.id or -at), view)


def _in_words(shown: Shelf | View) -> str:
    typed, arrow = shown.filter.strip(), "▼" if shown.descending else "▲"
    return " · ".join(filter(None, [typed and f"/ {typed}", f"{sort_name(shown.noun, shown.sort)} {arrow}"]))
