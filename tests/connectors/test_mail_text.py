"""What the person wrote, and nothing of what they answer: replies of many programs, in French, English and others."""

from __future__ import annotations

import pytest

from petitcrm.connectors.mail_text import visible
from tests.connectors.expected_replies import EXPECTED, LATIN, OF_LATIN
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
    "no-break spaces": "Le 23 nov. 2026 à 10:00, Jean <jean@acme.fr> a écrit\u00a0:\n\n> Mardi ?",
    "Outlook, no-break spaces": "De\u00a0: Jean\nEnvoyé\u00a0: lundi\nÀ\u00a0: Zoé\nObjet\u00a0: RV\n\nMardi ?",
    "Outlook for Mac": "De : Jean <jean@acme.fr>\nDate : lundi 23 novembre 2026\nÀ : Zoé\nObjet : RV\n\nMardi ?",
    "Yahoo": "Le lundi 23 novembre 2026 à 10:00:00 UTC+1, Jean <jean@acme.fr> a écrit :\n\nMardi ?",
    "Zimbra": '----- Mail original -----\nDe: "Jean" <jean@acme.fr>\nÀ: z@b.fr\nEnvoyé: Lundi\nObjet: RV\n\nMardi ?',
    "Roundcube": "Le 2026-11-23 10:00, Jean a écrit :\n> Mardi ?",
    "Samsung": "Envoyé depuis mon appareil Galaxy\n\n-------- Message d'origine --------\nDe : Jean\nDate : 23/11/26",
    "Outlook for Android": "Télécharger Outlook pour Android<https://aka.ms/x>\n________________________________",
    "Proton": "Envoyé avec la messagerie sécurisée Proton Mail.",
    "Windows": "Provenance : Courrier pour Windows",
    "antivirus": "Garanti sans virus. www.avast.com",
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
        "Rendez-vous mardi 12 à 10:00 chez zoe@bois.fr :\nMerci",
        "Bonjour,\nLe 12 octobre, Jean a écrit à la mairie.\nSans réponse.",
        "Le 12 octobre, voici ce que la mairie nous a écrit\net nous attendons.",
        "Vu le 12/10 :\n- une porte\n- une fenêtre",
        "Contact : jean@acme.fr\nTéléphone : 06 12 34 56 78",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert visible(text) == text


def test_answers_between_the_lines_are_kept_without_what_they_answer() -> None:
    text = "Bonjour,\n\nLe 23/11/2026 à 10:00, Jean a écrit :\n> Mardi ?\nOui.\n> 14 h ?\nPlutôt 15 h.\n"
    assert visible(text) == "Bonjour,\n\nOui.\nPlutôt 15 h."


@pytest.mark.parametrize(
    ("mine", "quote"),
    [
        ("Je viens le 12.", "Le 23/11/2026 à 10:00, Jean a écrit :\n> Mardi ?"),
        ("Mardi me convient.\nEnvoyé de mon iPhone", "> Le 23 nov. 2026 à 10:00, Jean a écrit :\n> Mardi ?"),
        (
            "Rappelle-moi au 06 12 34 56 78",
            "Le lun. 23 nov.\n2026 à 10:00, Jean <jean@acme.fr> a écrit :\n\nMardi ?",
        ),
    ],
)
def test_a_line_just_above_an_announcement_is_the_persons_own(mine: str, quote: str) -> None:
    assert visible(f"{mine}\n{quote}") == mine.removesuffix("\nEnvoyé de mon iPhone")


def test_a_mail_that_is_nothing_but_a_quote_is_shown_whole() -> None:
    assert visible("> Mardi ?\n") == "> Mardi ?"


CARD = "Zoé Noël\nDirectrice\nBois & Fils, 12 rue des Lilas, 49000 Angers\nTél. 02 41 00 00 00 | www.bois.fr"
NOTICE = (
    "Ce message et toutes les pièces jointes sont confidentiels et destinés à l'usage exclusif de leurs destinataires."
    " Si vous l'avez reçu par erreur, merci de le détruire."
)


