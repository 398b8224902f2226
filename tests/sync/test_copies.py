"""A copy of what leaves lies in the folder of sent mail, once, and reading it again makes no second mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.connectors.mail_accounts import accounts
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import outbox
from petitcrm.marketing.outbox import Letter
from petitcrm.sync import mailboxes, sending
from tests.support.dovecot import PASSWORD, SENT, USER, Dovecot
from tests.support.firm import Firm
from tests.support.smtp_sink import Sink


def by(config: Config, tmp_path: Path, dovecot: Dovecot, port: int, more: str = "") -> Config:
    """Return the same choices, with an account that sends by the sink and whose mailbox is on a real server."""
    path = tmp_path / "config.toml"
    path.write_text(
        f'[mail.accounts.shop]\naddress = "{USER}"\nimap = "{dovecot.url()}"\ntls_ca = "{dovecot.authority}"\n'
        f'smtp = "smtp://127.0.0.1:{port}"\n{more}',
        encoding="utf-8",
    )
    return config._replace(file=str(path))


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the password be where the program looks for it."""
    monkeypatch.setenv("PETITCRM_PASSWORD_SHOP", PASSWORD)


def queued(config: Config, firm: Firm) -> int:
    """Put a mail among those that are to leave."""
    with open_crm(config) as crm:
        return outbox.queue(crm, Letter("shop", firm.contact, "jean@acme.example", "Chaudière", "Bonjour\n"))


def copies(dovecot: Dovecot) -> int:
    """Return how many mails lie in the folder of sent mail."""
    client = dovecot.client()
    count = client.select(dovecot.quoted(SENT), readonly=True)[1][0] or b"0"
    client.logout()
    return int(count)


def test_a_copy_lies_in_the_folder_of_sent_mail_and_is_the_same_mail_when_it_is_read(
    config: Config, firm: Firm, tmp_path: Path, dovecot: Dovecot
) -> None:
    number = queued(config, firm)
    with Sink() as sink:
        told = by(config, tmp_path, dovecot, sink.port)
        report = sending.send_due(told)
        sending.send_due(told)
        assert (len(sink.mails), [one.state for one in report.told]) == (1, ["sent"])
    assert copies(dovecot) == 1
    mailboxes.sync(told, accounts(told.file))
    with read_crm(told) as crm:
        assert outbox.of(crm, number).copied == 1
        assert crm.rows("SELECT count(*) FROM messages") == [(1,)]
        assert crm.rows("SELECT count(*) FROM mail_copies") == [(1,)]
        assert crm.rows("SELECT count(*) FROM events WHERE kind = 'mail.sent'") == [(1,)]


def test_no_copy_is_laid_where_the_server_keeps_one_by_itself(
    config: Config, firm: Firm, tmp_path: Path, dovecot: Dovecot
) -> None:
    queued(config, firm)
    with Sink() as sink:
        sending.send_due(by(config, tmp_path, dovecot, sink.port, more="copy_sent = false\n"))
    assert copies(dovecot) == 0


def test_a_mailbox_that_does_not_answer_does_not_keep_the_mail_from_being_sent(
    config: Config, firm: Firm, tmp_path: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = queued(config, firm)
    with Sink() as sink:
        told = by(config, tmp_path, dovecot, sink.port)
        monkeypatch.setenv("PETITCRM_PASSWORD_SHOP", "wrong")
        (one,) = sending.send_due(told).told
    assert one.state == "sent" and one.words != "taken"
    with read_crm(told) as crm:
        assert (outbox.of(crm, number).state, outbox.of(crm, number).copied) == ("sent", 0)
