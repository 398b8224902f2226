"""What a row of a list says of a pursuit, cell by cell, as the base keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.exchange import Problem
from petitcrm.i18n import _
from petitcrm.imports import cells, lead_columns
from petitcrm.leads import leads as leads_of
from petitcrm.store.queries import touches as list_queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft
    from petitcrm.store.queries.touches import ListLine

_TEXTS = ("source", "campaign", "product", "words", "reason")
_OWN_TEXTS = ("given_by_rule",)
_MOMENTS = ("created_at",)
_OWN_MOMENTS = ("state_at", "given_at", "answer_due_at", "answered_at")


class LeadCells:
    """Reads the cells of the pursuit; what the firm does not know is kept in words with the contact, and told once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._untold: set[tuple[str, str]] = set()
        self._partners: dict[str, int] = {}
        self._lists: dict[str, int] = {}
        self._lines: dict[int, ListLine] = {}
        for partner_id, key, name in desk.crm.rows("SELECT id, key, name FROM partners ORDER BY id DESC"):
            self._partners |= {fold(name): partner_id, key: partner_id}
        for line in reversed(list_queries.lists(desk.crm)):
            self._lines[line.id] = line
            if not line.closed_at or desk.is_ours:
                self._lists |= {fold(line.name): line.id, line.key: line.id}

    def partner_id(self, cell: str) -> int | None:
        """Return the partner whom a cell names."""
        return self._partners.get(fold(cell))

    def list_of(self, list_id: int) -> ListLine:
        """Return a prospecting list that is open."""
        return self._lines[list_id]

    def read(self, draft: Draft) -> dict[str, Any]:
        """Return what a row says of a pursuit, by the base's columns; refuse one whose direction cannot be read."""
        told = draft.lead
        fields: dict[str, Any] = {name: told[name] for name in _TEXTS if told.get(name)}
        if "source" not in fields and draft.person.get("source"):
            fields["source"] = draft.person["source"]
        self._direction(draft, fields)
        self._state(draft, fields)
        if "online" in told:
            fields["is_online"] = int(cells.says_yes(told["online"]))
        if told.get("owner"):
            fields["owner"] = told["owner"]
            self._desk.owner_into(fields, draft, "lead.owner")
        self._named(draft, fields, "partner", self._partners)
        self._named(draft, fields, "list", self._lists)
        self._dates(draft, fields)
        if told.get("external_id"):
            fields["external_id"] = self._desk.external_id(told["external_id"])
        if self._desk.is_ours:
            self._our_own(draft, fields)
        return fields

    def as_the_list_says(self, row: dict[str, Any]) -> None:
        """Give a new lead what its prospecting list says of all of its own."""
        if row["list_id"]:
            line = self._lines[row["list_id"]]
            row["campaign"] = row["campaign"] or line.campaign
            row["source"] = row["source"] or line.name
            row["owner_id"] = row["owner_id"] or line.owner_id

    def _direction(self, draft: Draft, fields: dict[str, Any]) -> None:
        cell = draft.lead.get("direction", "")
        if not cell or cells.is_nothing(cell):
            return
        found = lead_columns.direction_of(cell)
        if found:
            fields["direction"] = found
            return
        message = _("A lead is inbound or outbound, not “{value}”.", value=cell)
        self._desk.reader.refuse(draft, "lead.direction", cell, message)

    def _state(self, draft: Draft, fields: dict[str, Any]) -> None:
        cell = draft.lead.get("state", "")
        if not cell or cells.is_nothing(cell):
            return
        found = cell if self._desk.is_ours and cell in leads_of.STATES else lead_columns.state_of(cell)
        if found:
            fields["state"] = found
            return
        message = _("“{value}” is no state of a lead: such leads begin as new.", value=cell)
        self._keep_once(draft, "lead.state", cell, message)

    def _named(self, draft: Draft, fields: dict[str, Any], part: str, known: dict[str, int]) -> None:
        """Find the partner or the prospecting list that a cell names."""
        cell = draft.lead.get(part, "")
        if not cell or cells.is_nothing(cell):
            return
        found = known.get(fold(cell))
        if found is None and self._desk.is_ours:
            found = known[fold(cell)] = self._made(part, cell)
        if found is not None:
            fields[f"{part}_id"] = found
            return
        messages = {
            "partner": _("There is no partner “{name}”: petitcrm partner add adds them.", name=cell),
            "list": _("There is no open list “{name}”: petitcrm prospecting add begins it.", name=cell),
        }
        self._keep_once(draft, f"lead.{part}", cell, messages[part])

    def _made(self, part: str, key: str) -> int:
        """Add what petitcrm's own list names: it was there where the list comes from."""
        desk = self._desk
        desk.make_way()
        kind, table = {
            "partner": ("partner.added", "partners"),
            "list": ("prospecting.added", "prospecting_lists"),
        }[part]
        with desk.crm.act(kind, name=key) as act:
            return act.insert(table, key=key, name=key, created_at=desk.now_text)

    def _dates(self, draft: Draft, fields: dict[str, Any]) -> None:
        moments = (*_MOMENTS, *_OWN_MOMENTS) if self._desk.is_ours else _MOMENTS
        for name in (*moments, "requalify_on"):
            cell = draft.lead.get(name, "")
            if cell and not cells.is_nothing(cell):
                self._date(draft, fields, name, cell)

    def _date(self, draft: Draft, fields: dict[str, Any], name: str, cell: str) -> None:
        reader, field = self._desk.reader, f"lead.{name}"
        month_first = reader.month_first.get(field, False)
        try:
            if name == "requalify_on":
                fields[name] = cells.read_day(cell, now=reader.now, month_first=month_first).isoformat()
            else:
                fields[name] = cells.read_moment(cell, now=reader.now, month_first=month_first)
        except UsageProblem as problem:
            reader.keep_aside(draft, field, cell, problem.message)
            return
        if name == "created_at" and not self._desk.is_ours:
            self._not_to_come(draft, fields, cell)
        if name in fields:
            reader.tidy(draft, "date", field, (cell, fields[name]))

    def _not_to_come(self, draft: Draft, fields: dict[str, Any], cell: str) -> None:
        """Keep aside a day to come on which nobody can have come; that of today is no later than now."""
        came_at, now = fields["created_at"], self._desk.now_text
        if came_at[:10] > now[:10]:
            del fields["created_at"]
            message = _("“{value}” is a day to come: nobody came in then.", value=cell)
            self._desk.reader.keep_aside(draft, "lead.created_at", cell, message)
        elif came_at > now:
            fields["created_at"] = now

    def _our_own(self, draft: Draft, fields: dict[str, Any]) -> None:
        told = draft.lead
        fields |= {name: told[name] for name in _OWN_TEXTS if told.get(name)}
        fields["step"] = cells.read_number(told.get("step", "")) or 0

    def _keep_once(self, draft: Draft, field: str, value: str, message: str) -> None:
        """Keep a value aside with the contact of each row, and tell it once for the whole file."""
        column = self._desk.reader.columns[field]
        draft.custom[column.place] = value
        if (field, fold(value)) not in self._untold:
            self._untold.add((field, fold(value)))
            draft.problems.append(Problem(draft.line, column.header, value, message))
