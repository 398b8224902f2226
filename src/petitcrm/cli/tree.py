"""All the commands: which module holds each, in which part of the help it stands, and what is said of a wrong one."""

from __future__ import annotations

from functools import partial
from typing import Any

import typer
from typer import _click as click
from typer.core import TyperOption

from petitcrm.cli import misuse, output, session
from petitcrm.cli.typed import Below, Group, built_command, built_group
from petitcrm.i18n import N_, _
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.config import Config


class Place(Row):
    """Where a command of the first level is, and what the help says of it. `noun`: it has verbs of its own."""

    module: str
    help: str
    noun: bool = False


PANELS: dict[str, dict[str, Place]] = {
    N_("Every day"): {
        "today": Place("every_day", N_("what must be done today")),
        "add": Place("every_day", N_("add a task, in words")),
        "log": Place("every_day", N_("note a call, a meeting, a letter…")),
        "timeline": Place("every_day", N_("what happened with somebody")),
        "search": Place("every_day", N_("find anything")),
        "undo": Place("gestures", N_("take back a gesture")),
        "redo": Place("gestures", N_("bring it back")),
        "history": Place("every_day", N_("the last gestures, in words")),
    },
    N_("Records"): {
        "contact": Place("contact", N_("people"), noun=True),
        "company": Place("company", N_("companies"), noun=True),
        "deal": Place("deal", N_("possible sales"), noun=True),
        "task": Place("task", N_("things to do"), noun=True),
        "pipeline": Place("pipeline", N_("ways of selling"), noun=True),
        "stage": Place("stage", N_("steps of a pipeline"), noun=True),
        "tag": Place("tag", N_("words put on records"), noun=True),
        "user": Place("user", N_("people of the firm"), noun=True),
    },
    N_("Before the sale"): {
        "lead": Place("lead", N_("who may become a customer"), noun=True),
        "prospecting": Place("prospecting", N_("lists of people to approach"), noun=True),
        "profile": Place("profile", N_("the ideal customer"), noun=True),
        "persona": Place("persona", N_("the kinds of people who buy"), noun=True),
        "territory": Place("territory", N_("who gets which leads"), noun=True),
        "route": Place("route", N_("who gets a lead, and why"), noun=True),
        "partner": Place("partner", N_("resellers and agents"), noun=True),
    },
    N_("Mail and calendars"): {
        "mail": Place("mail", N_("what is read and what leaves by mail"), noun=True),
        "template": Place("template", N_("texts of mails, filled for each person"), noun=True),
        "calendar": Place(
            "calendar", N_("appointments in other calendars, and meetings out of them"), noun=True
        ),
        "consent": Place("consent", N_("who may be written to or called, and why"), noun=True),
    },
    N_("Marketing"): {
        "sequence": Place(
            "sequence", N_("mails and tasks one after the other, by what people did"), noun=True
        ),
        "tick": Place("tick", N_("do everything that is due")),
        "cron": Place("cron", N_("have it done every minute"), noun=True),
        "list": Place("list", N_("who asked to receive what"), noun=True),
        "segment": Place("segment", N_("people by a condition with a name"), noun=True),
        "campaign": Place("campaign", N_("one mail to many people, once"), noun=True),
    },
    N_("Data"): {
        "setup": Place("base", N_("what the firm is called, how it sells")),
        "import": Place("exchange", N_("bring in contacts, companies, deals, leads, tasks from files")),
        "export": Place("exchange", N_("write everything, or a part, to a file")),
        "demo": Place("exchange", N_("a believable small firm, to try things on")),
        "web": Place("web", N_("the interface in a browser of this machine")),
        "sql": Place("every_day", N_("ask the base a question in SQL, to read only")),
        "check": Place("base", N_("verify the base")),
        "doctor": Place("base", N_("versions, places, rights, advice")),
        "config": Place("settings", N_("the choices of this machine"), noun=True),
    },
}
PLACES = {name: place for places in PANELS.values() for name, place in places.items()}


class Root(Group):
    """The program: its commands are imported one by one, when they are named."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - called by Typer
        """Write the commands, part by part."""
        for panel, places in PANELS.items():
            with formatter.section(_(panel)):
                formatter.write_dl([(name, _(place.help)) for name, place in places.items()])


def _built(name: str, place: Place) -> Any:
    """Import one command and build it for Typer."""
    app = __import__(f"petitcrm.cli.commands.{place.module}", fromlist=("app",)).app
    if place.noun:
        return built_group(name, app)
    (info,) = [info for info in app.registered_commands if info.name == name]
    return built_command(info)


def root() -> Root:
    """Return the whole program, its commands not yet imported."""
    return Root(
        {name: Below(_(place.help), partial(_built, name, place)) for name, place in PLACES.items()},
        name="petitcrm", params=_choices(), callback=lambda **_taken: None,
        help=_("The whole sales organisation of a small firm, in a terminal and one file."),
        epilog="petitcrm\npetitcrm today\npetitcrm import contacts.csv\npetitcrm demo",
    )  # fmt: skip


def _choices() -> list[Any]:
    """Return the options that `main` has already taken, for the help to show."""
    return [
        _choice("--db", _("PATH|URL"), _("the base"), "PETITCRM_DB"),
        _choice("--as", _("USER"), _("who you are"), "PETITCRM_USER"),
        _choice("--lang", "fr|en", _("the language"), "PETITCRM_LANG"),
        _choice("--config", _("FILE"), _("the file of choices"), "PETITCRM_CONFIG"),
        _choice("--linear", "", _("open the interface line by line, for a screen reader"), "PETITCRM_LINEAR"),
        _choice("--version", "", _("say which version this is")),
        _choice("--install-completion", "", _("complete commands and names in this shell")),
        _choice("--show-completion", "", _("print what the shell needs for it")),
    ]


def _choice(flag: str, metavar: str, told: str, variable: str | None = None) -> TyperOption:
    return TyperOption(
        param_decls=[flag], help=told, metavar=metavar or None, is_flag=not metavar, envvar=variable, show_envvar=True,
        show_default=False,
    )  # fmt: skip


def run(config: Config, words: list[str]) -> int:
    """Run a command through Typer; return its exit code."""
    session.use(config)
    program = root()
    try:
        with program.make_context("petitcrm", list(words)) as context:
            program.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        output.help_page(error.format_message())
        return 2
    except click.exceptions.ClickException as error:
        raise misuse.explained(error) from None
    return 0
