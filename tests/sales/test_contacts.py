"""Contacts: added, changed, deleted, merged, separated again."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.sales import (
    companies,
    contacts,
    custom_fields,
    deals,
    history,
    references,
    tags,
    tasks,
    timeline,
)
from petitcrm.store.queries import contacts as queries
from tests.support.snapshots import difference, snapshot, stale


def kinds(crm: Crm) -> list[str]:
    return [row[0] for row in crm.rows("SELECT kind FROM events ORDER BY id")]


def test_adding_a_contact_keeps_what_was_given_in_one_spelling_beside_the_raw_text(crm: Crm) -> None:
    jean = contacts.add(
        crm,
        {"first_name": " Jean ", "last_name": "Le Goff", "postcode": "29200", "city": "BREST"},
        emails=["Jean.LeGoff@Example.FR"],
        phones=["02 98 00 00 00 (bureau)"],
        tags=["VIP"],
    )
    sheet = queries.sheet(crm, jean)
    assert (sheet.name, sheet.departement_code, sheet.region_code) == ("Jean Le Goff", "29", "53")
    assert [(email.address, email.raw) for email in sheet.emails] == [
        ("jean.legoff@example.fr", "Jean.LeGoff@Example.FR")
    ]
    assert [(phone.number, phone.raw) for phone in sheet.phones] == [
        ("+33298000000", "02 98 00 00 00 (bureau)")
    ]
    assert sheet.tags == ["VIP"]


def test_adding_a_contact_is_one_act(crm: Crm) -> None:
    tags.find_or_add(crm, ["vip"])
    contacts.add(
        crm, {"last_name": "Dupont"}, emails=["a@b.fr", "c@d.fr"], phones=["0612345678"], tags=["vip"]
    )
    assert kinds(crm) == ["tag.added", "contact.added"]


def test_a_telephone_that_cannot_be_dialled_is_kept_as_it_was_written(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"}, phones=["poste 12", "poste 12"])
    assert [(phone.number, phone.raw) for phone in queries.phones(crm, jean)] == [("", "poste 12")]


def test_an_address_may_come_with_its_label(crm: Crm) -> None:
    jean = contacts.add(crm, {}, emails=["a@b.fr", ("c@d.fr", "perso")])
    assert [(email.address, email.label) for email in queries.emails(crm, jean)] == [
        ("a@b.fr", ""),
        ("c@d.fr", "perso"),
    ]


@pytest.mark.parametrize("address", ["dupont", "a@", "a b@c.fr"])
def test_what_is_no_address_is_refused(crm: Crm, address: str) -> None:
    with pytest.raises(UsageProblem):
        contacts.add(crm, {"last_name": "Dupont"}, emails=[address])


@pytest.mark.parametrize("fields", [{}, {"first_name": "  "}, {"city": "Lyon"}])
def test_a_contact_that_nothing_names_is_refused(crm: Crm, fields: dict[str, str]) -> None:
    with pytest.raises(UsageProblem):
        contacts.add(crm, fields)


def test_a_contact_without_a_name_goes_by_its_address(crm: Crm) -> None:
    somebody = contacts.add(crm, {}, emails=["zoe@example.fr"])
    assert queries.sheet(crm, somebody).name == "zoe@example.fr"


def test_an_unknown_field_is_refused_and_the_nearest_is_proposed(crm: Crm) -> None:
    with pytest.raises(UsageProblem, match="last_name"):
        contacts.add(crm, {"lastname": "Dupont"})


def test_a_contact_of_a_company_that_is_not_there_is_refused(crm: Crm) -> None:
    with pytest.raises(NotFound):
        contacts.add(crm, {"last_name": "Dupont", "company_id": 12})


def test_what_no_base_can_hold_is_left_out_of_a_name(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Du\0pont\ud800", "first_name": "Zoe\u0308"})
    assert queries.sheet(crm, jean).name == "Zoë Dupont?"


def test_editing_changes_only_the_fields_that_are_named(crm: Crm) -> None:
    jean = contacts.add(
        crm, {"first_name": "Jean", "last_name": "Dupont"}, emails=["a@b.fr"], phones=["0612345678"]
    )
    assert contacts.edit(crm, jean, {"last_name": "Durand"})
    sheet = queries.sheet(crm, jean)
    assert (sheet.first_name, sheet.last_name, len(sheet.emails), len(sheet.phones)) == (
        "Jean",
        "Durand",
        1,
        1,
    )


def test_editing_nothing_leaves_no_event(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont", "postcode": "75011", "city": "Paris"}, emails=["a@b.fr"])
    assert not contacts.edit(crm, jean, {"last_name": "Dupont", "city": "Paris"}, emails=["a@b.fr"])
    assert kinds(crm) == ["contact.added"]


def test_a_list_of_addresses_replaces_those_that_were_there_and_keeps_the_row_of_one_that_stays(
    crm: Crm,
) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"}, emails=["a@b.fr", ("c@d.fr", "perso")])
    before = {email.address: email.id for email in queries.emails(crm, jean)}
    contacts.edit(crm, jean, {}, emails=["c@d.fr", "e@f.fr"])
    after = queries.emails(crm, jean)
    assert [(email.address, email.label) for email in after] == [("c@d.fr", "perso"), ("e@f.fr", "")]
    assert after[0].id == before["c@d.fr"]


def test_moving_house_changes_the_commune(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont", "postcode": "75011", "city": "Paris"})
    contacts.edit(crm, jean, {"postcode": "69003", "city": "Lyon"})
    assert queries.sheet(crm, jean).departement_code == "69"


def test_fields_of_the_firm_are_changed_one_by_one_and_an_empty_one_goes(crm: Crm) -> None:
    boiler = custom_fields.find_or_add(crm, "contact", "Chaudière")
    year = custom_fields.find_or_add(crm, "contact", "Année")
    jean = contacts.add(crm, {"last_name": "Dupont", "custom": {boiler: "De Dietrich", year: "1998"}})
    contacts.edit(crm, jean, {"custom": {year: ""}})
    assert queries.sheet(crm, jean).custom == {boiler: "De Dietrich"}


def test_a_contact_with_deals_is_not_deleted(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"})
    deals.add(crm, "Poêle", jean)
    with pytest.raises(RefusedByRule) as refusal:
        contacts.delete(crm, jean)
    assert refusal.value.rule == "contact-has-deals"


def test_deleting_a_contact_takes_its_addresses_tasks_and_tags_and_undo_brings_all_back(
    config: Config,
) -> None:
    with open_crm(config) as crm:
        jean = contacts.add(
            crm, {"last_name": "Dupont"}, emails=["a@b.fr"], phones=["0612345678"], tags=["vip"]
        )
        tasks.add(crm, "rappeler", jean)
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        contacts.delete(crm, jean)
        assert not queries.is_anybody_known(crm)
        assert stale(crm.connection) == []
    with open_crm(config) as crm:
        assert history.undo(crm).kept == []
        assert difference(before, snapshot(crm.connection)) == []


@pytest.fixture
def pair(config: Config) -> tuple[int, int]:
    """Return two contacts that are one person, each with a life of its own."""
    with open_crm(config) as crm:
        acme = companies.add(crm, {"name": "Acmé"})
        named = {"first_name": "Jean", "last_name": "Dupont"}
        jean = contacts.add(crm, named, emails=["jean@acme.fr"], phones=["0612345678"], tags=["vip"])
        twin = contacts.add(
            crm,
            {
                "last_name": "Dupond",
                "job_title": "Gérant",
                "company_id": acme,
                "postcode": "69003",
                "city": "Lyon",
            },
            emails=["JEAN@acme.fr", "jd@free.fr"],
            phones=["+33612345678", "04 72 00 00 00"],
            tags=["vip", "gaz"],
        )
        deals.add(crm, "Poêle", twin)
        tasks.add(crm, "rappeler", twin)
        timeline.log(crm, "call", twin, "A rappelé")
    return jean, twin


def test_the_kept_contact_takes_over_all_that_the_merged_one_has(
    config: Config, pair: tuple[int, int]
) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        contacts.merge(crm, jean, twin)
    with read_crm(config) as crm:
        sheet = queries.sheet(crm, jean)
        assert [email.address for email in sheet.emails] == ["jean@acme.fr", "jd@free.fr"]
        assert [phone.number for phone in sheet.phones] == ["+33612345678", "+33472000000"]
        assert sheet.tags == ["gaz", "vip"]
        for table in ("deals", "tasks", "events"):
            assert crm.rows(f"SELECT count(*) FROM {table} WHERE contact_id = :twin", twin=twin) == [(0,)]
        assert stale(crm.connection) == []


def test_the_kept_contact_fills_its_blanks_only(config: Config, pair: tuple[int, int]) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        contacts.merge(crm, jean, twin)
    with read_crm(config) as crm:
        sheet = queries.sheet(crm, jean)
        assert (sheet.name, sheet.job_title, sheet.company, sheet.city) == (
            "Jean Dupont",
            "Gérant",
            "Acmé",
            "Lyon",
        )
        assert sheet.departement_code == "69"


def test_an_address_is_taken_over_whole_or_not_at_all(crm: Crm) -> None:
    kept = contacts.add(crm, {"last_name": "Dupont", "city": "Lyon"})
    merged = contacts.add(
        crm, {"last_name": "Dupont", "city": "Paris", "postcode": "75011", "street": "1 rue Oberkampf"}
    )
    contacts.merge(crm, kept, merged)
    sheet = queries.sheet(crm, kept)
    assert (sheet.street, sheet.postcode, sheet.city) == ("", "", "Lyon")


def test_a_nameless_contact_takes_the_name_of_the_one_merged_into_it(crm: Crm) -> None:
    kept = contacts.add(crm, {}, emails=["a@b.fr"])
    merged = contacts.add(crm, {"first_name": "Jean", "last_name": "Dupont"})
    contacts.merge(crm, kept, merged)
    assert [line.name for line in queries.listing(crm, words="dupont")] == ["Jean Dupont"]
    assert crm.rows("SELECT sort_name FROM contacts") == [("dupont jean",)]


def test_the_old_id_keeps_resolving_through_a_second_merge(crm: Crm) -> None:
    first, second, third = (contacts.add(crm, {"last_name": name}) for name in ("Un", "Deux", "Trois"))
    contacts.merge(crm, second, first)
    contacts.merge(crm, third, second)
    assert references.resolve(crm, "contact", f"c{first}") == third
    assert references.resolve(crm, "contact", f"c{second}") == third


def test_merging_is_one_act(config: Config, pair: tuple[int, int]) -> None:
    with open_crm(config) as crm:
        before = kinds(crm)
        contacts.merge(crm, *pair)
        assert kinds(crm) == [*before, "contact.merged"]


def test_a_contact_is_not_merged_with_itself(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"})
    with pytest.raises(UsageProblem):
        contacts.merge(crm, jean, jean)


def test_unmerging_puts_every_row_and_every_line_of_the_timeline_back(
    config: Config, pair: tuple[int, int]
) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        contacts.merge(crm, jean, twin)
    with open_crm(config) as crm:
        assert contacts.unmerge(crm, jean).kept == []
        assert difference(before, snapshot(crm.connection)) == []
        assert stale(crm.connection) == []


def test_a_merge_that_was_taken_back_can_be_done_again(config: Config, pair: tuple[int, int]) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        contacts.merge(crm, jean, twin)
        after = snapshot(crm.connection)
    with open_crm(config) as crm:
        contacts.unmerge(crm, jean)
    with open_crm(config) as crm:
        history.redo(crm)
        assert difference(after, snapshot(crm.connection)) == []


def test_what_was_added_after_the_merge_stays_with_the_kept_contact(
    config: Config, pair: tuple[int, int]
) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        contacts.merge(crm, jean, twin)
    with open_crm(config) as crm:
        timeline.log(crm, "call", jean, "Après")
    with open_crm(config) as crm:
        contacts.unmerge(crm, jean)
    with read_crm(config) as crm:
        assert crm.rows("SELECT contact_id FROM events WHERE text = 'Après'") == [(jean,)]
        assert queries.sheet(crm, twin).name == "Dupond"


def test_fields_changed_since_the_merge_are_kept_and_named_and_the_rest_is_separated(
    config: Config, pair: tuple[int, int]
) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        contacts.merge(crm, jean, twin)
    with open_crm(config) as crm:
        contacts.edit(crm, jean, {"job_title": "Directeur"})
    with open_crm(config) as crm:
        kept = contacts.unmerge(crm, jean).kept
        assert len(kept) == 1 and kept[0].startswith(f"c{jean} Jean Dupont")
    with read_crm(config) as crm:
        assert queries.sheet(crm, jean).job_title == "Directeur"
        assert queries.sheet(crm, jean).city == ""
        assert queries.sheet(crm, twin).job_title == "Gérant"
        assert stale(crm.connection) == []


def test_a_line_removed_since_the_merge_does_not_hold_the_two_together(
    config: Config, pair: tuple[int, int]
) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        contacts.merge(crm, jean, twin)
    with open_crm(config) as crm:
        contacts.edit(crm, jean, {}, emails=["jean@acme.fr"])
    with open_crm(config) as crm:
        contacts.unmerge(crm, jean)
        assert [email.address for email in queries.emails(crm, twin)] == ["jean@acme.fr"]


def test_a_contact_merged_again_elsewhere_is_separated_last_merge_first(
    config: Config, pair: tuple[int, int]
) -> None:
    jean, twin = pair
    with open_crm(config) as crm:
        third = contacts.add(crm, {"last_name": "Martin"})
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        contacts.merge(crm, jean, twin)
    with open_crm(config) as crm:
        contacts.merge(crm, third, jean)
    with open_crm(config) as crm:
        contacts.unmerge(crm, third)
    with open_crm(config) as crm:
        contacts.unmerge(crm, jean)
        assert difference(before, snapshot(crm.connection)) == []


def test_there_must_be_a_merge_to_take_back(crm: Crm) -> None:
    jean = contacts.add(crm, {"last_name": "Dupont"})
    with pytest.raises(RefusedByRule) as refusal:
        contacts.unmerge(crm, jean)
    assert refusal.value.rule == "nothing-to-unmerge"


def test_who_was_told_apart_from_the_merged_contact_is_told_apart_from_the_kept_one(crm: Crm) -> None:
    from petitcrm.sales import matching

    first, second, third = (contacts.add(crm, {"last_name": "Dupont", "postcode": "75011"}) for _ in range(3))
    matching.tell_apart(crm, "contact", third, second)
    contacts.merge(crm, first, second)
    assert matching.contact_duplicates(crm) == []


def test_the_id_of_another_program_goes_with_the_merge_and_comes_back(config: Config) -> None:
    with open_crm(config) as crm:
        kept, merged = (contacts.add(crm, {"last_name": name}) for name in ("Dupont", "Dupond"))
        with crm.act("contact.edited", contact=merged) as act:
            act.update("contacts", merged, external_id="hubspot:2")
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        contacts.merge(crm, kept, merged)
        assert queries.sheet(crm, kept).external_id == "hubspot:2"
    with open_crm(config) as crm:
        contacts.unmerge(crm, kept)
        assert difference(before, snapshot(crm.connection)) == []
