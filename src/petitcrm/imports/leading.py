"""The leads of a list: whose pursuit each row begins, or goes on with, or may not begin again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import instant_text
from petitcrm.errors import RefusedByRule
from petitcrm.imports.held import CREATED, UNCHANGED, UPDATED, Held
from petitcrm.imports.lead_cells import LeadCells
from petitcrm.imports.lead_routes import Routes
from petitcrm.imports.never_again import Closed
from petitcrm.imports.own_rows import OwnRows
from petitcrm.imports.plain_leads import PlainLeads
from petitcrm.leads import leads as leads_of
from petitcrm.leads import team
from petitcrm.rows import Row
from petitcrm.sales import habits, touches
from petitcrm.store.queries import imports as queries
from petitcrm.working_time import add_working_days, add_working_minutes

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.plain_leads import Taken

    Met = tuple[Draft, dict[str, Any], Held]

_WAITING = ("new", "working")


class _Told(Row):
    """What a row did to a lead, to be told by an event once the lead has an id."""

    kind: str
    held: Held
    line: int
    words: str
    at: str | None


class Leads:
    """The leads that a piece of the file speaks of."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cells = LeadCells(desk)
        self._closed = Closed(desk)
        self._routes = Routes(desk)
        self._how = habits.known(desk.crm)
        self._dues: dict[str, str] = {}
        self._told: list[_Told] = []
        self._planned: list[Held] = []
        self._plain = PlainLeads(desk, self._routes, self._due)

    def check(self, drafts: list[Draft]) -> None:
        """Read what each row says of the pursuit, and refuse those that cannot be read or are of somebody closed."""
        for draft in drafts:
            if not draft.refused:
                draft.lead = self.cells.read(draft)
        self._closed.refuse_at_sight([draft for draft in drafts if not draft.refused])

    def admitted(self, met: list[Met]) -> list[Met]:
        """Return the rows of people who may be pursued; the others are refused before anything of theirs is filled."""
        return self._closed.admitted(met)

    def take(self, drafts: list[Draft], taken: Taken | None = None) -> None:
        """Give each draft its lead: one that is going on, or a new one, which goes to whom the rules say.

        So are the ordinary rows that were `taken` begun, all of them: rows are shared out in the order of the file.
        """
        if drafts:
            self.desk.bulk.flush()  # the rules look at what the base knows
        self._plain.begin(taken)
        if drafts:
            self._take(drafts)
        self._plain.give_before()
        self._plain.write()

    def _take(self, drafts: list[Draft]) -> None:
        told = [draft for draft in drafts if not draft.refused and "person" in draft.held]
        own = OwnRows(self.desk, "lead", told)
        known = _Known(self.desk, told, own.base_ids)
        self._routes.prepare({draft.held["person"].id for draft in told if not known.goes_on(draft)})
        self._told, self._planned = [], []
        for draft in told:
            self._plain.give_before(draft.line)
            held = own.find(draft, known.by_id, draft.held["person"].id, "contact_id")
            if held is None and not own.decides(draft):
                held = known.find(draft)
            seen = self.desk.look(held) if held else None
            if held is None:
                held = self._begun(draft)
                own.give_id(draft, held)
                known.file(held)
                outcome = CREATED
            else:
                outcome = self._joined(draft, held, known)
            draft.held["lead"] = held
            self.desk.note(draft, "lead", held, seen)
            own.remember(draft, held)
            draft.outcomes.append((True, outcome))
        self._write(known.all)
        own.settle()

    # ------------------------------------------------------------------------------------------------- a new one

    def _begun(self, draft: Draft) -> Held:
        desk, told = self.desk, dict(draft.lead)
        row = {**desk.bulk.blank("leads"), **told, "contact_id": draft.held["person"].id}
        row["created_at"] = told.get("created_at") or desk.now_text
        row["state"] = told.get("state") or "new"
        row["direction"] = told.get("direction") or ("outbound" if row["list_id"] else "inbound")
        if "deal" in draft.held and desk.is_ours:
            row["deal_id"] = draft.held["deal"].id
        row["id"] = self._plain.id_of(draft.contact_id)
        held = Held(row, is_new=True)
        if not desk.is_ours:
            self._settle(held)
        held.line = draft.line
        self._told.append(_Told("lead.imported", held, draft.line, row["words"], None))
        return held

    def _settle(self, held: Held) -> None:
        """Work out what no list tells of a new lead: its clock, its owner, its first touch."""
        row = held.row
        row["state_at"] = self.desk.now_text
        if row["state"] == "later" and not row["requalify_on"]:
            row["state"] = "warm"  # without a day nobody would ever ask again
        if row["state"] != "later":
            row["requalify_on"] = None
        if row["state"] == "never":
            row["reason"] = row["reason"] or self.desk.file
        if row["direction"] == "inbound" and row["state"] in _WAITING:
            row["answer_due_at"] = self._due(row["created_at"])
        self.cells.as_the_list_says(row)
        if row["state"] in team.COUNTED:
            row["given_at"] = self.desk.now_text if row["owner_id"] is not None else None
            self._routes.give(row)
        self._approach(held)

    def _due(self, came_at: str) -> str:
        known = self._dues.get(came_at)
        if known is None:
            how = self._how
            at = self.desk.crm.local(came_at)
            known = self._dues[came_at] = instant_text(add_working_minutes(at, how.first_answer, how.hours))
        return known

    def _approach(self, held: Held) -> None:
        """Plan the first touch of who is on a list: nobody on one is forgotten."""
        row = held.row
        if row["list_id"] and not row["step"] and row["task_id"] is None and row["state"] in _WAITING:
            row["step"] = 1
            self._planned.append(held)

    # ------------------------------------------------------------------------------------------- one that goes on

    def _joined(self, draft: Draft, held: Held, known: _Known) -> str:
        """Add to a lead what a row says of it; say that its contact came again where the row tells of it."""
        desk, given = self.desk, dict(draft.lead)
        words, came_at = given.pop("words", ""), given.pop("created_at", None)
        direction = given.get("direction") or held.row["direction"]
        had_list = held.row["list_id"]
        is_return = not desk.is_ours and known.is_news(held, words, came_at)
        if is_return and direction == "inbound":
            self._take_up(held, came_at or desk.now_text)
        if not given.get("is_online"):
            given.pop("is_online", None)
        elif not held.row["is_online"]:
            held.row["is_online"] = None  # “not online” is what nobody said
        if words and not held.row["words"]:
            given["words"] = words
        changed = held.fill(given, desk.overwrite, desk.kept) or is_return
        if not had_list:
            self._approach(held)
        known.name(held)
        known.heard(held, words, came_at)
        if not changed:
            return UNCHANGED
        held.line = held.line or draft.line
        kind = "lead.returned" if is_return else "lead.imported"
        self._told.append(_Told(kind, held, draft.line, words, came_at if is_return else None))
        return UPDATED

    def _take_up(self, held: Held, came_at: str) -> None:
        """Who comes by themselves is owed an answer, and is no longer put off."""
        row = held.row
        row |= {"direction": "inbound", "answer_due_at": self._due(came_at), "answered_at": None}
        if row["state"] in ("later", "warm"):
            row |= {"state": "working", "state_at": self.desk.now_text, "requalify_on": None}

    # ------------------------------------------------------------------------------------------------- writing

    def _write(self, leads: list[Held]) -> None:
        bulk = self.desk.bulk
        for held in self._planned:
            held.row["task_id"] = self._touch(held)
        for held in leads:
            if held.is_new:
                held.id = held.row["id"] = bulk.insert("leads", held.row)
        for told in self._told:
            held = told.held
            changes = []
            if not held.is_new and (different := held.differences()):
                changes = [bulk.update("leads", held.id, different)]
                held.before = dict(held.row)
            bulk.event(
                told.kind, changes, contact_id=held.row["contact_id"], text=told.words, details=self._details(told),
                **({"at": told.at} if told.at else {}),
            )  # fmt: skip

    def _details(self, told: _Told) -> str:
        row = told.held.row
        more = {"lead": f"l{told.held.id}", "direction": row["direction"], "rule": row["given_by_rule"]}
        return self.desk.told(told.line, **{name: value for name, value in more.items() if value})

    def _touch(self, held: Held) -> int:
        """Gather the first touch of a lead that a list approaches."""
        bulk, row = self.desk.bulk, held.row
        line = self.cells.list_of(row["list_id"])
        touch = touches.unpacked(line.cadence)[0]
        on = add_working_days(self.desk.crm.now.date(), touch.after, self._how.hours)
        task = {
            "kind": touch.kind, "text": touch.text or line.name, "contact_id": row["contact_id"],
            "due_on": on.isoformat(), "owner_id": row["owner_id"] or line.owner_id, "created_at": self.desk.now_text,
        }  # fmt: skip
        task_id = bulk.insert("tasks", task)
        bulk.index("task", task_id, (task["text"], ""))
        details = self.desk.told(held.line, task=str(task["text"]))
        bulk.event("task.imported", (), contact_id=row["contact_id"], task_id=task_id, details=details)
        return task_id


