"""Leads: one pursuit of a contact, from the first word until it is handed over, kept for later, or closed for good."""

from __future__ import annotations

from petitcrm.dates import instant_text, show_day
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.leads import routing, team
from petitcrm.naming import DIRECTIONS
from petitcrm.rows import Row
from petitcrm.sales import habits
from petitcrm.sales.fields import must_exist, told
from petitcrm.store.queries import leads as queries
from petitcrm.text import clean
from petitcrm.working_time import add_working_minutes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.leads.routing import Dispatch
    from petitcrm.store.queries.leads import LeadLine

STATES = {
    "new": N_("new"), "working": N_("in hand"), "qualified": N_("qualified"), "later": N_("later"),
    "warm": N_("kept warm"), "never": N_("never"), "handed_over": N_("handed over"), "accepted": N_("accepted"),
    "refused": N_("sent back"),
}  # fmt: skip
"""Where a pursuit stands: key → what people read."""
GOING_ON = (*queries.OPEN, "later", "warm")
"""States of a pursuit that what is new goes to, instead of beginning a second one."""
FIELDS = (
    "source", "campaign", "product", "words", "is_online", "owner_id", "partner_id", "list_id", "external_id",
)  # fmt: skip


class Added(Row):
    """What came of a lead: its id, whether it joined a pursuit that was going on, and to whom it was given and why."""

    lead_id: int
    joined: bool
    owner_id: int | None
    rule: str


def add(
    crm: Crm,
    contact_id: int,
    *,
    direction: str = "inbound",
    fields: Mapping[str, Any] | None = None,
    at_work: Dispatch | None = None,
) -> Added:
    """Begin to pursue a contact; somebody who is pursued already is not pursued twice, what is new goes to their lead.

    An inbound lead is due its first answer within the firm's hours of work; where the firm is several, it is given to
    its owner by the rules (`at_work`, for who adds many in one gesture). Raise RefusedByRule `never-a-customer` for a
    contact whose lead was closed for good.
    """
    must_exist(crm, "contacts", contact_id)
    if direction not in DIRECTIONS:
        raise UsageProblem(_("A lead is inbound or outbound, not “{value}”.", value=direction))
    values = _checked(crm, fields or {})
    going_on = meant(queries.latest_of(crm, contact_id))
    if going_on is not None:
        _come_back(crm, going_on, direction, values)
        if at_work is not None:
            at_work.renew(crm)
        line = queries.line(crm, going_on)
        return Added(going_on, True, line.owner_id, line.given_by_rule)
    due_at = _answer_due_at(crm) if direction == "inbound" else None
    with crm.act(
        "lead.added", contact=contact_id, company=_company(crm, contact_id), text=values.get("words")
    ) as act:
        lead_id = act.insert(
            "leads", contact_id=contact_id, direction=direction, **values, state_at=crm.now_text, answer_due_at=due_at,
            given_at=crm.now_text if values.get("owner_id") else None, created_at=crm.now_text,
        )  # fmt: skip
        act.details |= {"lead": f"l{lead_id}", "direction": direction, "source": values.get("source", "")}
    if values.get("owner_id") or not team.has_owners(crm):
        if at_work is not None:
            at_work.pool.take(values.get("owner_id") or 0)
        return Added(lead_id, False, values.get("owner_id"), "")
    given = routing.give(crm, lead_id, at_work)
    return Added(lead_id, False, given.owner_id, given.rule)


def find_or_add_contact(
    crm: Crm, fields: Mapping[str, Any], *, emails: Iterable[str] = (), phones: Iterable[str] = ()
) -> int:
    """Return whom a lead is about: a contact who is certainly there already, else a new one."""
    from petitcrm.formats.emails import read_email
    from petitcrm.formats.phones import read_phone
    from petitcrm.sales import contacts, matching

    addresses = [found for raw in emails if (found := read_email(raw))]
    numbers = [found for raw in phones if (found := read_phone(raw))]
    known = matching.like_newcomer(crm, fields, emails=addresses, phones=numbers)
    if known and known[0].band == "certain":
        return known[0].second
    return contacts.add(crm, fields, emails=emails, phones=phones)


def edit(crm: Crm, lead_id: int, fields: Mapping[str, Any]) -> bool:
    """Change what is said of a lead; tell whether anything is different now. Its owner has a verb, `assign`."""
    line = queries.line(crm, lead_id)
    values = _checked(crm, {name: value for name, value in fields.items() if name != "owner_id"})
    with crm.act("lead.edited", contact=line.contact_id, lead=f"l{lead_id}") as act:
        return act.update("leads", lead_id, **values)


def assign(crm: Crm, lead_id: int, owner_id: int | None) -> bool:
    """Give a lead to a person of the firm, by hand; tell whether it was another's."""
    line = queries.line(crm, lead_id)
    must_exist(crm, "users", owner_id)
    if line.owner_id == owner_id:
        return False
    with crm.act(
        "lead.given", contact=line.contact_id, lead=f"l{lead_id}", owner=_name(crm, owner_id)
    ) as act:
        return act.update(
            "leads", lead_id, owner_id=owner_id, given_at=crm.now_text if owner_id else None, given_by_rule=""
        )


def disqualify(crm: Crm, lead_id: int, reason: str) -> None:
    """Close a lead for good: the contact is never proposed again, whatever is imported."""
    line = _not_over(crm, lead_id)
    reason = clean(reason).strip()
    if not reason:
        raise RefusedByRule(
            "never-needs-a-reason", _("Why will they never be a customer? Say it in a few words.")
        )
    with crm.act("lead.closed", contact=line.contact_id, lead=f"l{lead_id}", why=reason) as act:
        _settle(crm, act, lead_id, "never", reason=reason, requalify_on=None)


