"""Mailboxes made of files: Maildir, mbox, letters and what notmuch has indexed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.connectors import mail_files
from petitcrm.connectors.mail_accounts import Account
from petitcrm.connectors.mail_sources import Folder, Found, MailSource, Seen, by_hand, opened
from petitcrm.errors import NetworkFailed, NotFound, UsageProblem

MINE = "contact@firm.example"


def _mail(number: int, body: str = "Bonjour\n") -> bytes:
    return f"Message-ID: <{number}@x.fr>\nFrom: a@x.fr\nSubject: n° {number}\n\n{body}".encode()


def _maildir(path: Path, *mails: bytes) -> Path:
    for part in ("cur", "new", "tmp"):
        (path / part).mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        (path / "new" / f"17000000{number:02}.M1P1.host").write_bytes(mail)
    return path


def _account(kind: str, place: Path | str, **more: object) -> Account:
    return Account("shop", MINE, kind=kind, place=str(place), **more)  # type: ignore[arg-type]


def _everything(source: MailSource, folder: str, seen: Seen = Seen()) -> list[Found]:  # noqa: B008 - a constant
    """Read as a synchronisation does: batches of two until one is short."""
    found: list[Found] = []
    known = set(seen.places) if isinstance(seen.places, set) else set()
    while True:
        batch = list(source.after(folder, Seen(places=known), 2))
        found += batch
        known |= {one.place for one in batch}
        if len(batch) < 2:
            return found


# ----------------------------------------------------------------------------------------------------------- Maildir


def test_a_maildir_gives_its_mails_in_batches_and_nothing_twice(tmp_path: Path) -> None:
    source = opened(_account("maildir", _maildir(tmp_path / "m", *[_mail(n) for n in range(5)])))
    found = _everything(source, "INBOX")
    assert [one.raw for one in found] == [_mail(n) for n in range(5)]
    assert list(source.after("INBOX", Seen(places={one.place for one in found}), 9)) == []


def test_an_empty_maildir_has_nothing(tmp_path: Path) -> None:
    source = opened(_account("maildir", _maildir(tmp_path / "m")))
    assert (_everything(source, "INBOX"), source.waiting("INBOX", Seen())) == ([], 0)


def test_a_mail_that_was_read_and_flagged_keeps_its_place(tmp_path: Path) -> None:
    box = _maildir(tmp_path / "m", _mail(1))
    source = opened(_account("maildir", box))
    [before] = _everything(source, "INBOX")
    (box / "new" / "1700000000.M1P1.host").rename(box / "cur" / "1700000000.M1P1.host:2,FS")
    assert source.waiting("INBOX", Seen(places={before.place})) == 0
    assert source.raw("INBOX", before.place) == _mail(1)


def test_a_mail_that_changes_its_name_or_vanishes_while_the_folder_is_read_is_found_or_passed_over(
    tmp_path: Path,
) -> None:
    box = _maildir(tmp_path / "m", _mail(0), _mail(1), _mail(2))
    reading = opened(_account("maildir", box)).after("INBOX", Seen(), 9)
    assert next(reading).raw == _mail(0)
    (box / "new" / "1700000001.M1P1.host").rename(box / "cur" / "1700000001.M1P1.host:2,S")
    (box / "new" / "1700000002.M1P1.host").unlink()
    assert [one.raw for one in reading] == [_mail(1)]


def test_folders_are_found_beside_and_inside_each_other_and_known_by_their_french_names(
    tmp_path: Path,
) -> None:
    box = _maildir(tmp_path / "m")
    for name in (
        ".&AMk-l&AOk-ments envoy&AOk-s",
        ".Clients.Dupont",
        "Archive/2026",
        ".Corbeille",
        "Brouillons",
    ):
        _maildir(box / name)
    found = opened(_account("maildir", box)).folders()
    assert found[:2] == [Folder("INBOX", "inbox"), Folder("Éléments envoyés", "sent")]
    assert {one.name for one in found[2:]} == {"Clients/Dupont", "Archive/2026"}


def test_a_folder_that_the_account_names_is_read_whatever_its_role(tmp_path: Path) -> None:
    box = _maildir(tmp_path / "m")
    _maildir(box / ".Corbeille")
    read = opened(_account("maildir", box, folders=("inbox", "\\Trash"))).folders()
    assert [one.name for one in read] == ["INBOX", "Corbeille"]


def test_a_folder_that_is_not_there_comes_with_the_nearest_one(tmp_path: Path) -> None:
    box = _maildir(tmp_path / "m")
    _maildir(box / ".Clients")
    with pytest.raises(UsageProblem, match="Clients"):
        opened(_account("maildir", box, folders=("Client",))).folders()


def test_links_pipes_and_hidden_files_are_no_mail(tmp_path: Path) -> None:
    box = _maildir(tmp_path / "m", _mail(1))
    (tmp_path / "secret").write_bytes(b"Subject: secret\n\n")
    (box / "new" / "2.link").symlink_to(tmp_path / "secret")
    (box / "new" / ".hidden").write_bytes(_mail(3))
    os.mkfifo(box / "new" / "4.pipe")
    (box / "linked").symlink_to(_maildir(tmp_path / "other", _mail(9)))
    source = opened(_account("maildir", box))
    assert [one.raw for one in _everything(source, "INBOX")] == [_mail(1)]
    assert [one.name for one in source.folders()] == ["INBOX"]


def test_an_empty_file_and_one_that_may_not_be_read_hold_up_nothing(tmp_path: Path) -> None:
    box = _maildir(tmp_path / "m", b"", _mail(1), _mail(2))
    (box / "new" / "1700000001.M1P1.host").chmod(0)
    found = _everything(opened(_account("maildir", box)), "INBOX")
    assert [bool(one.problem) for one in found] == [True, os.geteuid() != 0, False]


def test_of_a_mail_that_is_too_large_the_head_is_read(tmp_path: Path) -> None:
    box = _maildir(tmp_path / "m", _mail(1, "x" * 5_000))
    [found] = _everything(opened(_account("maildir", box, largest=1_000)), "INBOX")
    assert found.raw == _mail(1, "")
    assert "1 MiB" in found.problem


def test_names_that_no_terminal_should_see_are_places_like_others(tmp_path: Path) -> None:
    box = _maildir(tmp_path / "m")
    (box / "new" / "1.\x1b]52;c;eA==\x07").write_bytes(_mail(1))
    with open(os.fsencode(box / "new") + b"/2.\xff\xfe", "wb") as file:
        file.write(_mail(2))
    found = _everything(opened(_account("maildir", box)), "INBOX")
    assert len({str(one.place).encode() for one in found}) == 2


def test_the_list_of_a_folder_says_each_message_id(tmp_path: Path) -> None:
    folded = b"Subject: x\nMessage-Id:\n\t<folded@x.fr>\n\nMessage-ID: <body@x.fr>\n"
    source = opened(_account("maildir", _maildir(tmp_path / "m", _mail(1), folded, b"Subject: none\n\n")))
    assert [one.message_id for one in source.all_places("INBOX")] == ["<1@x.fr>", "<folded@x.fr>", ""]


@pytest.mark.parametrize("kind", ["maildir", "mbox", "eml"])
def test_a_mailbox_that_is_not_there_is_a_sentence_with_the_key_to_correct(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UsageProblem, match=rf"Correct {kind} in \[mail.accounts.shop\]"):
        opened(_account(kind, tmp_path / "none"))


def test_a_folder_that_holds_no_maildir_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cur and new"):
        opened(_account("maildir", tmp_path))


# -------------------------------------------------------------------------------------------------------------- mbox


FROM = b"From a@x.fr Mon Nov 23 09:00:00 2026\n"


def _mbox(path: Path, *mails: bytes, head: bytes = FROM) -> Path:
    path.write_bytes(b"".join(head + mail + b"\n" for mail in mails))
    return path


def _raws(path: Path, **more: object) -> list[bytes]:
    source = opened(_account("mbox", path, **more))
    return [one.raw for one in _everything(source, source.folders()[0].name)]


@pytest.mark.parametrize(
    "head",
    [FROM, b"From - Mon Nov 23 09:00:00 2026\n", b"From MAILER-DAEMON Mon Nov 23 09:00:00 2026 +0100\n"],
)
def test_an_mbox_gives_its_mails(tmp_path: Path, head: bytes) -> None:
    assert _raws(_mbox(tmp_path / "box", _mail(1), _mail(2), _mail(3), head=head)) == [
        _mail(n) for n in (1, 2, 3)
    ]


def test_an_mbox_of_windows_gives_its_mails(tmp_path: Path) -> None:
    path = tmp_path / "box"
    path.write_bytes(b"".join(FROM + _mail(n) + b"\n" for n in (1, 2)).replace(b"\n", b"\r\n"))
    assert _raws(path) == [_mail(n).replace(b"\n", b"\r\n") for n in (1, 2)]


def test_a_sentence_that_begins_with_from_begins_no_mail(tmp_path: Path) -> None:
    body = "Hello\n\nFrom now on we meet at 10:00 in 2026\n\nFrom 10:00 to 11:30 in 2026\nwe meet\n"
    assert _raws(_mbox(tmp_path / "box", _mail(1, body), _mail(2))) == [_mail(1, body), _mail(2)]


def test_quoted_from_lines_are_freed_of_one_sign(tmp_path: Path) -> None:
    assert _raws(_mbox(tmp_path / "box", _mail(1, ">From x\n>>From y\n"))) == [_mail(1, "From x\n>From y\n")]


def test_a_body_whose_length_is_told_may_hold_anything(tmp_path: Path) -> None:
    inside = (FROM + _mail(9) + b"\n>From kept\n").decode()
    mail = _mail(1, inside).replace(b"\n\n", f"\nContent-Length: {len(inside.encode())}\n\n".encode(), 1)
    assert _raws(_mbox(tmp_path / "box", mail, _mail(2))) == [mail, _mail(2)]


@pytest.mark.parametrize("length", [0, 3, 10**11])
def test_a_length_that_lies_is_not_believed(tmp_path: Path, length: int) -> None:
    mail = _mail(1).replace(b"\n\n", f"\nContent-Length: {length}\n\n".encode(), 1)
    assert _raws(_mbox(tmp_path / "box", mail, _mail(2))) == [mail, _mail(2)]


def test_a_file_that_grows_shows_what_is_new_only(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", _mail(1), _mail(2))
    source = opened(_account("mbox", path))
    known = {one.place for one in _everything(source, "box")}
    with path.open("ab") as file:
        file.write(FROM + _mail(3) + b"\n")
    assert [one.raw for one in _everything(source, "box", Seen(places=known))] == [_mail(3)]


def test_a_file_whose_mails_were_read_compacted_or_replaced_shows_nothing_twice(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", _mail(1), _mail(2), _mail(3))
    source = opened(_account("mbox", path))
    known = {one.place for one in _everything(source, "box")}
    noted = _mail(3).replace(b"Subject", b"Status: RO\nX-Mozilla-Status: 0001\nSubject", 1)
    _mbox(path, noted, _mail(4), _mail(1))
    assert [one.raw for one in _everything(source, "box", Seen(places=known))] == [_mail(4)]


def test_a_file_that_is_cut_short_or_gone_ends_the_reading(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", *[_mail(n, "x" * 100_000) for n in range(9)])
    source = opened(_account("mbox", path))
    reading = source.after("box", Seen(), 20)
    next(reading)
    os.truncate(path, 150_000)
    assert len(list(reading)) < 9
    path.unlink()
    assert list(source.after("box", Seen(), 20)) == []


def test_the_last_mail_waits_while_somebody_writes_it(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", _mail(1), _mail(2))
    (tmp_path / "box.lock").touch()
    assert _raws(path) == [_mail(1)]
    (tmp_path / "box.lock").unlink()
    assert _raws(path) == [_mail(1), _mail(2)]


def test_a_mail_twice_in_a_file_is_one(tmp_path: Path) -> None:
    assert _raws(_mbox(tmp_path / "box", _mail(1), _mail(1))) == [_mail(1)]


def test_a_huge_mail_of_an_mbox_leaves_its_head(tmp_path: Path) -> None:
    path = _mbox(tmp_path / "box", _mail(1, "x" * 3_000_000 + "\n"), _mail(2))
    assert _raws(path, largest=1 << 20) == [_mail(1, ""), _mail(2)]


def test_folders_of_thunderbird_are_read_without_its_indexes(tmp_path: Path) -> None:
    for name in ("Inbox", "Sent", "Trash"):
        _mbox(tmp_path / name, _mail(1))
    (tmp_path / "Inbox.msf").write_text('// <!-- <mdb:mork:z v="1.4"/> -->')
    (tmp_path / "Clients.sbd").mkdir()
    _mbox(tmp_path / "Clients.sbd" / "Dupont", _mail(2))
    found = opened(_account("mbox", tmp_path)).folders()
    assert [(one.name, one.role) for one in found] == [
        ("Inbox", "inbox"),
        ("Sent", "sent"),
        ("Clients/Dupont", ""),
    ]


def test_a_mail_of_an_mbox_is_found_again_by_its_place(tmp_path: Path) -> None:
    source = opened(_account("mbox", _mbox(tmp_path / "box", _mail(1), _mail(2))))
    place = [one.place for one in source.all_places("box")][1]
    assert source.raw("box", place) == _mail(2)
    with pytest.raises(NotFound):
        source.raw("box", "0" * 32)


_LINES = [
    "From a@x.fr Mon Nov 23 09:00:00 2026", "From", "From - ", ">From x", "", "Subject: x", "Content-Length: 7",
    "Bonjour", "Status: RO", " folded", "\x00", "é",
]  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(lines=st.lists(st.sampled_from(_LINES), max_size=14), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_file_is_read_to_its_end_and_twice_the_same(lines: list[str], end: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "box"
        path.write_bytes(FROM + _mail(1) + b"\n" + end.join(lines).encode())
        source = opened(_account("mbox", path))
        found = list(source.after("box", Seen(), 100))
        assert [one.place for one in found] == [one.place for one in source.all_places("box")]
        assert {one.raw for one in found} == {source.raw("box", one.place) for one in found}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(bodies=st.lists(st.lists(st.sampled_from(_LINES), max_size=6), min_size=1, max_size=4))
def test_what_is_quoted_as_mboxrd_says_comes_back_to_the_letter(bodies: list[list[str]]) -> None:
    mails = [_mail(n, "".join(f"{line}\n" for line in body)) for n, body in enumerate(bodies)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "box"
        path.write_bytes(b"".join(FROM + re.sub(rb"(?m)^(>*From )", rb">\1", mail) + b"\n" for mail in mails))
        assert _raws(path) == mails


def test_a_file_that_is_no_mbox_says_so(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("Bonjour\n")
    with pytest.raises(UsageProblem, match="From"):
        opened(_account("mbox", tmp_path / "box"))


# ------------------------------------------------------------------------------------------------------------ letters


def test_letters_are_read_from_a_folder_and_those_below(tmp_path: Path) -> None:
    (tmp_path / "é").mkdir()
    (tmp_path / "a.eml").write_bytes(_mail(1))
    (tmp_path / "é" / "B.EML").write_bytes(_mail(2))
    (tmp_path / "notes.txt").write_bytes(_mail(3))
    source = opened(_account("eml", tmp_path))
    assert [one.raw for one in _everything(source, source.folders()[0].name)] == [_mail(1), _mail(2)]
    assert source.raw("", "é/B.EML") == _mail(2)


@pytest.mark.parametrize("kind", ["maildir", "mbox", "eml"])
def test_who_stops_in_the_middle_of_a_batch_is_given_the_rest_by_the_next(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "given"
    mails = [_mail(n) for n in range(1, 6)]
    if kind == "maildir":
        _maildir(path, *mails)
    elif kind == "mbox":
        _mbox(path, *mails)
    else:
        path.mkdir()
        for number, mail in enumerate(mails):
            (path / f"{number}.eml").write_bytes(mail)
    source = opened(_account(kind, path))
    folder = source.folders()[0].name
    stopped = source.after(folder, Seen(), 5)
    first = [next(stopped), next(stopped)]
    known = {one.place for one in first}
    rest = list(source.after(folder, Seen(places=known), 5))
    assert [one.raw for one in [*first, *rest]] == mails
    assert list(source.after(folder, Seen(places=known | {one.place for one in rest}), 5)) == []


@pytest.mark.parametrize("kind", ["maildir", "mbox", "eml"])
def test_what_is_handed_over_by_hand_is_known_by_itself(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "given.eml"
    if kind == "maildir":
        _maildir(path, _mail(1))
    elif kind == "mbox":
        _mbox(path, _mail(1))
    else:
        path.write_bytes(_mail(1))
    source = by_hand(str(path), MINE)
    assert [one.raw for one in source.after(source.folders()[0].name, Seen(), 9)] == [_mail(1)]


# ------------------------------------------------------------------------------------------------------------ notmuch


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a Maildir of three mails that notmuch has indexed."""
    if not shutil.which("notmuch"):
        pytest.skip("notmuch is not installed (Debian: apt install notmuch)")
    box = _maildir(
        tmp_path / "m",
        _mail(1),
        _mail(2).replace(b"<2@x.fr>", b'<2"a b@x.fr>'),
        b"From: a@x.fr\nSubject: no id\n\nx\n",
    )
    settings = tmp_path / "notmuch-config"
    settings.write_text(f"[database]\npath={box}\n[user]\nprimary_email={MINE}\n[new]\ntags=new\n")
    monkeypatch.setenv("NOTMUCH_CONFIG", str(settings))
    subprocess.run(["notmuch", "new", "--quiet"], check=True)
    return box


