"""What the rules look at: a lead, its contact and its company as one row of plain facts, spelled one way."""

from __future__ import annotations

from petitcrm.rows import Row


class Facts(Row):
    """The facts of one lead or contact. Empty, None or -1 where nobody knows; texts folded, codes as in the base."""

    postcode: str = ""
    departement: str = ""
    region: str = ""
    country: str = ""
    size: str = ""
    headcount: int = -1
    naf: str = ""
    naf_2025: str = ""
    legal_form: str = ""
    job_title: str = ""
    words: str = ""
    source: str = ""
    campaign: str = ""
    direction: str = ""
    product: str = ""
    partner: str = ""
    is_online: bool = False
    is_company: bool = False
    tags: frozenset[str] = frozenset()
    custom: tuple[tuple[str, str], ...] = ()
    """Folded names of own fields with their folded values; those of the contact before those of the company."""
