"""The entry of `petitcrm`: choices that hold for every command, the front door, and what is said when it fails."""

from __future__ import annotations

import os
import sys

from petitcrm import i18n
from petitcrm.errors import CrmError, UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petitcrm.config import Config

CHOICES = {"--db": "db", "--as": "user", "--lang": "lang", "--config": "file"}
"""The options that hold for every command, before or after it."""
JSON_SCHEMA = 1
"""The version of the shapes that --json prints: it changes when a key changes its meaning or goes."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command given in words (those of the process by default); return its exit code."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        code = _run(given)
        if (
            words is None
            and "petitcrm.cli.front_door" in sys.modules
            and "petitcrm.cli.tree" not in sys.modules
        ):
            _leave(code)
        return code
    except CrmError as error:
        from petitcrm.cli import output

        _quietly(output.complain, _explained(error))
        return error.exit_code
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except KeyboardInterrupt:
        return 130
    except UnicodeEncodeError as error:
        from petitcrm.cli import output

        output.complain(_("“{text}” holds bytes that are no text.", text=error.object))
        return 2
    except Exception as error:
        return _out_of_room() if _is_out_of_room(error) else _own_up(error)


def take_choices(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Take the options that hold for every command out of `words`; return them and the other words."""
    chosen: dict[str, str] = {}
    others: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            others += [word, *waiting]
            break
        option, equals, value = word.partition("=")
        if option not in CHOICES or (option == "--as" and others[:1] in (["import"],)):
            others.append(word)
            continue
        if not equals:
            value = next(waiting, "")
        if not value:
            raise UsageProblem(_("{option} needs a value.", option=option))
        chosen[CHOICES[option]] = value
    return chosen, others


def _run(given: list[str]) -> int:
    i18n.use(i18n.language_of(os.environ))
    chosen, words = take_choices(given)
    if chosen.get("lang") in i18n.LANGUAGES:
        i18n.use(chosen["lang"])
    if words[:1] == ["--version"]:
        return _version(words[1:])
    if words[:1] in (["--install-completion"], ["--show-completion"]):
        from petitcrm.cli import completion

        return completion.command(words)
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    choices = _load(chosen, needed="--help" not in words)
    i18n.use(choices.lang)
    asked = os.environ.get("_PETITCRM_COMPLETE") or os.environ.get("_PCRM_COMPLETE")
    if asked:
        from petitcrm.cli import completion

        return completion.answer(choices, asked)
    new = _has_no_base_yet(choices.db)
    code = _command(choices, words)
    if new and not _has_no_base_yet(choices.db):
        from petitcrm.cli import output

        output.say(_("A new base was made: {path}", path=choices.db))
    return code


def _has_no_base_yet(location: str) -> bool:
    return "://" not in location and not os.path.exists(location)


def _load(chosen: dict[str, str], *, needed: bool) -> Config:
    from petitcrm import config

    try:
        return config.load(
            db=chosen.get("db", ""),
            user=chosen.get("user", ""),
            lang=chosen.get("lang", ""),
            file=chosen.get("file", ""),
        )
    except UsageProblem:
        if needed:
            raise
        return config.Config(db="", user="", lang=i18n.language(), file="")


def _command(choices: Config, words: list[str]) -> int:
    if words[:1] == ["--linear"]:
        choices, words = choices._replace(linear="yes"), words[1:]
    if not words:
        if (sys.stdin.isatty() and sys.stdout.isatty()) or "TEXTUAL_DRIVER" in os.environ:  # `petitcrm web`
            from petitcrm.cli import interface

            return interface.start(choices)
        words = ["today"]
    from petitcrm.cli import front_door

    daily = front_door.recognise(words)
    if daily:
        return front_door.enter(choices, *daily)
    from petitcrm.cli import tree

    return tree.run(choices, words)


def _version(words: list[str]) -> int:
    from petitcrm import __version__
    from petitcrm.cli import output

    if words == ["--json"]:
        from petitcrm.store.schema import HEAD

        output.document({"version": __version__, "schema": JSON_SCHEMA, "base": HEAD})
    elif words:
        raise UsageProblem(_("--version is asked alone, or with --json."))
    else:
        output.line(f"petitcrm {__version__}")
    return 0


def _explained(error: CrmError) -> str:
    rule = getattr(error, "rule", "")
    return f"{error}\n" + _("Rule: {rule}", rule=rule) if rule else str(error)


def _own_up(error: Exception) -> int:
    """Say that the program is at fault; the whole trace only for those who ask for it."""
    from petitcrm import mistakes
    from petitcrm.cli import output

    if os.environ.get("PETITCRM_DEBUG"):
        raise error
    output.complain(
        mistakes.sentence(error) + "\n" + _("Please report it with this line; PETITCRM_DEBUG=1 shows more.")
    )
    return 1


def _is_out_of_room(error: Exception) -> bool:
    import errno

    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _out_of_room() -> int:
    """Say that the answer found no room where it is printed; the bases say so themselves, in their own words."""
    from petitcrm.cli import output

    _forget_stdout()
    output.complain(_("There is no room left where the answer is written: it is not whole."))
    return 6


def _quietly(say: Callable[[str], None], words: str) -> None:
    try:
        say(words)
    except BrokenPipeError:
        _forget_stdout()


def _leave(code: int) -> None:
    """End the process of a daily command at once: all is written and closed, tidying up would cost a tenth of it."""
    for stream in (sys.stdout, sys.stderr):
        if stream:
            stream.flush()
    os._exit(code)


def _forget_stdout() -> None:
    """Let nothing more be written to a reader who has left, not even when Python closes its files."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
