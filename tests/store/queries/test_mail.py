"""What mail asks the base is answered by an index, whatever the number of mails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, read_crm
from petitcrm.dates import instant_text
from petitcrm.store.queries import agenda, mail
from tests.support.firm import Firm
from tests.support.mail import JEAN, STRANGER, ZOE, letter, sent, take_in

pytestmark = pytest.mark.engines("sqlite")
SINCE = "2026-11-01T00:00:00Z"
QUESTIONS: dict[str, Callable[[Crm], object]] = {
    "where a folder has come to": lambda crm: mail.how_far(crm, "shop", "INBOX", "1"),
    "places read": lambda crm: mail.placed(crm, "shop", "INBOX", "1", ["1", "2", "3"]),
    "mails by Message-ID": lambda crm: mail.by_message_id(crm, ["<1@mail.example>", "<2@mail.example>"]),
    "mails of a thread": lambda crm: mail.thread(crm, "<1@mail.example>"),
    "whose addresses": lambda crm: mail.contacts_at(crm, [JEAN, ZOE]),
    "companies of addresses": lambda crm: mail.companies_at(crm, [JEAN]),
    "sent in threads": lambda crm: list(mail.sent_in(crm, ["<1@mail.example>"], SINCE)),
    "sent to addresses": lambda crm: list(mail.sent_to(crm, [JEAN], SINCE)),
    "answers owed": mail.owed,
    "strangers that became known": lambda crm: mail.strangers_at(crm, 1, 3),
    "mails of companies": lambda crm: mail.of_companies(crm, 1, 3),
    "newest of a contact": lambda crm: mail.newest_of(crm, 1),
    "where a mail lies": lambda crm: mail.lying(crm, 1),
    "mails of nobody": lambda crm: mail.unmatched(crm, 20),
    "waiting for": lambda crm: agenda.unanswered(
        crm, SINCE, instant_text(crm.now + timedelta(days=1)), agenda.Whose(None, 50)
    ),
}
LARGE = (
    "messages",
    "correspondents",
    "mail_copies",
    "events",
    " m",
    " c",
    " x",
    " p",
    " n",
    " e",
    " o",
    "outbox",
)


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_of_mail_reads_all_of_it(
    name: str, config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(
        config, *(letter(n, by=(JEAN, STRANGER)[n % 2]) for n in range(1, 40)), sent(90), sent(91, to=(ZOE,))
    )
    assert firm
    with read_crm(config) as crm:
        ask = crm.rows

        def explained(sql: str, **params: object) -> list[tuple[object, ...]]:
            steps = [str(step[3]) for step in ask(f"EXPLAIN QUERY PLAN {sql}", **params)]
            scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
            assert not [step for step in scans if step.removeprefix("SCAN").startswith(LARGE)], steps
            return ask(sql, **params)

        monkeypatch.setattr(crm, "rows", explained)
        QUESTIONS[name](crm)
