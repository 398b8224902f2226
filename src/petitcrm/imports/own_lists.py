"""petitcrm's own lists as CSV: their columns, so that what was exported comes back to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.imports.column import Column
from petitcrm.imports.synonyms import CUSTOM as AS_CUSTOM
from petitcrm.imports.synonyms import LABEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm

VENDOR = "petitcrm"
CUSTOM = "custom:"
"""How the columns of the firm's own fields begin; their label follows."""

_ADDRESS = ("street", "postcode", "city", "country")
_END = ("source", "owner", "tags", "created_at", "external_id")
COLUMNS: dict[str, tuple[str, ...]] = {
    "contacts": (
        "id", "civility", "first_name", "last_name", "job_title", "company", "company_id", "linkedin_url", *_ADDRESS,
        *_END,
    ),
    "companies": (
        "id", "name", "siren", "siret", "vat_number", "naf_rev2", "naf_2025", "legal_form", "headcount",
        "headcount_band", "revenue", "balance", "website", "email", "phone", *_ADDRESS, *_END,
    ),
    "deals": (
        "id", "title", "contact", "contact_id", "company", "company_id", "pipeline", "stage", "status", "amount",
        "currency", "expected_on", "sleep_until", "closed_at", "entered_stage_at", "touched_at", "lost_reason",
        "lost_words", "rank", *_END,
    ),
    "leads": (
        "id", "contact_id", "civility", "first_name", "last_name", "company", "company_id", "email", "phone",
        "postcode", "city", "direction", "state", "source", "campaign", "product", "text", "online", "partner", "list",
        "step", "owner", "given_by_rule", "given_at", "received_at", "answer_due_at", "answered_at", "state_at",
        "requalify_on", "reason", "deal", "deal_id", "external_id",
    ),
    "tasks": (
        "id", "kind", "text", "contact", "contact_id", "deal", "deal_id", "due_on", "due_time", "zone",
        "duration_minutes", "place", "owner", "recurrence", "snoozed_until", "done_at", "outcome", "created_at",
        "external_id",
    ),
}  # fmt: skip
"""The columns of each list, in order; e-mails and telephones (`email`, `email_label`, `email_2`…) and fields follow."""

LETTERS = {"contacts": "c", "companies": "f", "deals": "d", "leads": "l", "tasks": "t"}


def noun_of(headers: Sequence[str]) -> str:
    """Return which of petitcrm's own lists these headers are of, or an empty text."""
    for noun, columns in COLUMNS.items():
        if tuple(headers[: len(columns)]) == columns:
            return noun
    return ""


_NAMED = {"naf_rev2": "naf", "duration_minutes": "duration", "id": "own_id"}
_OTHERS = ("company", "contact", "deal")
_ROWS_OF = {"person": "contacts", "firm": "companies", "deal": "deals", "task": "tasks", "lead": "leads"}
_OF_THE_PERSON = (
    "civility", "first_name", "last_name", "company", "company_id", "email", "phone", "postcode", "city", "deal",
    "deal_id",
)  # fmt: skip
_OF_LEADS = {"id": "own_id", "text": "words", "received_at": "created_at"}
AS_THEY_ARE = {
    "companies": ("naf_2025", "headcount_band"),
    "deals": ("sleep_until", "entered_stage_at", "touched_at", "lost_reason", "lost_words"),
    "tasks": ("zone", "recurrence", "snoozed_until"),
}
"""Fields that only petitcrm writes, taken back without a look."""


def columns_of(headers: Sequence[str], noun: str) -> list[Column]:
    """Return what each column of one of petitcrm's own lists is."""
    columns = []
    for place, header in enumerate(headers):
        name, _underscore, number = header.rpartition("_") if header[-1:].isdigit() else (header, "", "0")
        if header.startswith(CUSTOM):
            column = Column(place, header, AS_CUSTOM)
        elif noun == "leads" and header == "contact_id":
            column = Column(place, header, "own_id")
        elif noun == "leads" and header not in _OF_THE_PERSON:
            column = Column(place, header, f"lead.{_OF_LEADS.get(header, header)}")
        elif noun == "contacts" and name in ("email", "phone", "note"):
            column = Column(place, header, name, number=int(number))
        elif noun == "contacts" and name in ("email_label", "phone_label"):
            column = Column(place, header, LABEL, label=name[:5], number=int(number))
        elif header.removesuffix("_id") in _OTHERS and header.endswith("_id"):
            column = Column(place, header, f"{header.removesuffix('_id')}.own_id")
        else:
            column = Column(place, header, _NAMED.get(header, header))
        columns.append(column._replace(confidence=1.0, reason="vendor"))
    return columns


class OwnIds:
    """The ids that rows had where they were exported: kept in a base that never had such rows, else translated."""

    def __init__(self, crm: Crm) -> None:
        self.is_fresh = {
            part: not crm.rows("SELECT 1 FROM events WHERE kind LIKE :kind LIMIT 1", kind=f"{noun}.%")
            and not crm.rows("SELECT 1 FROM spans WHERE table_name = :came_in LIMIT 1", came_in=table)
            and not crm.rows(f"SELECT 1 FROM {table} LIMIT 1")
            for (part, table), noun in zip(
                _ROWS_OF.items(), ("contact", "company", "deal", "task", "lead"), strict=True
            )
        }
        self.rows: dict[str, dict[int, int]] = {part: {} for part in _ROWS_OF}


def number_of(told: str) -> int | None:
    """Return the number of an id such as c12."""
    return int(told[1:]) if told[1:].isdecimal() and len(told) < 19 else None
