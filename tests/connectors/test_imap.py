"""Reading mail from a real server: what is new, once, whatever happens to the mailbox meanwhile."""

from __future__ import annotations

import subprocess
import sys

import pytest

from petitcrm.connectors.imap import Imap
from petitcrm.connectors.mail_accounts import Account, accounts
from petitcrm.connectors.mail_passwords import Secret
from petitcrm.connectors.mail_sources import Folder, Found, Seen, opened
from petitcrm.errors import NetworkFailed, NotFound, UsageProblem
from tests.support.dovecot import PASSWORD, SENT, USER, Dovecot, DovecotUnavailable


def _mail(number: int, body: str = "Bonjour\r\n") -> bytes:
    return f"Message-ID: <{number}@x.fr>\r\nFrom: a@x.fr\r\nSubject: n° {number}\r\n\r\n{body}".encode()


def _account(dovecot: Dovecot, security: str = "tls", more: str = "") -> Account:
    path = dovecot.folder / "config.toml"
    path.write_text(
        f'[mail.accounts.shop]\naddress = "{USER}"\nimap = "{dovecot.url(security)}"\ntls_ca = "ca.pem"\n{more}\n'
    )
    return accounts(str(path))[0]


def _open(dovecot: Dovecot, security: str = "tls", more: str = "") -> Imap:
    return Imap(_account(dovecot, security, more), Secret(PASSWORD), seconds=10)


def _read(source: Imap, folder: str = "INBOX", above: int = 0) -> list[Found]:
    """Read as a synchronisation does: batches of two until one is short."""
    found: list[Found] = []
    while True:
        batch = list(source.after(folder, Seen(above), 2))
        found += batch
        if len(batch) < 2:
            return found
        above = int(batch[-1].place)


@pytest.mark.parametrize("security", ["tls", "starttls", ""])
def test_mail_is_read_in_batches_over_each_kind_of_connection(dovecot: Dovecot, security: str) -> None:
    dovecot.deliver(*[_mail(n) for n in range(5)])
    with _open(dovecot, security) as source:
        assert [(one.place, one.raw, one.problem) for one in _read(source)] == [
            (n + 1, _mail(n), "") for n in range(5)
        ]


