"""Answers the Tab key: the shell's words in, commands, options and real names out.

Typer's own answer is not used: it imports rich for zsh and fish, and every command to propose their names.
"""

from __future__ import annotations

import os
import shlex

from petitcrm.cli import output, session
from petitcrm.errors import CrmError, UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.config import Config

    Proposal = tuple[str, str]


def answer(config: Config, instruction: str) -> int:
    """Print the proposals for the words that the shell hands over (Typer's protocol); return the exit code."""
    asked, _underscore, shell = instruction.partition("_")
    if asked == "source":
        output.script(shell_script(shell))
        return 0
    session.use(config)
    words, typed = _words(shell)
    try:
        found = proposals(words, typed)
    except CrmError:
        found = []
    if os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return 0 if found else 1
    output.script(_FORMATS.get(shell, _for_bash)(found))
    return 0


def command(words: list[str]) -> int:
    """Answer --install-completion and --show-completion, each with the name of a shell or for the one in use."""
    if len(words) > 2:
        raise UsageProblem(_("Shells: {names}.", names=", ".join(_FORMATS)))
    shell = words[1] if len(words) == 2 else ""
    if words[0] == "--show-completion":
        output.script(shell_script(shell or os.path.basename(os.environ.get("SHELL", "bash"))))
        return 0
    installed, path = install(shell)
    output.say(_("{shell} completes petitcrm from its next start: {path}", shell=installed, path=path))
    return 0


def proposals(words: list[str], typed: str) -> list[Proposal]:
    """Return what may follow `words`, beginning as `typed`, each with what it is."""
    from typer._click.shell_completion import _resolve_context, _resolve_incomplete

    from petitcrm.cli.main import take_choices
    from petitcrm.cli.tree import root

    _chosen, others = take_choices(words)
    context = _resolve_context(root(), {}, "petitcrm", others)
    asked, typed = _resolve_incomplete(context, others, typed)
    return [
        (item.value, item.help or "") for item in asked.shell_complete(context, typed) if item.type == "plain"
    ]


def shell_script(shell: str) -> str:
    """Return what makes a shell ask us at the Tab key; UsageProblem for a shell that is not known."""
    from typer._completion_shared import get_completion_script

    if shell not in _FORMATS:
        raise UsageProblem(_("Shells: {names}.", names=", ".join(_FORMATS)))
    return get_completion_script(prog_name="petitcrm", complete_var="_PETITCRM_COMPLETE", shell=shell)


def install(shell: str) -> tuple[str, str]:
    """Make a shell (empty: the one in use) complete our commands from its next start; return it and its file."""
    from typer._completion_shared import install as by_typer

    if shell and shell not in _FORMATS:
        raise UsageProblem(_("Shells: {names}.", names=", ".join(_FORMATS)))
    installed, path = by_typer(shell=shell or None, prog_name="petitcrm", complete_var="_PETITCRM_COMPLETE")
    return installed, str(path)


def _words(shell: str) -> tuple[list[str], str]:
    """Return the words before the one being typed, and that one."""
    if shell == "bash":
        words = _split(os.environ.get("COMP_WORDS", ""))
        at = int(os.environ.get("COMP_CWORD", "0") or 0)
        return words[1:at], words[at] if at < len(words) else ""
    text = os.environ.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(text)[1:]
    if shell in ("powershell", "pwsh"):
        typed = os.environ.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        return (words[:-1] if typed else words), typed
    if words and not text.endswith((" ", "\n")):
        return words[:-1], words[-1]
    return words, ""


def _split(text: str) -> list[str]:
    """Cut a line as a shell does; a quote left open closes at the end."""
    for closing in ("", "'", '"', "\\ "):
        try:
            return shlex.split(text + closing)
        except ValueError:
            continue
    return text.split()


def _for_bash(found: list[Proposal]) -> str:
    return "\n".join(_shell_word(value) for value, _help in found)


def _for_zsh(found: list[Proposal]) -> str:
    if not found:
        return "_files"
    listed = "\n".join(
        f'"{_zsh_word(value)}":"{_zsh_word(told)}"' if told else f'"{_zsh_word(value)}"'
        for value, told in found
    )
    return f"_arguments '*: :(({listed}))'"


def _for_fish(found: list[Proposal]) -> str:
    return "\n".join(f"{value}\t{' '.join(told.split())}" if told else value for value, told in found)


def _for_powershell(found: list[Proposal]) -> str:
    return "\n".join(f"{value}:::{told or ' '}" for value, told in found)


_FORMATS = {
    "bash": _for_bash, "zsh": _for_zsh, "fish": _for_fish, "powershell": _for_powershell, "pwsh": _for_powershell,
}  # fmt: skip


def _shell_word(value: str) -> str:
    """Return `value` so that the line of bash still holds it as one harmless word."""
    return "".join(
        character if character.isalnum() or character in "-_./@:+=,%" else f"\\{character}"
        for character in value
    )


def _zsh_word(value: str) -> str:
    """Escape for zsh, which evaluates the answer: nothing of a name may be run."""
    kept = "".join(character if character.isprintable() else " " for character in value)
    for special, safe in (("\\", ""), ('"', '""'), ("'", "''"), ("$", "\\$"), ("`", "\\`"), (":", r"\\:")):
        kept = kept.replace(special, safe)
    return kept
