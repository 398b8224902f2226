"""Mail taken in: stored once, on the timelines of whom it is of, one gesture a batch, taken back without a trace."""

from __future__ import annotations

from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.sales import companies, contacts, deals, history, receiving
from petitcrm.sales.letters import LONGEST_TEXT, MOST_PARTIES
from petitcrm.sales.receiving import Arrived, Place
from petitcrm.store.queries import mail, timeline
from tests.support.firm import Firm
from tests.support.mail import JEAN, OURS, STRANGER, ZOE, letter, sent, take, take_in
from tests.support.snapshots import difference, snapshot, stale


def story(crm: Crm, noun: str, row_id: int) -> list[tuple[str, str]]:
    """Return the mails of a timeline, newest first: what happened, and the text."""
    return [
        (one.sentence, one.text)
        for one in timeline.entries(crm, noun, row_id)
        if one.kind in ("mail.received", "mail.sent")
    ]


def states(crm: Crm) -> list[str]:
    """Return the state of each mail."""
    return [row[0] for row in crm.rows("SELECT state FROM messages ORDER BY id")]


def number(crm: Crm, table: str) -> int:
    """Return how many rows there are."""
    return int(crm.rows(f"SELECT count(*) FROM {table}")[0][0])


def test_a_mail_of_a_known_contact_is_on_their_timeline_and_their_company_s(firm: Firm, crm: Crm) -> None:
    result = take(crm, letter(1, "Devis chaudière"))
    assert result == (1, 1, 1, 0, 0, (1,))
    assert story(crm, "contact", firm.contact) == [
        ("E-mail reçu\u00a0: Devis chaudière", "Texte de Devis chaudière")
    ]
    assert len(story(crm, "company", firm.company)) == 1
    (entry,) = [one for one in timeline.entries(crm, "contact", firm.contact) if one.kind == "mail.received"]
    assert (entry.at, entry.source, entry.author) == ("2026-11-23T07:30:00Z", "mail", "")
    assert entry.details == {"subject": "Devis chaudière", "message": "m1"}


def test_what_we_write_is_told_by_our_address_and_by_where_it_lies(firm: Firm, crm: Crm) -> None:
    alias = letter(2, by="moi@ailleurs.example", to=(JEAN,), is_sent=True)
    take(crm, sent(1), alias)
    assert [row[0] for row in crm.rows("SELECT direction FROM messages")] == ["out", "out"]
    assert [said for said, _text in story(crm, "contact", firm.contact)] == ["E-mail envoyé\u00a0: Devis"] * 2


def test_the_same_mail_in_two_folders_and_two_accounts_is_stored_once(firm: Firm, config: Config) -> None:
    take_in(config, letter(1))
    second = take_in(config, letter(1), folder="Archives")
    assert (second.seen, second.stored) == (1, 0)
    with read_crm(config) as crm:
        assert (number(crm, "messages"), number(crm, "mail_copies")) == (1, 2)
        assert len(story(crm, "contact", firm.contact)) == 1


@pytest.mark.usefixtures("firm")
def test_a_batch_read_twice_changes_nothing(config: Config) -> None:
    take_in(config, letter(1), sent(2), first=1)
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    again = take_in(config, letter(1), sent(2), first=1)
    assert (again.seen, again.stored) == (0, 0)
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


@pytest.mark.usefixtures("firm")
def test_a_mail_twice_in_one_batch_is_stored_once(crm: Crm) -> None:
    assert take(crm, letter(1), letter(1)).stored == 1
    assert number(crm, "mail_copies") == 2


@pytest.mark.usefixtures("firm")
def test_two_mails_under_one_message_id_are_two_and_each_is_found_again(config: Config) -> None:
    forged = letter(1, "Autre chose", by=STRANGER, at="2026-11-23T07:45:00Z")
    assert take_in(config, letter(1), forged).stored == 2
    assert take_in(config, forged, letter(1), folder="Copies").stored == 0


