"""The first minute: language, the firm's name, how it sells, what to begin with. Each question may be passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.pipeline_templates import TEMPLATES
from petitcrm.text import safe
from petitcrm.tui.choose import Option, option_line
from petitcrm.tui.frame import KeyBar
from petitcrm.tui.lines import Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.written import Typed

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface

STEPS = ("lang", "firm", "template", "begin")


class Beginning(NamedTuple):
    """What the base knows already of what the guide asks."""

    firm: str
    template: str
    """The template that the first pipeline is like, if any."""
    is_untouched: bool


class Step(NamedTuple):
    """One question: its words, what may be answered (nothing: a line to type), what is said of each answer."""

    title: str
    words: str
    options: tuple[Option, ...] = ()
    about: tuple[str, ...] = ()
    chosen: str = ""


class Guide(ModalScreen[str]):
    """Four questions; gives what the person wants to begin with. What was answered is kept, whenever it is left."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("enter", "choose", N_("go on"), id="guide.choose", priority=True),
        Binding("tab", "skip", N_("pass over"), id="guide.skip"),
        Binding("shift+tab", "back", N_("back"), id="guide.back", key_display="⇧tab"),
        Binding("escape", "leave", N_("leave"), id="guide.leave"),
    ]

    def __init__(self, beginning: Beginning) -> None:
        super().__init__()
        self.beginning = beginning
        self.at = 0
        self.busy = False
        self._panel = Vertical(id="guide")
        self._words = Static(Content(""), id="words")
        self._options = Lines(id="options", ground="panel")
        self._typed = Typed(id="typed", compact=True)
        self._about = Static(Content(""), id="about")

    def compose(self) -> ComposeResult:
        with self._panel:
            yield self._words
            yield self._options
            yield self._typed
            yield self._about
            yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._typed.cursor_blink = False
        self._ask()

    @property
    def step(self) -> Step:
        """The question that is asked."""
        return {"lang": _language, "firm": _firm, "template": _way, "begin": _first}[STEPS[self.at]](self)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        message.stop()
        self._tell_about()

    def on_key(self, event: events.Key) -> None:
        for option in self.step.options:
            if option.key and event.character == option.key:
                event.stop()
                event.prevent_default()
                self._answer(option.value)
                return

    def on_click(self, event: events.Click) -> None:
        if event.widget is self._options:
            self.action_choose()

    def action_choose(self) -> None:
        key = self._options.key
        if not self.step.options:
            self._typed.call_later(self._answer_typed)  # after the letters that wait their turn there
        elif key:
            self._answer(self.step.options[key[1]].value)

    def _answer_typed(self) -> None:
        self._answer(self._typed.value)

    def action_skip(self) -> None:
        self._go(1)

    def action_back(self) -> None:
        self._go(-1)

    def action_leave(self) -> None:
        self.dismiss("")

    def _go(self, by: int) -> None:
        if self.at + by >= len(STEPS):
            self.dismiss("")
            return
        self.at = max(0, self.at + by)
        self._ask()

    def _ask(self) -> None:
        step = self.step
        self._panel.border_title = Content(_("Welcome to petitcrm"))
        dots = " ".join("●" if place <= self.at else "○" for place in range(len(STEPS)))
        dots = f"{self.at + 1}/{len(STEPS)}" if self.app.is_linear else dots
        self._panel.border_subtitle = Content(dots)
        self._words.update(Content.assemble((step.title, "bold $primary"), "\n", step.words))
        self._options.display, self._typed.display = bool(step.options), not step.options
        self._options.styles.height = len(step.options)
        self._options.at = -1
        at = next((at for at, one in enumerate(step.options) if one.value == step.chosen), 0)
        self._options.show(
            [option_line(at, one) for at, one in enumerate(step.options)], choose=("option", at)
        )
        self._typed.value = step.chosen if not step.options else ""
        (self._options if step.options else self._typed).focus()
        self._tell_about()

    def _tell_about(self) -> None:
        step, key = self.step, self._options.key
        words = (
            step.about[key[1]] if step.options and step.about and key else step.about[0] if step.about else ""
        )
        self._about.update(Content(safe(words, lines=True)))

    def _answer(self, value: str) -> None:
        if not self.busy:
            self.busy = True
            self.run_worker(self._keep(value), group="answer")

    async def _keep(self, value: str) -> None:
        """Act on an answer, then ask the next question; a refusal is said, and the question stays."""
        try:
            await _KEEP[STEPS[self.at]](self, value)
        except CrmError as problem:
            self._about.update(Content.styled(safe(str(problem), lines=True), "bold $text-error"))
            return
        finally:
            self.busy = False
        if STEPS[self.at] == "begin":
            self.dismiss(value)
        else:
            self._go(1)


