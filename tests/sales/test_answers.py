"""Answers owed become tasks and end by themselves; answers that we wait for are shown after some days of work."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.sales import (
    agenda,
    companies,
    contacts,
    correspondence,
    deals,
    habits,
    history,
    tasks,
    timeline,
)
from petitcrm.sales.letters import Told, answers, base_subject
from tests.support.firm import Firm
from tests.support.mail import JEAN, OURS, STRANGER, ZOE, letter, sent, take, take_in
from tests.support.snapshots import difference, snapshot, stale

LATER = "2026-12-02T09:00:00+01:00"


def to_answer(crm: Crm) -> list[str]:
    """Return the answers owed, as the day tells them."""
    return [item.text for item in agenda.day(crm).items if item.kind == "email"]


def owed(config: Config) -> list[str]:
    """Do the same on a base of its own."""
    with read_crm(config) as crm:
        return to_answer(crm)


def waited_for(config: Config, now: str = LATER) -> list[tuple[str, str]]:
    """Return the mails without an answer that the day of `now` shows."""
    with read_crm(config._replace(now=now)) as crm:
        return [(item.id, item.text) for item in agenda.day(crm).items if item.section == "waiting"]


def test_a_mail_of_a_known_contact_is_an_answer_owed(firm: Firm, config: Config) -> None:
    take_in(config, letter(1, "Re: Devis chaudière"))
    with read_crm(config) as crm:
        (item,) = [item for item in agenda.day(crm).items if item.section == "answer"]
        assert item.text == "Répondre à l’e-mail de M. Dupont (Acmé SARL) — Devis chaudière"
        assert (item.due, item.contact_id, item.owner, item.deal_id) == (
            "2026-11-23",
            firm.contact,
            "Anne Martin",
            None,
        )
        assert crm.rows("SELECT task_id FROM messages") == [(int(item.id[1:]),)]
        assert stale(crm.connection) == []


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize(
    "answer",
    [
        sent(2, "Re: Devis", after=(1,), at="2026-11-23T07:50:00Z"),
        sent(2, "RE : devis", at="2026-11-23T07:50:00Z"),
        sent(2, "Tout autre chose", after=(1,), to=(STRANGER,), at="2026-11-23T07:50:00Z"),
    ],
)  # fmt: skip
def test_an_answer_seen_leaving_ends_it(answer: object, config: Config) -> None:
    take_in(config, letter(1))
    assert len(owed(config)) == 1
    take_in(config, answer, folder="Sent")  # type: ignore[arg-type]
    assert owed(config) == []
    with read_crm(config) as crm:
        assert crm.rows("SELECT done_at, outcome FROM tasks WHERE outcome <> ''") == [
            ("2026-11-23T07:50:00Z", "answered")
        ]
        assert stale(crm.connection) == []


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize(
    "other",
    [
        sent(2, "Devis", after=(), at="2026-11-22T07:00:00Z"), sent(2, "Facture", at="2026-11-23T07:50:00Z"),
        sent(2, "Devis", to=(ZOE,), at="2026-11-23T07:50:00Z"),
        sent(2, "TR: Devis", after=(1,), to=OURS, at="2026-11-23T07:50:00Z"),
        sent(2, "Re: Devis", after=(1,), at="2026-11-23T07:50:00Z", is_automatic=True),
    ],
)  # fmt: skip
def test_what_is_no_answer_ends_nothing(other: object, config: Config) -> None:
    take_in(config, letter(1))
    take_in(config, other, folder="Sent")  # type: ignore[arg-type]
    assert len(owed(config)) == 1


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize("folder", ["before", "same"])
def test_a_mail_that_was_answered_before_it_was_read_makes_no_task(folder: str, config: Config) -> None:
    answer = sent(2, "Re: Devis", after=(1,), at="2026-11-23T07:50:00Z")
    if folder == "before":
        take_in(config, answer, folder="Sent")
        take_in(config, letter(1))
    else:
        take_in(config, letter(1), answer)
    with read_crm(config) as crm:
        assert to_answer(crm) == []
        assert crm.rows("SELECT count(*) FROM tasks WHERE kind = 'email'") == [(0,)]


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize(
    "other",
    [
        sent(2, "Re: Devis", after=(1,), at="2026-11-23T07:50:00Z", is_automatic=True),
        sent(2, "Devis", at="2026-11-23T07:50:00Z", is_bulk=True),
    ],
)  # fmt: skip
def test_a_notice_of_absence_or_a_mailing_that_was_read_first_has_answered_nobody(
    other: object, config: Config
) -> None:
    take_in(config, other, folder="Sent")  # type: ignore[arg-type]
    take_in(config, letter(1))
    assert len(owed(config)) == 1


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize(
    "other",
    [
        letter(1, by=STRANGER), letter(1, is_automatic=True), letter(1, is_bulk=True),
        letter(1, by=OURS[1], to=(JEAN,)),
        letter(1, at="2026-11-01T07:00:00Z"), letter(1, to=(ZOE,), cc=(("", OURS[0]),)),
    ],
)  # fmt: skip
def test_no_answer_is_owed_to_strangers_robots_lists_old_mail_nor_copies(
    other: object, config: Config
) -> None:
    take_in(config, other)  # type: ignore[arg-type]
    assert owed(config) == []


@pytest.mark.usefixtures("firm")
def test_how_far_back_mail_is_owed_an_answer_is_a_choice_of_the_firm(config: Config) -> None:
    with open_crm(config) as crm:
        habits.say(crm, "answer_days", "30")
    take_in(config, letter(1, at="2026-11-01T07:00:00Z"))
    assert len(owed(config)) == 1


@pytest.mark.usefixtures("firm")
def test_an_exchange_has_one_task_until_its_last_mail_is_answered(config: Config) -> None:
    take_in(config, letter(1), letter(2, "Re: Devis", after=(1,), at="2026-11-23T07:40:00Z"))
    take_in(config, letter(3, "Re: Devis", after=(1,), at="2026-11-23T07:45:00Z"))
    assert len(owed(config)) == 1
    take_in(config, sent(4, "Re: Devis", after=(1,), at="2026-11-23T07:42:00Z"), folder="Sent")
    assert len(owed(config)) == 1
    take_in(config, sent(5, "Re: Devis", after=(1, 3), at="2026-11-23T07:50:00Z"), folder="Sent")
    assert owed(config) == []


@pytest.mark.usefixtures("firm")
@pytest.mark.parametrize("how", ["done", "deleted"])
def test_a_task_that_a_person_ended_is_not_made_again_for_that_mail(how: str, config: Config) -> None:
    take_in(config, letter(1))
    with open_crm(config) as crm:
        ((task_id,),) = crm.rows("SELECT task_id FROM messages")
        tasks.done(crm, task_id) if how == "done" else tasks.delete(crm, task_id)
    take_in(config, letter(1), folder="Archives")
    take_in(config, letter(7, "Autre"))
    assert [text.rpartition(" — ")[2] for text in owed(config)] == ["Autre"]


@pytest.mark.usefixtures("firm")
def test_the_answer_is_one_gesture_that_can_be_taken_back(config: Config) -> None:
    take_in(config, letter(1))
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    take_in(config, sent(2, "Re: Devis", after=(1,), at="2026-11-23T07:50:00Z"), folder="Sent")
    with open_crm(config) as crm:
        history.undo(crm, int(crm.rows("SELECT max(id) FROM batches")[0][0]))
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


def test_the_task_is_for_the_one_open_deal_of_the_contact(firm: Firm, config: Config) -> None:
    later = config._replace(now="2026-11-30T09:00:00+01:00")
    take_in(later, letter(1, at="2026-11-30T07:00:00Z"))
    with read_crm(later) as crm:
        (item,) = [item for item in agenda.day(crm).items if item.section == "answer"]
        assert item.deal_id == firm.deal


def test_what_we_wrote_answers_a_lead_that_waited(firm: Firm, config: Config) -> None:
    from petitcrm.leads import leads

    with open_crm(config) as crm:
        lead = leads.add(crm, firm.contact, fields={"words": "Une chaudière"}).lead_id
    later = config._replace(now="2026-11-24T09:00:00+01:00")
    take_in(later, letter(1, at="2026-11-23T09:00:00Z"))
    with read_crm(later) as crm:
        assert crm.rows("SELECT answered_at FROM leads WHERE id = :id", id=lead) == [(None,)]
    take_in(later, sent(2, at="2026-11-23T10:00:00Z"))
    with read_crm(later) as crm:
        assert crm.rows("SELECT answered_at, state FROM leads WHERE id = :id", id=lead) == [
            ("2026-11-23T10:00:00Z", "working")
        ]


# ------------------------------------------------------------------------------------------------- waiting for them


@pytest.mark.usefixtures("firm")
def test_a_mail_of_ours_without_an_answer_is_shown_after_five_days_of_work(config: Config) -> None:
    take_in(config, sent(1, "Devis signé ?", at="2026-11-23T07:00:00Z"))
    assert waited_for(config, "2026-11-30T09:00:00+01:00") == []
    assert waited_for(config, "2026-12-01T09:00:00+01:00") == [
        ("m1", "Sans réponse de M. Dupont (Acmé SARL) depuis 8 jours\u00a0: Devis signé ?")
    ]


@pytest.mark.usefixtures("firm")
def test_a_firm_may_wait_longer(config: Config) -> None:
    take_in(config, sent(1, at="2026-11-23T07:00:00Z"))
    with open_crm(config) as crm:
        habits.say(crm, "wait_days", "10")
    assert waited_for(config) == []


@pytest.mark.usefixtures("firm")
def test_nobody_is_waited_for_who_has_answered_or_begun_another_exchange(config: Config) -> None:
    take_in(
        config, sent(1, at="2026-11-23T07:00:00Z"), sent(2, "Autre", to=(ZOE,), at="2026-11-23T07:10:00Z")
    )
    assert len(waited_for(config)) == 2
    take_in(config, letter(3, "Re: Devis", after=(1,)), letter(4, "Bonjour", by=ZOE))
    assert waited_for(config) == []


def test_a_call_is_an_answer_too(firm: Firm, config: Config) -> None:
    take_in(config, sent(1, at="2026-11-23T07:00:00Z"))
    with open_crm(config) as crm:
        timeline.log(crm, "call", firm.contact, "Il réfléchit")
    assert waited_for(config) == []


@pytest.mark.usefixtures("firm")
def test_nobody_waits_for_the_answer_to_a_mail_of_last_year(config: Config) -> None:
    take_in(config, sent(1, at="2025-11-23T07:00:00Z"))
    assert waited_for(config) == []


@pytest.mark.usefixtures("firm")
def test_a_person_may_say_that_no_answer_is_expected_and_take_it_back(config: Config) -> None:
    take_in(config, sent(1, at="2026-11-20T07:00:00Z"), letter(2))
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        assert correspondence.expect_none(crm, 1)
        assert not correspondence.expect_none(crm, 1)
        assert correspondence.expect_none(crm, 2)
    assert waited_for(config) == owed(config) == []
    with open_crm(config) as crm:
        history.undo(crm)
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


def test_only_their_owner_waits_for_a_contact(firm: Firm, config: Config) -> None:
    take_in(config, sent(1, at="2026-11-20T07:00:00Z"))
    with read_crm(config._replace(now=LATER)) as crm:
        mine = agenda.day(crm, owner_id=firm.user).counts.get("waiting")
        theirs = agenda.day(crm, owner_id=firm.user + 1).counts.get("waiting")
    assert (mine, theirs) == (1, None)


# ------------------------------------------------------------------------------------------- old mail, new addresses


@pytest.mark.usefixtures("firm")
def test_old_mail_attaches_when_a_contact_is_added_and_is_owed_an_answer_if_it_is_late(
    config: Config,
) -> None:
    take_in(
        config, letter(1, "Visite", by=STRANGER, at="2026-11-02T08:00:00Z"), letter(2, "Devis", by=STRANGER)
    )
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    with open_crm(config) as crm:
        contact = contacts.add(crm, {"last_name": "Roche"}, emails=[STRANGER])
    with open_crm(config) as crm:
        kinds = [
            row[0]
            for row in crm.rows(
                "SELECT kind FROM events WHERE contact_id = :id AND at < '2026-11-23T08'", id=contact
            )
        ]
        assert kinds == ["mail.received", "mail.received"]
        assert crm.rows("SELECT state FROM messages") == [("known",), ("known",)]
        assert to_answer(crm) == ["Répondre à l’e-mail de Roche — Devis"]
        assert stale(crm.connection) == []
        history.undo(crm)
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


def test_old_mail_attaches_when_an_address_is_added_and_stays_when_it_is_corrected(
    firm: Firm, config: Config
) -> None:
    take_in(
        config, letter(1, by="j.dupont@acme.example"), sent(2, "Autre", to=("j.dupont@acme.example", JEAN))
    )
    with open_crm(config) as crm:
        contacts.edit(crm, firm.contact, {}, emails=[JEAN, "j.dupont@acme.example"])
    with open_crm(config) as crm:
        assert crm.rows(
            "SELECT count(*) FROM events WHERE contact_id = :id AND kind LIKE 'mail.%'", id=firm.contact
        ) == [(2,)]
        contacts.edit(crm, firm.contact, {}, emails=[JEAN])
    with read_crm(config) as crm:
        assert crm.rows(
            "SELECT count(*) FROM events WHERE contact_id = :id AND kind LIKE 'mail.%'", id=firm.contact
        ) == [(2,)]


@pytest.mark.usefixtures("firm")
def test_old_mail_attaches_to_those_whom_an_import_brings_and_goes_with_it(
    config: Config, tmp_path: object
) -> None:
    from pathlib import Path

    from petitcrm.imports import importer

    take_in(
        config,
        letter(1, by=STRANGER),
        letter(2, "Tarifs", by="max@inconnu.example", at="2026-11-01T08:00:00Z"),
    )
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    path = Path(str(tmp_path)) / "liste.csv"
    path.write_text(f"Nom;E-mail\nRoche;{STRANGER}\nMax;max@inconnu.example\n", encoding="utf-8")
    with open_crm(config) as crm:
        importer.run(crm, str(path))
    with open_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM messages WHERE state = 'known'") == [(2,)]
        assert len(to_answer(crm)) == 1
        history.undo(crm)
    with read_crm(config) as crm:
        after = snapshot(crm.connection)
        del before["settings"], after["settings"]
        assert difference(before, after) == []


def test_old_mail_of_a_company_s_address_attaches_when_it_is_told_and_goes_with_it(
    firm: Firm, config: Config
) -> None:
    take_in(config, letter(1, by="accueil@bois.example"), letter(2, by="info@zinc.example"))
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    with open_crm(config) as crm:
        companies.edit(crm, firm.other_company, {"email": "Accueil@Bois.example"})
        new = companies.add(crm, {"name": "Zinc", "email": "info@zinc.example"})
    with open_crm(config) as crm:
        found = crm.rows("SELECT company_id FROM events WHERE kind = 'mail.received' ORDER BY company_id")
        assert [row[0] for row in found] == [firm.other_company, new]
        assert crm.rows("SELECT DISTINCT state FROM messages") == [("known",)]
        history.undo(crm)
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


def test_a_merge_keeps_the_mail_of_both(firm: Firm, config: Config) -> None:
    take_in(config, letter(1), letter(2, by=ZOE))
    with open_crm(config) as crm:
        contacts.merge(crm, firm.contact, firm.other_contact)
    with read_crm(config) as crm:
        assert crm.rows("SELECT DISTINCT contact_id FROM correspondents WHERE role = 'from'") == [
            (firm.contact,)
        ]


def test_who_is_deleted_leaves_their_mail_which_comes_back_with_them(firm: Firm, config: Config) -> None:
    take_in(config, letter(1, by=ZOE))
    with open_crm(config) as crm:
        deals.delete(crm, firm.other_deal)
    with open_crm(config) as crm:
        contacts.delete(crm, firm.other_contact)
    with open_crm(config) as crm:
        again = contacts.add(crm, {"last_name": "Noël"}, emails=[ZOE])
        assert crm.rows("SELECT contact_id FROM correspondents WHERE role = 'from'") == [(again,)]


# ----------------------------------------------------------------------------------------------------- nobody's mail


@pytest.mark.usefixtures("firm")
def test_a_mail_of_nobody_may_be_left_and_a_sender_or_a_domain_for_good(config: Config) -> None:
    take_in(config, letter(1, by=STRANGER), letter(2, by="a@pub.example"), letter(3, by="b@pub.example"))
    with open_crm(config) as crm:
        assert correspondence.ignore(crm, [1, 1]) == 1
        assert correspondence.ignore_sender(crm, "@Pub.example") == 2
        assert correspondence.ignored(crm) == {"pub.example"}
        assert crm.rows("SELECT DISTINCT state FROM messages") == [("ignored",)]


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Devis", "devis"), ("RE : Re: Devis", "devis"), ("TR : RÉ : devis", "devis"), ("Réf : 12", "12"),
        ("AW: [EXT] Devis", "[ext] devis"), ("Re[2]: Devis", "devis"), ("Relance : devis", "relance : devis"), ("", ""),
    ],
)  # fmt: skip
def test_what_answering_puts_before_a_subject_is_not_of_it(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_a_mail_sent_to_nobody_answers_nothing() -> None:
    received = Told(1, "<1>", "2026-11-23T07:00:00Z", "Devis", frozenset({JEAN}))
    assert not answers(Told(2, "<1>", "2026-11-23T08:00:00Z", "Devis", frozenset()), received)


@pytest.mark.usefixtures("firm")
def test_one_of_many_batches_sees_what_the_others_brought(crm: Crm) -> None:
    take(crm, letter(1))
    take(crm, sent(2, "Re: Devis", after=(1,), at="2026-11-23T07:50:00Z"), letter(3, by=ZOE))
    assert [text.partition(" — ")[0] for text in to_answer(crm)] == [
        "Répondre à l’e-mail de Zoé Nöel (Bois & Fils)"
    ]
