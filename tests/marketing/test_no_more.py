"""What people write to receive no more, as it is meant: nobody who leaves stays, nobody leaves who only spoke of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitcrm.connectors.mail_text import visible
from petitcrm.marketing import no_more, responses
from tests.support.corpora import corpora

LEAVES = (
    "Désinscrivez-moi de la liste svp",
    "Je ne souhaite plus recevoir vos e-mails",
    "Merci de me désinscrire",
    "Merci de me désinscrire de votre liste de diffusion.",
    "Merci de bien vouloir me désabonner de cette newsletter, cordialement",
    "Bonjour,\n\nJe souhaite me désinscrire de votre lettre d’information.\n\nMarie Curie",
    "Bonjour Madame Martin,\nPourriez-vous me désabonner s’il vous plaît ?\nMerci",
    "Pouvez-vous me désinscrire de vos listes ?",
    "Bonjour, je voudrais être désinscrit(e) de la newsletter. Merci d'avance.",
    "Veuillez me désinscrire immédiatement",
    "Je vous prie de bien vouloir me désinscrire",
    "DÉSINSCRIPTION",
    "Désinscription newsletter",
    "Demande de désinscription",
    "Je me désabonne.",
    "Je me désinscris de votre liste",
    "Désabonnez-nous de vos e-mails publicitaires",
    "Merci de désinscrire mon adresse mail",
    "Je ne veux plus recevoir de mails de votre part",
    "Je ne veux plus recevoir votre newsletter !",
    "Nous ne souhaitons plus recevoir vos courriels.\nL’atelier Nöel",
    "Je souhaite ne plus recevoir vos messages",
    "Je ne désire plus recevoir d’e-mails commerciaux",
    "je veux plus recevoir vos mails",
    "Je ne souhaite pas recevoir votre lettre",
    "On ne veut plus recevoir vos publicités merci",
    "Bonjour Madame Martin, je vous prie de bien vouloir me désinscrire de votre\nliste de diffusion.",
    "Madame, Monsieur,\n\nJe ne souhaite plus recevoir vos e-mails.",
    "Je ne souhaite plus recevoir de sollicitations",
    "Je ne suis plus intéressée, merci de me désinscrire",
    "Je ne souhaite plus être destinataire de vos e-mails.",
    "unsubscribe",
    "Please unsubscribe me from this list.",
    "I do not wish to receive marketing emails",
    "Could you please unsubscribe me?",
    "I want to unsubscribe from your newsletter",
    "I would like to be unsubscribed, thank you",
    "I no longer wish to receive your emails.",
    "I don’t want to receive these emails anymore",
    "We do not want to get any more messages from you",
)
"""Wherever it is written."""
STOPS = (
    "Stop svp",
    "STOP",
    "Stop !",
    "Stop aux mails",
    "Stop pub",
    "STOP, mais rappelez-moi",
    "Retirez-moi de votre liste",
    "Merci de me retirer de vos listes de diffusion",
    "Pouvez-vous me supprimer de votre mailing list ?",
    "Je souhaite être retirée de la liste, merci",
    "Merci de retirer mon adresse de votre liste",
    "Merci de ne plus m’envoyer de mails",
    "Merci de ne plus me contacter par e-mail",
    "Prière de ne plus nous solliciter",
    "Ne m’écrivez plus !",
    "Ne m’envoyez plus vos newsletters",
    "Ne m’envoyez plus rien",
    "Arrêtez de m’envoyer des mails",
    "Cessez vos envois",
    "Arrêtez ces e-mails svp",
    "Je ne souhaite plus être contacté par mail",
    "Je ne souhaite plus les recevoir.",
    "Je ne veux plus rien recevoir de votre part",
    "Je ne veux plus de vos mails",
    "plus de mails",
    "Je souhaite ne plus faire partie de votre liste",
    "Arrêtez d’envoyer des mails",
    "Veuillez m’enlever de votre mailing list svp",
    "Prière de me rayer de vos listes",
    "Plus aucun mail svp",
    "Je ne souhaite plus recevoir d’informations de votre part",
    "Remove me",
    "Please remove me from your mailing list",
    "Take me off your list",
    "Stop sending me these emails",
    "Please stop emailing me",
    "Do not email me again",
    "Opt out",
)
"""As an answer to a mail that went to many."""
STAYS = (
    "je ne souhaite plus recevoir de papier, envoyez-moi un mail",
    "pouvez-vous me désinscrire Paul et inscrire Luc",
    "Pouvez-vous désinscrire Paul ?",
    "Désinscrivez Paul de la liste",
    "Désinscrivez mon mari",
    "> Désinscrivez-moi de la liste\n\nAvec plaisir, à lundi",
    "> STOP\n\nnon, je reste",
    "Je ne souhaite pas me désinscrire",
    "Ne me désinscrivez pas !",
    "Je n’arrive pas à me désinscrire",
    "Comment se désinscrire ?",
    "Comment me désinscrire",
    "Est-ce que je peux me désinscrire plus tard ?",
    "Désinscription impossible",
    "Votre lien de désinscription ne marche pas",
    "Je ne souhaite plus recevoir vos relances de factures, elles sont payées",
    "Je ne souhaite plus recevoir vos e-mails en double",
    "Je ne souhaite plus recevoir vos e-mails, sauf la lettre du mois",
    "Je ne souhaite plus recevoir vos mails à cette adresse mais à marie@curie.example",
    "Je ne souhaite plus recevoir autant de mails",
    "Je ne souhaite plus recevoir tous vos mails",
    "Je ne souhaite plus recevoir de colis le samedi",
    "Je ne souhaite plus recevoir de courrier, uniquement des mails",
    "Je ne souhaite plus recevoir votre technicien",
    "Je souhaite recevoir vos e-mails",
    "Je souhaite recevoir plus de mails",
    "Je veux plus de mails de votre part, c’est passionnant",
    "Plus de mails, et plus souvent",
    "Je ne souhaite pas recevoir votre devis",
    "Je ne souhaite plus recevoir l’offre que l’on m’a faite",
    "Je ne souhaite plus être contacté par téléphone",
    "Ne me contactez plus avant lundi",
    "Arrêtez le chantier",
    "Arrêtez les travaux, merci",
    "Stop ?",
    "stop ou encore",
    "Stop au gaz, passons au bois",
    "Non-stop depuis lundi",
    "Je ne veux pas arrêter",
    "Il m’a écrit : désinscrivez-moi de la liste",
    "Annulez mon abonnement d’entretien",
    "Je résilie mon contrat",
    "Retirez-moi ce radiateur",
    "Supprimez-moi la ligne 3 du devis",
    "Merci pour la lettre",
    "Quand j’aurai ma chaudière, désinscrivez-moi",
    "Je ne souhaite plus recevoir vos e-mails de facturation à cette adresse, merci\nde les envoyer à Zoé",
    "Nous ne souhaitons plus recevoir, chez nous, vos e-mails\nde relance",
    "À lundi\n\n--\nMarie Curie\nSe désinscrire",
    "How do I unsubscribe?",
    "I don't want to unsubscribe",
    "I don’t like your newsletter",
    "I want more emails",
    "Please unsubscribe Paul and add Luc",
    "Please stop by on Monday",
    "Arrêtez d’envoyer Paul chez moi",
    "Je ne souhaite plus recevoir les mails de Paul",
    "Je souhaite me désinscrire et m’inscrire à l’autre liste",
    "I don’t want to miss your emails",
    "I no longer wish to receive paper letters",
    "Remove the radiator",
    "Can you take me off the roof?",
    "Do not send me the invoice",
    "We opted out of gas",
    "",
    "x" * 100_000,
    "désinscrire " * 5_000,
    "\x1b[31mstop",
    "🙂",
)


@pytest.mark.parametrize("text", LEAVES)
def test_who_leaves_is_understood_wherever_they_write_it(text: str) -> None:
    assert responses.says_stop(text) and responses.says_stop(text, to_a_mailing=False)


@pytest.mark.parametrize("text", STOPS)
def test_who_wants_no_more_is_understood_as_an_answer_to_a_mailing_alone(text: str) -> None:
    assert responses.says_stop(text) and not responses.says_stop(text, to_a_mailing=False)


@pytest.mark.parametrize("text", STAYS, ids=lambda text: text[:40])
def test_who_says_another_thing_stays(text: str) -> None:
    assert not responses.says_stop(text) and not responses.says_stop(text, to_a_mailing=False)


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("replies/*.txt"), ids=lambda path: path.stem)
def test_no_answer_of_others_is_taken_for_a_stop(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    assert not responses.says_stop(visible(text))


@given(
    st.sampled_from(LEAVES + STOPS),
    st.sampled_from(["Paul", "le chauffage", "samedi", "par téléphone", "pas"]),
)
def test_a_word_more_is_for_a_person_to_read(text: str, more: str) -> None:
    words = no_more.bare_words(text)
    assert not no_more.read(f"{words} {more}")


@given(st.text(alphabet="dest inscrvomlapubf-'é,.?!\n>", max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert responses.says_stop(text) in (True, False)
