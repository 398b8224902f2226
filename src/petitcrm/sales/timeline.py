"""What happened with a contact, logged by hand, and the clock of silence that it restarts."""

from __future__ import annotations

from petitcrm.dates import instant_text
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.kinds import KINDS
from petitcrm.store.queries import touches as queries
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from petitcrm.crm import Crm
    from petitcrm.store.journal import Act


def kinds_by_hand() -> list[str]:
    """Return the kinds that a person may log, as `petitcrm log` names them."""
    return [name.removesuffix(".logged") for name, kind in KINDS.items() if kind.by_hand]


def log(
    crm: Crm,
    kind: str,
    contact_id: int,
    text: str = "",
    *,
    at: datetime | None = None,
    deal_id: int | None = None,
    label: str = "",
) -> int:
    """Put a call, a letter, a meeting, a note… on the contact's timeline; return the id of its event.

    `kind` is one of `kinds_by_hand()`; any other word is a kind of the user's own. `at` is when it happened.
    """
    kind, label = clean(kind).strip(), clean(label).strip()
    if f"{kind}.logged" not in KINDS:
        kind, label = "other", label or kind
    if kind == "other" and not label:
        label = _("Other")
    if at is not None and at > crm.now:
        raise UsageProblem(
            _(
                "{at} is still to come: only what has happened goes on the timeline.",
                at=at.strftime("%Y-%m-%d %H:%M"),
            ),
            advice=_("Make it a task: petitcrm add"),
        )
    happened = instant_text(at) if at else crm.now_text
    company_id, deal_id = _subjects(crm, contact_id, deal_id)
    name = f"{kind}.logged"
    with crm.act(
        name,
        contact=contact_id,
        company=company_id,
        deal=deal_id,
        text=clean(text).strip(),
        at=happened,
        label=label or None,
    ) as act:
        if KINDS[name].human:
            touch(crm, act, contact_id, deal_id=deal_id, at=happened)
    return act.event_id or 0


def touch(crm: Crm, act: Act, contact_id: int, *, deal_id: int | None = None, at: str = "") -> None:
    """Restart the clock of silence of the deal, or of every open deal of the contact; leads that wait are answered."""
    _answer_leads(crm, act, contact_id, at or crm.now_text)
    if deal_id is not None:
        touched = [(deal_id,)]
    else:
        touched = crm.rows(
            "SELECT id FROM deals WHERE contact_id = :contact AND status = 'open'", contact=contact_id
        )
    at = at or crm.now_text
    for (one,) in touched:
        if crm.rows("SELECT 1 FROM deals WHERE id = :id AND touched_at < :at", id=one, at=at):
            act.update("deals", one, touched_at=at)


def _answer_leads(crm: Crm, act: Act, contact_id: int, at: str) -> None:
    """Stop the clock of the first answer, and take in hand what was new."""
    for lead_id, state in queries.unanswered(crm, contact_id, at):
        changes = {
            "answered_at": at,
            **({"state": "working", "state_at": crm.now_text} if state == "new" else {}),
        }
        act.update("leads", lead_id, **changes)


def _subjects(crm: Crm, contact_id: int, deal_id: int | None) -> tuple[int | None, int | None]:
    found = crm.rows("SELECT company_id FROM contacts WHERE id = :id", id=contact_id)
    if not found:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    if deal_id is not None and not crm.rows("SELECT 1 FROM deals WHERE id = :id", id=deal_id):
        raise NotFound(_("There is no deal d{id}.", id=deal_id))
    return found[0][0], deal_id
