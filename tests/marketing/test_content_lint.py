"""What is wrong with a mail to many people is told with what to write; a mail that is right is let through."""

from __future__ import annotations

import pytest

from petitcrm.marketing.content_lint import LARGEST, Draft, check
from petitcrm.marketing.identity import Identity, signed

WHO = Identity("Chauffage Acmé", "12 rue des Lilas, 75002 Paris", "contact@firme.example")
BODY = """\
Bonjour {{ contact.prenom | default("à vous") }},

Votre chaudière a besoin d'être révisée avant l'hiver : [prenez rendez-vous](https://firme.example/agenda).

{% if entreprise.nom %}Pour {{ entreprise.nom }}, nous venons le soir.{% endif %}
"""
RIGHT = Draft("Votre chaudière avant l'hiver", BODY, WHO, people=12)


def codes(draft: Draft) -> list[str]:
    """Return what is wrong."""
    return [one.rule for one in check(draft)]


def test_a_mail_that_is_right_is_let_through() -> None:
    assert check(RIGHT) == ()


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (WHO._replace(firm=""), "no-identity"),
        (WHO._replace(place=""), "no-address"),
        (WHO._replace(sender=""), "no-way-out"),
    ],
)
def test_who_writes_and_how_to_get_out_must_be_there(who: Identity, code: str) -> None:
    assert codes(RIGHT._replace(who=who)) == [code]


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("", "no-subject"),
        ("   ", "no-subject"),
        ("Re: votre chaudière", "false-answer"),
        ("RE : votre chaudière", "false-answer"),
        ("TR: votre chaudière", "false-answer"),
        ("Fwd: votre chaudière", "false-answer"),
        ("Re[2]: votre chaudière", "false-answer"),
        ("Votre chaudière " * 8, "long-subject"),
        ("VOTRE CHAUDIÈRE EN HIVER", "capitals"),
        ("Votre chaudière !!!", "exclamations"),
        ("Prête, votre chaudière ??", "exclamations"),
        ("Bonjour *|FNAME|*", "foreign-field"),
        ("Bonjour %PRENOM%", "foreign-field"),
        ("Bonjour {prenom}", "foreign-field"),
        ("Bonjour XXX", "left-over"),
    ],
)
def test_a_subject_that_is_wrong_is_told(subject: str, code: str) -> None:
    assert codes(RIGHT._replace(subject=subject)) == [code]
    assert codes(RIGHT._replace(subject_b=subject)) == ([] if not subject else [code])


@pytest.mark.parametrize(
    "subject",
    ["Réparer, Rénover : nos conseils", "Transport : du neuf", "Prêts pour l'hiver ?", "SAV", "Bonne année !",
     "{{ contact.prenom | upper }}, votre chaudière"],
)  # fmt: skip
def test_a_subject_that_only_looks_so_is_let_through(subject: str) -> None:
    assert codes(RIGHT._replace(subject=subject)) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("[ici](http://firme.example/x)", "not-https"),
        ("[ici](https://localhost/x)", "local-link"),
        ("[ici](https://127.0.0.1/x)", "local-link"),
        ("[ici](https://192.168.1.10/x)", "local-link"),
        ("[ici](https://intranet/x)", "local-link"),
        ("[ici](https://bit.ly/3abc)", "shortener"),
        ("[ici](https://www.tinyurl.com/3abc)", "shortener"),
        ("[www.banque.example](https://firme.example)", "other-address"),
        ("[https://banque.example/compte](https://firme.example)", "other-address"),
        ("![la chaudière](https://firme.example/c.png)", "picture"),
        ("![](https://firme.example/c.png)", "picture"),
        ("Bonjour [[prenom]]", "foreign-field"),
        ("Lorem ipsum dolor", "left-over"),
    ],
)
def test_a_line_that_is_wrong_is_told_with_its_number(line: str, code: str) -> None:
    found = check(RIGHT._replace(body=f"{BODY}\n{line}\n"))
    assert [(one.rule, one.line) for one in found] == [(code, 7)]


@pytest.mark.parametrize(
    "line",
    ["[firme.example](https://www.firme.example/x)", "[nous écrire](mailto:contact@firme.example)",
     "[3.5 kW](https://firme.example)", "[M. Dupont](https://firme.example)"],
)  # fmt: skip
def test_a_link_that_is_right_is_let_through(line: str) -> None:
    assert codes(RIGHT._replace(body=f"{BODY}\n{line}\n")) == []


def test_a_mail_without_words_is_empty_for_who_reads_text() -> None:
    assert codes(RIGHT._replace(body="[x](https://firme.example)\n")) == ["no-text"]


def test_a_mail_that_is_for_nobody_says_where_to_name_people() -> None:
    (found,) = check(RIGHT._replace(people=0))
    assert found.rule == "nobody"
    assert "[audience]" in found.words


@pytest.mark.parametrize("other", ["Votre chaudiere avant l'hiver", "VOTRE CHAUDIÈRE avant l’hiver"])
def test_a_second_subject_that_is_the_first_one_tries_nothing(other: str) -> None:
    assert codes(RIGHT._replace(subject_b=other)) == ["same-subjects"]


def test_everybody_left_out_says_why_and_not_to_name_people() -> None:
    (found,) = check(RIGHT.counting({"": 0, "objected": 40}))
    assert (found.rule, found.is_grave) == ("nobody", True)
    assert "(40)" in found.words and "[audience]" not in found.words


def test_empty_fields_are_told_with_how_many_people_and_what_to_write() -> None:
    (found,) = check(RIGHT._replace(empty=(("entreprise.nom", 3),)))
    assert (found.rule, found.line) == ("empty-field", 5)
    assert "3 people" in found.words
    assert "{{ entreprise.nom | default('…') }}" in found.words


def test_a_mail_that_mailboxes_would_cut_is_told() -> None:
    assert codes(RIGHT._replace(body="des mots pour vous " * (LARGEST // 18))) == ["too-large"]


def test_a_mail_in_another_language_than_it_says_is_told() -> None:
    english = (
        "The boiler that you have in your house is not ready for the winter, and we will come with our men."
    )
    assert codes(RIGHT._replace(body=english)) == ["language"]
    assert codes(RIGHT._replace(body=english, lang="en")) == []


def test_hostile_text_is_looked_at_without_harm() -> None:
    for body in (
        "[x](javascript:alert(1)) des mots ici",
        "\x1b]52;c;x\x07 des mots ici",
        "[" * 5_000 + " a b c",
    ):
        check(RIGHT._replace(body=body))
    assert "bad-link" not in codes(RIGHT._replace(body="[x](https://[::1/) des mots ici"))


def test_every_mail_ends_with_who_writes_and_the_way_out() -> None:
    told = signed("Bonjour", WHO, lang="fr", purpose="newsletter")
    assert "Chauffage Acmé · 12 rue des Lilas, 75002 Paris" in told
    assert "(mailto:contact@firme.example?subject=STOP)" in told
    assert "STOP" not in signed("Bonjour", WHO, lang="fr", purpose="service")


def test_a_firm_called_like_markup_stays_a_name() -> None:
    assert r"\*Acmé\*" in signed("Bonjour", WHO._replace(firm="*Acmé*"), lang="fr", purpose="newsletter")
