"""Who will never be a customer: their rows are refused, so that no list has them pursued a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import RefusedByRule
from petitcrm.formats.phones import read_phone
from petitcrm.i18n import _
from petitcrm.imports.names import split
from petitcrm.imports.same_person import People as Candidates
from petitcrm.imports.same_person import Sign
from petitcrm.leads import leads as leads_of
from petitcrm.store.queries import imports as queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.held import Held

    Met = tuple[Draft, dict[str, Any], Held]


class Closed:
    """The contacts whose lead was closed for good, in the base or by an earlier row of the list."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._are_some = bool(desk.crm.rows("SELECT 1 FROM leads WHERE state = 'never' LIMIT 1"))
        self._in_file: set[int] = set()

    def refuse_at_sight(self, drafts: list[Draft]) -> None:
        """Refuse the rows that surely mean such a contact before anything of theirs is taken, their company included.

        Only rows that share an address, a number or an identifier with one are looked at; `admitted` does the rest.
        """
        if not self._are_some or self._desk.is_ours:
            return
        suspects = [draft for draft in drafts if draft.lead.get("state") != "never"]
        signs = {id(draft): _sign(self._desk, draft) for draft in suspects}
        closed: dict[int, int] = {}
        keys: set[str] = set()
        for sql, told in (
            (queries.NEVER_BY_EMAIL, {email for sign in signs.values() for email in sign.emails}),
            (queries.NEVER_BY_PHONE, {phone for sign in signs.values() for phone in sign.phones}),
            (queries.NEVER_BY_EXTERNAL_ID, {sign.external_id for sign in signs.values() if sign.external_id}),
        ):
            for key, contact_id, lead_id in self._desk.bulk.found(sql, told):
                keys.add(key)
                closed[contact_id] = lead_id
        suspects = [draft for draft in suspects if not keys.isdisjoint(_keys(signs[id(draft)]))]
        candidates = Candidates(self._desk, [signs[id(draft)] for draft in suspects])
        for draft in suspects:
            found = candidates.find(signs[id(draft)], self._desk.keys)
            if found is not None and found.id in closed:
                self._refuse(draft, [(closed[found.id], "never")])

    def admitted(self, met: list[Met]) -> list[Met]:
        """Return the rows of those who may be pursued; refuse the others, of whom nothing is filled then."""
        self._are_some |= any(draft.lead.get("state") == "never" for draft, _fields, _held in met)
        if not self._are_some or self._desk.is_ours:
            return met
        states: dict[int, list[tuple[int, str]]] = {}
        known = {str(held.id) for _draft, _fields, held in met if not held.is_new}
        for contact_id, lead_id, state in self._desk.bulk.found(queries.STATES_OF_LEADS, known):
            states.setdefault(contact_id, []).append((lead_id, state))
        self._in_file.clear()
        return [one for one in met if self._may_be_pursued(*one, states)]

    def _may_be_pursued(
        self, draft: Draft, _fields: dict[str, Any], held: Held, states: dict[int, list[tuple[int, str]]]
    ) -> bool:
        listed = [] if held.is_new else states.get(held.id, [])
        if draft.lead.get("state") == "never":
            if not any(state in leads_of.GOING_ON for _lead_id, state in listed):
                self._in_file.add(id(held))
            return True
        if id(held) in self._in_file:
            listed = [(0, "never"), *listed]
        return not self._refuse(draft, listed)

    def _refuse(self, draft: Draft, listed: list[tuple[int, str]]) -> bool:
        """Refuse a row where the leads of its contact say that no other may begin; tell whether it was."""
        try:
            leads_of.meant(listed)
        except RefusedByRule as problem:
            field, value = _called(draft)
            message = problem.message if listed[0][0] else _("A row above closes this contact for good.")
            self._desk.reader.refuse(draft, field, value, message)
            draft.held.pop("person", None)
        return bool(draft.refused)


def _called(draft: Draft) -> tuple[str, str]:
    """Return by which field of the row its contact is known, and what it says there."""
    if draft.emails:
        return "email", draft.emails[0][1]
    named = [field for field in ("name", "last_name", "first_name") if draft.person.get(field)]
    return (
        (named[0], draft.person[named[0]]) if named else ("phone", draft.phones[0][1] if draft.phones else "")
    )


def _sign(desk: Desk, draft: Draft) -> Sign:
    """Return by what a row's person may be recognised, before its company is known."""
    person = draft.person
    first, last = person.get("first_name", ""), person.get("last_name", "")
    if not (first or last) and person.get("name"):
        cut = split(person["name"])
        first, last = cut.first, cut.last
    emails = [line[0] for line in draft.emails]
    phones = [number for line in draft.phones if (number := read_phone(line[1]))]
    told = person.get("external_id", "")
    named = f"{fold(last)} {fold(first)}".strip() or fold(next(iter([*emails, *phones]), ""))
    return Sign(desk.external_id(told) if told else "", emails, phones, named, fold(first), fold(last), None)


def _keys(sign: Sign) -> set[str]:
    return {sign.external_id, *sign.emails, *sign.phones}