@pytest.mark.parametrize(
    ("closing", "below", "kept"),
    [
        ("Cordialement,", CARD, "Cordialement,\n\nZoé Noël"),
        ("Bien à vous", CARD, "Bien à vous\n\nZoé Noël"),
        ("Bien cordialement.", "06 12 34 56 78\nwww.bois.fr", "Bien cordialement."),
        ("Je vous prie d'agréer, Madame, mes salutations distinguées.", CARD,
         "Je vous prie d'agréer, Madame, mes salutations distinguées.\n\nZoé Noël"),
        ("Kind regards", f"{CARD}\n\n{NOTICE}", "Kind regards\n\nZoé Noël"),
        ("Cdlt", "Zoé", "Cdlt\n\nZoé"),
        ("Merci", f"Zoé\n\n{NOTICE}", "Merci\n\nZoé"),
        ("Zoé", "Avant d'imprimer ce message, pensez à l'environnement.", "Zoé"),
        ("Zoé", f"—\n{CARD}", "Zoé"),
        ("Zoé", "_____\nListe de diffusion menuisiers\nhttps://listes.example", "Zoé"),
    ],
)  # fmt: skip
def test_the_card_below_a_closing_formula_is_left_out_all_but_the_name(
    closing: str, below: str, kept: str
) -> None:
    assert visible(f"Bonjour,\n\nMardi me convient.\n\n{closing}\n\n{below}\n") == (
        f"Bonjour,\n\nMardi me convient.\n\n{kept}"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"Bonjour\n\nCordialement\nZoé\n\nPS : appelez-moi au 06 12 34 56 78\n{CARD}",
        "Bonjour\n\nMerci\n\nPouvez-vous me rappeler au 06 12 34 56 78 ?",
        "Merci\n\nMon numéro est le 06 12 34 56 78 et vous pouvez m'y appeler tous les jours sauf le mardi matin.",
        "Cordialement\nZoé\nBois & Fils",
        "— Un tiret au début\n—\n" + "une ligne de texte\n" * 20 + "fin",
        "Ce message vous dira tout : je viens mardi.",
        "J'ai écrit cordialement à leur service, tél. 02 41 00 00 00, sans réponse.",
    ],
)
def test_what_only_looks_like_a_signature_is_kept(text: str) -> None:
    assert visible(text) == text


def test_a_quoted_line_that_was_broken_is_no_answer() -> None:
    text = (
        "Oui.\n\nLe 23/11/2026, Jean a écrit :\n> une ligne très longue que le programme de courrier a coupée en son\n"
        "milieu sans marque\n> la suite\n"
    )
    assert visible(text) == "Oui."


@pytest.mark.parametrize(
    "line",
    [
        "le 12 a écrit", "x " * 200 + "a écrit :", "le " + "1" * 400 + ":", "le 1 " + "a@" * 200 + ":", "12 a@b.fr :",
        "de :", "Merci", "—", "__", "-" * 450, "De : " + " " * 480, "Sent from my " + " " * 480 + ",",
        "Ce message " + "a" * 480, "Je vous prie " + "salutations " * 35, "Sent a" + "a" * 400 + "<https://",
    ],
)  # fmt: skip
def test_a_text_made_of_what_is_nearly_a_quote_or_a_signature_costs_its_length(line: str) -> None:
    assert len(visible(f"Bonjour\n{line}\n" * 5_000)) <= 5_000 * (len(line) + 10)


MISSED = ("email_with_date_headers.txt",)
"""Its quote is announced by `[DATE]`, which no mail program writes."""


@pytest.mark.corpora
@pytest.mark.parametrize("name", [*EXPECTED, *OF_LATIN])
def test_replies_of_others_begin_and_end_where_a_person_would_cut_them(name: str) -> None:
    lines = visible((FOLDER / "replies" / name).read_text(encoding="utf-8")).split("\n")
    found = (lines[0].strip()[:28], lines[-1].strip()[-28:], len(lines))
    assert (found == EXPECTED.get(name, LATIN)) is (name not in MISSED)


@pytest.mark.corpora
def test_no_reply_of_others_is_unread() -> None:
    assert {path.name for path in (FOLDER / "replies").glob("*.txt")} == {*EXPECTED, *OF_LATIN}
