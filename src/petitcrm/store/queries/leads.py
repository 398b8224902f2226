"""Leads as they are shown and judged: the inbox, one sheet with its answers, and the facts that the rules look at."""

from __future__ import annotations

import json

from petitcrm.errors import NotFound
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.store.queries import CALLED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from petitcrm.store.reader import Reader

WAITING = ("new", "working", "refused")
"""States in which somebody still has to answer the four questions."""
OPEN = (*WAITING, "qualified", "handed_over")
"""States in which a pursuit is going on: nobody begins a second one of the same person."""


class Answer(Row):
    """The answer to one of the four questions: `yes`, `no`, or the key of a persona; by whom, when and why."""

    question: str
    answer: str
    proposed: str
    evidence: str
    by: str | None
    at: str


class LeadLine(Row):
    """One line of a list of leads."""

    id: int
    contact_id: int
    civility: str
    first_name: str
    last_name: str
    company: str | None
    direction: str
    source: str
    campaign: str
    product: str
    words: str
    state: str
    state_at: str
    reason: str
    requalify_on: str | None
    answer_due_at: str | None
    answered_at: str | None
    owner_id: int | None
    owner: str | None
    given_by_rule: str
    partner: str | None
    prospecting_list: str | None
    step: int
    deal_id: int | None
    task_id: int | None
    created_at: str


class Known(Row):
    """What the rules look at, as the base keeps it, of one contact or lead and of the company."""

    id: int
    contact_id: int
    company_id: int | None
    owner_id: int | None
    postcode: str
    departement: str
    region: str
    country: str
    size: str
    headcount: int | None
    naf: str
    naf_2025: str
    legal_form: str
    job_title: str
    company: str
    source: str
    campaign: str
    direction: str
    product: str
    words: str
    partner: str
    is_online: int
    custom: str
    company_custom: str
    value_cents: int = 0


class KnownFirm(Row):
    """What the rules look at of the company of a contact."""

    id: int = 0
    owner_id: int | None = None
    postcode: str = ""
    departement: str = ""
    region: str = ""
    country: str = ""
    size: str = ""
    headcount: int | None = None
    naf: str = ""
    naf_2025: str = ""
    legal_form: str = ""
    name: str = ""
    custom: str = "{}"


_PAGE = 4_000
_LINE = (
    f"SELECT l.id, c.id, c.civility, c.first_name, {CALLED}, f.name, l.direction, l.source, l.campaign, l.product,"
    " l.words, l.state, l.state_at, l.reason, l.requalify_on, l.answer_due_at, l.answered_at, l.owner_id, u.key,"
    " l.given_by_rule, p.name, s.name, l.step, l.deal_id, l.task_id, l.created_at"
    " FROM leads l JOIN contacts c ON c.id = l.contact_id LEFT JOIN companies f ON f.id = c.company_id"
    " LEFT JOIN users u ON u.id = l.owner_id LEFT JOIN partners p ON p.id = l.partner_id"
    " LEFT JOIN prospecting_lists s ON s.id = l.list_id"
)
_FILTERS = {
    "state": "l.state", "direction": "l.direction", "owner_id": "l.owner_id", "source": "l.source",
    "campaign": "l.campaign", "contact_id": "l.contact_id", "list_id": "l.list_id", "partner_id": "l.partner_id",
}  # fmt: skip
# Where somebody works counts before where their company is; what their company is, only the company tells.
_PLACED = (
    "CASE WHEN c.departement_code <> '' OR c.country <> '' THEN c.{column} ELSE COALESCE(f.{column}, '') END"
)
_KNOWN = (
    ", ".join(
        _PLACED.format(column=name) for name in ("postcode", "departement_code", "region_code", "country")
    )
    + ", COALESCE(f.size_class, ''), f.headcount, COALESCE(f.naf_rev2, ''), COALESCE(f.naf_2025, ''),"
    " COALESCE(f.legal_form, ''), c.job_title, COALESCE(f.name, '')"
)
_OF_LEADS = (
    f"SELECT l.id, c.id, c.company_id, COALESCE(c.owner_id, f.owner_id), {_KNOWN}, l.source, l.campaign, l.direction,"
    " l.product, l.words, COALESCE(p.key, ''), l.is_online, c.custom, COALESCE(f.custom, '{}'), 0 FROM leads l"
    " JOIN contacts c ON c.id = l.contact_id LEFT JOIN companies f ON f.id = c.company_id"
    " LEFT JOIN partners p ON p.id = l.partner_id"
)
_OF_CONTACTS = (
    f"SELECT c.id, c.id, c.company_id, COALESCE(c.owner_id, f.owner_id), {_KNOWN}, c.source, '', '', '', '', '', 0,"
    " c.custom, COALESCE(f.custom, '{}'), (SELECT CAST(COALESCE(sum(d.amount_cents), 0) AS BIGINT) FROM deals d"
    " WHERE d.contact_id = c.id AND d.status = 'won') FROM contacts c LEFT JOIN companies f ON f.id = c.company_id"
)

