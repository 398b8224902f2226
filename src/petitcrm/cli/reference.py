"""The reference of the commands, drawn from the program itself: as a page to read and as a man page."""

from __future__ import annotations

from typing import Any, NamedTuple

from petitcrm.i18n import N_, _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

CODES = (
    (0, N_("done")), (1, N_("a bug of petitcrm")), (2, N_("the words or the configuration are wrong")),
    (3, N_("done, but some rows were refused")), (4, N_("not found, or several answer: they are listed")),
    (5, N_("refused by a rule, which is named")), (6, N_("the base is busy, missing, damaged or of a newer version")),
    (7, N_("a server could not be reached, or refused")),
)  # fmt: skip
VARIABLES = (
    ("PETITCRM_DB", N_("the base: a path, or a postgresql:// URL")),
    ("PETITCRM_USER", N_("who you are, as --as")),
    ("PETITCRM_LANG", N_("fr or en")),
    ("PETITCRM_SCREEN", N_("what the interface opens on: day, funnel, contacts or leads")),
    ("PETITCRM_LINEAR", N_("the interface line by line, for a screen reader: 1")),
    ("PETITCRM_CONFIG", N_("the file of choices")),
    ("PETITCRM_NO_INPUT", N_("ask nothing, even on a terminal")),
    ("PETITCRM_DEBUG", N_("show the whole trace of a bug")),
    ("NO_COLOR", N_("no colours")),
)


class Entry(NamedTuple):
    """A command as it is documented."""

    path: str
    usage: str
    help: str
    arguments: list[tuple[str, str]]
    options: list[tuple[str, str]]
    examples: list[str]


def entries(command: Any, context: Any) -> Iterator[Entry]:
    """Yield a command, then those below it."""
    records = [(parameter, parameter.get_help_record(context)) for parameter in command.get_params(context)]
    pieces = [piece.strip("{}") for piece in command.collect_usage_pieces(context)]
    yield Entry(
        context.command_path,
        " ".join([context.command_path, *pieces]),
        " ".join((command.help or "").split()),
        [record for parameter, record in records if record and parameter.param_type_name == "argument"],
        [record for parameter, record in records if record and parameter.param_type_name == "option"],
        [line.strip() for line in (command.epilog or "").split("\n") if line.strip()],
    )
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            yield from entries(below, type(context)(below, info_name=name, parent=context))


def page(listed: list[Entry]) -> str:
    """Return the reference as Markdown."""
    from petitcrm.kinds import KINDS

    written = [f"# {_('The commands of petitcrm')}", "", _("Written by `make docs` from the program."), ""]
    for entry in listed:
        written += [f"{'##' if entry.path.count(' ') < 2 else '###'} {entry.path}", ""]
        written += [entry.help, "", "```", entry.usage, "```", ""]
        written += [f"* `{name}` — {told}" for name, told in [*entry.arguments, *entry.options]]
        if entry.examples:
            written += ["", "```sh", *entry.examples, "```"]
        written.append("")
    written += [f"## {_('Exit codes')}", "", *(f"* {code} — {_(told)}" for code, told in CODES), ""]
    written += [f"## {_('Environment')}", "", *(f"* `{name}` — {_(told)}" for name, told in VARIABLES), ""]
    written += [f"## {_('Kinds of events')}", "", _("The timeline and the history are made of these."), ""]
    written += [f"* `{name}` — {_(kind.sentence)}" for name, kind in KINDS.items()]
    return "\n".join(written) + "\n"


def manual(listed: list[Entry]) -> str:
    """Return the reference as a man page."""
    root = listed[0]
    written = [f'.TH PETITCRM 1 "" "petitcrm" "{_escaped(_("User commands"))}"', f".SH {_('NAME')}"]
    written += [f"petitcrm \\- {_escaped(root.help)}", f".SH {_('SYNOPSIS')}", _escaped(root.usage)]
    written += [f".SH {_('OPTIONS')}", *_described(root.options), f".SH {_('COMMANDS')}"]
    for entry in listed[1:]:
        written += [f'.SS "{_escaped(entry.usage)}"', _escaped(entry.help)]
        written += _described([*entry.arguments, *entry.options[:-1]])
        for example in entry.examples:
            written += [".PP", f"    {_escaped(example)}"]
    written += [f".SH {_('EXIT CODES')}", *_described([(str(code), _(told)) for code, told in CODES])]
    written += [f".SH {_('ENVIRONMENT')}", *_described([(name, _(told)) for name, told in VARIABLES])]
    return "\n".join(written) + "\n"


def _described(pairs: list[tuple[str, str]]) -> list[str]:
    return [
        line for name, told in pairs for line in (".TP", f"\\fB{_escaped(name)}\\fR", _escaped(told) or "\\&")
    ]


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def whole_program() -> list[Entry]:
    """Return every command, in the language in force; the texts of the help are fixed when it is first asked for."""
    from petitcrm.cli.tree import root

    program = root()
    return list(entries(program, program.make_context("petitcrm", [], resilient_parsing=True)))
