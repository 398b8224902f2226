"""Lists: nobody is on one without proof, nobody is asked twice, and an objection ends what was asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.marketing import lists, posting, subscriptions
from petitcrm.marketing.lists import Told
from petitcrm.marketing.subscriptions import Proof
from petitcrm.sales import address_hashes, consent, contacts, history
from petitcrm.sales import firm as firms
from petitcrm.sales.consent import Wanted
from petitcrm.store.queries import audiences as queries
from petitcrm.store.queries import consents
from tests.support.firm import Firm
from tests.support.sending import intend

LETTER = Wanted("email", "newsletter")
PROOF = Proof("Recevoir la lettre du mois", "bulletin papier")


@pytest.fixture
def letter(config: Config, firm: Firm) -> str:
    """Return a list with topics that asks people to confirm."""
    with open_crm(config) as crm:
        firms.rename(crm, "Chauffage Acmé")
    with open_crm(config) as crm:
        told = Told(
            "La lettre", wording="Recevoir la lettre du mois", topics=("Bois", "Gaz & fioul"), account="shop"
        )
        return lists.add(crm, told)


def state(config: Config, contact_id: int) -> str:
    """Return where somebody stands with the only list."""
    with read_crm(config) as crm:
        (line,) = queries.lists(crm)
        found = queries.subscription(crm, line.id, contact_id)
        return found.state if found else ""


def left(config: Config) -> list[str]:
    """Return why each mail that waits does not leave when it is about to, empty where it does."""
    with open_crm(config) as crm:
        mails = posting.claim(crm, "me", limit=9)
        return [intend(crm, one.id, "me", f"<o{one.id}@firme.example>") for one in mails]


def reason(config: Config, contact_id: int) -> str:
    """Return why somebody may be sent the letter, or not."""
    with read_crm(config) as crm:
        return consent.verdict(crm, contact_id, *LETTER).reason


def test_a_list_says_what_people_agree_to(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm, pytest.raises(UsageProblem):
        lists.add(crm, Told("La lettre"))
    with open_crm(config) as crm:
        assert lists.add(crm, Told("L’été à Pâques", wording="Recevoir")) == "l-ete-a-paques"
    with open_crm(config) as crm, pytest.raises(RefusedByRule):
        lists.add(crm, Told("l’ÉTÉ à paques", wording="Recevoir"))


@pytest.mark.parametrize("name", ["LA LETTRE", "la-lettre"])
def test_a_list_is_not_given_the_name_of_another_one(config: Config, letter: str, name: str) -> None:
    with open_crm(config) as crm:
        lists.add(crm, Told("Les offres", wording="Recevoir"))
    with open_crm(config) as crm, pytest.raises(RefusedByRule):
        lists.edit(crm, "les-offres", {"name": name})
    with open_crm(config) as crm:
        assert lists.edit(crm, letter, {"name": "La LETTRE"})


@pytest.mark.parametrize("wrong", [{"purpose": "measure"}, {"lang": "de"}, {"name": ""}, {"key": "A b"}])
def test_a_list_that_is_wrong_is_refused(config: Config, firm: Firm, wrong: dict[str, str]) -> None:
    with open_crm(config) as crm, pytest.raises(UsageProblem):
        lists.add(crm, Told(**({"name": "Lettre", "wording": "Recevoir"} | wrong)))


def test_who_gave_a_proof_is_on_the_list_with_it(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        assert (
            subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF, topics=["bois"]) == "subscribed"
        )
    assert (state(config, firm.contact), reason(config, firm.contact)) == ("subscribed", "consent")
    with read_crm(config) as crm:
        (said,) = consents.ledger(crm, [firm.contact])
        assert (said.wording, said.how) == PROOF[:2]


@pytest.mark.parametrize("proof", [Proof(), Proof("Recevoir", ""), Proof("", "bulletin")])
def test_half_a_proof_puts_nobody_on_a_list(config: Config, firm: Firm, letter: str, proof: Proof) -> None:
    with pytest.raises(UsageProblem), open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact, proof=proof)
    assert state(config, firm.contact) == ""


def test_without_a_proof_they_are_asked_by_a_mail_that_holds_the_exact_words(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        assert subscriptions.subscribe(crm, letter, firm.contact) == "pending"
        ((subject, body, purpose, occasion),) = crm.rows(
            "SELECT subject, body, purpose, occasion FROM outbox"
        )
    assert "Recevoir la lettre du mois" in body and "OUI" in body
    assert (purpose, occasion) == ("service", "confirm:la-lettre:2026-11-23T08:00:00Z:jean@acme.example")
    assert subject.startswith("Confirmez votre inscription\u00a0: La lettre [k-l")
    assert (state(config, firm.contact), reason(config, firm.contact)) == ("pending", "not-informed")


def test_they_are_asked_once_and_again_after_a_week(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
    with open_crm(config) as crm, pytest.raises(RefusedByRule) as refused:
        subscriptions.subscribe(crm, letter, firm.contact)
    assert refused.value.rule == "asked-already"
    with open_crm(config._replace(now="2026-12-01T09:00:00+01:00")) as crm:
        assert subscriptions.subscribe(crm, letter, firm.contact) == "pending"
        assert crm.rows("SELECT count(*) FROM outbox") == [(2,)]


def test_of_two_people_who_have_one_address_the_first_alone_is_asked(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        other = contacts.add(crm, {"first_name": "Luc"}, emails=["jean@acme.example"])
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
        with pytest.raises(RefusedByRule) as refused:
            subscriptions.subscribe(crm, letter, other)
    assert refused.value.rule == "asked-already"
    assert (state(config, firm.contact), state(config, other)) == ("pending", "")


def test_confirming_keeps_the_proof_with_both_times(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
    with open_crm(config._replace(now="2026-11-24T10:30:00+01:00")) as crm:
        list_id = lists.of(crm, letter).id
        assert subscriptions.confirm(crm, list_id, firm.contact, how="answer <a@b>")
        assert not subscriptions.confirm(crm, list_id, firm.contact, how="answer <a@b>")
        (said,) = consents.ledger(crm, [firm.contact])
    assert said.wording == "Recevoir la lettre du mois"
    assert all(part in said.how for part in ("2026-11-23 09:00", "2026-11-24 10:30", "answer <a@b>"))
    assert state(config, firm.contact) == "subscribed"


def test_who_objected_is_neither_asked_nor_put_on_a_list(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, Wanted())
    for proof in (PROOF, None):
        with pytest.raises(RefusedByRule), open_crm(config) as crm:
            subscriptions.subscribe(crm, letter, firm.contact, proof=proof)
    assert state(config, firm.contact) == ""


@pytest.mark.parametrize("wanted", [Wanted(), LETTER, Wanted("email", "*")])
def test_an_objection_ends_subscriptions_and_comes_back_with_undo(
    config: Config, firm: Firm, letter: str, wanted: Wanted
) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, wanted)
    assert (state(config, firm.contact), reason(config, firm.contact)) == ("unsubscribed", "objected")
    with open_crm(config) as crm:
        history.undo(crm)
    assert state(config, firm.contact) == "subscribed"


def test_an_objection_to_calls_leaves_the_letter(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
        consent.object_to(crm, firm.contact, Wanted("phone", "*"))
        consent.withdraw(crm, firm.contact, Wanted("email", "prospecting"))
    assert state(config, firm.contact) == "subscribed"


def test_leaving_the_last_list_withdraws_the_agreement(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        lists.add(crm, Told("Autre", wording="Recevoir autre chose"))
        for key in (letter, "autre"):
            subscriptions.subscribe(crm, key, firm.contact, proof=PROOF)
        assert subscriptions.unsubscribe(crm, "autre", firm.contact)
    assert reason(config, firm.contact) == "consent"
    with open_crm(config) as crm:
        assert subscriptions.unsubscribe(crm, letter, firm.contact)
        assert not subscriptions.unsubscribe(crm, letter, firm.contact)
    assert reason(config, firm.contact) == "withdrawn"


def test_topics_are_those_of_the_list(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
        assert subscriptions.choose(crm, letter, firm.contact, ["Gaz & fioul"])
        assert not subscriptions.choose(crm, letter, firm.contact, ["gaz-fioul"])
        with pytest.raises(UsageProblem):
            subscriptions.choose(crm, letter, firm.contact, ["pétrole"])
        with pytest.raises(RefusedByRule):
            subscriptions.choose(crm, letter, firm.other_contact, ["bois"])


def test_who_is_one_with_somebody_who_objected_may_object_themselves(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        own = contacts.add(crm, {"last_name": "Roy"}, emails=["roy@acme.example"])
        other = contacts.add(crm, {"last_name": "Le Roy"}, emails=["leroy@acme.example"])
        consent.object_to(crm, other, LETTER)
    with open_crm(config) as crm:
        contacts.merge(crm, own, other)
    with open_crm(config) as crm:
        assert subscriptions.leave(crm, own, LETTER.purpose, how="page")
        assert not subscriptions.leave(crm, own, LETTER.purpose, how="page")
    with read_crm(config) as crm:
        key = address_hashes.hash_key(crm)
        for address in ("roy@acme.example", "leroy@acme.example"):
            assert consents.is_objection_kept(
                crm, address_hashes.address_hash(key, "email", address), *LETTER
            )


def test_the_words_that_somebody_may_still_say_yes_to_stay_those_that_they_were_told(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
    with open_crm(config) as crm, pytest.raises(RefusedByRule, match="1 "):
        lists.edit(crm, letter, {"wording": "Recevoir chaque jour des offres"})
    with open_crm(config) as crm:
        assert lists.edit(crm, letter, {"name": "Nouvelles"})
    with open_crm(config._replace(now="2026-12-24T09:00:00+01:00")) as crm:
        assert lists.edit(crm, letter, {"wording": "Recevoir chaque jour des offres"})


def test_a_topic_is_read_as_it_was_written(config: Config, letter: str) -> None:
    told = ("  Nouveautés  ", "nouveautes", "Bien-être", "?", "")
    with open_crm(config) as crm:
        lists.edit(crm, letter, {"topics": told})
        stored = lists.of(crm, letter).topics
    assert lists.topics(stored) == {"nouveautes": "Nouveautés", "bien-etre": "Bien-être"}
    assert lists.topic_words(stored, ["bien-etre", "one-that-is-no-more"]) == "Bien-être, one-that-is-no-more"


def test_an_archived_list_takes_nobody(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        lists.archive(crm, letter)
        with pytest.raises(RefusedByRule):
            subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
        assert lists.archive(crm, letter, back=True)
        with pytest.raises(NotFound):
            subscriptions.subscribe(crm, "rien", firm.contact, proof=PROOF)


@pytest.mark.parametrize("strict", ["pending", "unsubscribed"])
def test_a_merge_keeps_the_strictest(config: Config, firm: Firm, letter: str, strict: str) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
        if strict == "pending":
            subscriptions.subscribe(crm, letter, firm.other_contact)
        else:
            subscriptions.subscribe(crm, letter, firm.other_contact, proof=PROOF)
            subscriptions.unsubscribe(crm, letter, firm.other_contact)
    with open_crm(config) as crm:
        contacts.merge(crm, firm.contact, firm.other_contact)
    assert state(config, firm.contact) == strict


def test_who_is_merged_with_somebody_who_objected_is_on_no_list(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
        consent.object_to(crm, firm.other_contact, Wanted())
    with open_crm(config) as crm:
        contacts.merge(crm, firm.contact, firm.other_contact)
    assert (state(config, firm.contact), reason(config, firm.contact)) == ("unsubscribed", "objected")


def test_a_list_that_people_are_on_keeps_its_purpose(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        assert lists.edit(crm, letter, {"purpose": "prospecting"})
        assert lists.edit(crm, letter, {"purpose": "newsletter"})
        subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
        with pytest.raises(RefusedByRule):
            lists.edit(crm, letter, {"purpose": "prospecting"})


def test_nobody_unsubscribes_who_is_not_there(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm, pytest.raises(NotFound):
        subscriptions.leave(crm, 99_999, "newsletter", how="page")


@pytest.mark.parametrize("proof", [PROOF, None])
def test_who_objected_to_the_letter_alone_is_not_asked_either(
    config: Config, firm: Firm, letter: str, proof: Proof | None
) -> None:
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, LETTER)
    with pytest.raises(RefusedByRule) as refused, open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact, proof=proof)
    assert (refused.value.rule, refused.value.exit_code) == ("objected", 5)
    assert "--they-asked" in refused.value.advice
    assert (state(config, firm.contact), left(config)) == ("", [])


def test_who_objected_to_calls_alone_is_asked(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, Wanted("phone", "*"))
        assert subscriptions.subscribe(crm, letter, firm.contact) == "pending"


def test_who_left_is_asked_again_after_a_week_or_comes_back_by_a_proof(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
        subscriptions.subscribe(crm, letter, firm.other_contact)
    days = config._replace(now="2026-11-26T09:00:00+01:00")
    with open_crm(days) as crm:
        for one in (firm.contact, firm.other_contact):
            subscriptions.unsubscribe(crm, letter, one)
    for now in ("2026-11-26T09:10:00+01:00", "2026-12-02T09:00:00+01:00"):
        with pytest.raises(RefusedByRule) as refused, open_crm(config._replace(now=now)) as crm:
            subscriptions.subscribe(crm, letter, firm.contact)
        assert (refused.value.rule, "--how" in refused.value.advice) == ("left-lately", True)
    with open_crm(days._replace(now="2026-11-26T09:20:00+01:00")) as crm:
        assert subscriptions.subscribe(crm, letter, firm.other_contact, proof=PROOF) == "subscribed"
    with open_crm(config._replace(now="2026-12-04T09:00:00+01:00")) as crm:
        assert subscriptions.subscribe(crm, letter, firm.contact) == "pending"


def test_a_firm_without_a_name_asks_nobody(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        firms.rename(crm, "")
    with pytest.raises(RefusedByRule) as refused, open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
    assert (refused.value.rule, "petitcrm setup --firm" in refused.value.message) == ("no-identity", True)
    assert (state(config, firm.contact), left(config)) == ("", [])


def test_the_question_of_one_list_is_still_open_when_another_is_left(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        lists.add(crm, Told("Été", wording="Recevoir autre chose", account="shop"))
        subscriptions.subscribe(crm, letter, firm.contact, proof=PROOF)
        subscriptions.subscribe(crm, "ete", firm.contact)
    with open_crm(config) as crm:
        subscriptions.unsubscribe(crm, letter, firm.contact)
        assert consent.verdict(crm, firm.contact, *LETTER).reason == "withdrawn"
    assert left(config) == [""]
    with open_crm(config) as crm:
        assert subscriptions.confirm(crm, lists.of(crm, "ete").id, firm.contact, how="answer")
        assert consent.verdict(crm, firm.contact, *LETTER).reason == "consent"
    with open_crm(config) as crm:
        assert {one.state for one in lists.standings(crm, firm.contact)} == {"subscribed", "unsubscribed"}


def test_an_agreement_that_is_taken_back_ends_the_question_too(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
        consent.withdraw(crm, firm.contact, LETTER)
    assert state(config, firm.contact) == "unsubscribed"


def _confirmed(crm: Crm, letter: str, contact: int) -> None:
    subscriptions.confirm(crm, lists.of(crm, letter).id, contact, how="au téléphone")


def _barred(crm: Crm, letter: str, contact: int) -> None:
    consent.bar(crm, "email", "jean@acme.example", purpose="newsletter")


@pytest.mark.parametrize(
    "since",
    [
        lambda crm, letter, one: subscriptions.unsubscribe(crm, letter, one),
        lambda crm, letter, one: consent.withdraw(crm, one, LETTER),
        lambda crm, letter, one: consent.object_to(crm, one, LETTER),
        lambda crm, letter, one: lists.archive(crm, letter),
        _confirmed,
        _barred,
    ],
    ids=["left", "withdrawn", "objected", "archived", "confirmed", "barred"],
)
def test_the_mail_that_asks_does_not_leave_once_the_question_is_settled(
    config: Config, firm: Firm, letter: str, since: Callable[[Crm, str, int], object]
) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
        subscriptions.subscribe(crm, letter, firm.other_contact)
    with open_crm(config) as crm:
        since(crm, letter, firm.contact)
    first, second = left(config)
    assert first and (second == "" or "archivée" in second)


def test_of_two_questions_the_last_one_alone_leaves(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
    later = config._replace(now="2026-12-01T09:00:00+01:00")
    with open_crm(later) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
    first, second = left(later)
    assert (bool(first), second) == (True, "")
