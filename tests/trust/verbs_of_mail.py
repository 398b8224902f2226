"""How to call each verb of consent and mail on the small firm."""

from __future__ import annotations

from collections.abc import Callable

from petitcrm.crm import Crm
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted
from tests.support.firm import Firm

Do = Callable[[Crm, Firm], object]
LETTER = Wanted("email", "newsletter")


def given(crm: Crm, firm: Firm) -> None:
    """Keep the proof that somebody agreed."""
    consent.give(crm, firm.contact, LETTER, wording="Recevoir la lettre du mois", how="bulletin")


VERBS: dict[str, tuple[Do, int, Do | None]] = {
    "consent.give": (given, 1, None),
    "consent.withdraw": (lambda crm, firm: consent.withdraw(crm, firm.contact, LETTER), 1, given),
    "consent.object_to": (lambda crm, firm: consent.object_to(crm, firm.contact, Wanted()), 2, None),
    "consent.bar": (lambda crm, firm: consent.bar(crm, "email", "stop@ailleurs.example"), 2, None),
    "consent.bar_hash": (lambda crm, firm: consent.bar_hash(crm, "ab" * 32, LETTER), 2, None),
    "consent.inform": (lambda crm, firm: consent.inform(crm, firm.contact, how="salon"), 1, None),
    "consent.settle": (lambda crm, firm: consent.settle(crm, firm.contact, "professional"), 1, None),
}
VARIANTS: dict[str, tuple[Do, int, Do | None]] = {}

READS = {
    "composing.address", "composing.addresses", "composing.answered", "consent_words.in_lines",
    "consent_words.standings", "correspondence.of", "consent.verdict", "consent.verdicts", "consent.verdicts_of",
    "consent.facts", "consent.agreed", "consent.before_a_merge", "refusals.holders", "address_hashes.hash_key",
    "address_hashes.any_hash_key", "consent.must_not_have_objected", "consent.is_barred",
}  # fmt: skip
"""Functions of these modules that change nothing."""
PARTS = {"consent.keep_strictest", "consent.keep_refusals", "consent.put_back"}
"""Functions that are part of a verb, in its act."""
