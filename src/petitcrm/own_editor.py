"""A text written in the person's own editor."""

from __future__ import annotations

import os

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _


def command() -> list[str]:
    """Return how the editor of the person is started; UsageProblem where none is named."""
    import shlex

    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not words:
        raise UsageProblem(_("Name your editor first: export EDITOR=nano, for example."))
    return words


def edited(text: str, *, suffix: str = ".txt") -> str:
    """Open the editor on a text; return what it leaves. UsageProblem where it does not open, or fails."""
    words = command()
    import subprocess

    try:
        return _edited(words, text, suffix)
    except OSError as problem:
        raise UsageProblem(
            _("{editor} does not open: {problem}", editor=words[0], problem=problem)
        ) from problem
    except subprocess.CalledProcessError:
        raise UsageProblem(_("The editor ended with an error: the text is as it was.")) from None


def _edited(words: list[str], text: str, suffix: str) -> str:
    """Run the editor on a file that only the person can read, and that is gone afterwards."""
    import subprocess
    import tempfile

    made, path = tempfile.mkstemp(prefix="petitcrm-", suffix=suffix)
    try:
        with open(made, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run([*words, path], check=True)
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().rstrip("\n")
    finally:
        os.unlink(path)
