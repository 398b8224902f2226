"""What was being typed, opened again where it was: by ctrl+g, after a crash as after esc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petitcrm.i18n import _
from petitcrm.tui.named_keys import key_of
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface
    from petitcrm.tui.drafts import Draft


def tell(app: Interface, draft: Draft) -> None:
    """Say that a text was being typed when the program ended."""
    told = {"title": draft.title, "hour": draft.hour}
    app.say(
        _(
            "Something was being written — {title}, {hour}: {key} opens it again",
            key=key_of("app.draft"),
            **told,
        )
    )


async def open_last(app: Interface) -> None:
    """Open the question whose text was typed last and not acted on."""
    draft = app.drafts.newest(cut_short=True) or app.drafts.newest()
    if draft is None:
        app.complain(_("Nothing that was typed is waiting."))
    elif not draft.way or not await _open(app, *draft.way):
        app.complain(_("“{text}” waits where it was typed: {title}.", text=draft.text, title=draft.title))


def way(kind: str, target: Target | None = None, *told: str) -> tuple[Any, ...]:
    """Return how a question of a kind, about a target, is opened again."""
    return kind, list(target) if target else None, *told


async def _open(app: Interface, kind: str, target: list[Any] | None = None, *told: str) -> bool:
    from petitcrm.tui import gestures, newcomers

    whom = Target(*target) if target and kind != "fact" else None
    if kind == "log" and whom:
        await gestures.log(app, whom, told[0])
    elif kind == "add":
        await gestures.quick_add(app, whom)
    elif kind == "new":
        await newcomers.new(app, told[0], whom)
    elif kind == "mail" and whom and whom.contact_id is not None:
        from petitcrm.tui.mail import acts

        answered = int(told[0]) if told[0] else None
        await acts.compose(app, whom.contact_id, (whom.deal_id, whom.task_id), answered)
    elif kind == "fact" and target:
        await _open_fact(app, target[0], int(target[1]), told[0])
    elif kind == "campaign":
        from petitcrm.tui.marketing import campaign_screen

        campaign_screen.open_campaign(app, int(told[0]))
    elif kind == "rules":
        from petitcrm.tui.organising import territory_gestures

        await territory_gestures.go_on(app, told[0])
    else:
        return False
    return True


async def _open_fact(app: Interface, noun: str, row_id: int, field: str) -> None:
    from petitcrm.tui import edits
    from petitcrm.tui.sheet import SheetScreen

    screen = SheetScreen(noun, row_id)
    await app.push_screen(screen)
    await screen.reread()
    facts = screen.sheet.facts if screen.sheet else []
    fact = next((one for one in facts if one.field == field), None)
    if fact:
        await edits.edit_facts(app, screen, fact)
