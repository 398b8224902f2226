"""The settings: the choices of this machine and the firm's name, each changed where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from petitcrm.config import SCREENS
from petitcrm.errors import CrmError
from petitcrm.i18n import N_, _
from petitcrm.text import safe
from petitcrm.tui.lines import Line, Lines
from petitcrm.tui.named_keys import keyed
from petitcrm.tui.spans import Span, fit, pushed_apart

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from petitcrm.crm import Crm
    from petitcrm.tui.app import Interface
    from petitcrm.tui.choose import Option

_NAMES = {
    "lang": N_("Language"), "theme": N_("Colours"), "screen": N_("Opens on"), "user": N_("Who you are"),
    "linear": N_("Line by line"),
    "firm": N_("The firm"), "keys": N_("Keys"), "mail": N_("Mail accounts"), "db": N_("Base"),
    "file": N_("File of choices"),
}  # fmt: skip
_VALUES = {
    "fr": "Français", "en": "English", "dark": N_("dark"), "light": N_("light"),
    "terminal": N_("those of the terminal"), "auto": N_("dark or light, as the terminal is"),
    "day": N_("the day"), "funnel": N_("the funnel"),
    "contacts": N_("the contacts"), "leads": N_("the leads"), "yes": N_("yes, for a screen reader"), "no": N_("no"),
}  # fmt: skip
_CHOICES = {
    "lang": ("fr", "en"), "theme": ("dark", "light", "terminal", "auto"), "screen": SCREENS, "linear": ("yes", "no"),
}  # fmt: skip
_WIDE = 22


class Setting(NamedTuple):
    """One setting as it is: its key, its value in words, and what is to be known of it."""

    key: str
    words: str
    aside: str = ""


class SettingsScreen(ModalScreen[None]):
    """Each line one setting; ⏎ or a click changes it, at once and in the file."""

    app: Interface
    CSS_PATH = "questions.tcss"
    BINDINGS = [
        Binding("escape,q,comma", "leave", N_("Leave"), id="settings.leave"),
        Binding("t", "team", N_("Team"), id="settings.team"),
        Binding(
            "question_mark", "app.help", N_("help"), id="settings.help", tooltip=N_("This page"), show=False
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._lines = Lines(id="settings", ground="panel")
        self._said = Static(Content(""), id="hint")
        self._panel = Vertical(id="panel")

    def compose(self) -> ComposeResult:
        with self._panel:
            yield self._lines
            yield self._said

    def on_mount(self) -> None:
        self._lines.focus()
        self._show()

    def on_lines_opened(self, message: Lines.Opened) -> None:
        message.stop()
        self._change(message.line.held)

    def on_click(self, event: events.Click) -> None:
        if event.widget is self._lines and self._lines.line and event.chain == 1:
            self._change(self._lines.line.held)
        elif event.widget is self:
            self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_team(self) -> None:
        """Show the people of the firm in place of the settings."""
        self.dismiss(None)
        self.app.call_later(self.app.action_organise, "team")

    def _show(self) -> None:
        settings = _settings(self.app)
        self._lines.styles.height = len(settings)
        self._lines.show([_line(at, one) for at, one in enumerate(settings)])
        self._panel.border_title, self._panel.border_subtitle = (
            Content(_("Settings")),
            Content(keyed(_("{list.open} changes it · {settings.leave} closes"))),
        )

    def _change(self, key: str) -> None:
        self.run_worker(self._change_now(key), group="change", exclusive=True)

    async def _change_now(self, key: str) -> None:
        self._said.update(Content(""))
        try:
            told = await _change(self.app, key)
        except CrmError as problem:
            self._said.update(Content.styled(safe(str(problem), lines=True), "bold $text-error"))
            return
        self._show()
        self._said.update(Content.styled(safe(told), "$text-success"))


def _settings(app: Interface) -> list[Setting]:
    config = app.config
    fixed = _("decided by an option or the environment")
    found = [
        Setting(key, _(_VALUES[getattr(config, key)]), fixed if key in config.fixed else "")
        for key in _CHOICES
    ]
    linear = found.pop()  # rarer than the two below
    several = keyed(_("when you are several: {settings.team}"))
    found.append(Setting("user", config.user or "–", fixed if "user" in config.fixed else several))
    found += [Setting("firm", app.firm or "–"), linear]
    changed = ", ".join(f"{name} = {keys}" for name, keys in config.keys)
    found.append(Setting("keys", changed or _("as they come"), keyed(_("all of them: {app.help}"))))
    found.append(Setting("mail", _accounts(config.file) or "–", "petitcrm mail setup"))
    found.append(Setting("db", _base(config.db), _("another one: petitcrm --db")))
    found.append(Setting("file", config.file or "–"))
    return found


def _accounts(path: str) -> str:
    """Return the accounts of mail of this machine, or what is wrong with what the file says of them."""
    from petitcrm.connectors import mail_accounts

    try:
        return ", ".join(f"{one.name} ({one.address})" for one in mail_accounts.accounts(path))
    except CrmError as problem:
        return f"! {problem.message}"


def _base(location: str) -> str:
    from petitcrm.store.database import is_server

    if not is_server(location):
        return location
    from petitcrm.store.postgresql import hide_password

    return hide_password(location)


async def _change(app: Interface, key: str) -> str:
    """Ask for another value of a setting and let it hold; return what to say of it."""
    if key == "firm":
        return await _change_firm(app)
    if key == "user":
        options, chosen = await _people(app), app.config.user or "-"
    elif key in _CHOICES:
        options, chosen = _options(key), str(getattr(app.config, key))
    else:
        return _READ_ONLY[key]()
    from petitcrm.tui.choose import Choose

    value = await app.push_screen_wait(Choose(_(_NAMES[key]), options, chosen=chosen))
    if value is None or value == chosen:
        return ""
    await app.choose(key, "" if value == "-" else value)
    if key in app.config.fixed:
        return _("Written; next time, the option or the environment decides again.")
    return (
        _("Written: it holds from now on.")
        if key not in ("screen", "linear")
        else _("Written: it holds from the next time on.")
    )


def _options(key: str) -> list[Option]:
    from petitcrm.tui.choose import Option

    return [Option(value, _(_VALUES[value])) for value in _CHOICES[key]]


async def _people(app: Interface) -> list[Option]:
    from petitcrm.store.queries import users
    from petitcrm.tui.choose import Option

    _version, known = await app.desk.read(users.listing)
    return [
        Option("-", _("nobody in particular")),
        *(Option(one.key, f"{one.key}  {one.name}") for one in known),
    ]


async def _change_firm(app: Interface) -> str:
    from petitcrm.sales import firm
    from petitcrm.tui.ask import Ask, Question

    async def submit(typed: str, _turn: str) -> None:
        def rename(crm: Crm) -> bool:
            return firm.rename(crm, typed)

        await app.desk.write(rename)
        app.firm = " ".join(typed.split())

    hint = keyed(_("Its name · ⏎ keep · {ask.leave} leave as it was"))
    acted = await app.push_screen_wait(Ask(Question(_("The firm"), submit, value=app.firm, hint=hint)))
    return keyed(_("Written; {app.undo} takes it back.")) if acted else ""


_READ_ONLY = {
    "db": lambda: _(
        "The base is chosen when petitcrm is opened: petitcrm --db PATH, or petitcrm config set db PATH"
    ),
    "file": lambda: _("It is a text: your own comments in it stay."),
    "mail": lambda: _(
        "petitcrm mail setup asks for an account step by step, tries it, and writes it into the file."
    ),
    "keys": lambda: _("petitcrm config set keys.app.add B: the id of each key: petitcrm config keys"),
}


def _line(at: int, setting: Setting) -> Line:
    def draw(width: int) -> list[Span]:
        left: list[Span] = [(f" {fit(_(_NAMES[setting.key]), _WIDE)}", "dim"), (setting.words, "text")]
        return pushed_apart(
            left, [(f" {setting.aside} ", "dim")] if setting.aside and width > 70 else [], width
        )

    return Line(draw, ("setting", at), setting.key)
