"""A mail to send: it comes back as it was written, and no header holds another."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petitcrm.connectors.mail_addresses import Address, read_addresses
from petitcrm.connectors.mail_message import part_bytes, read
from petitcrm.connectors.mail_writer import File, Letter, headers, new_message_id, safe_name, write
from petitcrm.errors import UsageProblem
from petitcrm.text import clean

LETTER = Letter(
    message_id="1@firme.fr", at=datetime.fromisoformat("2026-11-23T10:00:00+01:00"),
    sender=Address("Bois & Fils, menuiserie", "contact@firme.fr"), to=Address("Zoé Noël", "zoe@bois.fr"),
    subject="Votre devis n° 12 : fenêtres, portes, et un sujet assez long pour être replié sur deux lignes",
    text="Bonjour Zoé,\n\nVoilà le devis.\n",
)  # fmt: skip


def test_what_is_written_is_what_is_read() -> None:
    told = read(write(LETTER._replace(in_reply_to="0@bois.fr", references=("a@bois.fr",))))
    assert (told.sender, told.to) == (LETTER.sender, (LETTER.to,))
    assert (told.subject, told.text) == (LETTER.subject, LETTER.text.strip())
    assert (told.message_id, told.at) == ("1@firme.fr", "2026-11-23T09:00:00Z")
    assert (told.in_reply_to, told.references) == ("0@bois.fr", ("a@bois.fr", "0@bois.fr"))


def test_every_line_ends_as_the_protocol_wants_and_is_short_enough() -> None:
    raw = write(LETTER._replace(text="é" * 5_000 + "\nfin\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


@pytest.mark.parametrize("bad", ["\r", "\n", "\0", "\u2028", "\x85", "\x0b"])
@pytest.mark.parametrize("field", ["subject", "list_id", "own_id", "reply_to", "message_id", "in_reply_to"])
def test_a_header_that_would_hold_another_one_is_refused(field: str, bad: str) -> None:
    with pytest.raises(UsageProblem, match=r"U\+00|U\+20"):
        write(LETTER._replace(**{field: f"a@b.fr{bad}Bcc: evil@evil.fr"}))


@pytest.mark.parametrize("who", ["sender", "to"])
def test_a_name_that_would_hold_another_header_is_refused(who: str) -> None:
    with pytest.raises(UsageProblem):
        write(LETTER._replace(**{who: Address("Zoé\r\nBcc: evil@evil.fr", "zoe@bois.fr")}))
    with pytest.raises(UsageProblem):
        write(LETTER._replace(**{who: Address("Zoé", "zoe")}))


def test_the_addresses_to_unsubscribe_at_stay_readable_however_long() -> None:
    url = "https://firme.fr/desabonnement/" + "x" * 120
    raw = write(
        LETTER._replace(unsubscribe=(url, "mailto:stop@firme.fr?subject=stop"), list_id="<lettre.firme.fr>")
    )
    assert f"List-Unsubscribe: <{url}>,\r\n <mailto:stop@firme.fr?subject=stop>\r\n".encode() in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert read(raw).is_bulk


def test_html_stands_beside_the_text_and_files_after_them() -> None:
    raw = write(LETTER._replace(html="<p>Bonjour</p>", files=(File("plan d'étage.pdf", b"%PDF-1"),)))
    mail = message_from_bytes(raw, policy=default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf",
    ]  # fmt: skip
    assert [file.name for file in read(raw).attachments] == ["plan d'étage.pdf"]
    assert part_bytes(raw, 0) == b"%PDF-1"


def test_files_that_no_provider_takes_are_refused() -> None:
    with pytest.raises(UsageProblem, match="26 MB"):
        write(LETTER._replace(files=(File("film.mp4", bytes(26_000_000)),)))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\temp\\devis.pdf", "devis.pdf"), (".bashrc", "bashrc"), ("", "file"),
        ("a\0b\n.pdf", "ab_.pdf"), ("con<script>.html", "con_script_.html"), ("é" * 300 + ".pdf", "é" * 98 + ".pdf"),
        ("devis\u202efdp.exe", "devisfdp.exe"), ("CON", "_CON"), ("nul.txt", "_nul.txt"),
        ("contact.txt", "contact.txt"),
    ],
)  # fmt: skip
def test_a_name_is_made_safe_to_save(name: str, safe: str) -> None:
    assert safe_name(name) == safe or (len(name) > 200 and len(safe_name(name).encode()) <= 200)


NAMES = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90) | st.text(
    'aé ,;:"\\()<>@=?_.', max_size=90
)


def spaced(text: str) -> str:
    """Return a text as a header keeps it: composed letters, single spaces."""
    return " ".join(clean(text).split())


@pytest.mark.parametrize("name", ["Mia 't Hart", "'t Hart", "Rémi d'", "'"])
def test_an_apostrophe_is_of_the_name(name: str) -> None:
    assert read(write(LETTER._replace(to=Address(name, "mia@bois.fr")))).to == (Address(name, "mia@bois.fr"),)


def test_the_apostrophes_that_outlook_puts_around_a_name_are_not() -> None:
    assert read_addresses("\"'Jean Dupont'\" <jean@bois.fr>") == (Address("Jean Dupont", "jean@bois.fr"),)


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_whatever_somebody_is_called_only_they_are_written_to(name: str) -> None:
    # What stands between apostrophes is read without them: Outlook puts them around names.
    assume(spaced(name)[:1] != "'" or spaced(name)[-1:] != "'")
    told = read(write(LETTER._replace(to=Address(name, "zoe@bois.fr"), subject=name)))
    assert [(spaced(one.name), one.address) for one in told.to] == [(spaced(name), "zoe@bois.fr")]
    assert spaced(told.subject) == spaced(name)


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_the_library_reads_the_same_names(name: str) -> None:
    mail = message_from_bytes(write(LETTER._replace(to=Address(name, "zoe@bois.fr"))), policy=default)
    assert [one.addr_spec for one in mail["To"].addresses] == ["zoe@bois.fr"]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_every_text_arrives(text: str) -> None:
    raw = write(LETTER._replace(text=text))
    assert read(raw).whole_text.split() == clean(text).split()
    assert raw.isascii()
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")


@pytest.mark.parametrize("length", [10, 70, 200, 240])
def test_ids_are_whole_however_long(length: int) -> None:
    ids = tuple(f"{number}{'x' * length}@bois.fr" for number in range(20))
    raw = write(LETTER._replace(message_id=ids[0], in_reply_to=ids[-1], references=ids))
    told = read(raw)
    assert (told.message_id, told.in_reply_to, told.references) == (ids[0], ids[-1], ids)
    mail = message_from_bytes(raw, policy=default)
    assert mail["References"].split() == [f"<{one}>" for one in ids]


def test_an_id_of_no_mail_is_answered_without_it() -> None:
    raw = write(LETTER._replace(in_reply_to="é@bois.fr", references=("a b@bois.fr", "c@bois.fr")))
    assert (read(raw).in_reply_to, read(raw).references) == ("", ("c@bois.fr",))
    with pytest.raises(UsageProblem, match="id of a mail"):
        write(LETTER._replace(message_id="a b"))


def test_an_accented_domain_is_written_in_ascii() -> None:
    raw = write(LETTER._replace(to=Address("Zoé", "zoe@café.fr")))
    assert b"<zoe@xn--caf-dma.fr>" in raw
    assert new_message_id("zoe@café.fr").endswith("@xn--caf-dma.fr")


@pytest.mark.parametrize(
    "bad", ["zoé@bois.fr", "zoe", "zoe@", "a@b.fr, c@d.fr", "a b@bois.fr", "", "<zoe@bois.fr> x"]
)
def test_what_is_no_address_is_refused(bad: str) -> None:
    with pytest.raises(UsageProblem, match="written to"):
        write(LETTER._replace(to=Address("Zoé", bad)))


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", "https://firme.fr/a b", "https://firme.fr/>,<x", "stop@firme.fr"]
)
def test_what_is_no_way_out_is_refused(bad: str) -> None:
    with pytest.raises(UsageProblem, match="unsubscribe"):
        write(LETTER._replace(unsubscribe=(bad,)))


def test_a_list_may_have_a_name_with_accents() -> None:
    raw = write(LETTER._replace(list_id="Lettre d'été <ete.firme.fr>"))
    mail = message_from_bytes(raw, policy=default)
    assert str(mail["List-Id"]) == "Lettre d'été <ete.firme.fr>"


def test_a_robot_says_so() -> None:
    assert read(write(LETTER._replace(is_automatic=True))).is_automatic


def test_a_mailing_may_write_the_headers_anew_before_the_same_body() -> None:
    whole = write(LETTER)
    assert whole.startswith(headers(LETTER).encode())
    other = (
        headers(LETTER._replace(to=Address("Paul", "paul@bois.fr"))).encode() + whole[len(headers(LETTER)) :]
    )
    assert (read(other).to[0].address, read(other).text) == ("paul@bois.fr", LETTER.text.strip())


def test_an_id_tells_nothing_of_this_machine() -> None:
    one, other = new_message_id("contact@firme.fr"), new_message_id("contact@firme.fr")
    assert one != other
    assert one.endswith("@firme.fr")
