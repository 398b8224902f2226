"""A template says what it may, of whom it is for, or says which field is missing; a name is never markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.marketing import filling, templates
from petitcrm.marketing.merge_fields import Subjects
from petitcrm.marketing.wording import Wording, escaped, flat, html_of, text_of
from petitcrm.sales import companies, contacts
from tests.support.firm import Firm

TEXT = templates.Text(
    "relance", "Relance", "Votre devis {{ affaire.titre }}", "Bonjour {{ contact.prenom }},\n\nMerci.\n"
)


def filled(
    config: Config, about: Subjects, body: str, *, subject: str = "x", language: str = "fr"
) -> filling.Filled:
    """Fill a text for somebody."""
    with read_crm(config) as crm:
        return filling.fill(crm, subject, body, about, language=language)


def test_fields_are_named_in_french_and_in_english(config: Config, firm: Firm) -> None:
    about = Subjects(firm.contact, firm.deal, firm.user)
    french = (
        "{{ contact.civilite }} {{ contact.nom }} {{ entreprise.nom }} {{ affaire.montant }} {{ moi.nom }}"
    )
    english = (
        "{{ contact.civility }} {{ contact.last_name }} {{ company.name }} {{ deal.amount }} {{ user.name }}"
    )
    assert filled(config, about, french).body == "M. Dupont Acmé SARL 4\u202f500\u00a0€ Anne Martin"
    assert filled(config, about, english, language="en").body == "M. Dupont Acmé SARL €4,500 Anne Martin"


def test_a_field_of_ones_own_is_named_by_its_key(config: Config, firm: Firm) -> None:
    assert filled(config, Subjects(firm.other_contact), "{{ contact.perso.chaudiere }}").body == "De Dietrich"


@pytest.mark.parametrize(
    ("body", "named", "command"),
    [
        ("{{ contact.fonction }}", "contact.fonction", "petitcrm contact edit c1 --job …"),
        (
            "{{ contact.perso.couleur }}",
            "contact.perso.couleur",
            'petitcrm contact edit c1 --set "couleur=…"',
        ),
        ("{{ affaire.titre | upper }}", "affaire.titre", "petitcrm mail send dN …"),
        ("{{ 'M. ' ~ contact.job_title }}", "contact.job_title", "petitcrm contact edit c1 --job …"),
    ],
)
def test_an_empty_field_stops_the_mail_with_its_name_and_what_fills_it(
    body: str, named: str, command: str, config: Config, firm: Firm
) -> None:
    with pytest.raises(RefusedByRule) as refused:
        filled(config, Subjects(firm.contact), body)
    assert refused.value.rule == "field-is-empty"
    assert named in refused.value.message
    assert refused.value.advice == command


def test_an_empty_field_may_be_asked_for_and_stood_for(config: Config, firm: Firm) -> None:
    body = "{% if contact.fonction %}x{% else %}rien{% endif %} {{ contact.fonction | default('ami') }}"
    assert filled(config, Subjects(firm.contact), body).body == "rien ami"


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 10**9 }}", "{% for x in range(10**9) %}a{% endfor %}", "{{ contact.__class__ }}",
        "{{ contact.nom.upper() }}", "{{ contact.nom | center(10**9) }}", "{{ contact.nom | replace('a', 'aa') }}",
        "{% include '/etc/passwd' %}", "{% set x = 'a' %}", "{% macro m() %}{% endmacro %}", "{{ [1] * 9 }}",
        "{{ '%s' % 3 }}", "{{ contact }}", "{{ self }}", "{{ config }}", "{{ contact['__init__'] }}", "{{ 1 + 1 }}",
        "{{ contact.nom is mapping }}", "{{ contact.nom", "{% if %}", "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "{{ " + "not " * 5_000 + "1 }}", "x" * 200_000,
    ],
    ids=range(22),
)  # fmt: skip
def test_what_multiplies_loops_calls_or_includes_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(UsageProblem):
        filling.check(text, where="Le corps")


def test_a_field_that_does_not_exist_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UsageProblem) as problem:
        filling.check("a\nb {{ contact.prenon }}", where="Le corps")
    assert "2" in problem.value.message
    assert "contact.prenom" in problem.value.advice


@pytest.mark.parametrize(
    "name",
    [
        "*X*", "[x](javascript:alert(1))", "<img src=x>", "# Titre", "1. x", "a_b_c", "`x`", "&amp;", "- x", "x\n\n# y",
        "\\*", "![p](http://e/p)", "~~~", "===", "> x", "+ x",
    ],
)  # fmt: skip
def test_a_name_is_never_markup(name: str, config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        company = companies.add(crm, {"name": name})
        about = Subjects(contacts.add(crm, {"last_name": "Dupré", "company_id": company}))
    wording = Wording(filled(config, about, "Bonjour\n{{ entreprise.nom }}").body, is_markdown=True)
    assert wording.written == "Bonjour\n" + " ".join(name.split())
    assert not any(
        sign in wording.html for sign in ("<a", "<img", "<h1", "<h2", "<em", "<li", "<code", "<bl")
    )


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1))
def test_an_escaped_value_reads_as_itself(value: str) -> None:
    assert text_of(f"Bonjour {escaped(value)} !") == f"Bonjour {flat(value)} !"
    assert "<a" not in html_of(escaped(value))


def test_only_links_to_sites_and_mails_are_links_and_nothing_is_fetched() -> None:
    wrong = "[c](javascript:x) [d](file:///etc) ![e](https://x.fr/p.png) <b>f</b>"
    html = html_of(f"[a](https://x.fr) [b](mailto:a@b.fr) {wrong}\n\n<script>g</script>")
    assert html.count("<a href") == 3  # the picture is a link, which nobody fetches by itself
    assert "<img" not in html and "<b>" not in html and "<script" not in html


def test_the_text_of_a_mail_reads_like_a_mail() -> None:
    markdown = (
        "Bonjour **Zoé**,\n\n- un [devis](https://x.fr/d)\n- deux\n\n1. a\n2. b\n\nÀ bientôt\n-- \nAnne <3"
    )
    wording = Wording(markdown, is_markdown=True)
    listed = "- un devis (https://x.fr/d)\n- deux\n\n1. a\n2. b"
    assert wording.text == f"Bonjour Zoé,\n\n{listed}\n\nÀ bientôt\n\n-- \nAnne <3\n"
    assert "Anne &lt;3" in wording.html and "<h2>" not in wording.html


def test_a_mail_typed_by_hand_stays_as_it_was_typed() -> None:
    wording = Wording("2 * 3 * 4\n# pas un titre\n")
    assert (wording.text, wording.html) == ("2 * 3 * 4\n# pas un titre\n", "")


def test_a_value_cannot_end_the_line_of_the_subject(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        about = Subjects(contacts.add(crm, {"last_name": "A\nBcc: x@y.fr"}))
    assert filled(config, about, "x", subject="Pour {{ contact.nom }}").subject == "Pour A Bcc: x@y.fr"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("key", templates.EXAMPLES)
def test_an_example_is_kept_filled_and_written_as_it_was_read(
    key: str, lang: str, config: Config, firm: Firm
) -> None:
    from petitcrm.sales import firm as ours

    text = templates.example(key, lang)
    assert templates.read(templates.written(text), name="x.md") == text
    with open_crm(config) as crm:
        ours.rename(crm, "Chauffage Acmé")
        templates.add(crm, text)
        about = Subjects(firm.contact, firm.deal, firm.user)
        found = templates.preview(crm, templates.of(crm, key, lang), about)
    assert found.subject and "{" not in found.body
    assert "  " not in Wording(found.body, is_markdown=True).written


def test_a_template_in_two_languages_is_two_texts_of_one_key(crm: Crm) -> None:
    templates.add(crm, TEXT)
    templates.add(crm, TEXT._replace(lang="en", name="Follow-up"))
    assert [templates.of(crm, "relance", lang).name for lang in ("fr", "en", "")] == [
        "Relance",
        "Follow-up",
        "Relance",
    ]
    with pytest.raises(RefusedByRule):
        templates.add(crm, TEXT)
    assert templates.delete(crm, "relance") == 2
    with pytest.raises(NotFound):
        templates.of(crm, "relance")


@pytest.mark.parametrize(
    "text", ["+++\nkey = 1\n+++\nx", "+++\nwrong = 'a'\n+++\nx", "+++\nkey = \n+++\nx", "+++\nkey = 'a'\nx"]
)
def test_a_file_whose_header_is_wrong_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem):
        templates.read(text, name="a.md")


def test_a_file_without_a_header_is_called_by_its_name() -> None:
    text = templates.read("\ufeffBonjour\r\n", name="modèles/relance.en.md")
    assert (text.key, text.lang, text.body) == ("relance", "en", "Bonjour\n")
