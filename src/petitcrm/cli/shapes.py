"""The JSON shapes of records: keys that never change and are always there, references as text, money as cents.

They are the contract of --json; main.JSON_SCHEMA changes when one of them loses a key or changes what it means.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.pipeline_templates import PipelineTemplate
    from petitcrm.sales.forecast import Forecast
    from petitcrm.store.queries.companies import CompanyLine
    from petitcrm.store.queries.consents import OnList, Said
    from petitcrm.store.queries.contacts import ContactLine
    from petitcrm.store.queries.deals import Board, Card, Column
    from petitcrm.store.queries.tasks import TaskLine

    Shape = dict[str, Any]


def money(cents: int | None, currency: str = "EUR") -> Shape | None:
    """Return an amount in its shape; None stays None."""
    return None if cents is None else {"cents": cents, "currency": currency}


def linked(letter: str, row_id: int | None, name: str | None) -> Shape | None:
    """Return a record that another one points at."""
    return {"id": f"{letter}{row_id}", "name": name or ""} if row_id is not None else None


def template(one: PipelineTemplate) -> Shape:
    """Return a way of selling that a pipeline may begin with, in the language in force."""
    from petitcrm.i18n import _

    stages = [
        {
            "key": stage.key,
            "name": _(stage.name),
            "probability": stage.probability,
            "rot_days": stage.rot_days,
        }
        for stage in one.stages
    ]
    return {"key": one.key, "name": _(one.name), "suits": _(one.suits), "stages": stages}


def contact(crm: Crm, contact_id: int) -> Shape:
    """Return everything kept about one contact."""
    from petitcrm.store.queries import consents, contacts

    sheet = contacts.sheet(crm, contact_id)
    bounced = consents.bounced(crm, [one.address for one in sheet.emails])
    return {
        "id": f"c{sheet.id}", "civility": sheet.civility, "first_name": sheet.first_name, "last_name": sheet.last_name,
        "name": sheet.name, "job_title": sheet.job_title, "company": linked("f", sheet.company_id, sheet.company),
        "emails": [email.address for email in sheet.emails],
        "phones": [phone.number or phone.raw for phone in sheet.phones],
        "email_details": [
            {"address": one.address, "given": one.raw, "label": one.label, "comes_back": one.address in bounced}
            for one in sheet.emails
        ],
        "phone_details": [{"number": one.number, "given": one.raw, "label": one.label} for one in sheet.phones],
        "linkedin_url": sheet.linkedin_url, "street": sheet.street, "postcode": sheet.postcode, "city": sheet.city,
        "country": sheet.country, "commune_code": sheet.commune_code, "departement_code": sheet.departement_code,
        "region_code": sheet.region_code, "source": sheet.source, "owner": linked("u", sheet.owner_id, sheet.owner),
        "tags": sheet.tags, "custom": sheet.custom, "external_id": sheet.external_id,
        "consents": [consent_line(said) for said in consents.ledger(crm, [contact_id])],
        "lists": [list_standing(one) for one in consents.lists_of(crm, contact_id)],
        "created_at": sheet.created_at,
    }  # fmt: skip


def list_standing(one: OnList) -> Shape:
    """Return where somebody stands with a list."""
    import json  # by those who are on one alone

    from petitcrm.marketing import lists

    chosen, known = json.loads(one.topics), lists.topics(one.list_topics)
    return {
        "key": one.key, "name": one.name, "state": one.state, "topics": chosen,
        "topic_names": [known.get(key, key) for key in chosen], "since": one.changed_at,
    }  # fmt: skip


def consent_line(said: Said) -> Shape:
    """Return one line of the ledger of consents."""
    return {
        "id": said.id, "act": said.act, "channel": said.channel, "purpose": said.purpose, "wording": said.wording,
        "how": said.how, "source": said.source, "at": said.at, "by": said.user,
    }  # fmt: skip


def contact_line(line: ContactLine) -> Shape:
    """Return a contact as lists show it."""
    return {
        "id": f"c{line.id}", "name": line.name, "first_name": line.first_name, "last_name": line.last_name,
        "job_title": line.job_title, "company": linked("f", line.company_id, line.company), "email": line.email,
        "phone": line.phone, "city": line.city, "tags": line.tags, "created_at": line.created_at,
    }  # fmt: skip


def company(crm: Crm, company_id: int) -> Shape:
    """Return everything kept about one company, with the people who work there."""
    from petitcrm.store.queries import companies

    sheet = companies.sheet(crm, company_id)
    told = sheet._asdict()
    for name in ("id", "owner_id", "owner", "contacts", "revenue_cents", "balance_cents", "phone_number"):
        del told[name]
    return {
        "id": f"f{sheet.id}", **told, "phone": sheet.phone_number or sheet.phone,
        "revenue": money(sheet.revenue_cents), "balance": money(sheet.balance_cents),
        "owner": linked("u", sheet.owner_id, sheet.owner),
        "contacts": [{"id": f"c{one.id}", "name": one.name, "job_title": one.job_title} for one in sheet.contacts],
    }  # fmt: skip


def company_line(line: CompanyLine) -> Shape:
    """Return a company as lists show it."""
    return {
        "id": f"f{line.id}", "name": line.name, "email": line.email, "phone": line.phone, "city": line.city,
        "tags": line.tags, "contacts": line.contacts, "siren": line.siren, "size_class": line.size_class,
        "website": line.website, "created_at": line.created_at,
    }  # fmt: skip


def card(one: Card, stage: Shape | None = None) -> Shape:
    """Return a deal as lists and boards show it."""
    return {
        "id": f"d{one.id}", "title": one.title, "status": one.status,
        "stage": stage or {"id": f"s{one.stage_id}"},
        "contact": linked("c", one.contact_id, one.contact), "company": linked("f", one.company_id, one.company),
        "amount": money(one.amount_cents, one.currency), "owner": one.owner, "days_in_stage": one.days_in_stage,
        "silent_days": one.silent_days, "rotting": one.rotting, "sleep_until": one.sleep_until,
        "next_task": {
            "id": f"t{one.next_task_id}", "text": one.next_task, "due": one.next_due_on, "time": one.next_due_time,
            "overdue": one.overdue,
        } if one.next_task_id else None,
    }  # fmt: skip


def stages_by_id(crm: Crm) -> dict[int, Shape]:
    """Return every stage as deals show it."""
    found = crm.rows("SELECT id, key, name FROM stages")
    return {row_id: {"id": f"s{row_id}", "key": key, "name": name} for row_id, key, name in found}


def deal(crm: Crm, deal_id: int) -> Shape:
    """Return everything kept about one deal."""
    from petitcrm.store.queries import deals

    sheet = deals.sheet(crm, deal_id)
    if sheet is None:
        raise _gone(f"d{deal_id}")
    return {
        **card(sheet.card, stages_by_id(crm).get(sheet.card.stage_id)),
        "pipeline": linked("p", sheet.pipeline_id, sheet.pipeline), "expected_on": sheet.expected_on,
        "lost_reason": sheet.lost_reason, "lost_words": sheet.lost_words, "closed_at": sheet.closed_at,
        "created_at": sheet.created_at, "source": sheet.source, "tags": sheet.tags,
        "custom": sheet.custom,
    }  # fmt: skip


def task(crm: Crm, task_id: int) -> Shape:
    """Return everything kept about one task."""
    from petitcrm.store.queries import tasks

    line = tasks.sheet(crm, task_id)
    if line is None:
        raise _gone(f"t{task_id}")
    return task_line(line)


def task_line(line: TaskLine) -> Shape:
    """Return a task; `text` is what was typed, `words` the whole task in a sentence."""
    return {
        "id": f"t{line.id}", "kind": line.kind, "text": line.text, "words": line.words, "due": line.due_on,
        "time": line.due_time, "duration_minutes": line.duration_minutes, "place": line.place,
        "recurrence": line.recurrence, "snoozed_until": line.snoozed_until, "done_at": line.done_at,
        "outcome": line.outcome, "contact": linked("c", line.contact_id, line.contact),
        "company": linked("f", line.company_id, line.company),
        "deal": {"id": f"d{line.deal_id}", "title": line.deal} if line.deal_id else None, "owner": line.owner,
        "created_at": line.created_at,
    }  # fmt: skip


def board(told: Board) -> Shape:
    """Return a pipeline with its stages and their deals."""
    return {
        "id": f"p{told.pipeline_id}", "key": told.key, "name": told.name,
        "stages": [_column(column) for column in told.columns],
        "total": money(told.total_cents), "weighted": money(told.weighted_cents),
    }  # fmt: skip


def forecast(told: Forecast | None) -> Shape | None:
    """Return what a pipeline may bring in by period; nothing where its deals are closed."""
    if told is None:
        return None
    return {
        name: {
            "deals": period.number, "total": money(period.total_cents), "weighted": money(period.weighted_cents),
        }
        for name, period in told._asdict().items()
    }  # fmt: skip


def _column(column: Column) -> Shape:
    stage = {"id": f"s{column.stage_id}", "key": column.key, "name": column.name}
    return {
        **stage, "position": column.position, "probability": column.probability, "rot_days": column.rot_days,
        "deals": [card(one, stage) for one in column.cards], "total": money(column.total_cents),
        "weighted": money(column.weighted_cents),
    }  # fmt: skip


def _gone(reference: str) -> Exception:
    from petitcrm.errors import NotFound
    from petitcrm.i18n import _

    return NotFound(_("There is no {reference}.", reference=reference))
