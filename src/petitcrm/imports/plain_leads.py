"""The pursuits that ordinary rows begin: given by the rules one after the other, written a column at a time.

The people of these rows are new for certain (`plain`), so that nobody pursues them yet and no lead of the base is
meant: what `leading` does for such a row is done here for all of them. A test holds the two equal.
"""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from petitcrm.imports.lead_routes import Matches
from petitcrm.leads import team
from petitcrm.rows import Row
from petitcrm.store.queries import imports as queries
from petitcrm.store.queries.leads import KNOWN_OF_COMPANIES, KnownFirm
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.lead_routes import Routes
    from petitcrm.imports.plain_cells import PlainCells

_OF_FIRM = {"company": "name", "company_custom": "custom"}
_PLACES = {
    "postcode": "postcode",
    "departement": "departement_code",
    "region": "region_code",
    "country": "country",
}
_NOBODY = KnownFirm()


class Taken(Row):
    """The ordinary rows of a piece: their places in it, their lines, the ids that their people have, their companies.

    `firms` are ids and names, none where the list has no such column; `new_firms` are the ids that came with this
    piece. `of_others` tells whether rows of the piece go the general way: what they brought may be of these companies.
    """

    cells: PlainCells
    rows: int
    first_contact: int
    mine: list[int]
    lines: list[int]
    ids: list[int]
    firm_ids: list[int | None]
    firm_names: list[str]
    new_firms: frozenset[int]
    custom: list[str]
    of_others: bool


class PlainLeads:
    """The leads of the ordinary rows of one piece after the other."""

    def __init__(self, desk: Desk, routes: Routes, due: Callable[[str], str]) -> None:
        self._desk = desk
        self._routes = routes
        self._due = due
        self._matches: Matches | None = None
        self._taken: Taken | None = None
        self._next = 0
        self._first = 0
        self._columns: dict[str, list[Any]] = {}
        self._places: list[list[int]] = []
        self._holders: list[int | None] = []

    def begin(self, taken: Taken | None) -> None:
        """Read what the rows say of their pursuit, and which rules match each."""
        self._taken, self._next = taken, 0
        if taken is None:
            return
        self._first = self._desk.bulk.reserve("leads", taken.rows)
        self._columns = self._told(taken)
        if self._routes.is_several:
            if self._matches is None:
                self._matches = Matches(self._routes.dispatch)
            facts = _Facts(self._desk, taken, self._columns, self._routes)
            self._holders = facts.holders()
            self._places = self._matches.of(facts.column, len(taken.mine), self._routes.labels())

    def id_of(self, contact_id: int) -> int | None:
        """Return the id that is kept for the lead of a new person of the general way."""
        return self._first + contact_id - self._taken.first_contact if self._taken and contact_id else None

    def give_before(self, line: int | None = None) -> None:
        """Give the leads of the rows above a line to whom the rules say, or of all that are left."""
        taken = self._taken
        if taken is None:
            return
        last = len(taken.lines)
        if not self._routes.is_several:
            self._next = last
        while self._next < last and (line is None or taken.lines[self._next] < line):
            self._give(self._next)
            self._next += 1

    def write(self) -> None:
        """Gather the leads with what each row told, each with its event."""
        taken, columns, desk = self._taken, self._columns, self._desk
        if taken is None:
            return
        ids = [self._first + at for at in taken.mine]
        now_text = desk.now_text
        columns["given_at"] = [
            now_text if owner is not None and state in team.COUNTED else None
            for owner, state in zip(columns["owner_id"], columns["state"], strict=True)
        ]
        desk.bulk.insert_columns("leads", ids, columns)
        desk.bulk.event_all(
            "lead.imported",
            {"contact_id": taken.ids, "text": columns["words"], "details": self._details(ids, taken.lines)},
        )

    def _told(self, taken: Taken) -> dict[str, list[Any]]:
        """Return the leads by their columns, as far as no rule is needed."""
        mine, texts = taken.mine, taken.cells.texts
        now_text = self._desk.now_text

        def column(field: str, blank: Any) -> list[Any]:
            values = texts.get(field)
            return [blank] * len(mine) if values is None else [values[at] or blank for at in mine]

        sources = column("lead.source", "")
        if "source" in texts:
            sources = [told or texts["source"][at] for told, at in zip(sources, mine, strict=True)]
        states = ["warm" if state == "later" else state for state in column("lead.state", "new")]
        directions = column("lead.direction", "inbound")
        moments = column("lead.created_at", now_text)
        return {
            "contact_id": taken.ids, "direction": directions, "source": sources,
            "campaign": column("lead.campaign", ""), "product": column("lead.product", ""),
            "is_online": column("lead.online", 0), "words": column("lead.words", ""), "state": states,
            "state_at": [now_text] * len(mine), "reason": column("lead.reason", ""),
            "answer_due_at": [
                self._due(at) if direction == "inbound" and state in ("new", "working") else None
                for at, direction, state in zip(moments, directions, states, strict=True)
            ],
            "owner_id": column("lead.owner", None), "given_by_rule": [""] * len(mine),
            "partner_id": column("lead.partner", None), "external_id": column("lead.external_id", None),
            "created_at": moments,
        }  # fmt: skip

    def _give(self, at: int) -> None:
        columns = self._columns
        if columns["state"][at] not in team.COUNTED:
            return
        owner_id = columns["owner_id"][at]
        if owner_id is not None:
            self._routes.take(owner_id)
            return
        owner_id, rule, partner_id = self._routes.picked(self._places[at], self._holders[at])
        columns["owner_id"][at] = owner_id
        columns["given_by_rule"][at] = rule
        if partner_id is not None:
            columns["partner_id"][at] = partner_id

    def _details(self, ids: list[int], lines: list[int]) -> list[str]:
        """Return what the events tell, as `Desk.told` writes it."""
        rules = {rule: f',"rule":{encode_basestring(rule)}' for rule in set(self._columns["given_by_rule"])}
        rules[""] = ""
        file = encode_basestring(self._desk.file)
        return [
            f'{{"direction":"{direction}","file":{file},"lead":"l{lead_id}","line":{line}{rules[rule]}}}'
            for line, lead_id, direction, rule in zip(
                lines, ids, self._columns["direction"], self._columns["given_by_rule"], strict=True
            )
        ]


