"""What the person wrote, and nothing of what they answer: replies of many programs, in French, English and others."""

from __future__ import annotations

import pytest

from petitcrm.connectors.mail_text import visible
from tests.support.corpora import FOLDER

MINE = "Bonjour,\n\nMardi me convient.\n\nZoé"
QUOTES = {
    "Gmail": "Le lun. 23 nov. 2026 à 10:00, Jean Dupont <jean@acme.fr> a écrit :\n\n> On se voit mardi ?\n>\n> Jean",
    "Gmail broken": "Le lun. 23 nov. 2026 à 10:00, Jean Dupont <\njean@une-adresse-longue.fr> a écrit :\n\n> Mardi ?",
    "Apple": "> Le 23 nov. 2026 à 10:00, Jean Dupont <jean@acme.fr> a écrit :\n> \n> Mardi ?",
    "Outlook": "De : Jean <jean@acme.fr>\nEnvoyé : lundi 23 novembre 2026 10:00\nÀ : Zoé\nObjet : RV\n\nMardi ?",
    "Outlook ruled": "________________\nDe : Jean <jean@acme.fr>\nEnvoyé : lundi\nÀ : Zoé\nObjet : RV\n\nMardi ?",
    "Orange": "> Message du 23/11/26 10:00\n> De : jean@acme.fr\n> A : zoe@bois.fr\n> Objet : RV\n>\n> Mardi ?",
    "La Poste": "Message du : 23/11/2026 10:00\nDe : jean@acme.fr\nA : zoe@bois.fr\nSujet : RV\n\nMardi ?",
    "Thunderbird": "Le 23/11/2026 à 10:00, Jean Dupont a écrit :\n> Mardi ?",
    "original": "-----Message d'origine-----\nDe : Jean\nEnvoyé : lundi\n\nMardi ?",
    "original, curly": "-----Message d’origine-----\nMardi ?",
    "English": "On Mon, Nov 23, 2026 at 10:00 AM Jean <jean@acme.fr> wrote:\n\nTuesday?",
    "phone": "Envoyé de mon iPhone",
    "phone and quote": "Envoyé de mon iPhone\n\n> Le 23 nov. 2026 à 10:00, Jean <jean@acme.fr> a écrit :\n>\n> Mardi ?",
    "signature": "-- \nZoé Noël\nBois & Fils\n06 12 34 56 78",
}


@pytest.mark.parametrize("quote", [pytest.param(quote, id=name) for name, quote in QUOTES.items()])
def test_only_what_is_new_is_kept(quote: str) -> None:
    assert visible(f"{MINE}\n\n{quote}\n") == MINE


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour,\n\nVoici ce qu'il me faut :\n- deux portes\n- une fenêtre\n\nMerci",
        "Le 12 à 14:00 je serai là. De : rien.",
        "On a écrit le 12/10 à la mairie, sans réponse. On attend.",
        "Il m'a écrit :\nje viens",
        "Voir https://exemple.fr/2026/11/23/a-ecrit:\npour le reste",
        "Contact : jean@acme.fr\nTéléphone : 06 12 34 56 78",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert visible(text) == text


def test_answers_between_the_lines_are_kept_without_what_they_answer() -> None:
    text = "Bonjour,\n\nLe 23/11/2026 à 10:00, Jean a écrit :\n> Mardi ?\nOui.\n> 14 h ?\nPlutôt 15 h.\n"
    assert visible(text) == "Bonjour,\n\nOui.\nPlutôt 15 h."


def test_a_mail_that_is_nothing_but_a_quote_is_shown_whole() -> None:
    assert visible("> Mardi ?\n") == "> Mardi ?"


EXPECTED = {
    "correct_sig.txt": "this is an email with a correct -- signature.",
    "email_2_1.txt": "Outlook with a reply", "email_4.txt": "Awesome! I haven't had another problem with it.",
    "email_20.txt": "On Thursday.", "email_blackberry.txt": "Here is another email",
    "email_custom_quote_header.txt": "Thank you!", "email_iphone.txt": "Here is another email",
    "email_thread.txt": "This is new email reply in thread from bellow.",
    "email_unquoted_reply.txt": "This is my reply.",
    "email_tricky_9_nested_quotes.txt": "I agree with the points below.",
    "email_tricky_17_forward_header.txt": "See the forwarded message below.",
}  # fmt: skip
LAST = "et mollis ligula rutrum quis. Fusce sed odio id arcu varius aliquet nec nec nibh."
"""With what the replies end that are made of the same Latin."""
KEPT_WHOLE = (
    "email_5.txt", "email_21.txt", "email_emoji.txt", "email_not_a_signature.txt", "email_not_a_signature_2.txt",
    "email_tricky_1_on_false_positive.txt", "email_tricky_2_url_with_wrote.txt", "email_tricky_3_code_block.txt",
    "email_tricky_4_from_in_body.txt", "email_tricky_6_regards_in_sentence.txt", "email_tricky_7_multiple_dashes.txt",
    "email_tricky_8_sent_from_in_content.txt", "email_tricky_13_timestamp_variations.txt",
    "email_with_from_headers.txt",
)  # fmt: skip


@pytest.mark.corpora
@pytest.mark.parametrize("name", EXPECTED)
def test_replies_of_others_are_trimmed_as_a_person_would(name: str) -> None:
    assert visible((FOLDER / "replies" / name).read_text(encoding="utf-8")) == EXPECTED[name]


@pytest.mark.corpora
@pytest.mark.parametrize("name", KEPT_WHOLE)
def test_replies_of_others_that_quote_nothing_are_kept_whole(name: str) -> None:
    text = (FOLDER / "replies" / name).read_text(encoding="utf-8")
    assert visible(text).split() == text.split()


@pytest.mark.corpora
def test_replies_in_other_languages_end_where_the_quote_begins() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((FOLDER / "replies").glob("email_*.txt"))]
    latin = [text for text in texts if LAST in text and text.strip().splitlines()[-1].strip() != LAST]
    assert len(latin) > 30
    ends = [visible(text).splitlines()[-1].strip() == LAST for text in latin]
    assert sum(ends) / len(ends) >= 0.95
