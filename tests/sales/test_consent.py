"""The ledger of consents: a proof or nothing, the last word stands, and an objection outlives whom it came from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.sales import companies, consent, contacts, deals, history
from petitcrm.sales.consent import Wanted
from petitcrm.sales.may_contact import Verdict
from petitcrm.store.queries import consents as queries

LETTER = Wanted("email", "newsletter")


@pytest.fixture
def zoe(crm: Crm) -> int:
    """Somebody of a firm, whom nobody asked anything yet."""
    company = companies.add(crm, {"name": "Bois & Fils"})
    return contacts.add(
        crm, {"first_name": "Zoé", "last_name": "Noël", "company_id": company}, emails=["zoe@bois.example"],
        phones=["06 12 34 56 78"],
    )  # fmt: skip


def reason(crm: Crm, contact_id: int, wanted: Wanted = LETTER) -> str:
    """Return why they may be reached, or not."""
    return consent.verdict(crm, contact_id, *wanted).reason


def give(crm: Crm, contact_id: int, wanted: Wanted = LETTER, *, lifts_objection: bool = False) -> int:
    """Keep a proof with all that it needs."""
    return consent.give(
        crm, contact_id, wanted, wording="Recevoir la lettre du mois", how="bulletin", lifts_objection=lifts_objection
    )  # fmt: skip


def test_a_consent_is_kept_with_its_words_and_how_it_was_given(crm: Crm, zoe: int) -> None:
    number = give(crm, zoe)
    assert consent.verdict(crm, zoe, "email", "newsletter") == Verdict(True, "consent", number)
    (said,) = queries.ledger(crm, [zoe])
    assert (said.act, said.wording, said.how) == ("given", "Recevoir la lettre du mois", "bulletin")


@pytest.mark.parametrize(("wording", "how"), [("", "bulletin"), ("Recevoir la lettre", ""), (" ", " ")])
def test_a_consent_without_its_proof_is_refused(crm: Crm, zoe: int, wording: str, how: str) -> None:
    with pytest.raises(UsageProblem):
        consent.give(crm, zoe, LETTER, wording=wording, how=how)
    assert queries.ledger(crm, [zoe]) == []


def test_a_consent_is_for_one_purpose_and_one_channel(crm: Crm, zoe: int) -> None:
    give(crm, zoe)
    assert reason(crm, zoe, Wanted("email", "measure")) == "no-consent"
    assert reason(crm, zoe, Wanted("email", "prospecting")) == "not-informed"
    with pytest.raises(UsageProblem):
        give(crm, zoe, Wanted())


def test_the_last_word_stands_in_the_order_in_which_things_were_said(crm: Crm, zoe: int) -> None:
    consent.withdraw(crm, zoe, LETTER)
    consent.give(crm, zoe, LETTER, wording="Recevoir", how="salon", at=crm.now - timedelta(days=400))
    assert reason(crm, zoe) == "withdrawn"


def test_a_withdrawal_from_everything_holds_for_each_purpose(crm: Crm, zoe: int) -> None:
    give(crm, zoe)
    consent.withdraw(crm, zoe, Wanted())
    assert reason(crm, zoe) == "withdrawn"


def test_a_professional_is_written_to_once_told_that_they_may_object(crm: Crm, zoe: int) -> None:
    assert reason(crm, zoe) == "not-informed"
    consent.inform(crm, zoe, how="affichette du stand")
    assert reason(crm, zoe) == "professional"


def test_a_free_address_is_a_private_person_until_somebody_confirms_otherwise(crm: Crm) -> None:
    company = companies.add(crm, {"name": "Plomberie Le Goff"})
    him = contacts.add(crm, {"last_name": "Le Goff", "company_id": company}, emails=["legoff@gmail.com"])
    consent.inform(crm, him, how="devis")
    assert reason(crm, him) == "free-mail"
    consent.settle(crm, him, "professional", how="vu sur sa camionnette")
    assert reason(crm, him) == "professional"


def test_who_is_of_no_firm_is_unknown_until_somebody_says(crm: Crm) -> None:
    her = contacts.add(crm, {"last_name": "Petit"}, emails=["petit@famille.example"])
    assert reason(crm, her) == "unknown"
    consent.settle(crm, her, "consumer")
    assert reason(crm, her) == "no-consent"


def test_the_address_of_a_firm_may_be_written_to_and_its_objection_is_honoured(crm: Crm) -> None:
    firm = contacts.add(crm, {"last_name": "Accueil"}, emails=["contact@acme.example"])
    assert reason(crm, firm) == "generic"
    consent.object_to(crm, firm, Wanted())
    assert reason(crm, firm) == "objected"


def test_a_customer_may_be_offered_the_like(crm: Crm) -> None:
    her = contacts.add(crm, {"last_name": "Petit"}, emails=["petit@famille.example"])
    deals.win(crm, deals.add(crm, "Poêle", her, amount_cents=120_000))
    assert reason(crm, her) == "customer"
    assert reason(crm, her, Wanted("email", "measure")) == "no-consent"


def test_who_objected_cannot_be_given_a_consent_but_by_themselves(crm: Crm, zoe: int) -> None:
    consent.object_to(crm, zoe, Wanted())
    with pytest.raises(RefusedByRule, match="Zoé Noël"):
        give(crm, zoe)
    number = give(crm, zoe, lifts_objection=True)
    assert consent.verdict(crm, zoe, "email", "newsletter") == Verdict(True, "consent", number)
    assert reason(crm, zoe, Wanted("email", "prospecting")) == "objected"


def test_an_objection_outlives_the_contact_that_is_made_again(crm: Crm, zoe: int) -> None:
    consent.object_to(crm, zoe, Wanted())
    contacts.delete(crm, zoe)
    again = contacts.add(crm, {"last_name": "Noël"}, emails=["autre@bois.example", "ZOE@bois.example"])
    assert reason(crm, again) == "objected"


def test_the_barred_addresses_are_not_kept_in_clear(crm: Crm, zoe: int) -> None:
    consent.object_to(crm, zoe, Wanted())
    kept = crm.rows("SELECT hash, channel FROM objections")
    assert sorted(channel for _hash, channel in kept) == ["email", "phone"]
    assert all(len(one) == 64 and "zoe" not in one for one, _channel in kept)


def test_an_address_is_barred_whoever_may_have_it(crm: Crm) -> None:
    consent.bar(crm, "email", "stop@ailleurs.example", reason="lettre reçue")
    her = contacts.add(crm, {"last_name": "Petit"}, emails=["stop@ailleurs.example"])
    assert reason(crm, her) == "objected"


def test_an_objection_to_calls_bars_no_letter(crm: Crm, zoe: int) -> None:
    consent.inform(crm, zoe, how="devis")
    consent.object_to(crm, zoe, Wanted("phone", "prospecting"))
    assert reason(crm, zoe, Wanted("phone", "prospecting")) == "objected"
    assert reason(crm, zoe, Wanted("phone", "newsletter")) == "professional"
    assert reason(crm, zoe) == "professional"


def test_who_objects_may_still_be_answered(crm: Crm, zoe: int) -> None:
    consent.object_to(crm, zoe, Wanted())
    assert reason(crm, zoe, Wanted("email", "service")) == "service"


def test_an_address_that_mail_came_back_from_is_not_written_to(crm: Crm, zoe: int) -> None:
    give(crm, zoe)
    crm.connection.write(
        "INSERT INTO bounces (address, kind, at) VALUES ('zoe@bois.example', 'hard', '2026-11-01T00:00:00Z')"
    )
    assert reason(crm, zoe) == "bounced"
    crm.connection.write("UPDATE bounces SET lifted_at = '2026-11-02T00:00:00Z'")
    assert reason(crm, zoe) == "consent"


@pytest.mark.parametrize("keeps", ["objected", "withdrawn"])
def test_a_merge_keeps_the_most_restrictive(crm: Crm, zoe: int, keeps: str) -> None:
    twin = contacts.add(crm, {"first_name": "Zoé", "last_name": "Noel"}, emails=["zoe.noel@bois.example"])
    said = {"objected": consent.object_to, "withdrawn": consent.withdraw}[keeps]
    said(crm, twin, LETTER, at=crm.now - timedelta(days=30))
    give(crm, zoe)
    contacts.merge(crm, zoe, twin)
    assert reason(crm, zoe) == keeps


def test_a_merge_that_is_taken_back_gives_each_their_own_words_again(crm: Crm, zoe: int) -> None:
    twin = contacts.add(crm, {"first_name": "Zoé", "last_name": "Noel"}, emails=["zoe.noel@bois.example"])
    consent.settle(crm, twin, "consumer")
    consent.settle(crm, zoe, "professional")
    contacts.merge(crm, zoe, twin)
    assert consent.facts(crm, [zoe], LETTER)[zoe].standing == "consumer"
    contacts.unmerge(crm, zoe)
    assert consent.facts(crm, [zoe], LETTER)[zoe].standing == "professional"
    assert consent.facts(crm, [twin], LETTER)[twin].standing == "consumer"


def test_an_undone_objection_leaves_no_barred_address(crm: Crm, zoe: int) -> None:
    assert crm.journal is not None
    consent.object_to(crm, zoe, Wanted())
    crm.journal.batch_id, batch = None, crm.journal.batch_id
    history.undo(crm, batch)
    assert crm.rows("SELECT count(*) FROM objections") == [(0,)]


def test_many_are_answered_in_as_many_queries_as_one(crm: Crm, zoe: int) -> None:
    people = [contacts.add(crm, {"last_name": f"P{n}"}, emails=[f"p{n}@essai.example"]) for n in range(600)]
    found = consent.verdicts(crm, [*people, zoe], "email", "newsletter")
    assert len(found) == 601
    assert found[zoe].reason == "not-informed"
    assert {found[one].reason for one in people} == {"unknown"}


def test_since_when_somebody_agrees_is_since_their_first_yes_after_their_last_no(config: Config) -> None:
    measured = Wanted("email", "measure")
    with open_crm(config) as crm:
        people = [contacts.add(crm, {"last_name": f"N{n}"}, emails=[f"n{n}@x.fr"]) for n in range(6)]
    told: list[tuple[int, int, str]] = [
        (0, 1, "yes"), (0, 2, "yes"), (1, 1, "yes"), (1, 2, "bar"), (2, 1, "yes"), (2, 2, "bar"), (2, 3, "came back"),
        (3, 1, "yes"), (3, 2, "no"), (3, 3, "yes"), (4, 1, "yes"), (4, 2, "object"), (4, 3, "came back"),
    ]  # fmt: skip
    instants = {}
    for who, day, what in sorted(told, key=lambda one: one[1]):
        moved = config._replace(now=f"2026-11-2{day}T09:00:00+01:00")
        with open_crm(moved) as crm:
            instants[day] = crm.now_text
            if what == "bar":
                consent.bar(crm, "email", f"n{who}@x.fr")
            elif what == "object":
                consent.object_to(crm, people[who], measured)
            elif what == "no":
                consent.withdraw(crm, people[who], measured)
            else:
                give(crm, people[who], measured, lifts_objection=what == "came back")
    with open_crm(config) as crm:
        found = consent.agreed(crm, people, "measure")
        allowed = consent.verdicts(crm, people, "email", "measure")
    assert found == {
        people[0]: instants[1],
        people[2]: instants[3],
        people[3]: instants[3],
        people[4]: instants[3],
    }
    assert set(found) == {one for one, verdict in allowed.items() if verdict.allowed}


def test_what_is_none_is_said(crm: Crm, zoe: int) -> None:
    with pytest.raises(UsageProblem, match="fax"):
        consent.object_to(crm, zoe, Wanted("fax", "newsletter"))
    with pytest.raises(UsageProblem):
        consent.settle(crm, zoe, "robot")
    with pytest.raises(UsageProblem):
        consent.withdraw(crm, zoe, LETTER, at=crm.now + timedelta(days=1))
    with pytest.raises(NotFound):
        consent.verdict(crm, 999, "email", "newsletter")


def test_taking_back_the_first_objection_leaves_the_others_barred(config: Config) -> None:
    with open_crm(config) as crm:
        first = contacts.add(crm, {"last_name": "Un"}, emails=["un@acme.example"])
        second = contacts.add(crm, {"last_name": "Deux"}, emails=["deux@acme.example"])
    with open_crm(config) as crm:
        consent.object_to(crm, first, Wanted())
        batch = crm.journal.batch_id if crm.journal else None
    with open_crm(config) as crm:
        consent.object_to(crm, second, Wanted())
    with open_crm(config) as crm:
        history.undo(crm, batch)
    with open_crm(config) as crm:
        again = contacts.add(crm, {"last_name": "Deux, importé"}, emails=["deux@acme.example"])
        assert reason(crm, again) == "objected"
        assert reason(crm, first) != "objected"
