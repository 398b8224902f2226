"""Mails that say yes, or no more, and nothing else: the confirmation that was asked for, the way out that was taken.

Only what cannot be misread is done by the program: a way out that we signed; a short yes to the mail that asked; a
short stop. Anything else stays what it was, a mail that a person answers. An automatic answer never says yes.
"""

from __future__ import annotations

import re

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _
from petitcrm.marketing import lists, subscriptions, tokens
from petitcrm.sales import correspondence, letters
from petitcrm.store.queries import audiences as queries
from petitcrm.store.queries import bounces, outbox
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.sales.letters import Letter

SOURCE = "mail"
_LONGEST = 200
"""Characters of a text that may say only one thing; a signature may follow the first line."""
_YES = frozenset(
    (
        "oui", "yes", "ok", "je confirme", "oui je confirme", "oui merci", "yes please", "i confirm", "yes i confirm",
        "confirme", "confirmed", "d accord", "oui d accord", "bien sur", "oui bien sur", "oui bonjour", "bonjour oui",
        "ok merci", "ok thanks", "yes thanks", "yes thank you", "c est oui",
    )
)  # fmt: skip
_STOP = frozenset(
    (
        "stop", "stop svp", "stop merci", "stop mail", "stop mails", "stop pub", "remove me", "please remove me",
        "remove", "opt out", "ne plus m ecrire", "ne m ecrivez plus", "merci de ne plus m ecrire", "plus de mails",
        "retirez moi de la liste", "retirez moi de votre liste", "take me off the list", "take me off your list",
    )
)  # fmt: skip
"""What means no more as an answer to a mail that we sent to many."""
_LEAVING = frozenset(
    (
        "desinscription", "desinscrire", "me desinscrire", "desinscrivez moi", "je me desinscris", "desabonnement",
        "desabonner", "me desabonner", "desabonnez moi", "se desabonner", "se desinscrire", "unsubscribe",
        "unsubscribe me", "please unsubscribe", "please unsubscribe me", "je souhaite me desabonner",
        "je souhaite me desinscrire", "merci de me desinscrire", "merci de me desabonner", "je veux me desabonner",
        "je veux me desinscrire", "desinscription svp", "desinscription merci",
    )
)  # fmt: skip
"""What means it wherever it is written."""
_NO_WORDS = re.compile(
    r"\b(?:non|no|not|pas|stop|ne|never|jamais|annul\w*|erreur|mistake|unsubscribe|des(?:inscri|abonn)\w*)\b"
)
_POLITE = re.compile(
    r"^(?:bonjour|hello|hi|madame|monsieur|madame monsieur)\s+|\s+(?:merci|svp|s il vous plait|please|thanks)$"
)


def take(crm: Crm, letter: Letter, message_id: int) -> str:
    """Do what a mail that was just stored as `message_id` surely says; return "confirmed", "left", or ""."""
    if letter.is_sent or not _may_say_something(letter):  # nearly all of them: no question is put to the base
        return ""
    if not queries.is_stored_at(crm, message_id, crm.now_text):
        return ""  # read again, it says nothing new: they may have come back since
    try:
        did = _way_out(crm, letter) or _stop(crm, letter) or _yes(crm, letter)
    except RefusedByRule:
        return (
            ""  # somebody else objected at the same address: a person looks at it, and the mailbox is read on
        )
    if did:
        correspondence.expect_none(crm, message_id)
    return did


def says_yes(text: str) -> bool:
    """Tell whether a text says yes and nothing else; a signature may follow."""
    first, rest = _said(text)
    return first in _YES and "?" not in text and not _NO_WORDS.search(fold(rest))


def says_stop(text: str, *, to_a_mailing: bool = True) -> bool:
    """Tell whether a text says no more and nothing else; "stop" does only as an answer `to_a_mailing`."""
    first, rest = _said(text)
    known = _LEAVING | _STOP if to_a_mailing else _LEAVING
    return first in known and "?" not in text and len(rest.split()) <= 12


