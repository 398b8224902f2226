"""Possible sales: opened, moved from stage to stage, won, lost, put to sleep."""

from __future__ import annotations

from petitcrm import ranks
from petitcrm.dates import instant_text, local_instant, show_day, zone_of
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _, spellings
from petitcrm.naming import LOST_REASONS
from petitcrm.rows import Row
from petitcrm.sales import closing, tasks
from petitcrm.sales.fields import must_exist
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.store.journal import Act

FIELDS = (
    "title", "contact_id", "company_id", "amount_cents", "currency", "expected_on", "source", "owner_id", "custom",
    "external_id",
)  # fmt: skip


class Moved(Row):
    """What moving a deal did; `task_id` is the usual task of the new stage, when one was added."""

    deal_id: int
    old: str
    new: str
    task_id: int | None


class _Deal(Row):
    id: int
    title: str
    contact_id: int
    company_id: int | None
    stage_id: int
    status: str
    sleep_until: str | None


def add(
    crm: Crm,
    title: str,
    contact_id: int,
    *,
    stage_id: int | None = None,
    amount_cents: int | None = None,
    fields: Mapping[str, Any] | None = None,
) -> int:
    """Open a deal with a contact, in the first stage unless told otherwise; return its id."""
    values = _checked(crm, fields or {})
    if amount_cents is not None:
        values["amount_cents"] = amount_cents
    title = clean(title).strip()
    if not title:
        raise UsageProblem(_("A deal needs a title."))
    contact = crm.rows("SELECT company_id FROM contacts WHERE id = :id", id=contact_id)
    if not contact:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    stage = stage_id or first_stage(crm)
    _stage_in_use(crm, stage)
    values.setdefault("company_id", contact[0][0])
    with crm.act("deal.added", contact=contact_id, company=values["company_id"], title=title) as act:
        deal_id = act.insert(
            "deals", **{**values, "title": title, "contact_id": contact_id}, stage_id=stage,
            rank=_last_rank(crm, stage), entered_stage_at=crm.now_text, touched_at=crm.now_text,
            created_at=crm.now_text,
        )  # fmt: skip
        act.deal = deal_id
        _record_stage(crm, act, deal_id, None, stage)
    _add_usual_task(crm, _deal(crm, deal_id))
    return deal_id


def edit(crm: Crm, deal_id: int, fields: Mapping[str, Any]) -> bool:
    """Change fields of a deal; tell whether anything is different now. Stage and status have their own verbs."""
    deal = _deal(crm, deal_id)
    values = _checked(crm, fields)
    if "title" in values and not str(values["title"]).strip():
        raise UsageProblem(_("A deal needs a title."))
    with crm.act(
        "deal.edited", deal=deal_id, contact=deal.contact_id, company=deal.company_id, title=deal.title
    ) as act:
        return act.update("deals", deal_id, **values)


def move(crm: Crm, deal_id: int, stage_id: int, *, before: int | None = None) -> Moved:
    """Put a deal into a stage (at the end, or above deal `before`), record when it entered, add the stage's usual task.

    Within its own stage it only changes place. Raise RefusedByRule for a closed deal, or where the stage requires
    fields that the deal lacks.
    """
    deal = _deal(crm, deal_id)
    _must_be_open(deal)
    old, new = _stage(crm, deal.stage_id)[0], _stage_in_use(crm, stage_id)
    if stage_id == deal.stage_id:
        return _reorder(crm, deal, before, old)
    _check_requirements(crm, deal_id, stage_id, new)
    with crm.act(
        "deal.moved",
        deal=deal_id,
        contact=deal.contact_id,
        company=deal.company_id,
        title=deal.title,
        old=old,
        new=new,
    ) as act:
        rank = _place(crm, act, stage_id, before)
        act.update(
            "deals",
            deal_id,
            stage_id=stage_id,
            rank=rank,
            entered_stage_at=crm.now_text,
            touched_at=crm.now_text,
        )
        _record_stage(crm, act, deal_id, deal.stage_id, stage_id)
    return Moved(deal_id, old, new, _add_usual_task(crm, deal._replace(stage_id=stage_id)))