@pytest.mark.usefixtures("firm")
def test_a_mail_without_a_message_id_is_known_again_by_what_it_says(config: Config) -> None:
    take_in(config, letter(1, message_id=""))
    assert take_in(config, letter(1, message_id=""), folder="Archives").stored == 0
    assert take_in(config, letter(2, message_id="")).stored == 1


@pytest.mark.usefixtures("firm")
def test_what_cannot_be_read_leaves_its_place_and_problem_and_holds_up_nothing(crm: Crm) -> None:
    poison = Arrived(Place("shop", "INBOX", "1", "7", 7), None, "trop de parties")
    result = receiving.receive(crm, [poison, Arrived(Place("shop", "INBOX", "1", "8", 8), letter(1))], OURS)
    assert (result.seen, result.stored, result.failed, result.ids) == (2, 1, 1, (None, 1))
    assert crm.rows("SELECT uid, message_id, problem FROM mail_copies ORDER BY uid") == [
        (7, None, "trop de parties"), (8, 1, ""),
    ]  # fmt: skip


def test_people_in_copy_have_it_on_their_timelines_each_once(firm: Firm, crm: Crm) -> None:
    take(crm, sent(1, to=(JEAN, ZOE, "zoe.noel@free.fr")))
    assert len(story(crm, "contact", firm.contact)) == len(story(crm, "contact", firm.other_contact)) == 1


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "known"), ({"by": STRANGER}, "unmatched"), ({"by": STRANGER, "is_bulk": True}, "quiet"),
        ({"by": STRANGER, "is_automatic": True}, "quiet"), ({"by": OURS[0], "to": OURS}, "quiet"),
        ({"by": OURS[1], "to": (STRANGER,)}, "unmatched"),
    ],
)  # fmt: skip
def test_only_a_person_s_mail_asks_whose_it_is(more: dict[str, Any], state: str, crm: Crm) -> None:
    take(crm, letter(1, **more))
    assert states(crm) == [state]


def test_a_company_s_own_address_puts_it_on_the_company_s_timeline(firm: Firm, crm: Crm) -> None:
    companies.edit(crm, firm.other_company, {"email": "contact@bois.example"})
    take(crm, letter(1, by="contact@bois.example"))
    assert states(crm) == ["known"]
    assert len(story(crm, "company", firm.other_company)) == 1
    assert story(crm, "contact", firm.other_contact) == []


@pytest.mark.usefixtures("firm")
def test_of_a_long_thread_the_last_mails_are_shown_oldest_first(config: Config) -> None:
    take_in(
        config,
        *(letter(one, at=f"2026-11-2{one}T07:30:00Z", after=(1,) if one > 1 else ()) for one in range(1, 4)),
    )
    with read_crm(config) as crm:
        shown = [one.message_id for one in mail.thread(crm, "<1@mail.example>", limit=2)]
    assert shown == ["<2@mail.example>", "<3@mail.example>"]


def test_a_thread_is_found_by_references_in_whatever_order_its_mails_come(config: Config) -> None:
    first, second, third = letter(1), sent(2, after=(1,)), letter(3, after=(1, 2))
    late = letter(9, "Autre", after=(8,), references=())
    for one in (third, late, second, first, letter(8, "Autre", after=(7,))):
        take_in(config, one)
    with read_crm(config) as crm:
        threads = dict(crm.rows("SELECT message_id, thread FROM messages"))
    assert {threads[f"<{one}@mail.example>"] for one in (1, 2, 3)} == {"<1@mail.example>"}
    assert {threads[f"<{one}@mail.example>"] for one in (8, 9)} == {"<7@mail.example>"}


