"""petitcrm's own lists as CSV: their columns, so that what was exported comes back to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    "tasks": (
        "id", "kind", "text", "contact", "contact_id", "deal", "deal_id", "due_on", "due_time", "zone",
        "duration_minutes", "place", "owner", "recurrence", "snoozed_until", "done_at", "outcome", "created_at",
        "external_id",
    ),
}  # fmt: skip
"""The columns of each list, in order; e-mails and telephones (`email`, `email_label`, `email_2`…) and fields follow."""

LETTERS = {"contacts": "c", "companies": "f", "deals": "d", "tasks": "t"}


def noun_of(headers: Sequence[str]) -> str:
    """Return which of petitcrm's own lists these headers are of, or an empty text."""
    for noun, columns in COLUMNS.items():
        if tuple(headers[: len(columns)]) == columns:
            return noun
    return ""
