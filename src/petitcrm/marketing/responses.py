"""Mails that say yes, or no more, and nothing else: the confirmation that was asked for, the way out that was taken.

Only what cannot be misread is done by the program: a way out that we signed; a short yes to the mail that asked; a
stop that a mail begins with. A mail that says that alone is nobody's answer; whatever it says besides is one, which a
person answers. An automatic answer never says yes.
"""

from __future__ import annotations

import itertools
import re

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _
from petitcrm.marketing import confirmation, lists, subscriptions, tokens
from petitcrm.sales import consent, correspondence, letters
from petitcrm.store import beside
from petitcrm.store.queries import audiences as queries
from petitcrm.store.queries import bounces, consents, outbox
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.sales.letters import Letter

SOURCE = "mail"
_LONGEST = 200
"""Characters of a text that may say only one thing; a signature may follow the first line."""
_LOOKED_AT = 2000
_SIGNATURE = 40
"""Words that a signature has at most."""
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
_MAY_GO_ON = _STOP - {"plus de mails", "remove"}
"""What means it too where the sentence goes on: “stop, mais rappelez-moi”."""
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
_ENDS = ",;:.!\u2013\u2014"
"""What ends the first thing that a line says."""
_NO_WORDS = re.compile(
    r"\b(?:non|no|not|pas|stop|ne|never|jamais|annul\w*|erreur|mistake|unsubscribe|des(?:inscri|abonn)\w*)\b"
)
_TALKS = re.compile(
    r"\?|\b(?:mais|je|j|vous|nous|quand|pourquoi|r?appel\w*|contacte[rz]\w*|envoy(?!e\b)\w*|merci de"
    r"|but|i|we|you|when|why|call\w*|send)\b"
)
"""What a sentence to us has in it, and a signature hardly ever (“envoyé de mon mobile”)."""
_FOOTER = re.compile(r"\b(?:confidenti\w+|environn?e?ment)\b")
"""What firms put below every mail."""
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
    if did and not says_more(letter):
        correspondence.expect_none(crm, message_id, how=correspondence.DONE)
    return did


def says_yes(text: str) -> bool:
    """Tell whether a text says yes and nothing else; a signature may follow."""
    if len(text) > _LONGEST:
        return False
    first, rest = _said(text)
    return _bare(first) in _YES and "?" not in text and not _NO_WORDS.search(fold(rest))


def says_stop(text: str, *, to_a_mailing: bool = True) -> bool:
    """Tell whether a text begins with no more, whatever follows; unless it answers `to_a_mailing`, that must be all."""
    first, rest = _said(text)
    if to_a_mailing:
        return _after_stop(first, rest) is not None
    return _bare(first) in _LEAVING and "?" not in text and len(rest.split()) <= 12


def says_more(letter: Letter) -> bool:
    """Tell whether a mail that says yes, or no more, says something besides: a person is to read that."""
    if letter.is_automatic or letter.is_bulk:
        return False
    first, rest = _said(letter.text)
    left = "" if _bare(first) in _YES else _after_stop(first, rest)
    lines = fold(f"{first}\n{rest}" if left is None else left or rest).split("\n")
    told = "\n".join(itertools.takewhile(lambda line: not _FOOTER.search(line), lines))
    return len(told.split()) > _SIGNATURE or bool(_TALKS.search(told))


def _said(text: str) -> tuple[str, str]:
    """Return the first line of a text that says something, beyond a greeting, and what follows it."""
    cut = text[:_LOOKED_AT].replace("\r", "").split("\n")
    lines = [line for line in cut if line.strip(" \t\u00a0.,;!-_*>")]
    lines = [line for line in lines if fold(line).strip(" ,.!") not in ("bonjour", "hello", "hi")] or lines
    return (lines[0], "\n".join(lines[1:])) if lines else ("", "")


def _bare(line: str) -> str:
    """Return a line as words without politeness."""
    bare = " ".join("".join(sign if sign.isalnum() else " " for sign in fold(line)).split())
    return bare if bare in _YES | _STOP | _LEAVING else _POLITE.sub("", bare)


