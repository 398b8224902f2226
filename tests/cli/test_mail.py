"""The commands of mail that is read."""

from __future__ import annotations

import os
from email.message import EmailMessage
from pathlib import Path

import pytest

from petitcrm.sync.again import safe_name
from tests.cli.conftest import Shell
from tests.support.mails import mail

JEANNE = "jeanne@dupont.example"
STRANGER = "Léa Le Goff <lea@inconnu.example>"


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where new mail of the one account lies, told in the configuration."""
    for part in ("cur", "new", "tmp"):
        (tmp_path / "M" / part).mkdir(parents=True)
    path = tmp_path / "config.toml"
    path.write_text(
        '[mail.accounts.shop]\naddress = "contact@firm.example"\nmaildir = "M"\n', encoding="utf-8"
    )
    monkeypatch.setenv("PETITCRM_CONFIG", str(path))
    return tmp_path / "M" / "new"


def deliver(box: Path, *mails: bytes) -> None:
    """Put mails into the mailbox."""
    start = len(list(box.iterdir())) + 1
    for number, raw in enumerate(mails, start):
        (box / f"{number}.M1P1.host").write_bytes(raw)


def with_files(*names: str) -> bytes:
    """Return a mail with attachments of these names."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = (
        JEANNE,
        "contact@firm.example",
        "Plans",
        "<f@x>",
    )
    made["Date"] = "Mon, 23 Nov 2026 08:00:00 +0100"
    made.set_content("Ci-joint.")
    for name in names:
        made.add_attachment(name.encode(), maintype="application", subtype="pdf", filename=name)
    return made.as_bytes()


def test_mail_is_read_and_what_became_of_it_told_for_each_account(lived_in: Shell, box: Path) -> None:
    deliver(box, mail(1, by=JEANNE), mail(2, by=STRANGER))
    told = lived_in("mail", "sync", "--json")
    assert told.code == 0
    assert told.json == {
        "shop": {"seen": 2, "stored": 2, "known": 1, "unmatched": 1, "failed": 0, "problem": None}
    }
    assert lived_in("mail", "sync").lines == ["shop\t0\t0\t0\t0\t0\t"]
    assert '"account": "shop"' in lived_in("mail", "sync", "--ndjson").out


def test_a_customer_s_mail_is_in_the_day_and_on_the_timeline(lived_in: Shell, box: Path) -> None:
    deliver(box, mail(1, "Chaudière en panne", by=JEANNE))
    lived_in("mail", "sync")
    assert any("Answer Jeanne Dupont (Acme) — Chaudière en panne" in line for line in lived_in("today").lines)
    entry = next(one for one in lived_in("timeline", "c1", "--json").json if one["kind"] == "mail.received")
    assert (entry["source"], entry["details"]["message"]) == ("mail", "m1")
    assert "Bonjour" in entry["text"]


def test_without_an_account_it_is_said_how_one_is_told(lived_in: Shell, tmp_path: Path) -> None:
    told = lived_in("mail", "sync")
    assert told.code == 2
    assert "[mail.accounts." in told.err
    assert lived_in("mail", "status").out == ""