KNOWN_OF_SOME = (
    f"SELECT c.id, c.id, c.company_id, COALESCE(c.owner_id, f.owner_id), {_KNOWN},"
    " c.custom, COALESCE(f.custom, '{}') FROM import_keys k JOIN contacts c ON c.id = CAST(k.key AS BIGINT)"
    " LEFT JOIN companies f ON f.id = c.company_id"
)
"""What the rules look at of the contacts that an import has laid out by their ids, before they have a lead."""
KNOWN_OF_COMPANIES = (
    "SELECT f.id, f.owner_id, f.postcode, f.departement_code, f.region_code, f.country, f.size_class, f.headcount,"
    " f.naf_rev2, f.naf_2025, f.legal_form, f.name, f.custom"
    " FROM import_keys k JOIN companies f ON f.id = CAST(k.key AS BIGINT)"
)
"""What they look at of companies laid out by their ids, as `KnownFirm` tells it."""


def listing(
    crm: Reader, *, states: tuple[str, ...] = (), limit: int = -1, only: Mapping[str, object] | None = None
) -> list[LeadLine]:
    """Return leads, those that have waited longest for their answer first, then the newest.

    `only` narrows to equal values of the fields in the list of filters; other names are refused with KeyError.
    """
    params: dict[str, object] = {f"only_{name}": value for name, value in (only or {}).items()}
    wheres = [f"{_FILTERS[name]} = :only_{name}" for name in only or {}]
    if states:
        params |= {f"state{number}": state for number, state in enumerate(states)}
        wheres.append(f"l.state IN ({', '.join(f':state{number}' for number in range(len(states)))})")
    where = f" WHERE {' AND '.join(wheres)}" if wheres else ""
    bound = " LIMIT :limit" if limit >= 0 else ""
    if limit >= 0:
        params["limit"] = limit
    order = " ORDER BY CASE WHEN l.answered_at IS NULL AND l.answer_due_at IS NOT NULL THEN 0 ELSE 1 END,"
    sql = _LINE + where + order + " l.answer_due_at NULLS LAST, l.id DESC" + bound
    return [LeadLine(*row) for row in crm.rows(sql, **params)]


def inbox(
    crm: Reader, state: str, *, on: str = "", owner_id: int | None = None, limit: int = 200
) -> list[LeadLine]:
    """Return the leads of one state, the answer due first before, then the oldest.

    With `on`, of those put off only the ones whose day has come; with `owner_id`, a person's own and nobody's.
    """
    where = " WHERE l.state = :state"
    params: dict[str, object] = {"state": state, "limit": limit}
    if state == "later" and on:
        where += " AND l.requalify_on <= :on"
        params["on"] = on
    if owner_id is not None:
        where += " AND COALESCE(l.owner_id, 0) IN (0, :owner)"
        params["owner"] = owner_id
    sql = f"{_LINE}{where} ORDER BY l.answer_due_at NULLS LAST, l.id LIMIT :limit"
    return [LeadLine(*row) for row in crm.rows(sql, **params)]


def counts(crm: Reader, *, owner_id: int | None = None) -> dict[str, int]:
    """Return how many leads there are of each state; with `owner_id`, of a person's own and nobody's."""
    mine = "" if owner_id is None else " WHERE COALESCE(owner_id, 0) IN (0, :owner)"
    params = {} if owner_id is None else {"owner": owner_id}
    return {
        row[0]: int(row[1])
        for row in crm.rows(f"SELECT state, count(*) FROM leads{mine} GROUP BY state", **params)
    }


def of_contact(crm: Reader, contact_id: int) -> list[LeadLine]:
    """Return the leads of a contact, the newest first."""
    return [
        LeadLine(*row)
        for row in crm.rows(f"{_LINE} WHERE l.contact_id = :contact ORDER BY l.id DESC", contact=contact_id)
    ]


def line(crm: Reader, lead_id: int) -> LeadLine:
    """Return one lead; NotFound when there is none of this id."""
    found = crm.rows(f"{_LINE} WHERE l.id = :id", id=lead_id)
    if not found:
        raise NotFound(_("There is no lead l{id}.", id=lead_id))
    return LeadLine(*found[0])


def answers(crm: Reader, lead_id: int) -> dict[str, Answer]:
    """Return the answers given about a lead, by question."""
    sql = (
        "SELECT a.question, a.answer, a.proposed, a.evidence, u.name, a.at FROM lead_answers a"
        " LEFT JOIN users u ON u.id = a.user_id WHERE a.lead_id = :lead ORDER BY a.id"
    )
    return {row[0]: Answer(*row) for row in crm.rows(sql, lead=lead_id)}


