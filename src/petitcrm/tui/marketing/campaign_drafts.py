"""What is typed of a campaign and not in the base yet: kept on this machine until it is."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from petitcrm.i18n import _
from petitcrm.tui import again
from petitcrm.tui.drafts import Draft
from petitcrm.tui.marketing import campaign_reading as reading

if TYPE_CHECKING:
    from petitcrm.marketing.campaign_text import Text
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.tui.app import Interface

_TEXT = ("subject", "subject_b", "body")
"""What is typed of a campaign; the rest is chosen, and in the base at once."""


def key(campaign_id: int) -> str:
    """Return what the draft of a campaign is kept under."""
    return f"campaign {campaign_id}"


def keep(app: Interface, found: Campaign, text: Text) -> None:
    """Keep a campaign as it is typed, unless the base has it so."""
    if text == reading.text_of(found):
        app.drafts.drop(key(found.id))
        return
    kept = f"{text.subject}\n{text.body}".strip() or found.name
    turn = json.dumps({field: getattr(text, field) for field in _TEXT}, ensure_ascii=False)
    title, way = _("Campaign {name}", name=found.name), again.way("campaign", None, str(found.id))
    app.drafts.keep(Draft(key(found.id), kept, title, app.now.timestamp(), turn, way, os.getpid()))


def rest(app: Interface, campaign_id: int) -> None:
    """Say that nobody types in it any more."""
    if draft := app.drafts.find(key(campaign_id)):
        app.drafts.keep(draft._replace(writer=0))


def read(turn: str, held: Text) -> Text:
    """Return a campaign with what was typed, from a draft; as it is where another program made something else of it."""
    try:
        told = json.loads(turn)
        return held._replace(**{field: str(told[field]) for field in _TEXT})  # type: ignore[arg-type]
    except (ValueError, TypeError, KeyError):
        return held
