"""Segments and audiences: who is in, who came and left, who is left out and why."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.connectors.csv_files import open_csv
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.imports.desk import Wish
from petitcrm.imports.importer import run_source
from petitcrm.marketing import audience, bounces, lists, segments, subscriptions
from petitcrm.marketing.audience import Counts
from petitcrm.marketing.lists import Told
from petitcrm.marketing.subscriptions import Proof
from petitcrm.sales import consent, contacts, tags
from petitcrm.sales.consent import Wanted
from tests.support.firm import Firm

PROOF = Proof("Recevoir la lettre", "bulletin")


@pytest.fixture
def letter(config: Config, firm: Firm) -> Firm:
    """Put both people of the small firm on a list, the second one for one topic alone."""
    with open_crm(config) as crm:
        lists.add(crm, Told("Lettre", wording="Recevoir la lettre", topics=("Bois", "Gaz")))
        subscriptions.subscribe(crm, "lettre", firm.contact, proof=PROOF)
        subscriptions.subscribe(crm, "lettre", firm.other_contact, proof=PROOF, topics=["Bois"])
    return firm


def counted(config: Config, purpose: str = "newsletter", **told: object) -> Counts:
    """Count an audience."""
    with read_crm(config) as crm:
        return audience.count(crm, told, purpose)


def test_an_audience_is_lists_segments_and_conditions_less_others(config: Config, letter: Firm) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "Gaziers", "tag = gaz")
    assert counted(config, lists=["lettre"]) == (2, 2, {})
    assert counted(config, lists=["lettre"], topics=["gaz"]) == (1, 1, {})
    assert counted(config, lists=["lettre"], topics=["gaz", "bois"])[:2] == (2, 2)
    assert counted(config, segments=["gaziers"])[:2] == (1, 1)
    assert counted(config, where="nom = dupont", segments=["Gaziers"])[:2] == (2, 2)
    assert counted(config, lists=["lettre"], **{"except": {"segments": ["gaziers"]}})[:2] == (1, 1)
    assert counted(config, lists=["lettre"], **{"except": {"where": "ville = Rennes"}})[:2] == (2, 2)
    assert counted(config, segments=["gaziers"], **{"except": {"lists": ["lettre"]}}) == (0, 0, {})


def test_who_is_left_out_is_counted_by_reason(config: Config, letter: Firm) -> None:
    with open_crm(config) as crm:
        twin = contacts.add(crm, {"last_name": "Jumeau"}, emails=["jean@acme.example"])
        nobody = contacts.add(crm, {"last_name": "Sans"})
        gone = contacts.add(crm, {"last_name": "Parti"}, emails=["parti@acme.example"])
        back = contacts.add(crm, {"last_name": "Revient"}, emails=["revient@acme.example"])
        for one in (twin, nobody, gone, back):
            tags.put(crm, "contact", one, "Gaz")
            consent.give(crm, one, Wanted("email", "newsletter"), wording="Recevoir", how="bulletin")
        consent.withdraw(crm, gone, Wanted("email", "newsletter"))
        bounces.take(crm, bounces.Report("hard", "revient@acme.example"))
    found = counted(config, lists=["lettre"], where="tag = gaz")
    assert found.people == 6 and found.reached == 2
    assert found.left_out == {"bounced": 1, "no-address": 1, "same-address": 1, "withdrawn": 1}
    assert len(audience.in_words(found)) == 4


def test_who_has_had_enough_mail_is_left_out(config: Config, letter: Firm) -> None:
    with read_crm(config) as crm:
        found = list(
            audience.members(crm, {"lists": ["lettre"]}, "newsletter", capped=lambda ids: set(ids[:1]))
        )
    assert [one.reason for one in found] == ["cap", ""]
    assert found[1].address == "zoe@bois.example" and found[1].name == "Zoé Nöel"


@pytest.mark.parametrize(
    "told",
    [{}, {"lists": []}, {"except": {"lists": ["lettre"]}}, {"liste": ["lettre"]}, {"where": "vile = x"}],
)
def test_an_audience_that_is_nobody_or_wrong_is_refused(
    config: Config, letter: Firm, told: dict[str, object]
) -> None:
    with read_crm(config) as crm, pytest.raises(UsageProblem):
        audience.check(crm, told)


def test_an_audience_of_what_is_not_there_is_refused(config: Config, letter: Firm) -> None:
    for told in ({"lists": ["rien"]}, {"segments": ["rien"]}):
        with read_crm(config) as crm, pytest.raises(NotFound):
            audience.check(crm, told)


def test_a_segment_is_a_condition_that_can_be_read(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        with pytest.raises(UsageProblem):
            segments.add(crm, "Faux", "vile = Rennes")
        assert segments.add(crm, "Été à Gaz", "tag = gaz") == "ete-a-gaz"
        with pytest.raises(RefusedByRule):
            segments.add(crm, "été à gaz", "tag = bois")
        assert segments.members(crm, "ete-a-gaz") == [firm.other_contact]
        assert segments.edit(crm, "ete-a-gaz", condition="tag = installateur")
        assert not segments.edit(crm, "ete-a-gaz", condition="tag = installateur")
        assert segments.count(crm, "Été à Gaz") == 1


def test_a_segment_is_not_given_the_name_of_another_one(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "Été à Gaz", "tag = gaz")
        segments.add(crm, "Bois", "tag = bois")
    for name in ("été À gaz", "ete-a-gaz"):
        with open_crm(config) as crm, pytest.raises(RefusedByRule):
            segments.edit(crm, "bois", name=name)
    with open_crm(config) as crm:
        assert segments.edit(crm, "bois", name="BOIS")


def test_segments_are_made_of_segments_but_never_of_themselves(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "a", "tag = gaz")
        segments.add(crm, "b", "segment = a et a un e-mail")
        segments.add(crm, "c", "segment = b et pas segment = a ou tag = installateur")
        assert segments.members(crm, "b") == [firm.other_contact]
        assert segments.members(crm, "c") == [firm.contact]
        for condition in ("segment = a", "segment = c", "tag = x ou pas segment = b"):
            with pytest.raises(UsageProblem):
                segments.edit(crm, "a", condition=condition)
        with pytest.raises(RefusedByRule):
            segments.delete(crm, "a")
        segments.delete(crm, "c")


def test_refreshing_tells_who_came_and_who_left(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "Gaz", "tag = gaz")
        assert segments.refresh(crm) == [("gaz", (firm.other_contact,), (), "")]
    with open_crm(config) as crm:
        assert segments.refresh(crm) == [("gaz", (), (), "")]
        tags.put(crm, "contact", firm.contact, "gaz")
        tags.remove(crm, "contact", firm.other_contact, "gaz")
    with open_crm(config) as crm:
        assert segments.refresh(crm) == [("gaz", (firm.contact,), (firm.other_contact,), "")]
        segments.delete(crm, "gaz")
        segments.refresh(crm)
        assert crm.rows("SELECT count(*) FROM segment_members") == [(0,)]


def test_a_segment_that_cannot_be_read_any_more_does_not_keep_the_others(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        lists.add(crm, Told("Lettre", wording="Recevoir"))
        segments.add(crm, "A", "liste = lettre")
        segments.add(crm, "B", "tag = gaz")
        lists.edit(crm, "lettre", {"name": "Autre"})
    with open_crm(config) as crm:
        crm.connection.write("UPDATE segments SET condition = 'liste = rien' WHERE key = 'a'")
        broken, whole = segments.refresh(crm)
    assert broken.problem and whole.came == (firm.other_contact,)


def test_an_import_puts_nobody_on_a_list(config: Config, letter: Firm) -> None:
    text = "Nom;E-mail;Newsletter;Opt-in;Liste\nNeuf;neuf@x.example;oui;oui;lettre\n"
    with open_crm(config) as crm:
        run_source(crm, open_csv(text.encode(), name="gens.csv"), Wish())
        assert crm.rows("SELECT count(*) FROM contacts WHERE last_name = 'Neuf'") == [(1,)]
        assert crm.rows("SELECT count(*) FROM subscriptions") == [(2,)]
        assert crm.rows("SELECT count(*) FROM consents WHERE act = 'given'") == [(2,)]


def test_nobody_is_written_to_by_a_list_that_is_put_away(config: Config, letter: Firm) -> None:
    with open_crm(config) as crm:
        lists.add(crm, Told("Foire d’été", wording="Recevoir"))
        subscriptions.subscribe(crm, "foire-d-ete", letter.contact, proof=PROOF)
        lists.archive(crm, "lettre")
    assert counted(config, lists=["lettre"]) == (0, 0, {})
    assert counted(config, lists=["lettre"], topics=["bois"]) == (0, 0, {})
    assert counted(config, lists=["lettre", "foire-d-ete"])[:2] == (1, 1)
    assert counted(config, lists=["lettre"], where="nom = dupont")[:2] == (1, 1)
    with open_crm(config) as crm:
        lists.archive(crm, "lettre", back=True)
    assert counted(config, lists=["lettre"])[:2] == (2, 2)


def test_who_is_left_out_for_a_list_stays_so_when_it_is_put_away(config: Config, letter: Firm) -> None:
    with open_crm(config) as crm:
        lists.archive(crm, "lettre")
    assert counted(config, where="email connu", **{"except": {"lists": ["lettre"]}}) == (0, 0, {})
