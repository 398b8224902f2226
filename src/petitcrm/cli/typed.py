"""What the command line asks of Typer: groups and commands that speak the user's language, without boxes."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import typer
from typer import core

from petitcrm.cli import session
from petitcrm.cli.daily import COMMANDS, Argument, Daily, Option, function_of
from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.meant import nearest
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typer import _click as click

_SAID_BY_TYPER = (
    N_("Arguments"), N_("Options"), N_("Commands"), N_("Missing command."), N_("default: {default}"), N_("required"),
    N_("env var: {var}"),
)  # fmt: skip
"""What Typer says through gettext; our catalogue answers."""

setattr(core, "_", _)  # noqa: B010 - a name that the library does not declare


def count(told: str | int, least: int = 0) -> int:
    """Read a whole number, not negative; a default is one already."""
    text = str(told)
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        raise typer.BadParameter(_("“{value}” is not a whole number.", value=text))
    if int(text) < least:
        raise typer.BadParameter(_("“{value}” is too small: {least} at least.", value=text, least=least))
    return int(text)


def some(told: str | int) -> int:
    """Read a whole number, 1 at least."""
    return count(told, 1)


class Command(core.TyperCommand):
    """A command whose help is in the user's language."""

    def get_help_option(self, ctx: click.Context) -> Any:
        """Return the option --help."""
        return _in_words(super().get_help_option(ctx))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is typed."""
        _write_usage(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - called by Typer
        """Write the examples, as they are."""
        write_examples(self.epilog, formatter)


class Group(core.TyperGroup):
    """A noun and its verbs, each built when it is named; `below` gives what the help says of each, and its builder.

    `otherwise` is what is meant where the first word names no verb: the short way of the commonest one.
    """

    def __init__(
        self, below: Mapping[str, Below], otherwise: Callable[[], Any] | None = None, **settings: Any
    ) -> None:
        super().__init__(
            no_args_is_help=True, rich_markup_mode=None, subcommand_metavar=_("COMMAND …"),
            options_metavar=_("[OPTIONS]"), **settings,
        )  # fmt: skip
        self.below = below
        self.otherwise = otherwise

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - called by Typer
        """Return the names of the commands, without building them."""
        return list(self.below)

    def get_command(self, ctx: click.Context, cmd_name: str) -> Any:  # noqa: ARG002 - called by Typer
        """Build and return one command, once."""
        if cmd_name in self.below and cmd_name not in self.commands:
            self.commands[cmd_name] = self.below[cmd_name].build()
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command that is named, or say which one may be meant."""
        is_verb = not args or args[0] in self.below or (args[0].startswith("-") and args[0] != "-")
        if not is_verb and not ctx.resilient_parsing:
            if self.otherwise and not _looks_like_one_of(args[0], list(self.below)):
                return "", self.otherwise(), args
            raise unknown_command(args[0], list(self.below), path=ctx.command_path)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - called by Typer
        """Write the commands, without building them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, each.help) for name, each in self.below.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Return the commands and options that begin with what is typed, without building them."""
        from typer._click.core import Command as Bare
        from typer._click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=each.help)
            for name, each in self.below.items()
            if name.startswith(incomplete)
        ]
        return [*found, *Bare.shell_complete(self, ctx, incomplete)]

    def get_help_option(self, ctx: click.Context) -> Any:
        """Return the option --help."""
        return _in_words(super().get_help_option(ctx))

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is typed."""
        _write_usage(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - called by Typer
        """Write the examples, as they are."""
        write_examples(self.epilog, formatter)


class Below(Row):
    """A command below a group: what the help says of it, and what builds it."""

    help: str
    build: Callable[[], Any]


def built_group(name: str, app: typer.Typer) -> Group:
    """Return a noun with the verbs that were added to it, none of them built yet."""
    below = {
        str(info.name): Below(info.help or "", partial(built_command, info))
        for info in app.registered_commands
        if info.name
    }
    for info in app.registered_groups:
        if info.typer_instance:
            told = str(info.typer_instance.info.help)
            below[str(info.name)] = Below(told, partial(built_group, str(info.name), info.typer_instance))
    unnamed = [partial(built_command, info) for info in app.registered_commands if not info.name]
    return Group(
        below,
        unnamed[0] if unnamed else None,
        name=name,
        help=str(app.info.help),
        epilog=str(app.info.epilog),
    )


def built_command(info: Any) -> Any:
    """Return the command that Typer makes of a function and its signature."""
    from typer.main import get_command_from_info

    return get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)


def unknown_command(typed: str, known: list[str], *, path: str) -> UsageProblem:
    """Return the refusal of a command that does not exist, with the ones that look like it."""
    import difflib

    near = difflib.get_close_matches(typed, known, n=2)
    if near:
        advice = _("Did you mean {names}?", names=" / ".join(f"{path} {name}" for name in near))
    else:
        advice = _("Commands: {names}", names=", ".join(known))
    return UsageProblem(_("There is no command {name}.", name=f"{path} {typed}"), advice=advice)


def _looks_like_one_of(typed: str, known: list[str]) -> bool:
    return bool(nearest(typed, known, alike=0.75))


def group(help_text: str, *, examples: str = "") -> typer.Typer:
    """Return an empty noun, to which commands are added; `examples` are a way through them, from nothing."""
    return typer.Typer(
        help=help_text,
        epilog=examples,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def verb(app: typer.Typer, name: str, help_text: str, *, examples: str = "") -> Callable[[Any], Any]:
    """Add the function that follows to a noun, as its verb `name`."""
    return app.command(name, cls=Command, help=help_text, epilog=examples, options_metavar=_("[OPTIONS]"))


def add_daily(app: typer.Typer, noun: str = "") -> None:
    """Add the commands of every day of a noun (or those that have none), declared in `daily`."""
    for command in COMMANDS:
        if command.words[:-1] == ((noun,) if noun else ()):
            verb(app, command.words[-1], _(command.help), examples=command.examples)(typer_function(command))


def typer_function(command: Daily) -> Callable[..., None]:
    """Return the function that Typer calls for a daily command, with the signature that its record tells."""

    def run(**values: Any) -> None:
        for argument in command.arguments:
            if argument.many:
                values[argument.name] = tuple(values[argument.name] or ())
        code = function_of(command)(session.config(), **values)  # type: ignore[operator]
        if code:
            raise typer.Exit(code)

    parameters = [_argument(argument) for argument in command.arguments]
    parameters += [_option(option) for option in command.options]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _argument(argument: Argument) -> inspect.Parameter:
    from petitcrm.cli.names import completing

    default: Any = ... if argument.required else ([] if argument.many else "")
    told = typer.Argument(
        default, metavar=_(argument.metavar), help=_(argument.help), show_default=False,
        autocompletion=completing(argument.noun) if argument.noun else None,
    )  # fmt: skip
    kind = list[str] if argument.many else str
    return inspect.Parameter(argument.name, inspect.Parameter.KEYWORD_ONLY, default=told, annotation=kind)


def _option(option: Option) -> inspect.Parameter:
    from petitcrm.cli.names import completing

    told: Any
    if not option.metavar:
        told, kind = typer.Option(False, option.flag, help=_(option.help)), bool
    elif option.number:
        told = typer.Option(None, option.flag, help=_(option.help), metavar=_(option.metavar), parser=count)
        kind = int | None  # type: ignore[assignment]
    else:
        told = typer.Option(
            "", option.flag, help=_(option.help), metavar=_(option.metavar), show_default=False,
            autocompletion=completing(option.name),
        )  # fmt: skip
        kind = str  # type: ignore[assignment]
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=told, annotation=kind)


def write_examples(text: str | None, formatter: click.HelpFormatter) -> None:
    """Write examples under a heading, one a line, uncut."""
    if not text:
        return
    with formatter.section(_("Examples")):
        for each in text.strip().split("\n"):
            formatter.write(f"{'':>{formatter.current_indent}}{each.strip()}\n")


def _in_words(option: Any) -> Any:
    if option is not None:
        option.help = _("show this help")
    return option


def _write_usage(command: Any, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    pieces = [piece.strip("{}") for piece in command.collect_usage_pieces(ctx)]
    formatter.write_usage(" ".join(ctx.command_path.split()), " ".join(pieces), prefix=_("Usage: "))
