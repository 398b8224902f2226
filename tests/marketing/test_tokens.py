"""The ways out of mails: good for one thing, and for one person whatever becomes of the base or of their row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.marketing import lists, subscriptions, tokens
from petitcrm.sales import consent, contacts, history, refusals
from petitcrm.sales.consent import Wanted
from tests.marketing.test_subscriptions import PROOF, letter, reason, state
from tests.support.firm import Firm
from tests.support.restoring import Copy

__all__ = ["letter"]
ADDRESS, OTHER = "jean@acme.example", "zoe@bois.example"


@pytest.fixture
def copy(config: Config, tmp_path: Path) -> Iterator[Copy]:
    """Return what copies the base, and puts the copy back in its place."""
    made = Copy(config.db, tmp_path)
    yield made
    made.forget()


def _way_out(config: Config, address: str = ADDRESS) -> str:
    with open_crm(config) as crm:
        return subscriptions.way_out(crm, address, "newsletter")


def _read(crm: Crm, text: str) -> tokens.Token | None:
    found = tokens.read(tokens.UNSUBSCRIBE, text)
    return found[0] if found and tokens.is_good(crm, tokens.UNSUBSCRIBE, found) else None


def _use(config: Config, token: str, sender: str = "") -> bool:
    with open_crm(config) as crm:
        found = _read(crm, token)
        assert found is not None
        return subscriptions.use_way_out(crm, found, how="mail", sender=sender)


def test_a_token_is_good_for_one_purpose_and_one_address(config: Config, firm: Firm, letter: str) -> None:
    token, other = _way_out(config), _way_out(config, OTHER)
    assert token == _way_out(config, ADDRESS.upper())
    with open_crm(config) as crm:
        found = _read(crm, f"Re: {token.upper()}")
        assert found is not None and refusals.holders(crm, found.hashed) == [firm.contact]
        letter_, hashed, scope, signature = token.split("-")
        for wrong in (
            "-".join([letter_, other.split("-")[1], scope, signature]),
            "-".join([letter_, hashed, "prospecting", signature]),
            token[:-1] + ("a" if token[-1] != "a" else "b"),
            token.replace("k", "\u212a").replace("s", "\u017f"),
            "",
            "u-c1-l1-x",
            token.replace("u-", "p-", 1),
        ):
            assert _read(crm, wrong) is None, wrong


@pytest.mark.parametrize("address", ["a@b.fr", "é" * 60 + "@" + "x" * 200 + ".example"])
def test_no_token_is_longer_than_a_line_of_a_mail_holds(config: Config, address: str) -> None:
    with open_crm(config) as crm:
        made = [tokens.make(crm, tokens.UNSUBSCRIBE, address, purpose) for purpose in lists.PURPOSES]
        made.append(tokens.make(crm, tokens.CONFIRM, address, "l999999999999", once="lettre:2026"))
    assert max(map(len, made)) <= tokens.LONGEST


def test_a_way_out_works_after_the_gesture_that_made_it_was_taken_back(
    config: Config, firm: Firm, letter: str
) -> None:
    with open_crm(config) as crm:
        subscriptions.subscribe(crm, letter, firm.contact)
        token = subscriptions.way_out(crm, ADDRESS, "newsletter")
    with open_crm(config) as crm:
        history.undo(crm)
    assert _use(config, token)
    assert not _use(config, token)
    assert reason(config, firm.contact) == "objected"


def test_a_way_out_works_after_the_first_objection_of_all_was_taken_back(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        consent.object_to(crm, firm.other_contact, Wanted())
    token = _way_out(config)
    with open_crm(config) as crm:
        history.undo(crm)
    assert _use(config, token)
    assert reason(config, firm.contact) == "objected"


def test_a_way_out_of_somebody_who_was_deleted_bars_their_address(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        gone = contacts.add(crm, {"first_name": "Zoé"}, emails=["zoe@seule.example"])
    token = _way_out(config, "zoe@seule.example")
    with open_crm(config) as crm:
        contacts.delete(crm, gone)
    assert (_use(config, token), _use(config, token)) == (True, False)
    with open_crm(config) as crm:
        again = contacts.add(crm, {"first_name": "Zoé"}, emails=["Zoe@seule.example"])
    assert reason(config, again) == "objected"


def test_a_way_out_ends_what_everybody_of_its_address_is_on(config: Config, firm: Firm, letter: str) -> None:
    with open_crm(config) as crm:
        twin = contacts.add(crm, {"first_name": "Jeanne"}, emails=["Jean@acme.example"])
        for contact in (firm.contact, twin):
            subscriptions.subscribe(crm, letter, contact, proof=PROOF)
    assert _use(config, _way_out(config))
    assert {state(config, one) for one in (firm.contact, twin)} == {"unsubscribed"}


@pytest.mark.parametrize("sender", [ADDRESS, OTHER, "ailleurs@perso.example", ""])
def test_a_way_out_is_of_the_address_that_it_was_sent_to_whoever_uses_it(
    config: Config, firm: Firm, sender: str
) -> None:
    assert _use(config, _way_out(config), sender)
    assert reason(config, firm.contact) == "objected"
    assert reason(config, firm.other_contact) != "objected"


def test_a_way_out_means_the_same_person_in_an_older_copy_of_the_base(
    config: Config, firm: Firm, copy: Copy
) -> None:
    copy.keep()
    with open_crm(config) as crm:
        gone = contacts.add(crm, {"first_name": "Ève"}, emails=["eve@acme.example"])
    token = _way_out(config, "eve@acme.example")
    copy.put_back()
    with open_crm(config) as crm:
        newcomer = contacts.add(crm, {"first_name": "Léo"}, emails=["leo@acme.example"])
    assert newcomer == gone  # the number is given out a second time
    assert _use(config, token)
    with open_crm(config) as crm:
        back = contacts.add(crm, {"first_name": "Ève"}, emails=["eve@acme.example"])
    assert reason(config, newcomer) != "objected"
    assert reason(config, back) == "objected"
    assert _way_out(config, "eve@acme.example") == token
