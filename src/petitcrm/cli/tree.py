"""All the commands: which module holds each, in which part of the help it stands, and what is said of a wrong one."""

from __future__ import annotations

from typing import Any

import typer
from typer import _click as click
from typer.main import get_command_from_info, get_group

from petitcrm.cli import misuse, output, session
from petitcrm.cli.typed import Group, group
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
        "history": Place("gestures", N_("the last gestures, in words")),
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
    N_("Data"): {
        "import": Place("exchange", N_("bring in contacts, companies, deals, tasks from files")),
        "export": Place("exchange", N_("write everything, or a part, to a file")),
        "demo": Place("exchange", N_("a believable small firm, to try things on")),
        "sql": Place("base", N_("ask the base a question in SQL, to read only")),
        "check": Place("base", N_("verify the base")),
        "doctor": Place("base", N_("versions, places, rights, advice")),
        "config": Place("settings", N_("the choices of this machine"), noun=True),
    },
}
PLACES = {name: place for places in PANELS.values() for name, place in places.items()}


class Root(Group):
    """The program: its commands are imported one by one, when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - called by Typer
        """Return the names of all commands, without importing them."""
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> Any:  # noqa: ARG002 - called by Typer
        """Import and return one command."""
        place = PLACES.get(cmd_name)
        return built(cmd_name, place) if place else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - called by Typer
        """Write the commands, part by part."""
        for panel, places in PANELS.items():
            with formatter.section(_(panel)):
                formatter.write_dl([(name, _(place.help)) for name, place in places.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Return the commands that begin with what is typed, without importing them."""
        from typer._click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=_(place.help))
            for name, place in PLACES.items()
            if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]


def built(name: str, place: Place) -> click.Command:
    """Import one command and build it for Typer."""
    module = __import__(f"petitcrm.cli.commands.{place.module}", fromlist=("app",))
    if place.noun:
        command: Any = get_group(module.app)
    else:
        (info,) = [info for info in module.app.registered_commands if info.name == name]
        command = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
    command.name = name
    return command  # type: ignore[no-any-return]


def root() -> Root:
    """Return the whole program, its commands not yet imported."""
    app = group(_("The whole sales organisation of a small firm, in a terminal and one file."))

    @app.callback()
    def _choices(
        db: str = typer.Option("", "--db", metavar=_("PATH|URL"), help=_("the base"), envvar="PETITCRM_DB"),
        user: str = typer.Option(
            "", "--as", metavar=_("USER"), help=_("who you are"), envvar="PETITCRM_USER"
        ),
        lang: str = typer.Option(
            "", "--lang", metavar="fr|en", help=_("the language"), envvar="PETITCRM_LANG"
        ),
        config: str = typer.Option(
            "", "--config", metavar=_("FILE"), help=_("the file of choices"), envvar="PETITCRM_CONFIG"
        ),
        version: bool = typer.Option(False, "--version", help=_("say which version this is")),
        install: bool = typer.Option(
            False, "--install-completion", help=_("complete commands and names in this shell")
        ),
        show: bool = typer.Option(False, "--show-completion", help=_("print what the shell needs for it")),
    ) -> None:
        """Show in the help the options that `main` has already taken."""

    made = get_group(app)
    return Root(
        name="petitcrm", params=made.params, callback=made.callback, help=made.help, rich_markup_mode=None,
        subcommand_metavar=_("COMMAND …"), options_metavar=_("[OPTIONS]"), no_args_is_help=True,
        epilog="petitcrm\npetitcrm today\npetitcrm import contacts.csv\npetitcrm demo",
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
