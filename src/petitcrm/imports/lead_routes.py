"""To whom the leads of a list go: by the rules in force, made ready once for the whole list."""

from __future__ import annotations

from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING

from petitcrm.leads import judging, routing, team
from petitcrm.store.queries import imports as queries
from petitcrm.store.queries.leads import KNOWN_OF_SOME, Known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.leads.judging import Labels
    from petitcrm.leads.routing import Dispatch

_OF_PERSON = Known._fields.index("source")
"""How many of the facts, the first ones, are of a contact; the pursuit tells the next, fields of one's own end."""
_REMEMBERED = 50_000
_BLANK = Known._make((0, 0, None, None, *[""] * 5, None, *[""] * 11, 0, "{}", "{}", 0))


class Routes:
    """The rules at work on one list; where nobody but the founder works, nothing is given to anybody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.is_several = team.has_owners(desk.crm) and not desk.is_ours
        self._known: dict[int, tuple[Any, ...]] = {}
        self._tags: dict[int, list[str]] = {}
        self._owners: dict[int, int] = {}
        self._labels: Labels = ({}, {})
        self._partners: dict[str, int] = dict(desk.crm.rows("SELECT key, id FROM partners"))
        self._keys = {partner_id: key for key, partner_id in self._partners.items()}

    @cached_property
    def dispatch(self) -> Dispatch:
        """The rules in force, with what everybody has at the beginning of the list."""
        return routing.dispatch(self._desk.crm)

    def labels(self) -> Labels:
        """Return how the firm's own fields are called, those too that the list has brought."""
        self._desk.bulk.wait()
        return judging.labels(self._desk.crm)

    def partner(self, partner_id: int | None) -> str:
        """Return the key of a partner; an empty text for none."""
        return self._keys.get(partner_id or 0, "")

    def prepare(self, contact_ids: Iterable[int]) -> None:
        """Learn what the rules look at of these contacts, whose rows are written."""
        if not self.is_several:
            return
        found = self._desk.bulk.found
        listed = [str(contact_id) for contact_id in contact_ids]
        self._known = {row[0]: row for row in found(KNOWN_OF_SOME, listed)}
        self._labels = self.labels()
        self._tags, self._owners = {}, {}
        for sql in (queries.TAGS_OF_CONTACTS, queries.TAGS_OF_THEIR_COMPANIES):
            for contact_id, tag in found(sql, listed):
                self._tags.setdefault(contact_id, []).append(tag)
        for sql in (queries.OWNERS_BY_COMPANY, queries.OWNERS_BY_CONTACT):  # the newest of the contact wins
            self._owners |= dict(found(sql, listed))

    def give(self, row: dict[str, Any]) -> None:
        """Say in the row of a new lead who gets it, by which rule and through which partner."""
        if not self.is_several:
            return
        if row["owner_id"] is not None:
            self.take(row["owner_id"])
            return
        owner_id, row["given_by_rule"], partner_id = self.picked(*self._matching(row))
        if owner_id is not None:
            row |= {"owner_id": owner_id, "given_at": self._desk.now_text}
        if partner_id is not None:
            row["partner_id"] = partner_id

    def take(self, owner_id: int) -> None:
        """Count a lead that the list itself gives to somebody."""
        self.dispatch.pool.take(owner_id)

    def picked(self, places: Iterable[int], holder_id: int | None) -> tuple[int | None, str, int | None]:
        """Return who gets a lead, by which of the rules that match it, and through which partner.

        `holder_id` is who has the customer already. A rule that gives it to nobody is not told.
        """
        place, chosen = self.dispatch.pick(places, holder_id)
        owner_id = chosen.user_id if chosen else None
        if place is None:
            return owner_id, "", None
        rule = self.dispatch.rules[place]
        partner_id = self._partners[rule.partner] if rule.partner else None
        return owner_id, "" if owner_id is None and partner_id is None else rule.name, partner_id

    def _matching(self, row: Mapping[str, Any]) -> tuple[list[int], int | None]:
        """Return the rules that match a new lead, and who has the customer already."""
        contact_id = row["contact_id"]
        told = self._known[contact_id]
        pursuit = (row[name] for name in ("source", "campaign", "direction", "product", "words"))
        partner = self.partner(row["partner_id"])
        known = Known._make((*told[:_OF_PERSON], *pursuit, partner, row["is_online"], *told[_OF_PERSON:], 0))
        facts = judging.facts(known, self._tags.get(contact_id, ()), self._labels)
        return self.dispatch.book.every(facts), known.owner_id or self._owners.get(contact_id)


class Matches:
    """Which rules match each of many leads: worked out once for all that are alike in what the rules look at."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._book = dispatch.book
        self._parts = sorted({part for field in self._book.fields for part in judging.looked_at(field)})
        self._known: dict[tuple[Any, ...], list[int]] = {}
        self._labels: Labels = ({}, {})

    def of(self, column: Callable[[str], Sequence[Any]], rows: int, labels: Labels) -> list[list[int]]:
        """Return the rules of each lead, by their places; `column` gives one part of what is known of each."""
        if labels != self._labels:
            self._labels, self._known = labels, {}
        told = [column(part) for part in self._parts]
        keys = list(zip(*told, strict=True)) if told else [*repeat((), rows)]
        known = self._known
        for key in set(keys).difference(known):
            known[key] = self._matching(key)
        found = [known[key] for key in keys]
        if len(known) > _REMEMBERED:
            known.clear()
        return found

    def _matching(self, key: tuple[Any, ...]) -> list[int]:
        told = dict(zip(self._parts, key, strict=True))
        tags = told.pop("tags", ())
        return self._book.every(judging.facts(_BLANK._replace(**told), tags, self._labels))