def win(crm: Crm, deal_id: int, *, amount_cents: int | None = None, on: date | None = None) -> None:
    """Close a deal as won, today or on a day that was, for an amount where one is told; it keeps its stage.

    What the firm sets up after a win is planned.
    """
    from petitcrm.sales import setting_up

    today = crm.now.date()
    closing.check_day(on, today)
    told: dict[str, Any] = {} if amount_cents is None else {"amount_cents": amount_cents}
    _close(crm, deal_id, "won", told, on=None if on == today else on)
    setting_up.plan(crm, deal_id, contact_of(crm, deal_id))


def lose(crm: Crm, deal_id: int, reason: str, words: str = "", *, again_on: date | None = None) -> int | None:
    """Close a deal as lost, with one of LOST_REASONS; `other` asks for words. It keeps the stage where it died.

    With `again_on`, plan a call that day, to come back to the customer; return that task's id.
    """
    key = lost_reason(reason)
    words = clean(words).strip()
    if key == "other" and not words:
        raise RefusedByRule(
            "lost-reason-other-needs-words",
            _("“Other” needs words: why was it lost?"),
            advice=_('Add --words "…"'),
        )
    closing.check_return(again_on, crm.now.date())
    deal = _deal(crm, deal_id)
    _close(crm, deal_id, "lost", {"lost_reason": key, "lost_words": words})
    if again_on is None:
        return None
    return tasks.add(crm, deal.title, deal.contact_id, kind="call", due=again_on, fields={"deal_id": deal_id})


def cancel(crm: Crm, deal_id: int) -> None:
    """Close a deal that never was one (a mistake, a double)."""
    _close(crm, deal_id, "cancelled", {})


def reopen(crm: Crm, deal_id: int) -> None:
    """Open a closed deal again, in the stage where it was."""
    deal = _deal(crm, deal_id)
    if deal.status == "open":
        raise RefusedByRule("deal-is-open", _("{title} is open already.", title=deal.title))
    with crm.act(
        "deal.reopened", deal=deal_id, contact=deal.contact_id, company=deal.company_id, title=deal.title
    ) as act:
        act.update(
            "deals",
            deal_id,
            status="open",
            lost_reason="",
            lost_words="",
            closed_at=None,
            touched_at=crm.now_text,
        )
        if _stage(crm, deal.stage_id)[1]:
            _leave_removed_stage(crm, act, deal)


def sleep(crm: Crm, deal_id: int, until: date | None) -> None:
    """Let an open deal rest until a day to come; None wakes it."""
    deal = _deal(crm, deal_id)
    _must_be_open(deal)
    if until is not None and until <= crm.now.date():
        raise RefusedByRule(
            "sleep-date-to-come",
            _("A deal sleeps until a day to come, not {day}.", day=show_day(until, today=crm.now.date())),
        )
    kind = "deal.slept" if until else "deal.woken"
    with crm.act(
        kind, deal=deal_id, contact=deal.contact_id, company=deal.company_id, title=deal.title,
        until=until.isoformat() if until else None,
    ) as act:  # fmt: skip
        act.update(
            "deals", deal_id, sleep_until=until.isoformat() if until else None, touched_at=crm.now_text
        )


def delete(crm: Crm, deal_id: int) -> None:
    """Remove a deal with its tasks and stage changes; undo brings all of it back."""
    deal = _deal(crm, deal_id)
    with crm.act(
        "deal.deleted", deal=deal_id, contact=deal.contact_id, company=deal.company_id, title=deal.title
    ) as act:
        for table in ("taggings", "tasks", "stage_changes"):
            for (row_id,) in crm.rows(
                f"SELECT id FROM {table} WHERE deal_id = :deal ORDER BY id", deal=deal_id
            ):
                act.delete(table, row_id)
        act.delete("deals", deal_id)


def contact_of(crm: Crm, deal_id: int) -> int:
    """Return the contact that a deal is with."""
    return _deal(crm, deal_id).contact_id