def test_a_mail_restarts_the_clock_of_silence_forward_only(firm: Firm, config: Config) -> None:
    def clock() -> str:
        with read_crm(config) as crm:
            return str(crm.rows("SELECT touched_at FROM deals WHERE id = :id", id=firm.deal)[0][0])

    later = config._replace(now="2026-11-30T09:00:00+01:00")
    before = clock()
    take_in(later, letter(1, at="2026-11-01T10:00:00Z"))
    assert clock() == before
    take_in(
        later, letter(2, at="2026-11-25T10:00:00Z"), letter(3, at="2026-11-26T10:00:00Z", is_automatic=True)
    )
    assert clock() == "2026-11-25T10:00:00Z"
    with read_crm(config) as crm:
        assert stale(crm.connection) == []


def test_a_mail_of_who_has_one_open_deal_is_on_its_timeline(firm: Firm, config: Config) -> None:
    later = config._replace(now="2026-11-30T09:00:00+01:00")
    take_in(later, letter(1, at="2026-11-25T10:00:00Z"))
    with open_crm(later) as crm:
        assert len(story(crm, "deal", firm.deal)) == 1
        deals.add(crm, "Climatisation", firm.contact)
    take_in(later, letter(2, at="2026-11-26T10:00:00Z"))
    with read_crm(config) as crm:
        assert len(story(crm, "deal", firm.deal)) == 1


@pytest.mark.usefixtures("firm")
def test_a_mail_to_two_thousand_people_keeps_the_known_ones(crm: Crm) -> None:
    crowd = tuple(f"p{n}@foule.example" for n in range(2_000))
    take(crm, sent(1, to=(*crowd, JEAN, ZOE)))
    assert number(crm, "correspondents") == MOST_PARTIES + 1
    assert crm.rows("SELECT count(*) FROM correspondents WHERE contact_id IS NOT NULL") == [(2,)]


@pytest.mark.usefixtures("firm")
def test_hostile_and_endless_mails_are_kept_within_bounds(crm: Crm) -> None:
    nasty = letter(
        1, "\x1b]52;c;eA==\x07" + "é" * 5_000, text="a\x00b" + "x" * 1_000_000, message_id="<" + "i" * 9_000 + ">",
        sender=("\ud800" * 3 + "\x00", JEAN), references=tuple(f"<{n}@x>" for n in range(5_000)),
        at="2999-01-01T00:00:00Z",
    )  # fmt: skip
    take(crm, nasty)
    ((at, subject, text),) = crm.rows("SELECT at, subject, text FROM messages")
    assert (at, len(subject), len(text)) == (crm.now_text, 500, LONGEST_TEXT)
    assert "\x00" not in text


@pytest.mark.usefixtures("firm")
def test_a_batch_is_taken_back_and_brought_again_whole(config: Config) -> None:
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    take_in(config, letter(1), sent(2, "Rappel", to=(ZOE,)), letter(3, by=STRANGER))
    with open_crm(config) as crm:
        after = snapshot(crm.connection)
        batch = int(crm.rows("SELECT max(id) FROM batches")[0][0])
    with open_crm(config) as crm:
        history.undo(crm, batch)
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []
    with open_crm(config) as crm:
        history.redo(crm, batch)
    with read_crm(config) as crm:
        assert difference(after, snapshot(crm.connection)) == []


@pytest.mark.usefixtures("firm")
def test_what_was_taken_back_and_read_again_is_not_brought_twice(config: Config) -> None:
    take_in(config, letter(1), first=1)
    with open_crm(config) as crm:
        batch = int(crm.rows("SELECT max(id) FROM batches")[0][0])
        history.undo(crm, batch)
    take_in(config, letter(1), first=1)
    with open_crm(config) as crm:
        history.redo(crm, batch)
    with read_crm(config) as crm:
        assert (number(crm, "messages"), number(crm, "mail_copies")) == (1, 1)


def test_a_plain_undo_passes_over_what_was_read(firm: Firm, config: Config) -> None:
    with open_crm(config) as crm:
        contacts.edit(crm, firm.contact, {"city": "Lyon"})
    take_in(config, letter(1))
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert number(crm, "messages") == 1
        assert crm.rows("SELECT city FROM contacts WHERE id = :id", id=firm.contact) == [("",)]
