"""Every gesture can be taken back, told in words, and brought again."""

from __future__ import annotations

from petitcrm.errors import NotFound, RefusedByRule
from petitcrm.i18n import N_, _
from petitcrm.kinds import sentence
from petitcrm.rows import Row
from petitcrm.store import undo as journal_undo
from petitcrm.store.queries import history as queries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.watch import Watch


class Undone(Row):
    """What undo or redo did: the gesture, how many of its acts, and the rows that were kept, each with its reason."""

    batch: int
    what: str
    acts: int
    kept: list[str]


class Gesture(Row):
    """One line of the history."""

    id: int
    at: str
    user: str
    what: str
    acts: int
    undone: bool


def undo(crm: Crm, batch: int | None = None, *, watch: Watch | None = None) -> Undone:
    """Take back a gesture (the last one of this user that still stands, unless told which).

    Rows changed since, or that others depend on, stay and are named. Raise RefusedByRule when nothing can be undone.
    """
    chosen = batch if batch is not None else queries.last_standing(crm)
    if chosen is None:
        raise RefusedByRule("nothing-to-undo", _("There is nothing to undo."))
    _must_exist(crm, chosen, undone=False)
    return _turn(crm, chosen, again=False, watch=watch)


def undo_merge(crm: Crm, batch: int, act: int) -> Undone:
    """Take back one merge, by its event: the whole gesture if it is all of it, else the others of the gesture stand."""
    found = queries.batch(crm, batch)
    return _turn(crm, batch, again=False, only=act if found and found.acts > 1 else None)


def redo(crm: Crm, batch: int | None = None, *, watch: Watch | None = None) -> Undone:
    """Bring back a gesture that was undone (the last one, if nothing was done since, unless told which)."""
    chosen = batch if batch is not None else queries.last_undone(crm)
    if chosen is None:
        raise RefusedByRule("nothing-to-redo", _("There is nothing to redo."))
    _must_exist(crm, chosen, undone=True)
    return _turn(crm, chosen, again=True, watch=watch)


def gestures(crm: Crm, limit: int = 50) -> list[Gesture]:
    """Return the last gestures, newest first, told in words."""
    return [
        Gesture(row.id, row.at, row.user, _told(crm, row), row.acts, row.undone_by is not None)
        for row in queries.batches(crm, limit)
    ]


def _told(crm: Crm, row: queries.Batch) -> str:
    """Return a gesture in words: its main act, whom it is about, and how many more acts there were."""
    import json

    details = json.loads(row.details)
    if row.undoes is not None:
        return sentence(row.kind, {"what": what(crm, row.undoes)})
    words = sentence(row.kind, details)
    if row.kind == "file.imported":
        return words
    if row.whom and row.whom not in words:
        words = f"{words} — {row.whom}"
    if row.acts < 2:
        return words
    return _("{words} (+{n})", words=words, n=row.acts - 1)


def what(crm: Crm, batch: int) -> str:
    """Return one gesture in words."""
    found = queries.batch(crm, batch)
    return _told(crm, found) if found else f"#{batch}"


def _must_exist(crm: Crm, batch: int, *, undone: bool) -> None:
    found = queries.batch(crm, batch)
    if found is None:
        raise NotFound(_("There is no gesture {id} in the history.", id=batch), advice="petitcrm history")
    if found.kind in ("batch.undone", "batch.redone"):
        raise RefusedByRule(
            "undo-is-undone-by-redo",
            _("Gesture {id} is an undo or a redo itself.", id=batch),
            advice="petitcrm redo",
        )
    if found.kind == "mail.sent":
        raise _has_left(_("The mail has left: it cannot be taken back."))
    if (found.undone_by is not None) != undone:
        words = (
            _("Gesture {id} is not undone.", id=batch)
            if undone
            else _("Gesture {id} is undone already.", id=batch)
        )
        raise RefusedByRule("gesture-already-there", words)


def _has_left(message: str) -> RefusedByRule:
    advice = _("An earlier gesture is taken back by its number: petitcrm history")
    return RefusedByRule("mail-has-left", message, advice=advice)


def _turn(
    crm: Crm, batch: int, *, again: bool, only: int | None = None, watch: Watch | None = None
) -> Undone:
    if crm.journal is None:
        raise RuntimeError("this CRM was opened to read")
    words = what(crm, batch)
    acts, kept = journal_undo.revert(crm.journal, batch, again=again, only=only, watch=watch)
    named = [_kept_row(crm, table, row_id, why) for (table, row_id), why in kept]
    if not acts and any(table == "outbox" for (table, _row_id), _why in kept):
        raise _has_left(_("The mail has left, or is just leaving: it cannot be taken back."))
    if not acts and any(table == "campaigns" and _has_begun(crm, row_id) for (table, row_id), _why in kept):
        raise RefusedByRule(
            "campaign-has-begun", _("The campaign has begun: what left cannot be taken back."),
            advice="petitcrm campaign pause …, petitcrm campaign cancel …",
        )  # fmt: skip
    if not acts:
        raise RefusedByRule(
            "changed-since", _("Nothing was undone: it was all changed since."), advice="\n".join(named)
        )
    from petitcrm.sales import consent

    for contact_id in queries.spoken_for(crm, batch):
        consent.keep_refusals(crm, contact_id, consent.Wanted())
    return Undone(batch, words, acts, named)


def _has_begun(crm: Crm, campaign_id: int) -> bool:
    sql = "SELECT 1 FROM campaigns WHERE id = :id AND started_at IS NOT NULL"
    return bool(crm.rows(sql, id=campaign_id))


_NAMES = {
    "contacts": ("c{id}", "trim(first_name || ' ' || last_name)"),
    "companies": ("f{id}", "name"),
    "deals": ("d{id}", "title"),
    "tasks": ("t{id}", "text"),
    "contact_emails": (N_("e-mail"), "address"),
    "contact_phones": (N_("telephone"), "raw"),
    "stages": (N_("stage"), "name"),
    "pipelines": (N_("pipeline"), "name"),
    "tags": (N_("tag"), "name"),
    "users": (N_("person of the firm"), "name"),
    "settings": (N_("setting"), "key"),
    "custom_fields": (N_("field"), "label"),
    "outbox": ("o{id}", "subject"),
}
"""How a row that was kept is called: its reference or its noun, and the column that names it."""


def _kept_row(crm: Crm, table: str, row_id: int, why: str) -> str:
    reason = _("changed since") if why == "changed" else _("others depend on it")
    noun, column = _NAMES.get(table, (table, "id"))
    found = crm.rows(f"SELECT {column} FROM {table} WHERE id = :id", id=row_id)
    row = f"{_(noun, id=row_id)} {found[0][0] if found else ''}".strip()
    return _("{row}: {reason}", row=row, reason=reason)
