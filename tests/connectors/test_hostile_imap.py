"""Servers that misbehave: each ends in a sentence within the time limit, in bounded memory, or in what can be read."""

from __future__ import annotations

import resource
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.connectors.imap import Imap
from petitcrm.connectors.mail_accounts import Account, Server
from petitcrm.connectors.mail_passwords import Secret
from petitcrm.connectors.mail_sources import Found, Seen
from petitcrm.errors import CrmError, NetworkFailed, UsageProblem
from tests.support.hostile_imap import GREETING, MAIL, Answer, Talk, give, serving, well

SECONDS = 0.3
MOST_MEMORY = 160 << 20
LITTLE = MAIL % 1


def _read(port: int, security: str = "", largest: int = 1 << 20) -> list[Found]:
    server = Server("imap", "127.0.0.1", port, "contact@firm.example", security)
    account = Account("shop", "contact@firm.example", kind="imap", server=server, largest=largest)
    with Imap(account, Secret("hunter2"), seconds=SECONDS) as source:
        for folder in source.folders():
            source.validity(folder.name)
            return list(source.after(folder.name, Seen(), 10))
    return []


def _instead(verb: bytes, misbehave: Callable[[Talk, bytes], bool | None]) -> Answer:
    """Return a server that is well but for one command."""

    def answer(talk: Talk, tag: bytes, command: bytes) -> bool:
        if command.upper().startswith(verb) and not (verb == b"UID FETCH" and b"SIZE" in command):
            return bool(misbehave(talk, tag))
        return well(talk, tag, command)

    return answer


def _hang_up(_talk: Talk, _tag: bytes) -> bool:
    return False


def _silence(talk: Talk, _tag: bytes) -> bool:
    return not list(talk.listen())


def _flood_of_lines(talk: Talk, _tag: bytes) -> None:
    talk.flood(b"* 1 EXISTS\r\n" * 1_000)


def _endless_line(talk: Talk, _tag: bytes) -> None:
    talk.connection.sendall(b"* SEARCH ")
    talk.flood(b"1 " * 100_000)


def _drip(talk: Talk, _tag: bytes) -> None:
    talk.drip()


def _huge_literal(talk: Talk, _tag: bytes) -> bool:
    talk.say(b"* 1 FETCH (UID 1 BODY[] {999999999999}")
    talk.flood(b"x" * 65_536)
    return False


def _number_beyond_reason(talk: Talk, _tag: bytes) -> bool:
    talk.say(b"* 1 FETCH (UID 1 BODY[] {" + b"9" * 6_000 + b"}")
    return True


def _nonsense(talk: Talk, _tag: bytes) -> bool:
    talk.connection.sendall(b"\x00\xff\x1b]52;c;eA==\x07 nonsense\r\n" * 3)
    return True


def _wrong_tag(talk: Talk, _tag: bytes) -> bool:
    talk.say(b"ZZZZ99 OK done")
    return True


def _no(talk: Talk, tag: bytes) -> bool:
    talk.say(tag + b" NO [ALERT] \x1b]52;c;eA==\x07 come to evil.example")
    return True


def _bad(talk: Talk, tag: bytes) -> bool:
    talk.say(tag + b" BAD what?")
    return True


def _bye(talk: Talk, _tag: bytes) -> bool:
    talk.say(b"* BYE overloaded")
    return False


def _list_of_nonsense(talk: Talk, tag: bytes) -> bool:
    talk.say(
        b"* LIST",
        b'* LIST (\\Sent "/" x',
        b"* LIST (a) NIL &!!!-",
        b'* LIST () "/" "\xff\xfe"',
        tag + b" OK done",
    )
    return True


def _continue_for_ever(talk: Talk, _tag: bytes) -> None:
    talk.flood(b"+ go on\r\n" * 1_000)


MISBEHAVIOURS: list[tuple[bytes, Callable[[Talk, bytes], bool | None]]] = [
    *[(verb, _hang_up) for verb in (b"CAPABILITY", b"LOGIN", b"LIST", b"EXAMINE", b"UID SEARCH")],
    *[(verb, _silence) for verb in (b"LOGIN", b"LIST", b"EXAMINE", b"UID SEARCH", b"UID FETCH")],
    *[(verb, _drip) for verb in (b"LOGIN", b"UID SEARCH", b"UID FETCH")],
    *[(verb, _nonsense) for verb in (b"CAPABILITY", b"LOGIN", b"LIST", b"EXAMINE", b"UID SEARCH", b"UID FETCH")],
    *[(verb, _wrong_tag) for verb in (b"LOGIN", b"UID SEARCH")],
    *[(verb, _no) for verb in (b"LOGIN", b"LIST", b"EXAMINE", b"UID SEARCH")],
    *[(verb, _bad) for verb in (b"LOGIN", b"LIST", b"EXAMINE", b"UID SEARCH", b"UID FETCH")],
    *[(verb, _bye) for verb in (b"LOGIN", b"EXAMINE", b"UID FETCH")],
    (b"LIST", _flood_of_lines), (b"UID FETCH", _flood_of_lines), (b"UID SEARCH", _endless_line),
    (b"UID FETCH", _number_beyond_reason), (b"LOGIN", _continue_for_ever),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "misbehave"), MISBEHAVIOURS)
