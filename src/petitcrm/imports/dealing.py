"""The deals of a list: read, recognised among those of the base, filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.exchange import Problem
from petitcrm.formats.money import currency_in, plain_amount, read_money
from petitcrm.i18n import _
from petitcrm.imports import cells
from petitcrm.imports.held import CREATED, UNCHANGED, UPDATED, Held
from petitcrm.imports.known_work import Known
from petitcrm.imports.own_lists import AS_THEY_ARE
from petitcrm.imports.own_rows import OwnRows
from petitcrm.imports.staging import Stages
from petitcrm.ranks import GAP
from petitcrm.sales import deals as deals_of
from petitcrm.text import fold

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft

_ENDED = {
    "won": "won|gagne|gagnee|closed won|closedwon|signe|signee|accepte|acceptee|vendu|vendue",
    "lost": "lost|perdu|perdue|closed lost|closedlost|refuse|refusee|abandonne|abandonnee",
    "cancelled": "cancelled|canceled|annule|annulee|deleted|supprime|supprimee",
}
_STATUS = {word: status for status, words in _ENDED.items() for word in words.split("|")}

_SAY_A_DEAL = ("amount", "stage", "expected_on", "status")


class Deals:
    """The deals that a piece of the file speaks of."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.is_main = desk.mapping.noun == "deals"
        self._prefix = "" if self.is_main else "deal."
        self._has_titles = bool(desk.mapping.places("title" if self.is_main else "deal"))
        self._stages = Stages(desk)
        self._ranks: dict[int, int] = {}
        self._untold: set[str] = set()

    def check(self, drafts: list[Draft]) -> None:
        """Refuse the rows whose deal cannot be read, before anything else of theirs is taken."""
        for draft in drafts:
            if draft.refused:
                continue
            if not self._has_titles and any(map(draft.deal.get, _SAY_A_DEAL)):
                draft.deal["title"] = _whose(draft)
            if not self.is_main:
                continue
            if not draft.deal.get("title"):
                self.desk.reader.refuse(draft, "title", "", _("A deal needs a title."))
            else:
                self._amount(draft, {})

    def take(self, drafts: list[Draft]) -> None:
        """Give each draft its deal; a deal is always somebody's."""
        told = []
        for draft in drafts:
            if draft.refused or not (self.is_main or draft.deal.get("title")):
                continue
            if "person" not in draft.held:
                message = _("A deal needs a contact, or at least a company.")
                self.desk.reader.refuse(draft, "contact", draft.deal.get("title", ""), message)
                continue
            fields = self._read(draft)
            if not draft.refused:
                told.append((draft, fields))
        own = OwnRows(self.desk, "deal", [draft for draft, _fields in told])
        known = Known(self.desk, "deals", [fields for _draft, fields in told], own.base_ids)
        for draft, fields in told:
            key = (fields["contact_id"], fold(fields["title"]))
            held = own.find(draft, known.by_id, fields["title"], "title")
            if held is None and not own.decides(draft):
                held = known.find(fields.get("external_id"), key)
            seen = self.desk.look(held) if held else None
            if held is None:
                held = Held(self._new(fields), is_new=True)
                own.give_id(draft, held)
                known.file(held, key)
                outcome = CREATED
            else:
                given = {
                    name: value
                    for name, value in fields.items()
                    if name not in ("external_id", "stage_id", "status")
                }
                outcome = UPDATED if held.fill(given, self.desk.overwrite, self.desk.kept) else UNCHANGED
            if self._fill_more(draft, held) and outcome == UNCHANGED:
                outcome = UPDATED
            if outcome != UNCHANGED and not held.line:
                held.line = draft.line
            draft.outcomes.append((self.is_main, outcome))
            draft.held["deal"] = held
            self.desk.note(draft, "deal", held, seen)
            own.remember(draft, held)
        self._write(known.all)
        own.settle()

    def _fill_more(self, draft: Draft, held: Held) -> bool:
        desk = self.desk
        told = draft.custom if self.is_main else draft.deal_custom
        changed = held.fill_custom(desk.custom(told, "deal"), desk.overwrite, desk.wishes)
        if not self.is_main:
            return changed
        for tag_id in desk.tag_ids(draft.tags):
            changed |= tag_id not in held.tags
            held.tags.setdefault(tag_id, False)
        for note in draft.notes:
            changed |= note not in held.notes
            held.notes.setdefault(note, False)
        return changed

    def _read(self, draft: Draft) -> dict[str, Any]:
        told = draft.deal
        fields: dict[str, Any] = {"title": told["title"], "contact_id": draft.held["person"].id}
        firm = draft.held.get("firm")
        fields["company_id"] = firm.id if firm else draft.held["person"].row["company_id"]
        if "source" in told:
            fields["source"] = told["source"]
        currency = told.get("currency", "").upper()
        if len(currency) == 3 and currency.isascii() and currency.isalpha():
            fields["currency"] = currency
        self._amount(draft, fields)
        for field in ("expected_on", "closed_at", "created_at"):
            if field in told:
                self._date(draft, fields, field)
        if "owner" in told:
            fields["owner"] = told["owner"]
            self.desk.owner_into(fields, draft, "owner")
        elif not self.is_main:
            fields["owner_id"] = draft.held["person"].row["owner_id"] or (firm and firm.row["owner_id"])
        if "external_id" in told:
            fields["external_id"] = self.desk.external_id(told["external_id"])
        self._where(draft, fields)
        if self.desk.is_ours:
            fields |= {name: told[name] for name in AS_THEY_ARE["deals"] if name in told}
            fields["rank"] = int(told.get("rank") or 0)
        return fields

    def _amount(self, draft: Draft, fields: dict[str, Any]) -> None:
        amount = draft.deal.get("amount", "")
        if amount and not cells.is_nothing(amount):
            try:
                fields["amount_cents"] = read_money(amount)
                self._say_amount(draft, fields, amount)
            except UsageProblem as problem:
                if self.is_main:
                    self.desk.reader.refuse(draft, "amount", amount, problem.message)
                else:
                    self._keep_aside(draft, "amount", amount, problem.message)

    def _say_amount(self, draft: Draft, fields: dict[str, Any], amount: str) -> None:
        """Keep what an amount says besides its figures: its currency, and “TTC” as it was written."""
        currency = currency_in(amount)
        if currency and "currency" not in draft.deal:
            fields.setdefault("currency", currency)
        if "stage_id" in fields or "title" not in fields:  # only checked, or read already
            return
        self.desk.reader.tidy(
            draft, "amount", self._prefix + "amount", (amount, plain_amount(fields["amount_cents"]))
        )
        if "ttc" in amount.lower():
            self._keep_aside(draft, "amount", amount, "")

    def _keep_aside(self, draft: Draft, field: str, value: str, message: str) -> None:
        """Keep a value that cannot be read with the deal, whatever the list is of."""
        column = self.desk.reader.columns[self._prefix + field]
        (draft.custom if self.is_main else draft.deal_custom)[column.place] = value
        if message:
            draft.problems.append(Problem(draft.line, column.header, value, message))

    def _date(self, draft: Draft, fields: dict[str, Any], field: str) -> None:
        reader, value = self.desk.reader, draft.deal[field]
        if cells.is_nothing(value):
            return
        month_first = reader.month_first.get(self._prefix + field, False)
        try:
            if field == "expected_on":
                fields[field] = cells.read_day(value, now=reader.now, month_first=month_first).isoformat()
            else:
                fields[field] = cells.read_moment(value, now=reader.now, month_first=month_first)
            reader.tidy(draft, "date", self._prefix + field, (value, fields[field]))
        except UsageProblem as problem:
            self._keep_aside(draft, field, value, problem.message)

    def _where(self, draft: Draft, fields: dict[str, Any]) -> None:
        """Find the stage and the status; what is unknown here is kept in words, and told once."""
        told = draft.deal
        stage, pipeline = told.get("stage", ""), told.get("pipeline", "")
        status = _STATUS.get(fold(told.get("status", ""))) or _STATUS.get(fold(stage)) or "open"
        found = self._stages.find(stage, pipeline, is_end=fold(stage) in _STATUS)
        if found.is_stage_unknown:
            message = _("There is no stage “{stage}”: such deals begin at the first one; --create-stages adds it.",
                        stage=stage)  # fmt: skip
            self._keep_once(draft, "stage", stage, message)
        if found.is_pipeline_unknown:
            message = _("There is no pipeline “{pipeline}”: its deals go to the first one; --create-stages adds it.",
                        pipeline=pipeline)  # fmt: skip
            self._keep_once(draft, "pipeline", pipeline, message)
        fields["stage_id"] = found.stage_id
        fields["status"] = status
        if status != "open":
            fields.setdefault("closed_at", self.desk.now_text)
        else:
            fields.pop("closed_at", None)
        if status == "lost" and "lost_reason" in told:
            try:
                fields["lost_reason"] = deals_of.lost_reason(told["lost_reason"])
            except UsageProblem:
                fields |= {"lost_reason": "other", "lost_words": told["lost_reason"]}

    def _keep_once(self, draft: Draft, field: str, value: str, message: str) -> None:
        """Keep a value aside with each deal, and tell it once for the whole file."""
        is_new = f"{field}\n{fold(value)}" not in self._untold
        self._untold.add(f"{field}\n{fold(value)}")
        self._keep_aside(draft, field, value, message if is_new and not self.desk.creates_stages else "")

    def _new(self, fields: dict[str, Any]) -> dict[str, Any]:
        desk = self.desk
        created = fields.get("created_at") or desk.now_text
        row = {
            **desk.bulk.blank("deals"),
            "created_at": created,
            "touched_at": created,
            "entered_stage_at": created,
        }
        stage = fields["stage_id"]
        if stage not in self._ranks:
            last = desk.crm.rows(
                "SELECT max(rank) FROM deals WHERE stage_id = :id AND status = 'open'", id=stage
            )[0][0]
            self._ranks[stage] = -GAP if last is None else last
        self._ranks[stage] += GAP
        return {**row, "rank": self._ranks[stage], **fields}

    def _write(self, deals: list[Held]) -> None:
        bulk, crm = self.desk.bulk, self.desk.crm
        for held in deals:
            row = held.row
            if held.is_new:
                held.id = row["id"] = bulk.insert("deals", row)
                entered = {"deal_id": held.id, "to_stage_id": row["stage_id"], "at": row["entered_stage_at"]}
                bulk.insert("stage_changes", {**entered, "user_id": crm.user_id})
                bulk.index("deal", held.id, (row["title"], row["source"]))
                changes, is_told = [], True
            else:
                different = held.differences()
                changes = [bulk.update("deals", held.id, different)] if different else []
                is_told = bool(different)
                if different:
                    bulk.reindex("deal", held.id)
            self.desk.write_tags("deal", held)
            if is_told:
                bulk.event(
                    "deal.imported", changes, contact_id=row["contact_id"], company_id=row["company_id"],
                    deal_id=held.id, details=self.desk.told(held.line, title=row["title"]),
                )  # fmt: skip
            self.desk.write_words("deal", held)


def _whose(draft: Draft) -> str:
    """Call a deal without a title by its company, else by its person."""
    person = draft.person
    named = [person[part] for part in ("first_name", "last_name", "name") if part in person]
    return draft.firm.get("name", "") or " ".join(named) or next((line[0] for line in draft.emails), "")
