"""What a base that is put back from an older copy has forgotten is told it again, and does not leave twice."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import BaseUnavailable
from petitcrm.sales import consent, contacts, history, refusals
from petitcrm.store import beside, health
from petitcrm.store.beside import Leaving
from tests.support.firm import Firm
from tests.support.restoring import Copy

ALL, PROSPECTING = consent.Wanted(), consent.Wanted("email", "prospecting")


@pytest.fixture
def copy(config: Config, tmp_path: Path) -> Iterator[Copy]:
    """Return what copies the base, and puts the copy back in its place."""
    made = Copy(config.db, tmp_path)
    yield made
    made.forget()


def objects(config: Config, contact: int) -> None:
    """Let a contact object to everything."""
    with open_crm(config) as crm:
        consent.object_to(crm, contact, ALL, how="au téléphone")


def reconciled(config: Config) -> int:
    """Let the base and what is beside it know the same."""
    with open_crm(config) as crm:
        return refusals.reconcile(crm)


def reason(config: Config, contact: int) -> str:
    """Return why a contact may, or may not, be written to about offers."""
    with read_crm(config) as crm:
        return consent.verdict(crm, contact, "email", "prospecting").reason


def test_an_objection_outlives_an_older_copy_of_the_base(config: Config, firm: Firm, copy: Copy) -> None:
    copy.keep()
    objects(config, firm.contact)
    copy.put_back()
    assert reason(config, firm.contact) != "objected"
    assert reconciled(config) >= 1
    assert reason(config, firm.contact) == "objected"
    assert reconciled(config) == 0
    with read_crm(config) as crm:
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_an_objection_made_since_everything_was_last_seen_outlives_a_copy_that_looks_the_same(
    config: Config, firm: Firm, copy: Copy
) -> None:
    copy.keep()
    reconciled(config)
    objects(config, firm.contact)
    copy.put_back()
    assert reconciled(config) >= 1
    assert reason(config, firm.contact) == "objected"


def test_an_objection_made_after_an_older_copy_came_back_is_kept_by_the_same_key(
    config: Config, firm: Firm, copy: Copy
) -> None:
    copy.keep()
    objects(config, firm.contact)
    copy.put_back()
    objects(config, firm.other_contact)
    reconciled(config)
    assert {reason(config, one) for one in (firm.contact, firm.other_contact)} == {"objected"}


def test_an_objection_that_was_undone_does_not_come_back(config: Config, firm: Firm) -> None:
    objects(config, firm.contact)
    reconciled(config)
    with open_crm(config) as crm:
        history.undo(crm)
    assert reconciled(config) == 0
    assert reason(config, firm.contact) != "objected"
    assert reconciled(config) == 0


def test_an_objection_that_only_its_person_lifted_is_not_put_back(
    config: Config, firm: Firm, copy: Copy
) -> None:
    copy.keep()
    wanted = consent.Wanted("email", "newsletter")
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, wanted)
    with open_crm(config) as crm:
        consent.give(crm, firm.contact, wanted, wording="Oui", how="salon", lifts_objection=True)
    copy.put_back()
    assert reconciled(config) == 0


def test_an_objection_whose_lifting_was_undone_outlives_an_older_copy(
    config: Config, firm: Firm, copy: Copy
) -> None:
    copy.keep()
    objects(config, firm.contact)
    with open_crm(config) as crm:
        consent.give(crm, firm.contact, PROSPECTING, wording="Oui", how="salon", lifts_objection=True)
    with open_crm(config) as crm:
        history.undo(crm)
    copy.put_back()
    reconciled(config)
    assert reason(config, firm.contact) == "objected"


def test_an_objection_is_not_lifted_by_what_was_agreed_to_before_it(
    config: Config, firm: Firm, copy: Copy
) -> None:
    copy.keep()
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, PROSPECTING)
    with open_crm(config) as crm:
        before = crm.now - timedelta(days=3)
        consent.give(
            crm, firm.contact, PROSPECTING, wording="Oui", how="salon", at=before, lifts_objection=True
        )
    assert reason(config, firm.contact) == "objected"
    copy.put_back()
    reconciled(config)
    assert reason(config, firm.contact) == "objected"


def agreed(config: Config, contact: int) -> None:
    """Let a contact agree to offers."""
    with open_crm(config) as crm:
        consent.give(crm, contact, PROSPECTING, wording="Oui", how="salon")


def withdrawn(config: Config, contact: int) -> None:
    """Let a contact take it back."""
    with open_crm(config) as crm:
        consent.withdraw(crm, contact, PROSPECTING)


def test_an_agreement_that_was_taken_back_stays_so_in_an_older_copy(
    config: Config, firm: Firm, copy: Copy
) -> None:
    agreed(config, firm.contact)
    copy.keep()
    reconciled(config)
    withdrawn(config, firm.contact)
    assert reconciled(config) == 0
    copy.put_back()
    assert reason(config, firm.contact) == "consent"
    assert reconciled(config) == 1
    assert reason(config, firm.contact) == "withdrawn"
    assert reconciled(config) == 0
    with read_crm(config) as crm:
        assert not any(health.problems(crm.connection, all_events=True).values())


def test_an_agreement_that_was_given_again_is_not_taken_back_by_an_older_copy(
    config: Config, firm: Firm, copy: Copy
) -> None:
    agreed(config, firm.contact)
    copy.keep()
    withdrawn(config, firm.contact)
    agreed(config, firm.contact)
    copy.put_back()
    assert reconciled(config) == 0
    assert reason(config, firm.contact) == "consent"


def test_a_withdrawal_that_was_undone_does_not_come_back(config: Config, firm: Firm, copy: Copy) -> None:
    agreed(config, firm.contact)
    copy.keep()
    withdrawn(config, firm.contact)
    with open_crm(config) as crm:
        history.undo(crm)
    copy.put_back()
    assert reconciled(config) == 0
    assert reason(config, firm.contact) == "consent"


def test_an_agreement_that_was_taken_back_stays_so_when_its_contact_was_deleted_since(
    config: Config, firm: Firm, copy: Copy
) -> None:
    with open_crm(config) as crm:
        gone = contacts.add(crm, {"last_name": "Revenant"}, emails=["revenant@x.fr"])
    agreed(config, gone)
    copy.keep()
    withdrawn(config, gone)
    with open_crm(config) as crm:
        contacts.delete(crm, gone)
    assert reconciled(config) == 0
    copy.put_back()
    assert reconciled(config) == 1
    assert reason(config, gone) == "withdrawn"


def test_who_objected_is_so_in_the_ledger_of_an_older_copy_and_is_measured_no_more(
    config: Config, firm: Firm, copy: Copy
) -> None:
    with open_crm(config) as crm:
        measured = consent.Wanted("email", "measure")
        consent.give(crm, firm.contact, measured, wording="Oui", how="salon")
    copy.keep()
    with open_crm(config) as crm:
        consent.object_to(crm, firm.contact, ALL)
    copy.put_back()
    reconciled(config)
    with read_crm(config) as crm:
        assert consent.agreed(crm, [firm.contact], "measure") == {}


def test_an_objection_holds_for_a_contact_that_was_deleted_before_the_copy_came_back(
    config: Config, firm: Firm, copy: Copy
) -> None:
    copy.keep()
    with open_crm(config) as crm:
        consent.bar(crm, "email", "revenant@x.fr")
    copy.put_back()
    reconciled(config)
    with open_crm(config) as crm:
        again = contacts.add(crm, {"last_name": "Revenant"}, emails=["Revenant@X.fr"])
    assert reason(config, again) == "objected"


def test_what_is_beside_a_base_holds_no_address_and_is_read_by_its_owner_alone(
    config: Config, firm: Firm
) -> None:
    objects(config, firm.contact)
    with read_crm(config) as crm:
        path = Path(beside.path_of(crm.connection))
        with beside.opened(crm.connection) as kept:
            kept.note([Leaving("campaign:noel:jean@acme.example", "<a@b>", crm.now_text)])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"acme" not in b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    if urlsplit(config.db).scheme:
        assert path.parent.name == "state"


def test_a_mail_is_known_by_its_occasion_alone_with_how_far_it_came(config: Config, firm: Firm) -> None:
    with read_crm(config) as crm, beside.opened(crm.connection) as kept:
        names = [f"campaign:noël:{number}@x.fr" for number in range(1_200)]
        kept.note(Leaving(one, f"<{one}>", crm.now_text) for one in names)
        kept.settle(names[:5], names[5:10])
        found = kept.known([*names, "campaign:noël:nobody@x.fr"])
    assert len(found) == 1_195
    assert [found[one].has_left for one in names[:5] + names[10:12]] == [True] * 5 + [False] * 2


def test_the_steps_of_a_run_are_told_with_the_decisions_that_led_there(config: Config, firm: Firm) -> None:
    with read_crm(config) as crm:
        with beside.opened(crm.connection) as kept:
            path = beside.path_told([("ouvert", crm.now_text, "yes")])
            kept.note(
                [
                    Leaving("sequence:relance:2:mail-b:jean@acme.example", "<1@x>", crm.now_text, path),
                    Leaving("sequence:relance:1:mail-a:jean@acme.example", "<2@x>", crm.now_text),
                ]
            )
        told = beside.steps_of(crm, {7: ("relance", 2, "Jean@Acme.example")})[7]
    assert told == {"mail-b": (crm.now_text, f'[["ouvert","{crm.now_text}","yes"]]')}


def test_a_file_that_is_no_base_is_told_and_nothing_is_lost(config: Config, firm: Firm) -> None:
    with read_crm(config) as crm:
        Path(beside.path_of(crm.connection)).write_bytes(b"no base at all, but long enough to be read as one")
    with read_crm(config) as crm, pytest.raises(BaseUnavailable):
        beside.is_behind(crm)
    objects(config, firm.contact)
    assert reason(config, firm.contact) == "objected"
