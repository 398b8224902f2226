"""The file of a campaign: read in two languages, written back as the same, refused with all that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm import i18n
from petitcrm.crm import Crm
from petitcrm.marketing import campaign_check, campaign_file, campaign_text, lists, segments
from petitcrm.marketing.campaign_file import Read
from petitcrm.marketing.campaign_text import Text
from petitcrm.marketing.flow_problems import FileRefused
from tests.support.campaigns import a_list, people

FRENCH = """\
+++
cle = "rentree"
nom = "La rentrée"
objet = "Votre chaudière avant l’hiver"
objet_b = "L’hiver arrive"
langue = "fr"
compte = "boutique"
finalite = "prospection"
par_heure = 200
essai_pourcent = 20
essai_heures = 48

[destinataires]
listes = ["clients", "lettre"]
sujets = ["chauffage"]
filtre = "ville = Rennes"

[destinataires.sauf]
segments = ["devis-en-cours"]
filtre = "tag = vip"
+++
Bonjour {{ contact.prenom }},

À bientôt.
"""
ENGLISH = """\
+++
key = "rentree"
name = "La rentrée"
subject = "Votre chaudière avant l’hiver"
subject_b = "L’hiver arrive"
lang = "fr"
account = "boutique"
purpose = "prospecting"
per_hour = 200
ab_percent = 20
ab_hours = 48

[audience]
lists = ["clients", "lettre"]
topics = ["chauffage"]
where = "ville = Rennes"

[audience.except]
segments = ["devis-en-cours"]
where = "tag = vip"
+++
Bonjour {{ contact.prenom }},

