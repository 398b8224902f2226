"""Mailboxes read into the base: what is new, once, whatever is wrong with one of them, and proved complete."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.connectors import mail_sources
from petitcrm.connectors.mail_accounts import Account, Server
from petitcrm.connectors.mail_sources import Found
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import BaseUnavailable, NetworkFailed
from petitcrm.sales import agenda, history, mail_state
from petitcrm.store.queries import mail as queries
from petitcrm.store.turns import turn
from petitcrm.sync import audit, mailboxes
from tests.support.dovecot import PASSWORD, SENT, USER, Dovecot
from tests.support.firm import Firm
from tests.support.long_runs import keep
from tests.support.mails import mail, many

LATER = "2026-11-23T12:00:00+01:00"


def maildir(folder: Path, *mails: bytes, name: str = "shop") -> Account:
    """Return an account whose mails lie in a Maildir."""
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(mails, len(list((folder / "new").iterdir())) + 1):
        (folder / "new" / f"{number}.M1P1.host").write_bytes(raw)
    return Account(name, "contact@firm.example", kind="maildir", place=str(folder))


def on_server(dovecot: Dovecot) -> Account:
    """Return the account of the server."""
    server = Server("imap", "127.0.0.1", dovecot.port, USER, "")
    return Account(
        "shop", USER, kind="imap", server=server, password_command=f"printf %s {_quoted(PASSWORD)}"
    )


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)


def read(config: Config, *accounts: Account) -> list[mailboxes.Report]:
    """Read the mail of some accounts, at noon."""
    return mailboxes.sync(config._replace(now=LATER), accounts)


def number(config: Config, table: str, where: str = "TRUE") -> int:
    """Return how many rows there are."""
    with read_crm(config) as crm:
        return int(crm.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])


def owed(crm: Crm) -> list[str]:
    """Return the answers owed of the day."""
    return [item.text for item in agenda.day(crm).items if item.section == "answer"]


def holes(config: Config, *accounts: Account, fill: bool = False) -> list[str]:
    """Return the Message-IDs that an audit misses."""
    return [one.message_id for one in audit.audit(config, accounts, fill=fill).missing]


def test_what_is_new_is_read_and_read_once(firm: Firm, config: Config, tmp_path: Path) -> None:
    account = maildir(
        tmp_path / "M",
        mail(1),
        mail(2, by="lea@inconnu.example"),
        mail(3, by="news@pub.example", List_Id="<n>"),
    )
    (report,) = read(config, account)
    assert report[:6] == ("shop", 3, 3, 1, 1, 0)
    assert read(config, account)[0][:6] == ("shop", 0, 0, 0, 0, 0)
    maildir(tmp_path / "M", mail(4))
    assert read(config, account)[0].stored == 1
    assert number(config, "events", f"contact_id = {firm.contact} AND kind = 'mail.received'") == 2


@pytest.mark.usefixtures("firm")
def test_a_poison_mail_keeps_its_place_and_problem_and_holds_up_nothing(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from petitcrm.sync import reading

    def poisoned(raw: bytes, understand: Any = reading.read) -> Any:
        if b"poison" in raw:
            raise ZeroDivisionError
        return understand(raw)

    monkeypatch.setattr(reading, "read", poisoned)
    account = maildir(tmp_path / "M", mail(1, "poison"), mail(2))
    (report,) = read(config, account)
    assert (report.seen, report.stored, report.failed) == (2, 1, 1)
    assert number(config, "mail_copies", "problem LIKE 'ZeroDivisionError%' AND message_id IS NULL") == 1
    assert holes(config, account) == []


@pytest.mark.usefixtures("firm")
def test_an_account_that_fails_is_told_and_does_not_keep_the_others(config: Config, tmp_path: Path) -> None:
    absent = Account("perso", "moi@firm.example", kind="maildir", place=str(tmp_path / "absent"))
    failed, well = read(config, absent, maildir(tmp_path / "M", mail(1)))
    assert failed.problem
    assert (well.stored, well.problem) == (1, "")
    with read_crm(config._replace(now=LATER)) as crm:
        (words,) = mail_state.troubles(crm)
        assert words.startswith("Le courrier de perso n’arrive pas (1 fois)")
        assert agenda.mail_troubles(crm) == [words]
    read(config, absent)
    with read_crm(config._replace(now=LATER)) as crm:
        assert "2 fois" in mail_state.troubles(crm)[0]


@pytest.mark.usefixtures("firm")
def test_a_server_lost_in_the_middle_leaves_what_was_read_and_says_how_far_it_is(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = maildir(tmp_path / "M", *many(1, 450))
    original, given = mail_sources.opened, []

    def opened(told: Account) -> Any:
        source = original(told)
        after = source.after

        def lossy(*asked: Any) -> Any:
            for found in after(*asked):
                given.append(found)
                if len(given) == 430:
                    raise NetworkFailed("perdu")
                yield found

        monkeypatch.setattr(source, "after", lossy)
        return source

    monkeypatch.setattr(mail_sources, "opened", opened)
    (report,) = read(config, account)
    assert (report.stored, report.problem, report.exit_code) == (400, "perdu", 7)
    assert number(config, "mailboxes", "behind = 50 AND failures = 1 AND folder = 'INBOX'") == 1
    assert len(holes(config, account)) == 50
    monkeypatch.undo()
    assert read(config, account)[0].stored == 50
    assert holes(config, account) == []
    assert number(config, "mailboxes", "behind > 0 OR failures > 0") == 0


@pytest.mark.usefixtures("firm")
def test_mail_that_has_not_been_looked_at_for_days_is_told(config: Config, tmp_path: Path) -> None:
    read(config, maildir(tmp_path / "M", mail(1)))
    with read_crm(config._replace(now="2026-11-26T12:00:00+01:00")) as crm:
        assert mail_state.troubles(crm) == ["Le courrier de shop n’a pas été relevé depuis 3 jours"]


@pytest.mark.usefixtures("firm")
def test_two_readings_at_once_are_one_and_a_sentence(config: Config, tmp_path: Path) -> None:
    account = maildir(tmp_path / "M", mail(1))
    with (
        turn(config.db, mailboxes.WORK, "mail sync"),
        pytest.raises(BaseUnavailable, match="petitcrm mail sync"),
    ):
        read(config, account)
    assert read(config, account)[0].stored == 1


@pytest.mark.usefixtures("firm")
def test_large_mails_are_taken_a_few_at_a_time(config: Config, tmp_path: Path) -> None:
    heavy = [mail(n, text="x" * 7_000_000) for n in range(1, 5)]
    read(config, maildir(tmp_path / "M", *heavy))
    assert number(config, "batches", "kind = 'mail.synced'") == 2


@pytest.mark.usefixtures("firm")
def test_the_answer_that_lies_beside_the_question_leaves_nothing_to_do(
    config: Config, tmp_path: Path
) -> None:
    account = maildir(tmp_path / "M", mail(1))
    answer = mail(
        2,
        "Re: Devis",
        by=account.address,
        to="jean@acme.example",
        after=1,
        date="Mon, 23 Nov 2026 09:30:00 +0100",
    )
    maildir(tmp_path / "M" / ".Sent", answer)
    read(config, account)
    assert number(config, "tasks", "kind = 'email'") == 0


def test_a_customer_s_mail_is_a_task_of_the_day_and_answering_from_any_client_ends_it(
    firm: Firm, config: Config, dovecot: Dovecot
) -> None:
    account = on_server(dovecot)
    dovecot.deliver(mail(1, "Devis chaudière"))
    read(config, account)
    with read_crm(config._replace(now=LATER)) as crm:
        assert owed(crm) == ["Répondre à l’e-mail de M. Dupont (Acmé SARL) — Devis chaudière"]
    answer = mail(
        2,
        "Re: Devis chaudière",
        by=USER,
        to="jean@acme.example",
        after=1,
        date="Mon, 23 Nov 2026 11:00:00 +0100",
    )
    dovecot.deliver(answer, folder=SENT)
    read(config, account)
    with read_crm(config._replace(now=LATER)) as crm:
        assert owed(crm) == []
        assert crm.rows("SELECT kind FROM events WHERE contact_id = :id AND kind LIKE 'mail.%' ORDER BY at",
                        id=firm.contact) == [("mail.received",), ("mail.sent",)]  # fmt: skip


@pytest.mark.usefixtures("firm")
def test_a_folder_whose_numbers_are_new_is_read_again_without_doubles(
    config: Config, dovecot: Dovecot
) -> None:
    account = on_server(dovecot)
    dovecot.deliver(*many(1, 1))
    dovecot.deliver_many(many(2, 300))
    read(config, account)
    dovecot.renumber()
    dovecot.deliver(*many(301, 302))
    (report,) = read(config, account)
    assert (report.seen, report.stored) == (302, 2)
    assert number(config, "messages") == 302
    assert holes(config, account) == []


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize("how", ["message", "copy"])
def test_an_audit_finds_a_mail_removed_from_the_base_and_fills_the_hole(
    how: str, config: Config, dovecot: Dovecot
) -> None:
    account = on_server(dovecot)
    dovecot.deliver(*many(1, 5))
    read(config, account)
    assert holes(config, account) == []
    with open_crm(config) as crm:
        ((row_id,),) = crm.rows("SELECT id FROM messages WHERE message_id = '<3@mail.example>'")
        crm.connection.write("DELETE FROM correspondents WHERE message_id = :id", {"id": row_id})
        change = "UPDATE mail_copies SET message_id = NULL" if how == "message" else "DELETE FROM mail_copies"
        crm.connection.write(f"{change} WHERE message_id = :id", {"id": row_id})
        crm.connection.write("DELETE FROM messages WHERE id = :id", {"id": row_id})
    assert [one.strip("<>") for one in holes(config, account)] == ["3@mail.example"]
    assert holes(config, account, fill=True) == []
    assert holes(config, account) == []
    assert number(config, "messages") == 5


@pytest.mark.usefixtures("firm")
def test_a_mail_that_is_removed_while_an_audit_fills_the_holes_is_missing_no_more(
    config: Config, tmp_path: Path
) -> None:
    account = maildir(tmp_path / "M", *(mail(one) for one in range(1, 501)))

    def remove_one(_progress: mailboxes.Progress) -> None:
        (tmp_path / "M" / "new" / "7.M1P1.host").unlink()

    found = audit.audit(config, [account], fill=True, tell=remove_one)
    assert (found.compared, found.filled, found.missing) == (500, 499, ())
    assert number(config, "messages") == 499


@pytest.mark.usefixtures("firm")
def test_a_batch_that_is_taken_back_is_read_again_next_time(config: Config, dovecot: Dovecot) -> None:
    account = on_server(dovecot)
    dovecot.deliver(mail(1))
    read(config, account)
    with open_crm(config) as crm:
        history.undo(crm, int(crm.rows("SELECT max(id) FROM batches WHERE kind = 'mail.synced'")[0][0]))
    assert number(config, "messages") == 0
    assert read(config, account)[0].stored == 1


def test_a_reading_killed_again_and_again_loses_nothing_and_has_nothing_twice(
    firm: Firm, config: Config, engine: str, dovecot: Dovecot, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    mails, kills = (10_000, 200) if long else (1_500, 8)
    for folder, first, last in (("INBOX", 1, mails), (SENT, mails - 200, mails + 200)):
        dovecot.deliver(*many(first, first), folder=folder)
        dovecot.deliver_many(many(first + 1, last), folder=folder)
    settings = tmp_path / "config.toml"
    account = on_server(dovecot)
    settings.write_text(
        f'[mail.accounts.shop]\naddress = "{USER}"\nimap = "{dovecot.url("")}"\n'
        f"password_command = {toml_text(account.password_command)}\n"
    )
    killed = 0
    for turn_number in range(kills):
        if turn_number == kills // 2:
            dovecot.renumber()
        killed += _killed(config, settings, 0.25 + turn_number % 10 * 0.07)
    _finished(config, settings)
    with read_crm(config) as crm:
        known = {row[0] for row in crm.rows("SELECT message_id FROM messages")}
        doubles = crm.rows("SELECT account, folder, validity, place FROM mail_copies"
                           " GROUP BY account, folder, validity, place HAVING count(*) > 1")  # fmt: skip
        events = crm.rows("SELECT details FROM events WHERE kind = 'mail.received' AND undone_by IS NULL"
                          " GROUP BY contact_id, details HAVING count(*) > 1")  # fmt: skip
        stray = crm.rows("SELECT count(*) FROM correspondents c LEFT JOIN messages m ON m.id = c.message_id"
                         " WHERE m.id IS NULL")  # fmt: skip
    assert known == {f"<{one}@mail.example>" for one in range(1, mails + 201)}
    assert (doubles, events, stray) == ([], [], [(0,)])
    assert holes(config, account) == []
    assert firm.contact
    assert killed
    if long:
        keep(f"mail read from Dovecot, {engine}", f"{mails} mails, {kills} kills, 0 holes, 0 twice")


def toml_text(text: str) -> str:
    """Return a text as TOML writes it."""
    import json

    return json.dumps(text)


def _command(config: Config, settings: Path) -> tuple[list[str], dict[str, str]]:
    environment = {
        **os.environ,
        "PETITCRM_DB": config.db,
        "PETITCRM_NOW": LATER,
        "PETITCRM_CONFIG": str(settings),
    }
    return [sys.executable, "-m", "petitcrm", "mail", "sync", "--json"], environment


def _killed(config: Config, settings: Path, after: float) -> bool:
    """Read mail and kill it some time later; tell whether it was still at it."""
    command, environment = _command(config, settings)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def _finished(config: Config, settings: Path) -> None:
    """Read the rest; the server may hold the right to read for a moment for one that was killed."""
    command, environment = _command(config, settings)
    deadline = time.monotonic() + 60
    while True:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 6 or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("firm")
def test_what_a_person_hands_over_is_read_once(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "un.eml"
    path.write_bytes(mail(1))
    for stored in (1, 0):
        source = mail_sources.by_hand(str(path), USER)
        assert mailboxes.bring(config, source, str(path)).stored == stored


@pytest.mark.usefixtures("firm")
def test_a_mail_without_a_byte_is_a_problem_not_a_mail() -> None:
    from petitcrm.sales.receiving import Place
    from petitcrm.sync.reading import arrived

    told = arrived(Found(7, b"", "trop grand"), Place("shop", "INBOX", "1", "7", 7))
    assert told.arrived.letter is None
    assert told.arrived.problem == "trop grand"


@pytest.mark.usefixtures("firm")
def test_how_far_a_folder_has_come_is_what_lies_in_the_base(config: Config, dovecot: Dovecot) -> None:
    dovecot.deliver(*many(1, 3))
    read(config, on_server(dovecot))
    with read_crm(config) as crm:
        ((validity,),) = crm.rows("SELECT DISTINCT validity FROM mail_copies")
        assert queries.how_far(crm, "shop", "INBOX", validity) == 3
        assert queries.how_far(crm, "shop", "INBOX", "another") == 0