def test_a_server_that_misbehaves_is_a_sentence_in_time_and_in_bounds(
    verb: bytes, misbehave: Callable[[Talk, bytes], bool | None]
) -> None:
    with serving(_instead(verb, misbehave)) as port, _bounded(), pytest.raises(CrmError) as told:
        _read(port)
    _is_a_sentence(told.value)


@pytest.mark.parametrize(
    "greeting",
    [
        b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail.example ESMTP\r\n", b"* BYE too many\r\n",
        b"\x16\x03\x01\x02\x00",
        b"* OK " + b"x" * 100_000, b"* OK {99999999999}\r\n", b"* OK \x1b[2J\r\n* BYE\r\n",
    ],
)  # fmt: skip
def test_what_is_no_mail_server_is_a_sentence(greeting: bytes) -> None:
    deaf = serving(lambda talk, tag, command: False, greeting=greeting)
    with deaf as port, _bounded(), pytest.raises(NetworkFailed) as told:
        _read(port)
    _is_a_sentence(told.value)


@pytest.mark.parametrize(("security", "begins"), [("", b"* OK"), ("tls", b"\x16\x03\x03\x3f\xff")])
def test_a_server_that_drips_its_greeting_or_its_handshake_is_a_sentence(
    security: str, begins: bytes
) -> None:
    def drip(talk: Talk) -> None:
        talk.connection.sendall(begins)
        talk.drip()

    with serving(well, greeting=drip) as port, _bounded(), pytest.raises(NetworkFailed) as told:
        _read(port, security)
    _is_a_sentence(told.value)


def test_a_mail_that_the_server_never_gives_is_still_in_its_list() -> None:
    def each(talk: Talk, command: bytes, uids: list[int]) -> bool:
        give(talk, uids[0], MAIL % uids[0])
        return True

    server = Server("imap", "127.0.0.1", 0, "u", "")
    with serving(_fetching(each)) as port:
        account = Account("shop", "a@b.fr", kind="imap", server=server._replace(port=port))
        with Imap(account, Secret("x"), seconds=SECONDS) as source:
            assert [(one.place, one.message_id) for one in source.all_places("INBOX")] == [
                (1, "<1@x.fr>"), (2, ""), (3, ""),
            ]  # fmt: skip


def test_folders_whose_names_make_no_sense_do_not_keep_the_others_from_being_read() -> None:
    with serving(_instead(b"LIST", _list_of_nonsense)) as port, _bounded():
        assert len(_read(port)) == 3


def test_a_port_where_nothing_answers_is_a_sentence() -> None:
    with serving(well) as port:
        pass
    with _bounded(), pytest.raises(NetworkFailed, match="Nothing answers"):
        _read(port)


def test_a_server_that_speaks_in_clear_gets_no_password_over_tls() -> None:
    heard: list[bytes] = []
    listening = serving(lambda talk, tag, command: bool(heard.append(command)))
    with (
        listening as port,
        _bounded(),
        pytest.raises(NetworkFailed, match=r"does not speak TLS|does not answer"),
    ):
        _read(port, "tls")
    assert not any(b"hunter2" in command for command in heard)


