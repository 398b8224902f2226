"""To whom the leads of a list go: by the rules in force, made ready once for the whole list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.leads import judging, routing, team
from petitcrm.store.queries import imports as queries
from petitcrm.store.queries.leads import KNOWN_OF_SOME, Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.leads.routing import Dispatch, Given

_OF_PERSON = Known._fields.index("source")
"""How many of the facts, the first ones, are of a contact; the pursuit tells the next, fields of one's own end."""


class Routes:
    """The rules at work on one list; where nobody but the founder works, nothing is given to anybody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._is_several = team.has_owners(desk.crm) and not desk.is_ours
        self._dispatch: Dispatch | None = None
        self._known: dict[int, tuple[Any, ...]] = {}
        self._tags: dict[int, list[str]] = {}
        self._owners: dict[int, int] = {}
        self._labels: judging.Labels = ({}, {})
        self._partners: dict[str, int] = dict(desk.crm.rows("SELECT key, id FROM partners"))
        self._keys = {partner_id: key for key, partner_id in self._partners.items()}

    def prepare(self, contact_ids: Iterable[int]) -> None:
        """Learn what the rules look at of these contacts, whose rows are written."""
        if not self._is_several:
            return
        if self._dispatch is None:
            self._dispatch = routing.dispatch(self._desk.crm)
        found = self._desk.bulk.found
        listed = [str(contact_id) for contact_id in contact_ids]
        self._known = {row[0]: row for row in found(KNOWN_OF_SOME, listed)}
        self._labels = judging.labels(self._desk.crm)
        self._tags, self._owners = {}, {}
        for sql in (queries.TAGS_OF_CONTACTS, queries.TAGS_OF_THEIR_COMPANIES):
            for contact_id, tag in found(sql, listed):
                self._tags.setdefault(contact_id, []).append(tag)
        for sql in (queries.OWNERS_BY_COMPANY, queries.OWNERS_BY_CONTACT):  # the newest of the contact wins
            self._owners |= dict(found(sql, listed))

    def give(self, row: dict[str, Any]) -> None:
        """Say in the row of a new lead who gets it, by which rule and through which partner."""
        if self._dispatch is None:
            return
        if row["owner_id"] is not None:
            self._dispatch.pool.take(row["owner_id"])
            return
        given = self._chosen(self._dispatch, row)
        if given.owner_id is None and not given.partner:
            return
        row["given_by_rule"] = given.rule
        if given.owner_id is not None:
            row |= {"owner_id": given.owner_id, "given_at": self._desk.now_text}
        if given.partner:
            row["partner_id"] = self._partners[given.partner]

    def _chosen(self, dispatch: Dispatch, row: Mapping[str, Any]) -> Given:
        contact_id = row["contact_id"]
        told = self._known[contact_id]
        pursuit = (row[name] for name in ("source", "campaign", "direction", "product", "words"))
        partner = self._keys.get(row["partner_id"], "")
        known = Known._make((*told[:_OF_PERSON], *pursuit, partner, row["is_online"], *told[_OF_PERSON:], 0))
        facts = judging.facts(known, self._tags.get(contact_id, ()), self._labels)
        return dispatch.choose(known, facts, owner_id=known.owner_id or self._owners.get(contact_id))
