"""How to call each verb of mail that leaves on the small firm."""

from __future__ import annotations

from collections.abc import Callable

from petitcrm.crm import Crm
from petitcrm.marketing import bounces, outbox, posting, templates
from petitcrm.marketing.outbox import Letter
from tests.support.firm import Firm
from tests.support.sending import intend

Do = Callable[[Crm, Firm], object]


def letter(crm: Crm, firm: Firm) -> int:
    """Put a mail among those that are to leave."""
    told = Letter("shop", firm.contact, "jean@acme.example", "Votre chaudière", "Bonjour", deal_id=firm.deal)
    return outbox.queue(crm, told._replace(task_id=firm.task))


def uncertain(crm: Crm, firm: Firm) -> None:
    """Let a mail be one of which nobody knows whether it left."""
    number = letter(crm, firm)
    posting.claim(crm, "me", limit=1)
    intend(crm, number, "me", "<o1.abc@firme.example>")
    posting.unknown(crm, number, "me", "no answer")


def came_back(crm: Crm, firm: Firm) -> None:
    """Let a mail come back for good."""
    bounces.take(crm, bounces.Report("hard", "jean@acme.example", "5.1.1", "no such user"))


TEXT = templates.Text("relance", "Relance", "Votre devis", "Bonjour {{ contact.nom }}", "fr")

VERBS: dict[str, tuple[Do, int, Do | None]] = {
    "outbox.queue": (letter, 1, None),
    "outbox.withdraw": (lambda crm, firm: outbox.withdraw(crm, 1), 1, letter),
    "outbox.decide": (lambda crm, firm: outbox.decide(crm, 1, "sent"), 2, uncertain),
    "templates.add": (lambda crm, firm: templates.add(crm, TEXT), 1, None),
    "templates.edit": (
        lambda crm, firm: templates.edit(crm, "relance", "fr", TEXT._replace(subject="Et ce devis ?")),
        1,
        lambda crm, firm: templates.add(crm, TEXT),
    ),
    "templates.delete": (
        lambda crm, firm: templates.delete(crm, "relance"),
        1,
        lambda crm, firm: templates.add(crm, TEXT),
    ),
    "bounces.lift": (lambda crm, firm: bounces.lift(crm, "jean@acme.example"), 1, came_back),
}
VARIANTS: dict[str, tuple[Do, int, Do | None]] = {
    "outbox.decide to send again": (lambda crm, firm: outbox.decide(crm, 1, "again"), 1, uncertain),
    "outbox.decide to drop": (lambda crm, firm: outbox.decide(crm, 1, "drop"), 1, uncertain),
}

READS = {
    "outbox.of", "outbox.why_not", "outbox.why_not_all", "outbox.why_not_nobody", "outbox.moved", "outbox.verdicts",
    "outbox.why_objected",
    "campaign_mails.held", "posting_many.reasons_not_to", "posting_many.resting",
    "posting_many.leaving_of", "address_hashes.new_hash_key", "posting.is_any_left",
    "bounces.of_contact", "bounces.is_of_ours",
    "templates.of", "templates.preview", "tokens.is_good",
    "filling.fill", "filling.fill_line", "filling.refusal",
    "merge_fields.values_of", "merge_fields.values_of_all", "merge_fields.references_of",
}  # fmt: skip
"""Functions of these modules that change nothing."""
STEPS = {
    "posting.recover", "posting.claim", "posting.sent", "posting.take_as_sent", "posting.found",
    "posting.unknown", "posting.refuse", "posting.put_off", "posting.release", "posting.copied", "bounces.take",
    "posting.unbegin", "tokens.make", "refusals.reconcile",
    "posting_many.intend_all", "posting_many.take_as_left", "posting_many.settle_all",
}  # fmt: skip
"""What the program does with a mail by itself, which nothing takes back: tried in tests/marketing and tests/sync."""
