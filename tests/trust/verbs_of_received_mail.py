"""How to call each verb of mail on the small firm; what takes in hundreds at once is tried in tests/sales."""

from __future__ import annotations

from collections.abc import Callable

from petitcrm.crm import Crm
from petitcrm.sales import correspondence
from petitcrm.sales.receiving import Place
from tests.support.firm import Firm
from tests.support.mail import STRANGER, letter, sent, take

Do = Callable[[Crm, Firm], object]


def _received(crm: Crm, _firm: Firm) -> None:
    take(crm, letter(1), letter(2, by=STRANGER), letter(3, by=STRANGER), sent(4, "Autre"))


def _emptied(crm: Crm, _firm: Firm) -> None:
    with crm.act("mail.read_again") as act:
        act.insert("mail_copies", account="shop", folder="INBOX", validity="1", place="9", uid=9)


VERBS: dict[str, tuple[Do, int, Do | None]] = {
    "correspondence.forget_copies": (
        lambda crm, firm: correspondence.forget_copies(crm, [Place("shop", "INBOX", "1", "9", 9)]),
        1,
        _emptied,
    ),
    "correspondence.expect_none": (lambda crm, firm: correspondence.expect_none(crm, 1), 1, _received),
    "correspondence.ignore": (lambda crm, firm: correspondence.ignore(crm, [2, 3]), 2, _received),
    "correspondence.ignore_sender": (
        lambda crm, firm: correspondence.ignore_sender(crm, STRANGER),
        1,
        _received,
    ),
}

VARIANTS: dict[str, tuple[Do, int, Do | None]] = {
    "correspondence.expect_none of what we sent": (lambda crm, firm: correspondence.expect_none(crm, 4), 1, _received),
    "correspondence.ignore_sender, a second one": (
        lambda crm, firm: correspondence.ignore_sender(crm, "inconnu.example"), 1,
        lambda crm, firm: correspondence.ignore_sender(crm, "pub.example"),
    ),
}  # fmt: skip

READS = {
    "appointments.plan", "appointments.plan_removed", "mail_state.late", "mail_state.trouble", "mail_state.troubles",
    "agenda.waiting", "agenda.mail_troubles", "answers.since", "answers.unanswered", "correspondence.ignored",
}  # fmt: skip
"""Public functions given a Crm that change nothing."""

AT_ONCE = {
    "appointments.keep",
    "answers.plan",
    "answers.settle",
    "correspondence.attach",
    "correspondence.attach_companies",
    "correspondence.attach_contact",
    "receiving.receive",
}
"""What is written set by set: an act a mail, tried in tests/sales/test_receiving.py and test_answers.py."""