def test_notmuch_gives_its_mails_and_finds_each_again(index: Path) -> None:
    source = opened(_account("notmuch", "*"))
    found = _everything(source, "notmuch")
    assert sorted(one.raw for one in found) == sorted(path.read_bytes() for path in (index / "new").iterdir())
    assert {source.raw("notmuch", one.place) for one in found} == {one.raw for one in found}
    assert source.waiting("notmuch", Seen(places={one.place for one in found})) == 0


def test_who_stops_in_the_middle_of_notmuch_is_given_the_rest_by_the_next(index: Path) -> None:
    source = opened(_account("notmuch", "*"))
    first = next(iter(source.after("notmuch", Seen(), 3)))
    rest = list(source.after("notmuch", Seen(places={first.place}), 3))
    assert len({first.place, *[one.place for one in rest]}) == 3


def test_notmuch_is_asked_for_what_the_account_searches(index: Path) -> None:
    assert len(_everything(opened(_account("notmuch", "subject:1")), "notmuch")) == 1


def test_the_list_of_notmuch_is_message_ids(index: Path) -> None:
    told = {one.message_id for one in opened(_account("notmuch", "*")).all_places("notmuch")}
    assert {"<1@x.fr>", ""} <= told


def test_a_file_that_notmuch_no_longer_finds_is_told(index: Path) -> None:
    for path in (index / "new").iterdir():
        path.unlink()
    found = _everything(opened(_account("notmuch", "*")), "notmuch")
    assert len(found) == 3
    assert all("notmuch new" in one.problem for one in found)


def test_a_notmuch_that_fails_or_is_not_there_is_a_sentence(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTMUCH_CONFIG", "/nowhere")
    with pytest.raises(NetworkFailed, match="notmuch failed"):
        opened(_account("notmuch", "*"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageProblem, match="not installed"):
        opened(_account("notmuch", "*"))


def test_a_message_id_is_read_from_the_head_alone() -> None:
    assert mail_files.message_id_in(b"Subject: x\n\nMessage-ID: <1@x>\n") == ""