def test_an_account_that_cannot_be_read_is_told_with_the_code_of_its_kind(lived_in: Shell, box: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (box.parent / part).rmdir()
    told = lived_in("mail", "sync", "--json")
    assert told.code == 2
    assert told.json["shop"]["problem"] in told.err
    assert "Mail of shop fails" in lived_in("today").err
    assert lived_in("today", "--json").json["mail"][0].startswith("Mail of shop fails (1 time)")
    assert "petitcrm mail sync" in lived_in("doctor").out
    (folder,) = lived_in("mail", "status", "--json").json
    assert (folder["account"], folder["failures"]) == ("shop", 1)


def test_a_mail_that_is_missing_makes_the_audit_fail(lived_in: Shell, box: Path) -> None:
    deliver(box, mail(1, by=JEANNE))
    lived_in("mail", "sync")
    assert lived_in("mail", "audit").code == 0
    deliver(box, mail(2, by=JEANNE))
    told = lived_in("mail", "audit", "--json")
    assert told.code == 1
    assert [one.strip("<>") for one in told.json["missing"]] == ["2@mail.example"]
    assert lived_in("mail", "audit", "--fill").code == 0
    assert lived_in("mail", "audit", "--json").json["missing"] == []


def test_who_is_not_known_becomes_a_contact_with_all_their_mail(lived_in: Shell, box: Path) -> None:
    deliver(box, mail(1, by=STRANGER), mail(2, "Suite", by=STRANGER), mail(3, by="pub@pub.example"))
    lived_in("mail", "sync")
    assert [one["id"] for one in lived_in("mail", "unmatched", "--json").json] == ["m3", "m2", "m1"]
    (made,) = lived_in("mail", "unmatched", "create", "m1", "m2", "--json").json
    assert (made["first_name"], made["last_name"]) == ("Léa", "Le Goff")
    assert (
        len([one for one in lived_in("timeline", made["id"], "--json").json if one["source"] == "mail"]) >= 2
    )
    (left,) = lived_in("mail", "unmatched", "--json").json
    assert lived_in("mail", "unmatched", "ignore", left["id"]).code == 0
    assert lived_in("mail", "unmatched", "--json").json == []


def test_a_domain_that_is_ignored_is_asked_about_no_more(lived_in: Shell, box: Path) -> None:
    lived_in("mail", "unmatched", "ignore", "pub.example")
    deliver(box, mail(1, by="a@pub.example"), mail(2, by="b@pub.example"))
    assert lived_in("mail", "sync", "--json").json["shop"]["unmatched"] == 0
    assert lived_in("mail", "unmatched").out == ""


@pytest.mark.parametrize(
    "words", [("jeter", "m1"), ("create",), ("ignore", "pas une adresse"), ("create", "m99")]
)
def test_what_cannot_be_done_with_mails_of_nobody_is_refused(words: tuple[str, ...], lived_in: Shell) -> None:
    assert lived_in("mail", "unmatched", *words).code in (2, 4)


def test_a_mail_is_shown_as_the_person_wrote_it_or_whole(lived_in: Shell, box: Path) -> None:
    quoted = "Oui.\n\nLe lun. 23 nov. 2026 à 08:00, Firme <contact@firm.example> a écrit :\n> Voulez-vous ?\n"
    deliver(box, mail(1, by=JEANNE, text=quoted))
    lived_in("mail", "sync")
    told = lived_in("mail", "show", "m1", "--json").json
    assert told["text"].strip() == "Oui."
    assert told["from"] == [{"name": "", "address": JEANNE, "contact": {"id": "c1", "name": "Jeanne Dupont"}}]
    assert "Voulez-vous" in lived_in("mail", "show", "m1", "--whole").out
    (box / "1.M1P1.host").unlink()
    assert lived_in("mail", "show", "m1", "--whole").code == 4
    assert "Oui." in lived_in("mail", "show", "1").out


def test_an_exchange_is_shown_by_its_mail_or_its_contact(lived_in: Shell, box: Path) -> None:
    deliver(box, mail(1, by=JEANNE), mail(2, "Re: Devis", by="contact@firm.example", to=JEANNE, after=1))
    lived_in("mail", "sync")
    for reference in ("m1", "m2", "dupont", JEANNE):
        assert [one["direction"] for one in lived_in("mail", "thread", reference, "--json").json] == [
            "in",
            "out",
        ]
    assert lived_in("mail", "thread", "martin").code == 4


def test_attachments_are_written_under_safe_names_in_their_folder(
    lived_in: Shell, box: Path, tmp_path: Path
) -> None:
    deliver(box, with_files("devis.pdf", "../../passwd", "devis.pdf", ".bashrc", "a\x1b[2Jb.pdf"))
    lived_in("mail", "sync")
    assert len(lived_in("mail", "attachments", "m1", "--json").json) == 5
    folder = tmp_path / "là"
    assert lived_in("mail", "attachments", "m1", "--save", str(folder)).code == 0
    found = sorted(os.listdir(folder))
    assert {"devis.pdf", "devis (2).pdf", "passwd", "bashrc"} <= set(found)
    assert len(found) == 5
    assert "\x1b" not in "".join(found)
    assert (folder / "devis.pdf").read_bytes() == b"devis.pdf"


@pytest.mark.parametrize(
    ("told", "safe"),
    [
        ("Devis n° 12.pdf", "Devis n_ 12.pdf"), ("C:\\temp\\été.pdf", "été.pdf"), ("..", ""), ("", ""),
        ("con.txt", "_con.txt"), ("-rf.pdf", "_-rf.pdf"), ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("x\u202efdp.exe", "x_fdp.exe"),
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_made_safe(told: str, safe: str) -> None:
    assert safe_name(told) == safe


def test_a_mail_stands_for_its_contact_where_a_story_is_asked_for(lived_in: Shell, box: Path) -> None:
    deliver(box, mail(1, by=JEANNE), mail(2, by=STRANGER))
    lived_in("mail", "sync")
    number = next(one["id"] for one in lived_in("mail", "thread", "dupont", "--json").json)
    assert lived_in("timeline", number, "--json").json == lived_in("timeline", "c1", "--json").json
    assert {lived_in("timeline", other).code for other in ("m2", "m1", "s1") if other != number} == {2}


def test_letters_are_brought_in_by_hand_once(lived_in: Shell, box: Path, tmp_path: Path) -> None:
    path = tmp_path / "un.eml"
    path.write_bytes(mail(1, by=JEANNE))
    shapes = [next(iter(lived_in("mail", "import", str(path), "--json").json.values())) for _ in range(2)]
    assert [one["stored"] for one in shapes] == [1, 0]
    assert box.exists()
    assert lived_in("mail", "import", str(tmp_path / "rien.mbox")).code == 4


def test_no_answer_is_waited_for_where_a_person_says_so(lived_in: Shell, box: Path) -> None:
    deliver(
        box, mail(1, "Devis", by="contact@firm.example", to=JEANNE, date="Mon, 09 Nov 2026 08:00:00 +0100")
    )
    lived_in("mail", "sync")
    (item,) = [one for one in lived_in("today", "--json").json["items"] if one["section"] == "waiting"]
    assert (item["id"], item["text"]) == ("m1", "No answer from Jeanne Dupont (Acme) for 14 days: Devis")
    assert lived_in("mail", "expect-none", "m1", "--json").json["expects_none"] is True
    assert not [one for one in lived_in("today", "--json").json["items"] if one["section"] == "waiting"]


@pytest.mark.parametrize(
    "command", [("today",), ("mail", "unmatched"), ("mail", "show", "m1"), ("timeline", "c1")]
)
def test_nothing_that_a_mail_says_reaches_the_terminal_as_an_order(
    command: tuple[str, ...], lived_in: Shell, box: Path
) -> None:
    head = (
        b"From: =?utf-8?q?=1B=5D52=3Bc=3BeA=3D=3D=07?= <jeanne@dupont.example>\r\nSubject: [/foo] \x1b[6n\r\n"
    )
    more = b"To: contact@firm.example\r\nMessage-ID: <1@x>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0100\r\n"
    deliver(box, head + more + b"\r\n\x1b]0;titre\x07 \x9b31m\r\n")
    lived_in("mail", "sync")
    told = lived_in(*command)
    assert told.code == 0
    assert not {"\x1b", "\x07", "\x9b"} & set(told.out + told.err)


def test_an_account_that_is_no_more_is_told_of_until_it_is_forgotten(lived_in: Shell, box: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (box.parent / part).rmdir()
    lived_in("mail", "sync")
    assert lived_in("mail", "status", "--forget", "shop").code == 2  # this machine still reads it
    path = Path(os.environ["PETITCRM_CONFIG"])
    path.write_text(
        path.read_text(encoding="utf-8").replace("accounts.shop", "accounts.other"), encoding="utf-8"
    )
    assert "shop" in lived_in("today").err
    assert lived_in("mail", "status", "--forget", "shop").code == 0
    assert (lived_in("today").err, lived_in("mail", "status", "--json").json) == ("", [])
    assert lived_in("mail", "status", "--forget", "shop").code == 4


def test_a_name_that_begins_with_a_vowel_is_elided_in_french(lived_in: Shell, box: Path) -> None:
    lived_in("contact", "add", "--first", "Émilie", "--last", "Roux", "--email", "emilie@roux.example")
    deliver(box, mail(1, by="emilie@roux.example"))
    lived_in("mail", "sync")
    assert "Répondre à l’e-mail d’Émilie Roux" in lived_in("--lang", "fr", "today").out


def test_a_file_that_is_no_mail_is_refused(lived_in: Shell, box: Path, tmp_path: Path) -> None:
    (tmp_path / "lettre.txt").write_text("Bonjour Zoé,\n\nOui.\n", encoding="utf-8")
    told = lived_in("mail", "import", str(tmp_path / "lettre.txt"))
    assert (told.code, "is no mail" in told.err) == (2, True)
    assert lived_in("mail", "unmatched", "--json").json == []