def answer_ids(crm: Reader, lead_id: int) -> dict[str, int]:
    """Return the ids of the answers given about a lead, by question."""
    found = crm.rows("SELECT question, id FROM lead_answers WHERE lead_id = :lead", lead=lead_id)
    return {row[0]: int(row[1]) for row in found}


def latest_of(crm: Reader, contact_id: int) -> list[tuple[int, str]]:
    """Return the leads of a contact with their states, the newest first."""
    return [
        (int(row[0]), row[1])
        for row in crm.rows(
            "SELECT id, state FROM leads WHERE contact_id = :contact ORDER BY id DESC", contact=contact_id
        )
    ]


def known_of_lead(crm: Reader, lead_id: int) -> Known:
    """Return what the rules look at of one lead; NotFound when there is none of this id."""
    found = crm.rows(f"{_OF_LEADS} WHERE l.id = :id", id=lead_id)
    if not found:
        raise NotFound(_("There is no lead l{id}.", id=lead_id))
    return Known(*found[0])


def known_of_contact(crm: Reader, contact_id: int) -> Known:
    """Return what the rules look at of one contact; NotFound when there is none of this id."""
    found = crm.rows(f"{_OF_CONTACTS} WHERE c.id = :id", id=contact_id)
    if not found:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    return Known(*found[0])


def known_of_leads(crm: Reader) -> Iterator[Known]:
    """Yield what the rules look at of every lead, in the order in which they came."""
    return _paged(crm, f"{_OF_LEADS} WHERE l.id > :after ORDER BY l.id LIMIT {_PAGE}")


def known_of_customers(crm: Reader) -> Iterator[Known]:
    """Yield what the rules look at of every contact with whom a deal was won, in the order of their ids."""
    where = (
        " WHERE c.id > :after AND EXISTS (SELECT 1 FROM deals w WHERE w.contact_id = c.id AND w.status = 'won')"
        f" ORDER BY c.id LIMIT {_PAGE}"
    )
    return _paged(crm, _OF_CONTACTS + where)


def _paged(crm: Reader, sql: str) -> Iterator[Known]:
    """Yield what a query tells page after page: a hundred thousand leads are never held all at once."""
    rows = crm.rows(sql, after=0)
    while rows:
        yield from map(Known._make, rows)
        rows = crm.rows(sql, after=rows[-1][0]) if len(rows) == _PAGE else []


def tags_of_all(crm: Reader, noun: str) -> dict[int, list[str]]:
    """Return the tags of all contacts, or of all companies, folded, by id."""
    column = {"contact": "contact_id", "company": "company_id"}[noun]
    found: dict[int, list[str]] = {}
    for row_id, tag in crm.rows(
        f"SELECT g.{column}, t.folded FROM taggings g JOIN tags t ON t.id = g.tag_id WHERE g.{column} IS NOT NULL"
    ):
        found.setdefault(int(row_id), []).append(tag)
    return found


def tags_of_one(crm: Reader, contact_id: int, company_id: int | None) -> list[str]:
    """Return the tags of a contact and of their company, folded."""
    sql = (
        "SELECT t.folded FROM taggings g JOIN tags t ON t.id = g.tag_id"
        " WHERE g.contact_id = :contact OR g.company_id = :company"
    )
    return [row[0] for row in crm.rows(sql, contact=contact_id, company=company_id or 0)]


def owner_of_earlier(crm: Reader, contact_id: int, company_id: int | None) -> int | None:
    """Return who owns the newest open deal of a contact, or else of their company."""
    sql = (
        "SELECT owner_id FROM deals WHERE owner_id IS NOT NULL AND status = 'open'"
        " AND (contact_id = :contact OR company_id = :company)"
        " ORDER BY CASE WHEN contact_id = :contact THEN 0 ELSE 1 END, id DESC LIMIT 1"
    )
    found = crm.rows(sql, contact=contact_id, company=company_id or 0)
    return int(found[0][0]) if found else None


def ends_by_answer(crm: Reader) -> list[tuple[str, str, int, int]]:
    """Return, for each answer to each question, of how many leads the end is known, and how many of them bought.

    The end is known once the deal is closed, or the lead is closed for good.
    """
    sql = (
        "SELECT a.question, a.answer, count(*), sum(CASE WHEN d.status = 'won' THEN 1 ELSE 0 END)"
        " FROM lead_answers a JOIN leads l ON l.id = a.lead_id LEFT JOIN deals d ON d.id = l.deal_id"
        " WHERE l.state = 'never' OR d.status IN ('won', 'lost') GROUP BY a.question, a.answer"
    )
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in crm.rows(sql)]


def unpacked(custom: str) -> dict[str, str]:
    """Return fields of one's own as the base keeps them."""
    told = json.loads(custom)
    return told if isinstance(told, dict) else {}