class _Facts:
    """What the rules look at of the leads of a piece, part by part of what is `Known` of a lead."""

    def __init__(self, desk: Desk, taken: Taken, columns: dict[str, list[Any]], routes: Routes) -> None:
        self._taken = taken
        self._columns = columns
        self._routes = routes
        asked = {firm_id for firm_id in taken.firm_ids if firm_id is not None}
        if not taken.of_others:
            asked -= taken.new_firms
        keys = [str(firm_id) for firm_id in asked]
        found = desk.bulk.found
        known = {row[0]: KnownFirm(*row) for row in found(KNOWN_OF_COMPANIES, keys)}
        self._owners: dict[int, int] = dict(found(queries.OWNERS_OF_COMPANIES, keys))
        self._tags: dict[int, list[str]] = {}
        for firm_id, tag in found(queries.TAGS_OF_COMPANIES, keys):
            self._tags.setdefault(firm_id, []).append(tag)
        self._firms: list[KnownFirm] = [
            _NOBODY if firm_id is None else known.get(firm_id) or KnownFirm(firm_id, name=name)
            for firm_id, name in zip(taken.firm_ids, taken.firm_names, strict=True)
        ] or [_NOBODY] * len(taken.mine)

    def holders(self) -> list[int | None]:
        """Return who has the company of each as a customer, if anybody."""
        return [firm.owner_id or self._owners.get(firm.id) for firm in self._firms]

    def column(self, part: str) -> Sequence[Any]:
        """Return one part of what is known of each."""
        if part in self._columns:
            return self._columns[part]
        if part == "partner":
            return [self._routes.partner(partner_id) for partner_id in self._columns["partner_id"]]
        if part == "company_id":
            return [firm.id or None for firm in self._firms]
        if part == "custom":
            return self._taken.custom or ["{}"] * len(self._firms)
        if part == "tags":
            return self._tags_of_each()
        if part == "job_title":
            return self._own(part)
        if part in _PLACES:
            return self._placed(part)
        return [getattr(firm, _OF_FIRM.get(part, part)) for firm in self._firms]

    def _own(self, field: str) -> list[str]:
        values = self._taken.cells.texts.get(field)
        return [""] * len(self._firms) if values is None else [values[at] for at in self._taken.mine]

    def _placed(self, part: str) -> list[str]:
        """Where somebody works counts before where their company is."""
        told = zip(
            self._own("departement_code"),
            self._own("country"),
            self._own(_PLACES[part]),
            self._firms,
            strict=True,
        )
        return [
            own if departement or country else getattr(firm, part) for departement, country, own, firm in told
        ]

    def _tags_of_each(self) -> list[tuple[str, ...]]:
        columns, mine = self._taken.cells.tags, self._taken.mine
        return [
            (*(fold(name) for names in columns for name in names[at]), *self._tags.get(firm.id, ()))
            for at, firm in zip(mine, self._firms, strict=True)
        ]
