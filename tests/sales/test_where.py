"""Conditions on people: what they find, what they say of a missing fact, and how a wrong one is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import spellings
from petitcrm.leads import leads
from petitcrm.marketing import segments
from petitcrm.sales import consent, contacts, deals, tags, timeline, where
from petitcrm.sales.where_fields import FIELDS
from tests.support.firm import Firm

JEAN, ZOE = "Jean", "Zoé"


@pytest.fixture
def people(config: Config, firm: Firm) -> Firm:
    """Give the two people of the small firm something to be told apart by."""
    with open_crm(config) as crm:
        contacts.edit(
            crm, firm.contact, {"city": "Saint-Étienne", "postcode": "42000", "job_title": "Gérante"}
        )
        deals.win(crm, firm.deal)
        leads.add(crm, contact_id=firm.other_contact, direction="inbound")
        timeline.log(crm, "call", firm.contact, "bonjour")
        consent.give(
            crm, firm.contact, consent.Wanted("email", "newsletter"), wording="Recevoir la lettre", how="bulletin"
        )  # fmt: skip
    return firm


def found(config: Config, text: str) -> list[str]:
    """Return the first names of who meets a condition."""
    with open_crm(config) as crm:
        ids = where.members(crm, text)
        names = dict(crm.rows("SELECT id, first_name FROM contacts"))
        assert where.count(crm, text) == len(ids)
    return [names[one] for one in ids]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ville = saint-etienne", [JEAN]),
        ("city ~ étienne", [JEAN]),
        ("ville = Saint*", [JEAN]),
        ("ville = \"Saint-Étienne\", Rennes", [JEAN]),
        ("ville inconnue", [ZOE]),
        ("not ville = Rennes", [JEAN]),
        ("code postal = 42*, 56000-56999", [JEAN]),
        ("département = Loire", [JEAN]),
        ("région = auvergne-rhône-alpes", [JEAN]),
        ("pays = France", [JEAN]),
        ("société ~ acme", [JEAN]),
        ("fonction ~ gerant", [JEAN]),
        ("nom = noel", [ZOE]),
        ("tag = gaz", [ZOE]),
        ("tag != gaz", [JEAN]),
        ("tag in (gaz, installateur)", [JEAN, ZOE]),
        ("étiquette pas dans (gaz)", [JEAN]),
        ("responsable = anne", [JEAN]),
        ("responsable inconnu", [ZOE]),
        ("e-mail ~ free.fr", [ZOE]),
        ("email = jean@acme.example", [JEAN]),
        ("a un téléphone", [JEAN]),
        ("sans téléphone", [ZOE]),
        ("champ.chaudiere = de dietrich", [ZOE]),
        ("champ.\"Chaudière\" connu", [ZOE]),
        ("affaires gagnées > 0", [JEAN]),
        ("won deals = 1 and open deals = 0", [JEAN]),
        ("montant gagné >= 4 500", [JEAN]),
        ("montant ouvert < 1200,50 et affaires ouvertes > 0", [ZOE]),
        ("lead = nouveau, working", [ZOE]),
        ("lead != new", [JEAN]),
        ("accord = newsletter", [JEAN]),
        ("opposition = newsletter", []),
        ("créé = aujourd'hui", [JEAN, ZOE]),
        ("créé < hier", []),
        ("dernières nouvelles = jamais", [ZOE]),
        ("dernier contact depuis il y a 90 jours", [JEAN, ZOE]),
        ("dernier contact < il y a 90 jours", []),
        ("tag = gaz ou ville = rennes et tag = x", [ZOE]),
        ("(tag = gaz ou ville = saint-etienne) et responsable = anne", [JEAN]),
    ],
)  # fmt: skip
def test_a_condition_finds_who_meets_it(config: Config, people: Firm, text: str, names: list[str]) -> None:
    assert found(config, text) == names


def test_a_missing_fact_is_neither_yes_nor_no(config: Config, people: Firm) -> None:
    with open_crm(config) as crm:
        both = [people.contact, people.other_contact]
        assert where.judge(crm, "ville = rennes", both) == {
            people.contact: "no",
            people.other_contact: "unknown",
        }
        assert where.judge(crm, "pas ville = rennes", both)[people.other_contact] == "unknown"
        assert where.judge(crm, "ville = rennes ou tag = gaz", both)[people.other_contact] == "yes"
        assert where.judge(crm, "ville = rennes et tag = rien", both)[people.other_contact] == "no"


def test_nobody_is_said_not_to_have_opened_without_being_measured(config: Config, people: Firm) -> None:
    with open_crm(config) as crm:
        told = where.judge(crm, "ouvert depuis il y a 30 jours", [people.contact])
        never = where.judge(crm, "opened = never", [people.contact])
    assert told == never == {people.contact: "unknown"}


def test_every_field_may_be_asked_as_its_example_says(config: Config, people: Firm) -> None:
    with open_crm(config) as crm:
        for key, example in [
            (key, told) for key, field in FIELDS.items() for told in spellings(field.example)
        ]:
            try:
                where.count(crm, example)
            except UsageProblem as error:
                assert key in ("list", "pending", "left", "segment", "custom"), (key, str(error))


@pytest.mark.parametrize(
    ("text", "where_and_what"),
    [
        ("", "line 1, column 1: nothing"),
        ("vile = Rennes", "line 1, column 1: there is no field “vile”.\nDid you mean ville?"),
        ("tag = a\net vile = Rennes", "line 2, column 4"),
        ("ville Rennes", "column 7: a sign is missing"),
        ("ville =", "column 8: a value is missing"),
        ("(ville = a", "column 1: this parenthesis is not closed"),
        ("ville = a)", "column 10: this parenthesis closes nothing"),
        ("ville = a tag = b", "column 15: a second sign"),
        ("ville = a et", "column 13: a condition is missing"),
        ('ville = "a', "column 9: “\"” is not understood.\nClose the quotation marks."),
        ("affaires gagnées > beaucoup", "column 20: “beaucoup” is no whole number"),
        ("ville < a", "column 9: “city” is not compared by <.\nOne of = != ~ !~"),
        ("département = Bretagn", "column 15: “Bretagn” is no département"),
        ("dernier contact < patate", "column 19"),
        ("accord = lettr", "column 10: “lettr” is no purpose"),
        ("champ.rien = 1", "column 1: there is no field of your own “rien”"),
        ("segment = rien", "column 11: There is no segment rien"),
        ("non " * 60 + "tag = a", "nested too deeply"),
        ("responsable = ann", "Did you mean anne?"),
    ],
)  # fmt: skip
def test_a_wrong_condition_says_where_and_what_to_write(
    config: Config, people: Firm, text: str, where_and_what: str
) -> None:
    from petitcrm import i18n

    i18n.use("en")
    with open_crm(config) as crm, pytest.raises(UsageProblem) as refused:
        where.count(crm, text)
    assert where_and_what in str(refused.value)


@pytest.mark.parametrize(
    "hostile", ["x'; DROP TABLE contacts --", "%", "_", "!", "\\", "\x1b]52;c;x\x07", "a" * 3_000, "🙂"]
)
def test_what_is_hostile_is_only_a_value(config: Config, people: Firm, hostile: str) -> None:
    for field in ("ville", "tag", "e-mail", "téléphone", "société", "champ.chaudiere", "code postal"):
        with open_crm(config) as crm:
            assert where.members(crm, f'{field} = "{hostile}"') == []


@pytest.mark.engines("sqlite")
def test_a_tag_is_found_through_its_index(crm: Crm) -> None:
    told = where.compiled(crm, "tag = gaz")
    plan = " ".join(
        str(row[-1])
        for row in crm.rows(f"EXPLAIN QUERY PLAN SELECT c.id FROM contacts c WHERE {told.sql}", **told.values)
    )
    assert "uq_tags_folded" in plan, plan


def test_tags_are_found_however_they_are_spelled(config: Config, people: Firm) -> None:
    with open_crm(config) as crm:
        tags.put(crm, "contact", people.contact, "Été à Pâques")
    assert found(config, "tag = ete a paques") == [JEAN]
    assert found(config, "tag ~ pâque") == [JEAN]


_SOUP = st.lists(
    st.sampled_from(
        [
            "ville", "tag", "dernier contact", "accord", "liste", "segment", "champ.x", "=", "!=", "<", ">=", "~", "(",
            ")", ",", "et", "ou", "pas", "and", "or", "not", "sans", "a un", "connu", "dans", "vip", "Rennes", "hier",
            "jamais", '"a b"', "«", "12", "é", "\n", "e-mail", "affaires gagnées", "\u00a0",
        ]
    ),
    max_size=14,
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), _SOUP.map(" ".join)))
def test_any_text_is_a_condition_or_is_refused_with_its_place(text: str) -> None:
    try:
        where.parse(text)
    except UsageProblem as error:
        assert "line" in error.message


def test_whatever_can_be_read_can_be_asked(config: Config, people: Firm) -> None:
    @given(_SOUP.map(" ".join))
    @settings(max_examples=60)
    def asked(text: str) -> None:
        with open_crm(config) as crm:
            try:
                told = where.judge(crm, text, [people.contact])[people.contact]
            except UsageProblem:
                return
            opposite = where.judge(crm, f"pas ({text})", [people.contact])[people.contact]
            assert (told, opposite) in (("yes", "no"), ("no", "yes"), ("unknown", "unknown"))

    asked()


def test_what_is_wrong_in_a_segment_of_a_segment_has_its_place_in_what_was_typed(
    config: Config, people: Firm
) -> None:
    with open_crm(config) as crm:
        segments.add(crm, "vip", "ville = Rennes")
        segments.add(crm, "Rennes Métropole", "ville = Rennes ou\n  ville = Lyon ou segment = vip")
        with pytest.raises(UsageProblem) as refused:
            segments.edit(crm, "vip", condition="tag = a ou segment = rennes-metropole")
        told = refused.value.message
    assert told.startswith("Condition, ligne 1, colonne 22"), told
    assert "dans le segment rennes-metropole" in told and "vip → rennes-metropole → vip" in told
    assert told.count("colonne") == 1


def test_a_condition_is_bounded(config: Config, people: Firm) -> None:
    with open_crm(config) as crm:
        for text in ("tag = " + ",".join("x" * 201), "tag = a ou " * 1_000, "(" * 50 + "tag = a" + ")" * 50):
            with pytest.raises(UsageProblem):
                where.count(crm, text)
        assert where.count(crm, " ou ".join(["tag=a"] * 350)) == 0
        segments.add(crm, "s0", "ville = Rennes")
        with pytest.raises(UsageProblem):
            for number in range(1, 40):
                segments.add(crm, f"s{number}", f"segment = s{number - 1} ou segment = s{number - 1}")