# ------------------------------------------------------------------------------------------------------- the questions


def _language(guide: Guide) -> Step:
    options = (Option("fr", "Français", "f"), Option("en", "English", "e"))
    return Step("Langue · Language", "", options, chosen=guide.app.config.lang)


def _firm(guide: Guide) -> Step:
    words = keyed(_("It stands at the top of the screen. {guide.choose} goes on."))
    return Step(_("What is your firm called?"), words, chosen=guide.beginning.firm)


def _way(guide: Guide) -> Step:
    templates = TEMPLATES.values()
    options = tuple(Option(one.key, _(one.name), str(nth)) for nth, one in enumerate(templates, 1))
    about = tuple(
        f"{_(one.suits)}\n" + " → ".join(_(stage.name) for stage in one.stages) for one in templates
    )
    words = _("The stages your deals go through. You change them at any time.")
    return Step(_("How do you sell?"), words, options, about, guide.beginning.template)


def _first(_guide: Guide) -> Step:
    options = (
        Option("contact", _("Add a first contact"), "a"), Option("import", _("Bring in a file"), "i"),
        Option("demo", _("Look at a made-up firm"), "d"), Option("tour", _("Take the tour"), "t"),
        Option("", _("Begin by myself"), "x"),
    )  # fmt: skip
    about = (
        _("One line is enough: Jeanne Dupont, Acme, jeanne@acme.example, 06 12 34 56 78"),
        _("A spreadsheet, an address book, what another program exported. One undo takes it all back."),
        _("A heating installer and a year of history, on a base that is thrown away. Yours stays as it is."),
        _("A dozen gestures, two minutes, here in your own base; each can be taken back."),
        keyed(_("{app.add} adds, {app.search} finds, {app.help} shows every key, ctrl+p every command.")),
    )
    return Step(
        _("What first?"),
        keyed(_("This guide can be opened again: {app.guide}. The tour: {app.tour}.")),
        options,
        about,
    )


async def _keep_language(guide: Guide, value: str) -> None:
    app, before = guide.app, guide.app.config.lang
    await app.choose("lang", value)
    if value != before and guide.beginning.is_untouched:
        await _keep_way(guide, guide.beginning.template)  # its stages were named in the other language


async def _keep_firm(guide: Guide, value: str) -> None:
    from petitcrm.sales import firm

    await guide.app.desk.write(lambda crm: firm.rename(crm, value))
    guide.app.firm = " ".join(value.split())
    guide.beginning = guide.beginning._replace(firm=guide.app.firm)


async def _keep_way(guide: Guide, value: str) -> None:
    from petitcrm.sales import firm

    if value and (value != guide.beginning.template or guide.beginning.is_untouched):
        await guide.app.desk.write(lambda crm: firm.begin(crm, template=value))
        guide.beginning = guide.beginning._replace(template=value)
        await guide.app.reread()


async def _keep_nothing(_guide: Guide, _value: str) -> None:
    """What to begin with is done once the guide is closed."""


_KEEP = {"lang": _keep_language, "firm": _keep_firm, "template": _keep_way, "begin": _keep_nothing}


# --------------------------------------------------------------------------------------------------------- the way in


def beginning(crm: Crm) -> Beginning:
    """Return what the base knows of the answers."""
    from petitcrm.store.queries import firm, pipelines

    first = pipelines.first(crm)
    keys = [stage.key for stage in pipelines.stages(crm, first)] if first is not None else []
    like = next((one.key for one in TEMPLATES.values() if [stage.key for stage in one.stages] == keys), "")
    return Beginning(firm.name(crm), like, firm.is_untouched(crm))


async def guide(app: Interface) -> None:
    """Ask the questions, then begin as the person wants to."""
    _version, known = await app.desk.read(beginning)
    wanted = await app.push_screen_wait(Guide(known))
    await app.reread()
    if wanted == "contact":
        app.action_new("contact")
    elif wanted == "import":
        await _bring_in(app)
    elif wanted == "demo":
        await app.run_action("demo")
    elif wanted == "tour":
        await app.run_action("tour")


async def _bring_in(app: Interface) -> None:
    if hasattr(app, "action_import"):
        await app.run_action("import")
    else:
        app.tell(
            keyed(_("Leave with {app.quit}, then: petitcrm import contacts.csv")), hint=_("it can be undone")
        )