def _said(text: str) -> tuple[str, str]:
    """Return the first line that says something, as words without politeness, and what follows it."""
    if len(text) > _LONGEST:
        return "", ""
    lines = [line for line in text.replace("\r", "").split("\n") if line.strip(" \t\u00a0.,;!-_*>")]
    lines = [line for line in lines if fold(line).strip(" ,.!") not in ("bonjour", "hello", "hi")] or lines
    if not lines:
        return "", ""
    bare = " ".join("".join(sign if sign.isalnum() else " " for sign in fold(lines[0])).split())
    return (bare if bare in _YES | _STOP | _LEAVING else _POLITE.sub("", bare)), "\n".join(lines[1:])


def _may_say_something(letter: Letter) -> bool:
    text = _text(letter)
    return tokens.read(tokens.UNSUBSCRIBE, letter.subject) is not None or says_yes(text) or says_stop(text)


def _way_out(crm: Crm, letter: Letter) -> str:
    """Take the way out that our own header offers: who holds a signed one may use it, by whatever address."""
    found = tokens.read(tokens.UNSUBSCRIBE, letter.subject)
    if found is None or not tokens.is_good(crm, tokens.UNSUBSCRIBE, found):
        return ""
    subscriptions.use_way_out(crm, found[0], how=_("by the way out of a mail"), source=SOURCE)
    return "left"


def _stop(crm: Crm, letter: Letter) -> str:
    if letter.is_automatic or letter.is_bulk or not says_stop(_text(letter)):
        return ""
    mailing = _mailing(crm, letter)
    if not says_stop(_text(letter), to_a_mailing=mailing is not None):
        return ""
    holders = set(bounces.holders(crm, letter.sender[1]))
    if mailing is not None:
        contact_id, purposes = mailing
        holders.add(contact_id)
    else:
        purposes = lists.PURPOSES
    for contact_id in sorted(holders):
        for purpose in purposes:
            subscriptions.leave(crm, contact_id, purpose, how=_("answered stop"), source=SOURCE)
    return "left" if holders else ""


def _mailing(crm: Crm, letter: Letter) -> tuple[int, tuple[str, ...]] | None:
    """Return whom the mail of ours that is answered was for, and its purpose; None where it was no mailing."""
    for name in reversed(letters.ancestors(letter)):
        row = outbox.of_message(crm, name)
        if row is not None and row.contact_id is not None and row.purpose in lists.PURPOSES:
            return row.contact_id, (row.purpose,)
        asked = queries.occasions_of(crm, [name])
        if asked and asked[0][2] is not None:  # a confirmation is answered by no: they want none of it
            line = next((one for one in queries.lists(crm) if one.key == asked[0][1].split(":")[1]), None)
            if line:
                return asked[0][2], (line.purpose,)
    return None


def _yes(crm: Crm, letter: Letter) -> str:
    """Confirm who was asked: by an answer to the mail that asked, or with its token, from where it was sent to."""
    if letter.is_automatic or letter.is_bulk or not says_yes(_text(letter)):
        return ""
    for list_id, contact_id, address in _asked(crm, letter):
        sender = letter.sender[1].lower()
        if sender != address.lower() and contact_id not in bounces.holders(crm, sender):
            continue
        how = _("answer of {address}, {name}", address=sender, name=letter.message_id)
        if subscriptions.confirm(crm, list_id, contact_id, how=how):
            return "confirmed"
    return ""


def _asked(crm: Crm, letter: Letter) -> list[tuple[int, int, str]]:
    """Return the list, the contact and the address of what a mail answers; of the last time that they were asked."""
    found = tokens.read(tokens.CONFIRM, letter.subject)
    told = []
    if found is not None and found[0].list_id is not None:
        token, list_id = found[0], found[0].list_id
        known = queries.subscription(crm, list_id, token.contact_id)
        if known and tokens.is_good(crm, tokens.CONFIRM, found, once=known.asked_at):
            told.append((list_id, token.contact_id, ""))
    by_key = {one.key: one.id for one in queries.lists(crm)}
    for _name, occasion, contact_id, address in queries.occasions_of(crm, letters.ancestors(letter)):
        key, _colon, rest = occasion.removeprefix("confirm:").partition(":")
        list_id = by_key.get(key, 0)
        known = queries.subscription(crm, list_id, contact_id) if contact_id else None
        if known and contact_id and rest.startswith(f"{known.asked_at}:"):
            told.append((list_id, contact_id, address))
    return told


def _text(letter: Letter) -> str:
    """Return what they wrote; a subject alone is what they wrote where there is no text."""
    return letter.text.strip() or letters.without_prefixes(letter.subject)