@pytest.mark.parametrize("greeting", [GREETING, b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome\r\n"])
def test_a_server_without_starttls_gets_no_password(greeting: bytes) -> None:
    heard: list[bytes] = []

    def answer(talk: Talk, tag: bytes, command: bytes) -> bool:
        heard.append(command)
        return well(talk, tag, command)

    with serving(answer, greeting=greeting) as port, _bounded(), pytest.raises(NetworkFailed):
        _read(port, "starttls")
    assert not any(b"hunter2" in command or b"LOGIN" in command.upper() for command in heard)


def test_a_server_that_says_yes_to_starttls_and_talks_on_in_clear_gets_no_password() -> None:
    heard: list[bytes] = []

    def answer(talk: Talk, tag: bytes, command: bytes) -> bool:
        heard.append(command)
        if command.upper().startswith(b"CAPABILITY"):
            talk.say(b"* CAPABILITY IMAP4rev1 STARTTLS", tag + b" OK done")
        else:
            talk.say(tag + b" OK begin", b"* CAPABILITY IMAP4rev1", b"* OK welcome")
        return True

    with serving(answer, greeting=b"* OK hello\r\n") as port, _bounded(), pytest.raises(NetworkFailed):
        _read(port, "starttls")
    assert not any(b"hunter2" in command or b"LOGIN" in command.upper() for command in heard)


def test_a_login_that_is_refused_says_what_to_check_and_shows_what_the_server_said() -> None:
    with serving(_instead(b"LOGIN", _no)) as port, pytest.raises(UsageProblem) as told:
        _read(port)
    assert "come to evil.example" in str(told.value)
    assert "application password" in str(told.value)


def test_a_server_that_cannot_let_anybody_in_is_its_fault() -> None:
    def unavailable(talk: Talk, tag: bytes) -> bool:
        talk.say(tag + b" NO [UNAVAILABLE] later")
        return True

    with serving(_instead(b"LOGIN", unavailable)) as port, pytest.raises(NetworkFailed, match="later"):
        _read(port)


# ------------------------------------------------------------------------------------ one mail holds up nothing behind


def _fetching(each: Callable[[Talk, bytes, list[int]], bool]) -> Answer:
    """Return a server of which only the reading of mails is of its own; `each` gets the UIDs that are asked for."""

    def answer(talk: Talk, tag: bytes, command: bytes) -> bool:
        words = command.split()
        if command.upper().startswith(b"UID SEARCH UID") and b":" not in command:
            talk.say(b"* SEARCH " + words[-1], tag + b" OK done")
            return True
        if not command.upper().startswith(b"UID FETCH") or b"SIZE" in command:
            return well(talk, tag, command)
        first, _colon, last = words[2].partition(b":")
        if not each(talk, command, list(range(int(first), int(last or first) + 1))):
            return False
        talk.say(tag + b" OK done")
        return True

    return answer


def test_a_mail_over_which_the_server_hangs_up_leaves_its_head_and_the_others() -> None:
    def each(talk: Talk, command: bytes, uids: list[int]) -> bool:
        for uid in uids:
            if uid == 2 and b"HEADER" not in command:
                return False
            give(talk, uid, MAIL % uid)
        return True

    with serving(_fetching(each)) as port, _bounded():
        found = _read(port)
    assert [(one.place, bool(one.problem)) for one in found] == [(1, False), (2, True), (3, False)]


def test_a_mail_that_the_server_never_gives_is_found_with_its_problem() -> None:
    def each(talk: Talk, command: bytes, uids: list[int]) -> bool:
        for uid in uids:
            if uid != 2:
                give(talk, uid, MAIL % uid)
        return True

    with serving(_fetching(each)) as port, _bounded():
        found = _read(port)
    assert [(one.place, bool(one.raw), bool(one.problem)) for one in found] == [
        (1, True, False), (2, False, True), (3, True, False),
    ]  # fmt: skip


def test_a_literal_larger_than_was_said_costs_no_memory_and_only_its_own_mail() -> None:
    def each(talk: Talk, command: bytes, uids: list[int]) -> bool:
        if 2 in uids and b"HEADER" not in command:
            return _huge_literal(talk, b"")
        for uid in uids:
            give(talk, uid, MAIL % uid)
        return True

    with serving(_fetching(each)) as port, _bounded():
        found = _read(port)
    assert [(one.place, bool(one.problem)) for one in found] == [(1, False), (2, True), (3, False)]


def test_a_server_that_hangs_up_on_every_mail_is_a_sentence() -> None:
    rude = serving(_fetching(lambda talk, command, uids: False))
    with rude as port, _bounded(), pytest.raises(NetworkFailed, match="hung up"):
        _read(port)


def test_mails_that_were_not_asked_for_come_twice_or_without_number_are_passed_over() -> None:
    def each(talk: Talk, command: bytes, uids: list[int]) -> bool:
        for uid in (0, 99, 4_294_967_296, 99_999_999_999, *uids, *uids):
            give(talk, uid, MAIL % uid)
        talk.say(b"* 2 FETCH (FLAGS (\\Seen))", b"* 1 EXPUNGE", b"* 7 FETCH (BODY[] {3}")
        talk.connection.sendall(b"abc")
        talk.say(b")")
        return True

    with serving(_fetching(each)) as port, _bounded():
        found = _read(port)
    assert [(one.place, one.raw) for one in found] == [(uid, MAIL % uid) for uid in (1, 2, 3)]


def test_numbers_that_are_none_are_passed_over() -> None:
    def search(talk: Talk, tag: bytes) -> bool:
        talk.say(b"* SEARCH 3 x -1 0 2 2 99999999999 4294967296 \xb2", b"* SEARCH 1", tag + b" OK done")
        return True

    with serving(_instead(b"UID SEARCH", search)) as port, _bounded():
        assert [one.place for one in _read(port)] == [1, 2, 3]


def test_what_the_server_wants_read_is_kept_harmless() -> None:
    server = Server("imap", "127.0.0.1", 0, "u", "")
    with serving(well, greeting=b"* OK [ALERT] \x1b]52;c;eA==\x07 pay now\r\n") as port:
        account = Account("shop", "a@b.fr", kind="imap", server=server._replace(port=port))
        with Imap(account, Secret("x"), seconds=SECONDS) as source:
            assert source.alerts == ["␛]52;c;eA==␇ pay now"]


@pytest.mark.parametrize("misbehave", [_no, _bad, _hang_up, _nonsense])
def test_a_password_is_in_no_traceback_even_one_that_shows_values(
    misbehave: Callable[[Talk, bytes], bool | None],
) -> None:
    with serving(_instead(b"LOGIN", misbehave)) as port, pytest.raises(CrmError) as told:
        server = Server("imap", "127.0.0.1", port, "u", "")
        secret = Secret("hunt" + "er2")
        Imap(Account("shop", "a@b.fr", kind="imap", server=server), secret, seconds=SECONDS)
    shown = traceback.TracebackException.from_exception(told.value, capture_locals=True)
    assert "hunter2" not in "".join(shown.format())


def test_a_server_that_takes_no_accents_is_told_none_of_the_password() -> None:
    def answer(talk: Talk, tag: bytes, command: bytes) -> bool:
        if command.upper().startswith(b"CAPABILITY"):
            talk.say(b"* CAPABILITY IMAP4rev1", tag + b" OK done")
            return True
        return well(talk, tag, command)

    with (
        serving(answer, greeting=b"* OK hello\r\n") as port,
        pytest.raises(UsageProblem, match="accents") as told,
    ):
        server = Server("imap", "127.0.0.1", port, "u", "")
        Imap(Account("shop", "a@b.fr", kind="imap", server=server), Secret("é-secret"), seconds=SECONDS)
    assert "é" not in str(told.value)


def test_a_server_is_spoken_to_by_ipv6() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with serving(well, host="::1") as port:
        server = Server("imap", "::1", port, "u", "")
        with Imap(
            Account("shop", "a@b.fr", kind="imap", server=server), Secret("x"), seconds=SECONDS
        ) as source:
            assert source.sent_folder() == "Envoyés"


def test_a_password_is_in_no_message_and_adds_no_command() -> None:
    server = Server("imap", "127.0.0.1", 0, "u", "")
    with serving(well) as port, pytest.raises(UsageProblem) as told:
        account = Account("shop", "a@b.fr", kind="imap", server=server._replace(port=port))
        Imap(account, Secret("hunter2\r\nA9 DELETE INBOX"), seconds=SECONDS)
    assert "hunter2" not in str(told.value)


_SCRAPS = [
    b"*", b" ", b"\r\n", b"\n", b"OK", b"NO", b"BYE", b"FETCH", b"SEARCH", b"LIST", b"(", b")", b"{5}\r\n", b"{0}\r\n",
    b"{-1}", b"UID", b"1", b"4294967295", b"BODY[]", b"NIL", b'"', b"\\", b"[ALERT]",
    b"[UIDVALIDITY x]", b"+ ",
    b"\x00", b"\xff", b"&A-",
    b"\x1b[2J", b"RFC822.SIZE", b"EXISTS", b"CAPABILITY", b"TAG OK done\r\n",
]  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True)
@given(at=st.integers(0, 8), scraps=st.lists(st.sampled_from(_SCRAPS), max_size=12), ends=st.booleans())
def test_whatever_a_server_says_is_a_sentence_or_mail(at: int, scraps: list[bytes], ends: bool) -> None:
    heard: list[bytes] = []

    def answer(talk: Talk, tag: bytes, command: bytes) -> bool:
        heard.append(command)
        if len(heard) - 1 != at:
            return well(talk, tag, command)
        talk.connection.sendall(b"".join(scraps).replace(b"TAG", tag))
        if ends:
            talk.say(b"", tag + b" OK done")
        return ends

    with serving(answer) as port:
        try:
            _read(port)
        except CrmError as error:
            _is_a_sentence(error)


@contextmanager
def _bounded() -> Iterator[None]:
    """Hold a conversation to a minute, which only a server that is waited for in vain would take, and to memory."""
    began, before = monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10 < MOST_MEMORY
    assert monotonic() - began < 60


def _is_a_sentence(error: CrmError) -> None:
    assert error.exit_code in (2, 7)
    assert "hunter2" not in str(error)
    assert str(error).replace("\n", "").isprintable()
    assert "<class" not in str(error) and "Traceback" not in str(error)
