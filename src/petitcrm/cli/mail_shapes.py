"""Mails that leave, what came back and templates, as they are listed and as JSON tells them."""

from __future__ import annotations

from petitcrm.cli.output import Column, Painted
from petitcrm.i18n import _
from petitcrm.marketing import outbox
from petitcrm.marketing.wording import Wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.marketing.outbox import Letter
    from petitcrm.store.queries.bounces import Bounced
    from petitcrm.store.queries.outbox import Outgoing
    from petitcrm.store.queries.templates import Template

    Shape = dict[str, Any]

_INKS = {"unknown": "yellow", "refused": "red", "sent": "green", "withdrawn": "dim"}


def outgoing(crm: Crm, row: Outgoing) -> Shape:
    """Return a mail that leaves."""
    import json

    from petitcrm.store.queries import outbox as queries

    row = queries.one(crm, row.id) or row
    return {
        "id": f"o{row.id}", "state": row.state, "account": row.account, "to": row.address, "name": row.name,
        "subject": row.subject, "contact": _linked(crm, "contact", row.contact_id),
        "deal": _linked(crm, "deal", row.deal_id),
        "task": _linked(crm, "task", row.task_id), "template": row.template or None, "due_at": row.leaves_at,
        "created_at": row.created_at, "message_id": row.message_id, "settled_at": row.settled_at,
        "reply_code": row.reply_code, "reply": row.reply, "tries": row.tries,
        "attachments": [{"name": name, "size": size} for _path, name, size, _hash in json.loads(row.attachments)],
    }  # fmt: skip


def columns(crm: Crm) -> Sequence[Column]:
    """Return the columns of a list of mails that leave."""
    return (
        Column("id", _("Id"), lambda row: f"o{row.id}", lambda row: Painted(f"o{row.id}", "dim")),
        Column("when", _("Leaves"), lambda row: row.at or "", lambda row: shown(crm, row.at or "")),
        Column("to", _("To"), lambda row: row.address, lambda row: row.name or row.address, shrink=True),
        Column("subject", _("Subject"), lambda row: row.subject, shrink=True),
        Column("state", _("State"), lambda row: row.state, _state),
        Column("reply", _("Why"), lambda row: row.reply, _why, shrink=True, spare=1, wraps=True),
    )


def bounce(row: Bounced) -> Shape:
    """Return a mail that came back."""
    return {
        "id": row.id, "address": row.address, "kind": row.kind, "status": row.status, "diagnostic": row.diagnostic,
        "mail": f"o{row.outgoing_id}" if row.outgoing_id else None, "at": row.at, "lifted_at": row.lifted_at,
    }  # fmt: skip


def bounce_columns(crm: Crm) -> Sequence[Column]:
    """Return the columns of a list of mails that came back."""
    from petitcrm.marketing.bounces import KINDS

    return (
        Column("at", _("When"), lambda row: row.at, lambda row: shown(crm, row.at)),
        Column("address", _("Address"), lambda row: row.address, shrink=True),
        Column("kind", _("State"), lambda row: row.kind, lambda row: _lifted(row, _(KINDS[row.kind]))),
        Column("diagnostic", _("Why"), lambda row: row.diagnostic, shrink=True, spare=1, wraps=True),
    )


def template(one: Template) -> Shape:
    """Return a template."""
    return {"key": one.key, "lang": one.lang, "name": one.name, "subject": one.subject, "body": one.body}


def read(letter: Letter) -> str:
    """Return a mail as it is read."""
    return Wording(letter.body, is_markdown=bool(letter.template)).text


def shown(crm: Crm, instant: str) -> str:
    """Return an instant as a person says it; nothing where there is none."""
    from petitcrm.dates import show_day, show_time

    if not instant:
        return ""
    at = crm.local(instant)
    return f"{show_day(at.date(), today=crm.now.date())} {show_time(at.time())}"


def _linked(crm: Crm, noun: str, row_id: int | None) -> Shape | None:
    from petitcrm.cli.shapes import linked
    from petitcrm.sales.references import LETTERS
    from petitcrm.store.queries.references import presented

    found = presented(crm, noun, [row_id]) if row_id is not None else []
    return linked(LETTERS[noun], row_id, found[0].name) if found else None


def _state(row: Outgoing) -> Painted:
    return Painted(outbox.told(row), _INKS.get(row.state, ""))


def _why(row: Outgoing) -> str:
    return "" if row.state in ("sent", "withdrawn") else row.reply


def _lifted(row: Bounced, words: str) -> Painted:
    return Painted(f"{words} · {_('lifted')}", "dim") if row.lifted_at else Painted(words, "")
