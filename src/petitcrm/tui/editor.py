"""A text written in the person's own editor, which has the terminal meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from petitcrm import own_editor
from petitcrm.errors import CrmError, UsageProblem
from petitcrm.i18n import _

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface
    from petitcrm.tui.written import Written


def edit(app: Interface, text: str) -> str:
    """Open `$VISUAL` or `$EDITOR` on a text; return what it leaves. UsageProblem where that is not possible."""
    own_editor.command()
    try:
        with app.suspend():
            return own_editor.edited(text)
    except SuspendNotSupported:
        raise UsageProblem(_("There is no terminal here that an editor could have.")) from None


def go_on(app: Interface, field: Written) -> None:
    """Go on in the editor of the person with what a field holds, and bring back what it leaves; say what fails."""
    try:
        field.value = edit(app, field.value)
    except CrmError as problem:
        app.complain(str(problem))