def lost_reason(words: str) -> str:
    """Return the key of a reason given by its key or by what people read, in either language."""
    from petitcrm.text import fold

    told = fold(words)
    for key, label in LOST_REASONS.items():
        if told in (key, *map(fold, spellings(label))):
            return key
    near = [
        key
        for key, label in LOST_REASONS.items()
        if told and any(told in fold(known) for known in spellings(label))
    ]
    if len(near) == 1:
        return near[0]
    listed = ", ".join(f"{key} ({_(label)})" for key, label in LOST_REASONS.items())
    if not told:
        raise UsageProblem(
            _("Why was it lost?"), advice=_("Add --reason with one of: {names}.", names=listed)
        )
    raise UsageProblem(_("Why was it lost? “{words}” is no known reason.", words=words), advice=listed)


def first_stage(crm: Crm, *, like: int | None = None) -> int:
    """Return the stage where deals begin: the first of the first pipeline, or of the pipeline of stage `like`."""
    found = crm.rows(
        "SELECT s.id FROM stages s JOIN pipelines p ON p.id = s.pipeline_id WHERE s.removed_at IS NULL"
        " AND (CAST(:like AS BIGINT) IS NULL OR p.id = (SELECT o.pipeline_id FROM stages o WHERE o.id = :like))"
        " ORDER BY p.position, p.id, s.position, s.id LIMIT 1",
        like=like,
    )
    if not found:
        raise NotFound(
            _("There is no stage yet."), advice=_("petitcrm pipeline add, then petitcrm stage add")
        )
    return int(found[0][0])


def _close(crm: Crm, deal_id: int, status: str, told: dict[str, Any], *, on: date | None = None) -> None:
    deal = _deal(crm, deal_id)
    _must_be_open(deal)
    at = crm.now_text if on is None else instant_text(local_instant(on, crm.now.time(), zone_of(crm.now)))
    with crm.act(
        f"deal.{status}", deal=deal_id, contact=deal.contact_id, company=deal.company_id, title=deal.title,
        reason=told.get("lost_reason"), words=told.get("lost_words") or None, at=None if on is None else at,
    ) as act:  # fmt: skip
        act.update(
            "deals",
            deal_id,
            status=status,
            closed_at=at,
            touched_at=crm.now_text,
            sleep_until=None,
            **told,
        )


def _deal(crm: Crm, deal_id: int) -> _Deal:
    found = crm.rows(
        "SELECT id, title, contact_id, company_id, stage_id, status, sleep_until FROM deals WHERE id = :id",
        id=deal_id,
    )
    if not found:
        raise NotFound(_("There is no deal d{id}.", id=deal_id))
    return _Deal(*found[0])


def _must_be_open(deal: _Deal) -> None:
    if deal.status != "open":
        raise RefusedByRule(
            "deal-is-closed", _("{title} is closed.", title=deal.title),
            advice=_("Open it again first: petitcrm deal reopen d{id}", id=deal.id),
        )  # fmt: skip


