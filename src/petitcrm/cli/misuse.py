"""What is said when the words of a command are wrong, in the user's language, with what to type instead."""

from __future__ import annotations

import re
from typing import Any

from typer._click import exceptions

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

_UNEXPECTED = re.compile(r"Got unexpected extra argument\(s\) \((.+)\)$", re.DOTALL)


def explained(error: exceptions.ClickException) -> UsageProblem:
    """Return the refusal in our own words."""
    context = getattr(error, "ctx", None)
    advice = _("Help: {command} --help", command=" ".join(context.command_path.split())) if context else ""
    if isinstance(error, exceptions.NoSuchOption):
        return _no_such_option(error, advice)
    if isinstance(error, exceptions.MissingParameter):
        return UsageProblem(_("{name} is missing.", name=_name(error.param)), advice=advice)
    if isinstance(error, exceptions.BadParameter) and error.param:
        words = _("{name}: {problem}", name=_name(error.param), problem=error.message)
        return UsageProblem(words, advice=advice)
    if isinstance(error, exceptions.BadOptionUsage):
        return UsageProblem(_("{option} needs a value.", option=error.option_name), advice=advice)
    if unexpected := _UNEXPECTED.match(error.message):
        return UsageProblem(_("This is one too many: {words}", words=unexpected[1]), advice=advice)
    return UsageProblem(error.format_message(), advice=advice)


def _no_such_option(error: exceptions.NoSuchOption, advice: str) -> UsageProblem:
    import difflib

    params = error.ctx.command.get_params(error.ctx) if error.ctx else []
    known = [name for param in params if param.param_type_name == "option" for name in param.opts]
    bare = error.option_name.lstrip("-")
    meant = next((one for one in params if one.param_type_name == "argument" and one.name == bare), None)
    near = difflib.get_close_matches(error.option_name, [*known, "--db", "--as", "--lang", "--config"], n=2)
    if meant:
        advice = _("{name} is written without --. {help}", name=_name(meant), help=advice)
    elif near:
        advice = _("Did you mean {names}?", names=" / ".join(near))
    return UsageProblem(_("There is no option {name} here.", name=error.option_name), advice=advice)


def _name(parameter: Any) -> str:
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name.upper())
