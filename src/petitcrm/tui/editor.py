"""A text written in the person's own editor, which has the terminal meanwhile."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface


def edit(app: Interface, text: str) -> str:
    """Open `$VISUAL` or `$EDITOR` on a text; return what it leaves. UsageProblem where that is not possible."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UsageProblem(_("Name your editor first: export EDITOR=nano, for example."))
    try:
        with app.suspend():
            return _edited(command, text)
    except SuspendNotSupported:
        raise UsageProblem(_("There is no terminal here that an editor could have.")) from None
    except OSError as problem:
        raise UsageProblem(
            _("{editor} does not open: {problem}", editor=command[0], problem=problem)
        ) from problem
    except subprocess.CalledProcessError:
        raise UsageProblem(_("The editor ended with an error: the text is as it was.")) from None


def _edited(command: list[str], text: str) -> str:
    """Run the editor on a file that only the person can read, and that is gone afterwards."""
    made, path = tempfile.mkstemp(prefix="petitcrm-", suffix=".txt")
    try:
        with open(made, "w", encoding="utf-8") as file:
            file.write(text)
        subprocess.run([*command, path], check=True)
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().rstrip("\n")
    finally:
        os.unlink(path)