def _checked(crm: Crm, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields as the table keeps them; UsageProblem for one that does not exist or cannot be."""
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in FIELDS:
            raise UsageProblem(_("A deal has no field {name}.", name=name), advice=", ".join(FIELDS))
        values[name] = _value(name, value)
    for name, table in _REFERENCES.items():
        must_exist(crm, table, values.get(name))
    if values.get("contact_id", 1) is None:
        raise UsageProblem(_("A deal is with a contact."))
    return values


_REFERENCES = {"contact_id": "contacts", "company_id": "companies", "owner_id": "users"}


def _value(name: str, value: Any) -> Any:
    if name == "custom":
        from petitcrm.store.journal import dumps

        return dumps(value)
    if name == "expected_on" and value and not isinstance(value, str):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    value = clean(value).strip()
    if name == "currency":
        value = value.upper()
        if len(value) != 3 or not value.isalpha():
            raise UsageProblem(_("{value} is no currency: three letters, like EUR.", value=value or "—"))
    return value


def _stage(crm: Crm, stage_id: int) -> tuple[str, str | None]:
    found = crm.rows("SELECT name, removed_at FROM stages WHERE id = :id", id=stage_id)
    if not found:
        raise NotFound(_("There is no stage {id}.", id=stage_id))
    return found[0][0], found[0][1]


def _stage_in_use(crm: Crm, stage_id: int) -> str:
    """Return the stage's name; a stage that was removed takes no deals any more."""
    name, removed_at = _stage(crm, stage_id)
    if removed_at:
        raise RefusedByRule("stage-removed", _("The stage {stage} was removed.", stage=name))
    return name


def _check_requirements(crm: Crm, deal_id: int, stage_id: int, stage: str) -> None:
    ((told,),) = crm.rows("SELECT requires FROM stages WHERE id = :id", id=stage_id)
    if told == "[]":
        return
    import json

    required = [name for name in json.loads(told) if name in FIELDS]
    if not required:
        return
    row = crm.rows(f"SELECT {', '.join(required)} FROM deals WHERE id = :id", id=deal_id)[0]
    missing = [name for name, value in zip(required, row, strict=True) if value in (None, "", "{}")]
    if missing:
        raise RefusedByRule(
            "stage-requires-fields", _("{stage} requires: {fields}.", stage=stage, fields=", ".join(missing)),
            advice=_("Fill them in with petitcrm deal edit d{id}", id=deal_id),
        )  # fmt: skip


def _record_stage(crm: Crm, act: Act, deal_id: int, old: int | None, new: int) -> None:
    act.insert(
        "stage_changes",
        deal_id=deal_id,
        from_stage_id=old,
        to_stage_id=new,
        at=crm.now_text,
        user_id=crm.user_id,
    )


def _leave_removed_stage(crm: Crm, act: Act, deal: _Deal) -> None:
    stage = first_stage(crm, like=deal.stage_id)
    act.update("deals", deal.id, stage_id=stage, rank=_last_rank(crm, stage), entered_stage_at=crm.now_text)
    _record_stage(crm, act, deal.id, deal.stage_id, stage)


def _last_rank(crm: Crm, stage_id: int) -> int:
    found = crm.rows(
        "SELECT max(rank) FROM deals WHERE stage_id = :stage AND status = 'open'", stage=stage_id
    )[0][0]
    return ranks.between(found, None) or 0


def _reorder(crm: Crm, deal: _Deal, before: int | None, stage: str) -> Moved:
    with crm.act(
        "deal.reordered", deal=deal.id, contact=deal.contact_id, company=deal.company_id, title=deal.title
    ) as act:
        act.update("deals", deal.id, rank=_place(crm, act, deal.stage_id, before))
    return Moved(deal.id, stage, stage, None)


def _place(crm: Crm, act: Act, stage_id: int, before: int | None) -> int:
    """Return the rank above deal `before` (None: after the last), making room in the column where there is none."""
    if before is None:
        return _last_rank(crm, stage_id)
    column = crm.rows(
        "SELECT id, rank FROM deals WHERE stage_id = :stage AND status = 'open' ORDER BY rank, id",
        stage=stage_id,
    )
    places = [row[0] for row in column]
    if before not in places:
        raise NotFound(_("There is no deal d{id} in that stage.", id=before))
    index = places.index(before)
    rank = ranks.between(column[index - 1][1] if index else None, column[index][1])
    if rank is not None:
        return rank
    for number, (deal_id, _rank) in enumerate(column):
        act.update("deals", deal_id, rank=number * ranks.GAP)
    return index * ranks.GAP - ranks.GAP // 2


def _add_usual_task(crm: Crm, deal: _Deal) -> int | None:
    """Add the usual next task of the deal's stage, unless something is planned already."""
    kind, text, days = crm.rows(
        "SELECT next_task_kind, next_task_text, next_task_days FROM stages WHERE id = :id", id=deal.stage_id
    )[0]
    planned = crm.rows("SELECT 1 FROM tasks WHERE deal_id = :deal AND done_at IS NULL LIMIT 1", deal=deal.id)
    if not kind or planned:
        return None
    due = tasks.in_days(crm, days or 0)
    return tasks.add(crm, text or "", deal.contact_id, kind=kind, due=due, fields={"deal_id": deal.id})