def _after_stop(first: str, rest: str) -> str | None:
    """Return what is said after no more was said to a mailing; None where it was not."""
    if _bare(first) in _LEAVING | _STOP and "?" not in first:
        return rest
    begins, _sign, goes_on = first.partition(next((sign for sign in first if sign in _ENDS), "\n"))
    if _bare(begins) in _LEAVING | _MAY_GO_ON and "?" not in begins:
        return f"{goes_on}\n{rest}"
    return None


def _may_say_something(letter: Letter) -> bool:
    text = _text(letter)
    return tokens.read(tokens.UNSUBSCRIBE, letter.subject) is not None or says_yes(text) or says_stop(text)


def _way_out(crm: Crm, letter: Letter) -> str:
    """Take the way out that our own header offers: who holds a signed one may use it, by whatever address."""
    found = tokens.read(tokens.UNSUBSCRIBE, letter.subject)
    if found is None or not tokens.is_good(crm, tokens.UNSUBSCRIBE, found):
        return ""
    how, sender = _("by the way out of a mail"), letter.sender[1]
    subscriptions.use_way_out(crm, found[0], how=how, source=SOURCE, sender=sender)
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
        holders |= {contact_id} if contact_id else set()
    else:
        purposes = lists.PURPOSES
    for contact_id in sorted(holders):
        for purpose in purposes:
            subscriptions.leave(crm, contact_id, purpose, how=_("answered stop"), source=SOURCE)
    return "left" if holders else ""


def _mailing(crm: Crm, letter: Letter) -> tuple[int | None, tuple[str, ...]] | None:
    """Return whom the mail of ours that is answered was for, and its purpose; None where it was no mailing.

    Of a mailing that the base forgot, when it was put back, it is known that it went to who answers, not what for.
    """
    for name in reversed(letters.ancestors(letter)):
        row = outbox.of_message(crm, name)
        if row is not None and row.contact_id is not None and row.purpose in lists.PURPOSES:
            return row.contact_id, (row.purpose,)
        asked = queries.occasions_of(crm, [name])
        if asked and asked[0][2] is not None:  # a confirmation is answered by no: they want none of it
            key, _at = confirmation.asked_of(asked[0][1])
            line = next((one for one in queries.lists(crm) if one.key == key), None)
            if line:
                return asked[0][2], (line.purpose,)
        if row is None and beside.was_sent_to(crm, name, letter.sender[1]):
            return None, lists.PURPOSES
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
    told = _asked_by_token(crm, letter)
    by_key = {one.key: one.id for one in queries.lists(crm)}
    for _name, occasion, contact_id, address in queries.occasions_of(crm, letters.ancestors(letter)):
        key, asked_at = confirmation.asked_of(occasion)
        list_id = by_key.get(key, 0)
        known = queries.subscription(crm, list_id, contact_id) if contact_id else None
        if known and contact_id and known.asked_at == asked_at:
            told.append((list_id, contact_id, address))
    return told


def _asked_by_token(crm: Crm, letter: Letter) -> list[tuple[int, int, str]]:
    """Return the same by the token in the subject: it is good from the addresses of whom it was sent to alone."""
    found = tokens.read(tokens.CONFIRM, letter.subject)
    line = lists.by_id(crm, found[0].list_id) if found and found[0].list_id else None
    if found is None or line is None:
        return []
    token, signature = found
    hashes = consent.any_hash_key(crm)
    told = []
    holders = bounces.holders(crm, letter.sender[1])
    for contact_id, addresses in consents.reached(crm, holders, "email").items():
        known = queries.subscription(crm, line.id, contact_id)
        once = subscriptions.asked_once(line, known.asked_at) if known else ""
        for address in addresses if known else ():
            whole = token._replace(hashed=consent.address_hash(hashes, "email", address))
            if tokens.is_good(crm, tokens.CONFIRM, (whole, signature), once=once):
                told.append((line.id, contact_id, address))
    return told


def _text(letter: Letter) -> str:
    """Return what they wrote; a subject alone is what they wrote where there is no text."""
    return letter.text.strip() or letters.without_prefixes(letter.subject)