class _Known:
    """The leads of the people whom a piece speaks of, the newest of each first, and what was said of them."""

    def __init__(self, desk: Desk, drafts: list[Draft], base_ids: set[int]) -> None:
        self.all: list[Held] = []
        self._by_id: dict[int, Held] = {}
        self._external: dict[str, Held] = {}
        self._of: dict[int, list[Held]] = {}
        self._words: dict[int, set[str]] = {}
        self._moments: dict[int, set[str]] = {}
        people = {str(draft.held["person"].id) for draft in drafts if not draft.held["person"].is_new}
        asked = {
            "contact_id": people,
            "external_id": {found for draft in drafts if (found := draft.lead.get("external_id"))},
            "id": {str(row_id) for row_id in base_ids},
        }
        for column, keys in asked.items():
            for row in desk.bulk.found_rows(queries.LEADS[column], keys):
                row.pop("key")
                if row["id"] not in self._by_id:
                    held = self._by_id[row["id"]] = Held(row, is_new=False)
                    self.all.append(held)
                    self._file(held, newest=False)
        talked = {str(contact_id) for contact_id in self._of}
        for contact_id, kind, at, text in desk.bulk.found(queries.SAID_OF_LEADS, talked):
            self._words.setdefault(contact_id, set()).add(text)
            if kind == "lead.returned":
                self._moments.setdefault(contact_id, set()).add(at)

    def by_id(self, row_id: int) -> Held | None:
        """Return the lead of the base with this id."""
        return self._by_id.get(row_id)

    def file(self, held: Held) -> None:
        """Remember a lead that the file begins."""
        self.all.append(held)
        self._file(held, newest=True)

    def _file(self, held: Held, *, newest: bool) -> None:
        listed = self._of.setdefault(held.row["contact_id"], [])
        listed.insert(0, held) if newest else listed.append(held)
        self.name(held)
        self.heard(held, held.row["words"], held.row["created_at"])

    def name(self, held: Held) -> None:
        """Remember by what another program knows a lead, which a row may have told of one that had no such name."""
        if held.row["external_id"]:
            self._external.setdefault(held.row["external_id"], held)

    def goes_on(self, draft: Draft) -> bool:
        """Tell whether the person of a row is pursued already."""
        return self._going_on(draft) is not None

    def find(self, draft: Draft) -> Held | None:
        """Return the lead that a row means: its own, the one that goes on, or one that is over and says the same."""
        own = self._external.get(draft.lead.get("external_id", ""))
        going_on = own or self._going_on(draft)
        if going_on is not None:
            return going_on
        listed = self._of.get(draft.held["person"].id)
        return listed[0] if listed and not self._is_another(listed[0], draft.lead) else None

    def _going_on(self, draft: Draft) -> Held | None:
        listed = self._of.get(draft.held["person"].id, [])
        places = enumerate(held.row["state"] for held in listed)
        try:
            place = leads_of.meant(places)
        except RefusedByRule:  # only a row that itself says never comes here
            return next(held for held in listed if held.row["state"] == "never")
        return None if place is None else listed[place]

    def _is_another(self, held: Held, told: dict[str, Any]) -> bool:
        """Tell whether a row is of another pursuit than one that ended well: the same list again is not."""
        if self.is_news(held, told.get("words", ""), told.get("created_at")):
            return True
        return any(
            told.get(name) and told[name] != held.row[name] for name in ("source", "campaign", "product")
        )

    def is_news(self, held: Held, words: str, came_at: str | None) -> bool:
        """Tell whether a row says that somebody came again: other words than all so far, or a later moment."""
        contact_id = held.row["contact_id"]
        if words and held.row["words"] and words not in self._words.get(contact_id, ()):
            return True
        is_later = bool(came_at) and came_at > held.row["created_at"]
        return is_later and came_at not in self._moments.get(contact_id, ())

    def heard(self, held: Held, words: str, came_at: str | None) -> None:
        """Remember what was said of a contact, and when they came."""
        contact_id = held.row["contact_id"]
        if words:
            self._words.setdefault(contact_id, set()).add(words)
        if came_at:
            self._moments.setdefault(contact_id, set()).add(came_at)