À bientôt.
"""
RIGHT = '+++\nsubject = "A boiler"\n[audience]\nlists = ["clients"]\n+++\nGood morning to you all.\n'


def wrong(text: str) -> list[tuple[str, int]]:
    """Return what is wrong with a file, each with its line."""
    return [(one.rule, one.line) for one in campaign_file.parsed(text, name="x.md").problems]


def test_a_file_says_the_same_in_french_and_in_english() -> None:
    french, english = (campaign_file.parsed(text, name="x.md") for text in (FRENCH, ENGLISH))
    assert (french.text, french.problems) == (english.text, [])


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("-3", "va de 1 à 999 999"), ("12345678", "va de 1 à 999 999"),
     ('"−3"', "nombre entier"), ("1.5", "nombre entier"),
     ('"beaucoup"', "nombre entier")],
)  # fmt: skip
def test_a_number_out_of_bounds_is_not_told_to_be_no_whole_number(value: str, wanted: str) -> None:
    i18n.use("fr")
    found = campaign_file.parsed(FRENCH.replace("par_heure = 200", f"par_heure = {value}"), name="x.md")
    i18n.use("en")
    (problem,) = found.problems
    assert problem.message.replace("\u202f", " ").replace("\u00a0", " ") in (
        f"« par_heure » {'est un ' if 'entier' in wanted else ''}{wanted}.",
    )
    assert problem.advice == "par_heure = 50"


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("essai_pourcent = 200", "essai_pourcent = 20"), ("essai_heures = 9999", "essai_heures = 24"),
        ("par_heure = 5000000", "par_heure = 50"), ('langue = "de"', 'langue = "fr"'),
        ('destinataires = "tous"', '[destinataires]\nlistes = ["…"]'),
        ('finalite = "spam"', 'finalite = "prospection", ou "lettre", ou "service" (une commande ou un contrat à eux)'),
    ],
)  # fmt: skip
def test_an_advice_in_french_names_the_french_key_with_a_value_that_is_right(line: str, advice: str) -> None:
    key = line.partition(" ")[0]
    header, _fence, body = FRENCH.removeprefix("+++\n").partition("+++\n")
    kept_lines = [one for one in header.splitlines() if not one.startswith(f"{key} ")]
    if key == "destinataires":
        kept_lines = kept_lines[: kept_lines.index("[destinataires]")]
    text = "\n".join(["+++", line, *kept_lines, "+++", body])
    i18n.use("fr")
    told = {problem.advice for problem in campaign_file.parsed(text, name="x.md").problems}
    i18n.use("en")
    assert advice in told


def test_half_a_test_of_two_subjects_is_told_by_the_keys_of_the_reader() -> None:
    i18n.use("fr")
    found = campaign_file.parsed(FRENCH.replace("essai_pourcent = 20\n", ""), name="x.md").problems
    i18n.use("en")
    (problem,) = found
    assert "objet_b" in problem.message and "essai_pourcent" in problem.message
    assert (
        problem.advice.replace("\u202f", " ") == "essai_pourcent = 20 essaie chaque objet sur 10 % des gens."
    )


def test_a_file_is_written_in_the_language_of_the_campaign() -> None:
    text = campaign_text.checked(campaign_file.read(ENGLISH, name="x.md"))
    assert campaign_file.written(text) == FRENCH
    in_english = ENGLISH.replace('lang = "fr"', 'lang = "en"')
    assert campaign_file.written(campaign_file.read(in_english, name="x.md")) == in_english


def test_words_near_those_of_the_header_are_understood() -> None:
    text = FRENCH.replace("objet =", "sujet =").replace("objet_b", "sujet_b").replace("listes", "liste")
    text = text.replace("sujets =", "themes =").replace('["devis-en-cours"]', '"devis-en-cours"')
    assert campaign_file.read(text, name="x.md") == campaign_file.read(FRENCH, name="x.md")


@pytest.mark.parametrize(
    ("name", "key", "lang"),
    [("rentree.fr.md", "rentree", "fr"), ("Noël 2026.md", "noel-2026", "en"), ("standard input", "a-boiler", "en"),
     ("dir/été.fr.txt", "ete", "fr")],
)  # fmt: skip
def test_what_a_file_does_not_say_is_taken_from_its_name(name: str, key: str, lang: str) -> None:
    i18n.use("en")
    text = campaign_file.read(RIGHT, name=name)
    assert (campaign_text.checked(text).key, text.lang, text.purpose) == (key, lang, "newsletter")


def test_a_file_with_french_words_is_a_french_campaign_whatever_the_reader_speaks() -> None:
    i18n.use("en")
    assert campaign_file.read('+++\nobjet = "Bonjour"\n+++\nBonjour.\n', name="x.md").lang == "fr"


def test_line_ends_of_windows_and_the_mark_of_its_editors_are_no_problem() -> None:
    windows = "\ufeff" + FRENCH.replace("\n", "\r\n")
    assert campaign_file.read(windows, name="x.md") == campaign_file.read(FRENCH, name="x.md")


def test_a_text_without_a_header_is_a_campaign_that_says_little_yet() -> None:
    found = campaign_file.parsed("Bonjour à tous.\n", name="note.md")
    assert (found.problems, found.text.body, found.text.key) == ([], "Bonjour à tous.\n", "note")
    assert campaign_file.parsed("", name="x.md").problems == []


def said(line: str) -> str:
    return RIGHT.replace("\n[audience]", f"\n{line}\n[audience]")


WRONG = {
    "an unknown key": (said('subjet = "x"'), "unknown-key", 3),
    "an unknown key of the audience": (RIGHT.replace("lists", "lits"), "unknown-key", 4),
    "a key of the audience above it": (said('lists = ["clients"]'), "unknown-key", 3),
    "a key of the whole in the audience": (RIGHT.replace("lists", 'account = "x"\nlists'), "unknown-key", 4),
    "the same key in both languages": (said('objet = "x"'), "said-twice", 3),
    "the same key twice": (said('subject = "x"'), "not-toml", 3),
    "a key with an accent": (said('clé = "x"'), "not-toml", 3),
    "a value without quotes": (said("name = Boilers"), "not-toml", 3),
    "a colon for an equals sign": (said("name: Boilers"), "not-toml", 3),
    "an apostrophe between apostrophes": (said("name = 'L'hiver'"), "not-toml", 3),
    "a quote between quotes": (said('name = "The "good" one"'), "not-toml", 3),
    "a quote that is not closed": (said('name = "Boilers'), "not-toml", 3),
    "a list that is not closed": (RIGHT.replace('["clients"]', '["clients"'), "not-toml", 4),
    "a number in words": (said('per_hour = "many"'), "not-a-number", 3),
    "a number that is a switch": (said("per_hour = true"), "not-a-number", 3),
    "less than nothing": (said("per_hour = -1"), "not-a-number", 3),
    "more than all": (said('ab_percent = 120\nsubject_b = "x"'), "bad-number", 3),
    "a test too long": (said('ab_hours = 9999\nab_percent = 20\nsubject_b = "x"'), "bad-number", 3),
    "half a test": (said("ab_percent = 20"), "half-a-test", 3),
    "a language that is none": (said('lang = "de"'), "bad-language", 3),
    "a purpose that is none": (said('purpose = "fun"'), "no-purpose", 3),
    "a key that is none": (said('key = "!"'), "bad-key", 3),
    "an audience that is no table": (
        RIGHT.replace('[audience]\nlists = ["clients"]', 'audience = "all"'), "not-a-table", 3,
    ),
    "who is left out as a text": (RIGHT.replace("lists", 'except = "x"\nlists'), "not-a-table", 4),
    "a list of numbers": (RIGHT.replace('["clients"]', "[1]"), "not-a-list", 4),
    "a field that is none": (RIGHT.replace("you all", "{{ contact.nobody }}"), "bad-field", 6),
    "a field in the subject": (RIGHT.replace("A boiler", "{{ contact.nobody }}"), "bad-field", 2),
    "a choice that has no end": (RIGHT.replace("you all", "\n\n{% if contact.city %}"), "bad-field", 8),
    "no first line": (RIGHT.removeprefix("+++\n"), "no-header", 1),
    "a header of another program": (RIGHT.replace("+++", "---"), "no-header", 1),
    "a header without an end": ('+++\nsubject = "x"\n\nBonjour\n', "no-header", 1),
    "a number beyond all": (said("per_hour = " + "9" * 5000), "not-toml", 3),
    "too deep": (said("per_hour = " + "[" * 5000), "not-toml", 3),
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_at_its_line_with_what_to_write(case: str, language: str) -> None:
    text, rule, line = WRONG[case]
    i18n.use(language)
    (found, *_others) = campaign_file.parsed(text, name="x.md").problems
    assert (found.rule, found.line) == (rule, line)
    assert found.advice or rule in ("bad-number", "bad-key", "bad-field", "bad-language")
    with pytest.raises(FileRefused) as refused:
        campaign_file.read(text, name="x.md")
    assert (refused.value.rule, refused.value.exit_code) == ("campaign-has-problems", 5)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = RIGHT.replace(
        'subject = "A boiler"', 'subjet: A boiler\nname = Boilers\nlang = "de"\nper_hour = "x"'
    )
    assert wrong(text.replace("you all", "{{ contact.nobody }}")) == [
        ("not-toml", 2), ("not-toml", 3), ("bad-language", 4), ("not-a-number", 5), ("bad-field", 9),
    ]  # fmt: skip


def test_the_nearest_key_is_told_as_the_reader_writes_it() -> None:
    told = []
    for language in ("en", "fr"):
        i18n.use(language)
        told.append(campaign_file.parsed(said('subject_c = "x"'), name="x.md").problems[0].advice)
    i18n.use("en")
    assert told == ["Did you mean subject_b?", "Vouliez-vous dire objet_b\u202f?"]


@pytest.mark.parametrize(
    ("line", "advice"),
    [('from = "shop"', "account"), ('titre = "x"', "subject"), ('to = "all"', "[audience]"),
     ('send_at = "tomorrow"', "campaign schedule"), ('tags = ["vip"]', 'where = "tag = vip"')],
)  # fmt: skip
def test_what_other_programs_call_a_part_is_told_by_its_name_here(line: str, advice: str) -> None:
    (found,) = campaign_file.parsed(said(line), name="x.md").problems
    assert advice in found.advice


def test_a_field_without_its_noun_is_told_with_it() -> None:
    for bare, whole in (("prenom", "contact.prenom"), ("first_name", "contact.first_name")):
        (found,) = campaign_file.parsed(RIGHT.replace("you all", f"{{{{ {bare} }}}}"), name="x.md").problems
        assert whole in found.advice


def test_a_line_that_says_what_to_write_is_read_once_it_is_written() -> None:
    for case in ("a colon for an equals sign", "a value without quotes", "an apostrophe between apostrophes",
                 "a quote between quotes", "a quote that is not closed", "a list that is not closed"):  # fmt: skip
        text, _rule, line = WRONG[case]
        lines = text.split("\n")
        lines[line - 1] = campaign_file.parsed(text, name="x.md").problems[0].advice
        assert wrong("\n".join(lines)) == [], case


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["fr", "en"]))
def test_any_text_is_read_as_it_was_written(subject: str, body: str, lang: str) -> None:
    text = Text("x", "x", campaign_text.one_line(subject), campaign_text.checked(
        Text("x", "x", "", body.replace("{", "(").replace("\r", "")), ).body, lang=lang)  # fmt: skip
    text = text._replace(subject=text.subject.replace("{", "("))
    found = campaign_file.parsed(campaign_file.written(text), name="x.md")
    assert campaign_text.checked(found.text) == campaign_text.checked(text)


@settings(max_examples=100)
@given(st.text(alphabet="+=-\"'[]{}%\n:#aé sujet", max_size=200))
def test_no_file_is_too_strange_to_be_told_what_is_wrong_with_it(text: str) -> None:
    found = campaign_file.parsed(f"+++\n{text}", name="x.md")
    assert isinstance(campaign_check.alone(found).problems, list)


def test_a_file_is_looked_at_in_the_base_and_nothing_is_kept(crm: Crm) -> None:
    people(crm, a_list(crm), 3)
    found = campaign_check.whole(crm, campaign_file.parsed(RIGHT, name="x.md"), "contact@firme.example")
    assert found.counts == {"": 3}
    assert [one.rule for one in found.problems] == ["no-identity", "no-address"]


def test_what_the_base_does_not_have_is_told_at_its_line(crm: Crm) -> None:
    a_list(crm)
    segments.add(crm, "Lyon", "city = Lyon")
    text = RIGHT.replace('lists = ["clients"]', (
        'lists = ["clients", "amis"]\ntopics = ["wine"]\nsegments = ["lyon", "paris"]\nwhere = "cty = Lyon"\n'
        '[audience.except]\nlists = ["ennemis"]'
    ))  # fmt: skip
    found = campaign_check.whole(crm, campaign_file.parsed(text, name="x.md"), "")
    assert found.counts is None
    assert [(one.rule, one.line) for one in found.problems if one.line] == [
        ("no-such-list", 4), ("no-such-topic", 5), ("no-such-segment", 6), ("bad-where", 7), ("no-such-list", 9),
    ]  # fmt: skip


def test_without_a_base_a_file_is_looked_at_by_itself() -> None:
    told = campaign_check.alone(campaign_file.parsed(RIGHT.replace("A boiler", "RE: OFFRE !!!"), name="x.md"))
    assert [(one.rule, one.line) for one in told.problems] == [
        ("false-answer", 2), ("exclamations", 2),
    ]  # fmt: skip


def test_lines_of_the_text_are_those_of_the_file() -> None:
    text = RIGHT.replace("you all.", "you.\n\n![](x.png) [here](http://localhost/x) {FIRST}")
    told = campaign_check.alone(campaign_file.parsed(text.replace("+++\nGood", "+++\n\n\nGood"), name="x.md"))
    assert {one.line for one in told.problems} == {10}


def test_a_problem_of_a_read_campaign_has_its_place_only_where_there_is_a_file() -> None:
    said_so = Read(Text("x", "x", "", "Good morning to you.\n"), [])
    assert [one.words for one in campaign_check.alone(said_so).problems] == [
        'It has no subject: subject = "…"'
    ]


def test_a_list_that_is_put_away_is_told_at_its_line_with_what_takes_it_back(crm: Crm) -> None:
    people(crm, a_list(crm), 3)
    lists.archive(crm, "clients")
    found = campaign_check.whole(crm, campaign_file.parsed(RIGHT, name="x.md"), "contact@firme.example")
    assert found.counts == {"": 0}
    (told,) = [one for one in found.problems if one.rule in ("list-is-archived", "nobody")]
    assert (told.rule, told.line) == ("list-is-archived", 4)
    assert "petitcrm list archive clients --back" in told.message