def requalify(crm: Crm, lead_id: int, on: date | None = None) -> None:
    """Take up a lead again that was put off, kept warm, sent back or closed; or put it off until a day to come."""
    line = queries.line(crm, lead_id)
    if line.state in ("handed_over", "accepted"):
        raise RefusedByRule("lead-is-handed-over", _("This lead is with {who} now.", who=line.owner or "–"))
    if on is None:
        with crm.act("lead.taken_up", contact=line.contact_id, lead=f"l{lead_id}") as act:
            _settle(crm, act, lead_id, "working", reason="", requalify_on=None)
        return
    put_off(crm, lead_id, on)


def put_off(crm: Crm, lead_id: int, on: date) -> None:
    """Ask the four questions again on a day to come."""
    line = _not_over(crm, lead_id)
    if on <= crm.now.date():
        raise RefusedByRule(
            "later-is-to-come",
            _("A lead is put off until a day to come, not {day}.", day=show_day(on, today=crm.now.date())),
        )
    with crm.act("lead.put_off", contact=line.contact_id, lead=f"l{lead_id}", until=on.isoformat()) as act:
        _settle(crm, act, lead_id, "later", requalify_on=on.isoformat())


def keep_warm(crm: Crm, lead_id: int) -> None:
    """Keep a lead warm: not now, and no day for it; a sequence may write to them by consent."""
    line = _not_over(crm, lead_id)
    with crm.act("lead.kept_warm", contact=line.contact_id, lead=f"l{lead_id}") as act:
        _settle(crm, act, lead_id, "warm", requalify_on=None)


def delete(crm: Crm, lead_id: int) -> None:
    """Remove a lead that never was one; the contact stays."""
    line = queries.line(crm, lead_id)
    with crm.act("lead.deleted", contact=line.contact_id, lead=f"l{lead_id}") as act:
        for table in ("lead_answers", "handovers"):
            for (row_id,) in crm.rows(
                f"SELECT id FROM {table} WHERE lead_id = :lead ORDER BY id", lead=lead_id
            ):
                act.delete(table, row_id)
        act.delete("leads", lead_id)


def label(line: LeadLine) -> str:
    """Return who is pursued, as a sentence calls them."""
    from petitcrm.naming import addressed

    who = addressed(line.civility, line.first_name, line.last_name, line.company)
    return f"{who} ({line.company})" if line.company and line.company != who else who


def meant(known: Iterable[tuple[int, str]]) -> int | None:
    """Return which lead what is new of a contact goes to, of all of theirs with their states, the newest first.

    None where another pursuit may begin. Raise RefusedByRule `never-a-customer` where one was closed for good.
    """
    for lead_id, state in known:
        if state == "never":
            raise RefusedByRule(
                "never-a-customer",
                _("l{id} was closed for good: this contact is not proposed again.", id=lead_id),
                advice=_("If they come back by themselves: petitcrm lead requalify l{id}", id=lead_id),
            )
        if state in GOING_ON:
            return lead_id
    return None


def _come_back(crm: Crm, lead_id: int, direction: str, values: dict[str, Any]) -> None:
    """Note on a lead that its contact came again; who was put off and comes by themselves is taken up at once."""
    line = queries.line(crm, lead_id)
    with crm.act(
        "lead.returned", contact=line.contact_id, company=_company(crm, line.contact_id), text=values.get("words"),
        lead=f"l{lead_id}", direction=direction, source=values.get("source", ""),
    ) as act:  # fmt: skip
        changes = {
            name: value
            for name, value in values.items()
            if name != "words" and value and not getattr(line, name, None)
        }
        if direction == "inbound":
            changes |= {"direction": "inbound", "answer_due_at": _answer_due_at(crm), "answered_at": None}
            if line.state in ("later", "warm"):
                changes |= {"state": "working", "state_at": crm.now_text, "requalify_on": None}
        act.update("leads", lead_id, **changes)


def _settle(crm: Crm, act: Any, lead_id: int, state: str, **values: Any) -> None:
    act.update("leads", lead_id, state=state, state_at=crm.now_text, **values)


def _not_over(crm: Crm, lead_id: int) -> LeadLine:
    line = queries.line(crm, lead_id)
    if line.state in ("handed_over", "accepted"):
        raise RefusedByRule(
            "lead-is-handed-over",
            _("This lead is handed over: what becomes of it is told by its deal d{id}.", id=line.deal_id),
        )
    return line


def _checked(crm: Crm, fields: Mapping[str, Any]) -> dict[str, Any]:
    values = told(fields, FIELDS)
    if "is_online" in values:
        values["is_online"] = int(bool(values["is_online"]))
    if values.get("external_id") == "":
        values["external_id"] = None
    for name, table in (("owner_id", "users"), ("partner_id", "partners"), ("list_id", "prospecting_lists")):
        if values.get(name) is not None and not crm.rows(
            f"SELECT 1 FROM {table} WHERE id = :id", id=values[name]
        ):
            raise NotFound(_("There is no {noun} of id {id}.", noun=table, id=values[name]))
    return values


def _answer_due_at(crm: Crm) -> str:
    how = habits.known(crm)
    return instant_text(add_working_minutes(crm.now, how.first_answer, how.hours))


def _company(crm: Crm, contact_id: int) -> int | None:
    found = crm.rows("SELECT company_id FROM contacts WHERE id = :id", id=contact_id)
    return found[0][0] if found else None


def _name(crm: Crm, user_id: int | None) -> str:
    found = crm.rows("SELECT name FROM users WHERE id = :id", id=user_id or 0)
    return str(found[0][0]) if found else ""