def test_the_password_of_the_environment_opens_the_account(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITCRM_PASSWORD_SHOP", PASSWORD)
    with opened(_account(dovecot)) as source:
        assert source.is_numbered
        assert [one.name for one in source.folders()] == ["INBOX", SENT]


def test_an_empty_folder_has_nothing(dovecot: Dovecot) -> None:
    with _open(dovecot) as source:
        assert (_read(source), source.waiting("INBOX", Seen()), list(source.all_places("INBOX"))) == (
            [],
            0,
            [],
        )


def test_above_the_last_mail_there_is_nothing_though_the_server_always_gives_it(dovecot: Dovecot) -> None:
    dovecot.deliver(_mail(1), _mail(2))
    with _open(dovecot) as source:
        assert _read(source, above=2) == []
        assert _read(source, above=500) == []
        assert source.waiting("INBOX", Seen(500)) == 0


def test_mail_that_comes_while_we_are_connected_is_read(dovecot: Dovecot) -> None:
    dovecot.deliver(_mail(1))
    with _open(dovecot) as source:
        assert len(_read(source)) == 1
        dovecot.deliver(_mail(2))
        assert [one.place for one in _read(source, above=1)] == [2]


def test_who_stops_in_the_middle_of_a_batch_is_given_the_rest_by_the_next(dovecot: Dovecot) -> None:
    dovecot.deliver(*[_mail(n) for n in range(1, 6)])
    with _open(dovecot) as source:
        stopped = source.after("INBOX", Seen(), 5)
        assert [next(stopped).place, next(stopped).place] == [1, 2]
        assert [one.place for one in source.after("INBOX", Seen(2), 5)] == [3, 4, 5]


def test_what_was_passed_over_can_be_read_after_all(dovecot: Dovecot) -> None:
    dovecot.deliver(_mail(1), _mail(2), _mail(3))
    with _open(dovecot) as source:
        assert source.waiting("INBOX", Seen(2)) == 1
        assert [one.place for one in _read(source)] == [1, 2, 3]


def test_a_folder_of_the_same_numbers_is_another_folder(dovecot: Dovecot) -> None:
    dovecot.deliver(_mail(1), _mail(2))
    dovecot.deliver(_mail(3), folder=SENT)
    with _open(dovecot) as source:
        assert [len(_read(source, name)) for name in ("INBOX", SENT, "INBOX")] == [2, 1, 2]


def test_mail_that_is_expunged_meanwhile_is_passed_over_and_what_follows_is_read(dovecot: Dovecot) -> None:
    dovecot.deliver(*[_mail(n) for n in range(1, 8)])
    with _open(dovecot) as source:
        reading = source.after("INBOX", Seen(), 2)
        assert next(reading).place == 1
        dovecot.expunge(3, 4, 5)
        assert [one.place for one in [*reading, *_read(source, above=2)]] == [2, 6, 7]


def test_reading_leaves_no_trace(dovecot: Dovecot) -> None:
    dovecot.deliver(_mail(1))
    with _open(dovecot) as source:
        _read(source)
        list(source.all_places("INBOX"))
        source.raw("INBOX", 1)
    with dovecot.client() as client:
        client.select("INBOX", readonly=True)
        assert b"Seen" not in client.fetch("1", "(FLAGS)")[1][0]


def test_what_was_sent_is_found_by_its_flag_whatever_its_name_and_the_rest_is_left_out(
    dovecot: Dovecot,
) -> None:
    with _open(dovecot) as source:
        assert source.folders() == [Folder("INBOX", "inbox"), Folder(SENT, "sent")]
        assert source.sent_folder() == SENT


def test_a_folder_that_the_account_names_is_read_whatever_its_role(dovecot: Dovecot) -> None:
    with _open(dovecot, more='folders = ["INBOX", "Corbeille", "\\\\Junk"]') as source:
        assert [one.name for one in source.folders()] == ["INBOX", "Corbeille", "Indésirables"]


def test_a_folder_that_is_not_there_comes_with_the_nearest_one(dovecot: Dovecot) -> None:
    with _open(dovecot, more='folders = ["Elements envoyés"]') as source:
        with pytest.raises(UsageProblem, match=SENT):
            source.folders()
        with pytest.raises(UsageProblem):
            source.validity("Nulle part")


@pytest.mark.parametrize("name", ['Devis "2026"', "Été & hiver", "100 %", "日本", "a\\b", "👩‍👧"])
def test_folders_of_any_name_are_read(dovecot: Dovecot, name: str) -> None:
    with dovecot.client() as client:
        client.create(dovecot.quoted(name))
    dovecot.deliver(_mail(1), folder=name)
    with _open(dovecot) as source:
        assert name in [one.name for one in source.folders()]
        assert len(_read(source, name)) == 1


def test_a_folder_that_is_made_anew_has_another_validity(dovecot: Dovecot) -> None:
    dovecot.deliver(_mail(1))
    with _open(dovecot) as source:
        before = source.validity("INBOX")
        assert source.validity("INBOX") == before
    dovecot.renumber()
    with _open(dovecot) as source:
        assert source.validity("INBOX") != before
        assert [one.raw for one in _read(source)] == [_mail(1)]


def test_the_list_of_a_folder_says_each_message_id(dovecot: Dovecot) -> None:
    folded = b"Subject: x\r\nMessage-Id:\r\n\t<folded@x.fr>\r\n\r\n"
    dovecot.deliver(_mail(1), folded, b"Subject: none\r\n\r\n")
    with _open(dovecot) as source:
        told = [(one.place, one.message_id) for one in source.all_places("INBOX")]
    assert told == [(1, "<1@x.fr>"), (2, "<folded@x.fr>"), (3, "")]


def test_of_a_mail_that_is_too_large_the_head_is_read(dovecot: Dovecot) -> None:
    dovecot.deliver(_mail(1), _mail(2, "x" * 1_500_000), _mail(3))
    with _open(dovecot, more="largest_mib = 1") as source:
        found = _read(source)
        assert [(one.place, bool(one.problem)) for one in found] == [(1, False), (2, True), (3, False)]
        assert found[1].raw == _mail(2, "")
        assert source.raw("INBOX", 2) == _mail(2, "x" * 1_500_000)


def test_a_mail_that_is_gone_says_so(dovecot: Dovecot) -> None:
    with _open(dovecot) as source, pytest.raises(NotFound):
        source.raw("INBOX", 9)


def test_what_was_sent_is_copied_to_its_folder_as_read(dovecot: Dovecot) -> None:
    with _open(dovecot) as source:
        source.append(source.sent_folder(), _mail(1), "2026-11-23T09:00:00Z")
        assert [one.raw for one in _read(source, SENT)] == [_mail(1)]
    with dovecot.client() as client:
        client.select(dovecot.quoted(SENT), readonly=True)
        told = client.fetch("1", "(FLAGS INTERNALDATE)")[1][0]
    assert b"Seen" in told
    assert b"23-Nov-2026" in told


def test_a_wrong_password_is_a_sentence_without_it(dovecot: Dovecot) -> None:
    with pytest.raises(UsageProblem, match="application password") as refused:
        Imap(_account(dovecot), Secret("mot de passé"), seconds=10)
    assert "passé" not in str(refused.value)


def test_a_certificate_of_somebody_else_is_refused_before_any_password(dovecot: Dovecot) -> None:
    for security in ("tls", "starttls"):
        account = _account(dovecot, security)._replace(tls_ca="")
        with pytest.raises(NetworkFailed, match="does not prove who it is"):
            Imap(account, Secret(PASSWORD), seconds=10)


def test_a_certificate_of_another_name_is_refused(dovecot: Dovecot) -> None:
    account = _account(dovecot)
    assert account.server is not None
    other = account._replace(server=account.server._replace(host="127.0.0.2"))
    with pytest.raises(NetworkFailed):
        Imap(other, Secret(PASSWORD), seconds=10)


@pytest.mark.parametrize("wrong", ["none.pem", "empty.pem"])
def test_authorities_that_cannot_be_read_are_a_sentence(dovecot: Dovecot, wrong: str) -> None:
    (dovecot.folder / "empty.pem").touch()
    account = _account(dovecot)._replace(tls_ca=str(dovecot.folder / wrong))
    with pytest.raises(UsageProblem, match="tls_ca"):
        Imap(account, Secret(PASSWORD), seconds=10)


def test_tls_where_the_server_speaks_in_clear_is_a_sentence(dovecot: Dovecot) -> None:
    account = _account(dovecot)
    assert account.server is not None
    wrong = account._replace(server=account.server._replace(port=dovecot.port))
    with pytest.raises(NetworkFailed, match="does not speak TLS"):
        Imap(wrong, Secret(PASSWORD), seconds=10)


def test_a_server_that_is_stopped_while_we_read_is_a_sentence_and_what_was_read_is_kept() -> None:
    try:
        server = Dovecot()
    except DovecotUnavailable as problem:
        pytest.skip(str(problem))
    try:
        server.deliver(*[_mail(n, "x" * 3_000_000) for n in range(4)])
        source = _open(server)
        reading = source.after("INBOX", Seen(), 4)
        assert next(reading).place == 1
        server.halt()
        with pytest.raises(NetworkFailed):
            list(reading)
    finally:
        server.stop()


def test_a_mail_is_read_from_the_server_without_its_being_imported_at_start() -> None:
    code = (
        "import sys, petitcrm.connectors.mail_accounts; print('imaplib' in sys.modules, 'ssl' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "False False\n"
