"""What is wrong with a campaign that is written: listed, and gone to where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.tui.choose import Choose, Option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.tui.app import Interface


async def ask(app: Interface, wrong: Sequence[Problem], title: str) -> Problem | None:
    """List what is to be mended; return the one that the person goes to, and say it whole."""
    if not wrong:
        app.say(_("Nothing is to be mended."))
        return None
    options = [Option(str(at), one.words) for at, one in enumerate(wrong)]
    chosen = await app.push_screen_wait(Choose(title, options))
    if chosen is None:
        return None
    app.complain(wrong[int(chosen)].words)
    return wrong[int(chosen)]


def place_of(problem: Problem) -> str:
    """Return where a problem is mended: `audience`, `subject` or `text`."""
    from petitcrm.marketing import content_lint

    if problem.rule in ("nobody", "list-is-archived"):
        return "audience"
    return "subject" if problem.rule in content_lint.OF_SUBJECT else "text"
