"""The mail that asks somebody to confirm that they want to be on a list, in the language of the list."""

from __future__ import annotations

from petitcrm.marketing.lists import ANSWER_DAYS
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.queries.audiences import ListLine

_SUBJECT = {"fr": "Confirmez votre inscription : {name} [{token}]", "en": "Please confirm: {name} [{token}]"}
_BODY = {
    "fr": (
        "Bonjour,\n\nVous avez demandé à recevoir « {name} », de {firm}.\n\n"
        "Ce à quoi vous dites oui :\n\n    {wording}\n\n"
        "Pour confirmer, répondez simplement OUI à ce message dans les {days} jours.\n\n"
        "Si vous n’avez rien demandé, ne faites rien : sans réponse de votre part, rien ne vous sera envoyé.\n"
        "Vous pourrez vous désinscrire à tout moment en répondant STOP.\n"
    ),
    "en": (
        "Hello,\n\nYou asked to receive “{name}”, from {firm}.\n\n"
        "What you say yes to:\n\n    {wording}\n\n"
        "To confirm, simply answer YES to this message within {days} days.\n\n"
        "If you did not ask for anything, do nothing: without your answer, nothing will be sent to you.\n"
        "You may leave at any time by answering STOP.\n"
    ),
}


OCCASION = "confirm:"
"""What the occasion of such a mail begins with: the list, when they were asked, and the address follow."""


class Asked(Row):
    """The subject and the text of the mail."""

    subject: str
    body: str


def written(line: ListLine, token: str, firm: str) -> Asked:
    """Return the mail for one person: it holds the exact words that they agree to, and nothing to sell."""
    name = " ".join(line.name.split())
    return Asked(
        _SUBJECT[line.lang].format(name=name[:200], token=token),
        _BODY[line.lang].format(
            name=name, wording=line.wording.replace("\n", "\n    "), firm=firm, days=ANSWER_DAYS
        ),
    )


def occasion(line: ListLine, asked_at: str, address: str) -> str:
    """Return why the mail is sent: there is one for each time that an address was asked for a list."""
    return f"{OCCASION}{line.key}:{asked_at}:{address.lower()}"


def asked_of(told: str) -> tuple[str, str]:
    """Return the key of the list, and when they were asked, of such an occasion; empty where they cannot be read."""
    key, _colon, rest = told.removeprefix(OCCASION).partition(":")
    at, end, _rest = rest.partition("Z:")
    return key, at + end[:1]
