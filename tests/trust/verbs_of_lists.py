"""How to call each verb of lists, subscriptions and segments on the small firm."""

from __future__ import annotations

from collections.abc import Callable

from petitcrm.crm import Crm
from petitcrm.marketing import lists, segments, subscriptions
from petitcrm.marketing.lists import Told
from petitcrm.marketing.subscriptions import Proof
from petitcrm.sales import firm as firms
from tests.support.firm import Firm

Do = Callable[[Crm, Firm], object]
TOLD = Told("Lettre", wording="Recevoir la lettre", topics=("Bois", "Gaz"), account="shop")
PROOF = Proof("Recevoir la lettre", "bulletin")


def begun(crm: Crm, firm: Firm) -> None:
    """Begin a list, of a firm that has a name."""
    firms.rename(crm, "Chauffage Acmé")
    lists.add(crm, TOLD)


def joined(crm: Crm, firm: Firm) -> None:
    """Put the first contact on a list."""
    begun(crm, firm)
    subscriptions.subscribe(crm, "lettre", firm.contact, proof=PROOF)


def asked(crm: Crm, firm: Firm) -> None:
    """Ask the first contact whether they want to be on a list."""
    begun(crm, firm)
    subscriptions.subscribe(crm, "lettre", firm.contact)


def _segment(crm: Crm, firm: Firm) -> None:
    segments.add(crm, "Gaz", "tag = gaz")


VERBS: dict[str, tuple[Do, int, Do | None]] = {
    "lists.add": (lambda crm, firm: lists.add(crm, TOLD), 1, None),
    "lists.edit": (lambda crm, firm: lists.edit(crm, "lettre", {"name": "La lettre"}), 1, begun),
    "lists.archive": (lambda crm, firm: lists.archive(crm, "lettre"), 1, begun),
    "subscriptions.subscribe": (
        lambda crm, firm: subscriptions.subscribe(crm, "lettre", firm.contact, proof=PROOF),
        2,
        begun,
    ),
    "subscriptions.confirm": (
        lambda crm, firm: subscriptions.confirm(crm, 1, firm.contact, how="voix"),
        2,
        asked,
    ),
    "subscriptions.unsubscribe": (
        lambda crm, firm: subscriptions.unsubscribe(crm, "lettre", firm.contact),
        2,
        joined,
    ),
    "subscriptions.leave": (
        lambda crm, firm: subscriptions.leave(crm, firm.contact, "newsletter", how="stop"),
        2,
        joined,
    ),
    "subscriptions.choose": (
        lambda crm, firm: subscriptions.choose(crm, "lettre", firm.contact, ["Bois"]),
        1,
        joined,
    ),
    "segments.add": (_segment, 1, None),
    "segments.edit": (lambda crm, firm: segments.edit(crm, "gaz", condition="tag = bois"), 1, _segment),
    "segments.delete": (lambda crm, firm: segments.delete(crm, "gaz"), 1, _segment),
}
VARIANTS: dict[str, tuple[Do, int, Do | None]] = {
    "subscriptions.subscribe by asking": (
        lambda crm, firm: subscriptions.subscribe(crm, "lettre", firm.contact),
        2,
        begun,
    ),
    "lists.archive taken back out": (
        lambda crm, firm: lists.archive(crm, "lettre", back=True),
        1,
        lambda crm, firm: (begun(crm, firm), lists.archive(crm, "lettre")),
    ),
}

READS = {
    "lists.in_use", "subscriptions.no_longer_asked", "audience.archived", "lists.may_answer", "lists.left",
    "uses.refuse_deleting", "uses.refuse_renaming",
    "lists.of", "lists.by_id", "lists.standings", "segments.of", "segments.members", "segments.count",
    "where.compiled", "where.members", "where.count", "where.judge", "audience.members", "audience.count",
    "audience.check", "audience.compiled", "tokens.is_good", "subscriptions.way_out", "tokens.make",
    "tokens.signer",
}  # fmt: skip
"""Functions of these modules that change nothing of the firm's; `tokens.make` keeps a key the first time."""
STEPS = {"segments.refresh", "subscriptions.use_way_out", "responses.take"}
"""What the program does by itself: outside the journal, or by the verbs above."""
