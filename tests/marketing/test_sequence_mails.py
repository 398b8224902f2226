"""The mails of sequences: read once for many, and each says what it would say to somebody alone."""

from __future__ import annotations

from datetime import time

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import enrolments, filling, merge_fields, outbox, posting
from petitcrm.marketing.flow import Window
from petitcrm.sales import contacts, deals
from petitcrm.store.queries import outbox as queries
from tests.support.firm import Firm
from tests.support.sequences import agree, at, begun, kept, path, run

BODY = (
    "Bonjour {{ contact.prenom | default('et bienvenue') }} *{{ contact.ville | d('') }}*,\n\n"
    "{% if affaire.titre %}Votre {{ affaire.titre }}{% else %}Rien{% endif %} chez {{ entreprise.nom | d('vous') }}.\n"
)
MAILS = {"a": ["Pour {{ contact.nom_complet }}", BODY], "b": ["B", "b"], "encore": ["E", "e"]}
NAMES = ("Zoé Châtelain", "d’Été *X*", "[x](y) `z`", "12. Rue_de_la", "Nöel <b>", "\u202e{{ contact.nom }}")


def added(config: Config, name: str, email: str = "") -> int:
    """Add somebody who agreed to the letter."""
    with open_crm(config) as crm:
        number = contacts.add(
            crm, {"first_name": name[:6], "last_name": name[6:], "city": name}, emails=[email or f"a{len(name)}@x.fr"]
        )  # fmt: skip
    agree(config, number)
    return number


def test_among_many_everybody_reads_what_they_would_read_alone(config: Config, firm: Firm) -> None:
    sequence = kept(config, mails=MAILS)
    people = [added(config, name, f"p{at}@acme.example") for at, name in enumerate(NAMES)]
    for one in people:
        begun(config, sequence, one)
    assert run(config).queued == len(NAMES)
    with read_crm(config) as crm:
        told = {row[0]: row[1:] for row in crm.rows("SELECT contact_id, subject, body FROM outbox")}
        for one in people:
            about = merge_fields.Subjects(one, None, None)
            assert told[one] == filling.fill(crm, *MAILS["a"], about, language="fr")


def test_a_mail_that_missed_its_hours_waits_until_they_begin_again(config: Config, firm: Firm) -> None:
    weekdays, spans = (0, 1, 2, 3, 4), ((time(9), time(12)), (time(14), time(18)))
    sequence = kept(config, window=Window(weekdays, spans))
    agree(config, firm.contact)
    begun(config, sequence, firm.contact)
    assert run(config).queued == 1
    friday_night = at(config, 4.5)
    with open_crm(friday_night) as crm:
        assert posting.claim(crm, "me", limit=5) == []
        assert posting.claim(crm, "me", limit=5, only=[1]) == []
        assert [row.due_at for row in queries.waiting(crm, 5)] == ["2026-11-30T08:00:00Z"]
    with open_crm(at(config, 7)) as crm:
        assert [row.id for row in posting.claim(crm, "me", limit=5)] == [1]


def test_a_mail_of_no_hours_leaves_before_those_that_wait_for_theirs(config: Config, firm: Firm) -> None:
    with_hours = kept(config, window=Window((0, 1, 2, 3, 4), ((time(9), time(12)),)))
    people = [added(config, name, f"p{at}@acme.example") for at, name in enumerate(NAMES[:3])]
    for one in people:
        begun(config, with_hours, one)
    assert run(config).queued == 3
    without = kept(config, key="autre", name="Autre")
    last = added(config, "Dernier", "dernier@acme.example")
    begun(config, without, last)
    assert run(config, 0.4).queued == 1
    with open_crm(at(config, 0.5)) as crm:
        assert [row.address for row in posting.claim(crm, "me", limit=2)] == ["dernier@acme.example"]


def test_a_mail_that_is_about_a_deal_says_which(config: Config, firm: Firm) -> None:
    sequence = kept(config, mails=MAILS)
    agree(config, firm.contact)
    with open_crm(config) as crm:
        deal = deals.add(crm, "Chaudière d’été", firm.contact)
        enrolments.start(crm, sequence, [firm.contact], enrolments.Wanted(deal_id=deal))
    run(config)
    with read_crm(config) as crm:
        (body,) = crm.rows("SELECT body FROM outbox")[0]
    assert "Votre Chaudière d’été chez" in body


def test_of_two_people_of_one_address_one_has_the_mail(config: Config, firm: Firm) -> None:
    sequence = kept(config)
    both = [added(config, name, "accueil@acme.example") for name in NAMES[:2]]
    numbers = [begun(config, sequence, one) for one in both]
    assert run(config).queued == 1
    with read_crm(config) as crm:
        assert len(crm.rows("SELECT id FROM outbox")) == 1
    assert [path(config, one) for one in numbers] == [[("a", "")], [("a", "")]]


def test_a_field_that_is_empty_for_some_keeps_nobody_else_and_says_which(config: Config, firm: Firm) -> None:
    sequence = kept(config, mails=MAILS | {"a": ["A", "{{ moi.nom }}"]})
    people = [added(config, name, f"p{at}@acme.example") for at, name in enumerate(NAMES[:3])]
    with open_crm(config) as crm:
        (mine,) = crm.rows("SELECT key FROM users WHERE id = :id", id=firm.user)[0]
    numbers = [begun(config._replace(user=mine), sequence, one) for one in people]
    with open_crm(config) as crm:
        crm.connection.write(
            "UPDATE enrolments SET owner_id = NULL WHERE contact_id = :one", {"one": people[1]}
        )
    done = run(config)
    assert (done.queued, len(done.problems)) == (2, 1)
    assert "moi.nom" in done.problems[0]
    assert [path(config, one)[0][1] for one in numbers] == ["", "field-is-empty", ""]


@pytest.mark.parametrize("times", [1, 2])
def test_a_mail_is_queued_once_however_many_runs_there_are(config: Config, firm: Firm, times: int) -> None:
    sequence = kept(config)
    agree(config, firm.contact)
    begun(config, sequence, firm.contact)
    assert sum(run(config).queued for _time in range(times)) == 1
    with read_crm(config) as crm:
        assert outbox.of(crm, 1).occasion == "sequence:relance:1:a:jean@acme.example"
