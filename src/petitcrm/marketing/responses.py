"""Mails that say yes, or no more, and nothing else: the confirmation that was asked for, the way out that was taken.

Only what cannot be misread is done by the program: a way out that we signed; the mail that the link below ours begins;
a short yes to the mail that asked; a stop that a mail begins with. A mail that says that alone is nobody's answer;
whatever it says besides is one, which a person answers. An automatic answer never says yes.
"""

from __future__ import annotations

import itertools
import re

from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _
from petitcrm.marketing import confirmation, identity, lists, no_more, subscriptions, tokens
from petitcrm.sales import address_hashes, correspondence, letters
from petitcrm.store import beside
from petitcrm.store.queries import audiences as queries
from petitcrm.store.queries import bounces, consents, outbox, since
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.sales.letters import Letter

SOURCE = "mail"
_LONGEST = 200
"""Characters of a text that may say only one thing; a signature may follow the first line."""
_LOOKED_AT = 2000
_SHORT = 12
"""Words that may stand below what was written out of the blue."""
_SIGNATURE = 40
"""Words that a signature has at most."""
_REMEMBERED_DAYS = 60
"""Days in which a mail is answered that only its subject names."""
_YES = frozenset(
    (
        "oui", "yes", "ok", "je confirme", "oui je confirme", "oui merci", "yes please", "i confirm", "yes i confirm",
        "confirme", "confirmed", "d accord", "oui d accord", "bien sur", "oui bien sur", "oui bonjour", "bonjour oui",
        "ok merci", "ok thanks", "yes thanks", "yes thank you", "c est oui",
    )
)  # fmt: skip
_ENDS = ",;:.!?\u2013\u2014"
"""What ends the first thing that a line says."""
_WRAPPED = 40
"""Characters of a line that its program may have broken in the middle of a sentence."""
_GREETING = re.compile(
    r"\s*(?:bonjour|bonsoir|salut|hello|hi|dear|ch(?:er|ère)s?|madame|monsieur)\b"
    r"(?:,? (?:madame|monsieur|mesdames|messieurs|à (?:vous|tous)|all|there|(?-i:[A-ZÀ-Þ])[\w.’'-]*)){0,4}"
    r"\s*(?:[,.!]\s*|$)",
    re.IGNORECASE,
)
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
    kind, after = _stopped(first, rest)
    if to_a_mailing or kind != no_more.LEAVING:
        return bool(kind) and to_a_mailing
    goes_on = after.removesuffix(rest)
    return "?" not in after and not _TALKS.search(fold(goes_on)) and len(after.split()) <= _SHORT


def says_more(letter: Letter) -> bool:
    """Tell whether a mail that says yes, or no more, says something besides: a person is to read that."""
    if letter.is_automatic or letter.is_bulk:
        return False
    first, rest = _said(letter.text)
    kind, after = _stopped(first, rest)
    is_all = kind or _bare(first) in _YES
    lines = fold((after or rest) if is_all else f"{first}\n{rest}").split("\n")
    told = "\n".join(itertools.takewhile(lambda line: not _FOOTER.search(line), lines))
    return len(told.split()) > _SIGNATURE or bool(_TALKS.search(told))


def _said(text: str) -> tuple[str, str]:
    """Return the first line of a text that says something, beyond a greeting, and what follows it; no quotes."""
    cut = text[:_LOOKED_AT].replace("\r", "").split("\n")
    lines = [line for line in _unwrapped(cut) if line.strip(" \t\u00a0.,;!-_*")]
    said = [line for line in lines if not _is_greeting(line)] or lines
    return (_GREETING.sub("", said[0], count=1) or said[0], "\n".join(said[1:])) if said else ("", "")


def _unwrapped(lines: Iterable[str]) -> list[str]:
    """Return lines without those that are quoted; those that a program broke within a sentence are one again."""
    found: list[str] = []
    for line in lines:
        last = found[-1].rstrip() if found else ""
        if line.startswith(">"):
            continue
        if len(last) >= _WRAPPED and last[-1] not in ".!?" and line[:1].islower():
            found[-1] = f"{last} {line}"
        else:
            found.append(line)
    return found


def _is_greeting(line: str) -> bool:
    return bool(_GREETING.fullmatch(line)) and not (_bare(line) in _YES or no_more.read(line))


def _bare(line: str) -> str:
    """Return a line as words without politeness."""
    bare = no_more.bare_words(line)
    return bare if bare in _YES else _POLITE.sub("", bare)


def _stopped(first: str, rest: str) -> tuple[str, str]:
    """Return which kind of no more was said, and what is said after it; nothing where it was not."""
    if kind := no_more.read(first):
        return kind, rest
    at = next((place for place, sign in enumerate(first) if sign in _ENDS), len(first))
    kind, goes_on = no_more.read(first[: at + 1]), first[at + 1 :]
    if kind in ("", no_more.BARE) or no_more.keeps_some(goes_on):
        return "", ""
    return kind, f"{goes_on}\n{rest}"


def _may_say_something(letter: Letter) -> bool:
    text = _text(letter)
    if _is_by_our_link(letter) or tokens.read(tokens.UNSUBSCRIBE, letter.subject) is not None:
        return True
    return says_yes(text) or says_stop(text)


def _is_by_our_link(letter: Letter) -> bool:
    """Tell whether it is the mail that the link below ours begins: a new one, of its subject, signed at most."""
    return (
        letter.subject.strip() == identity.WAY_OUT and not letters.ancestors(letter) and not says_more(letter)
    )


def _way_out(crm: Crm, letter: Letter) -> str:
    """Take the way out that our own header offers: who holds a signed one may use it, by whatever address."""
    found = tokens.read(tokens.UNSUBSCRIBE, letter.subject)
    if found is None or not tokens.is_good(crm, tokens.UNSUBSCRIBE, found):
        return ""
    how, sender = _("by the way out of a mail"), letter.sender[1]
    subscriptions.use_way_out(crm, found[0], how=how, source=SOURCE, sender=sender)
    return "left"


def _stop(crm: Crm, letter: Letter) -> str:
    by_link = _is_by_our_link(letter)
    if letter.is_automatic or letter.is_bulk or not (by_link or says_stop(_text(letter))):
        return ""
    mailing = _mailing(crm, letter)
    if not (by_link or says_stop(_text(letter), to_a_mailing=mailing is not None)):
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
    for name in letters.ancestors(letter)[::-1] or _by_subject(crm, letter):
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


def _by_subject(crm: Crm, letter: Letter) -> list[str]:
    """Return what left for who writes, on the subject of their mail: some programs do not say what they answer."""
    subject = letters.base_subject(letter.subject)
    recent = since(crm.now, _REMEMBERED_DAYS * 24 * 60)
    left = outbox.left_for(crm, letter.sender[1], recent) if subject else []
    return [name for name, told in left if letters.base_subject(told) == subject]


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
        if known and contact_id and known.asked_at == asked_at and lists.may_answer(crm, asked_at):
            told.append((list_id, contact_id, address))
    return told


def _asked_by_token(crm: Crm, letter: Letter) -> list[tuple[int, int, str]]:
    """Return the same by the token in the subject: it is good from the addresses of whom it was sent to alone."""
    found = tokens.read(tokens.CONFIRM, letter.subject)
    line = lists.by_id(crm, found[0].list_id) if found and found[0].list_id else None
    if found is None or line is None:
        return []
    token, signature = found
    hashes = address_hashes.any_hash_key(crm)
    told = []
    holders = bounces.holders(crm, letter.sender[1])
    for contact_id, addresses in consents.reached(crm, holders, "email").items():
        known = queries.subscription(crm, line.id, contact_id)
        if known is None or not lists.may_answer(crm, known.asked_at):
            continue
        once = subscriptions.asked_once(line, known.asked_at)
        for address in addresses:
            whole = token._replace(hashed=address_hashes.address_hash(hashes, "email", address))
            if tokens.is_good(crm, tokens.CONFIRM, (whole, signature), once=once):
                told.append((line.id, contact_id, address))
    return told


def _text(letter: Letter) -> str:
    """Return what they wrote; a subject alone is what they wrote where there is no text."""
    return letter.text.strip() or letters.without_prefixes(letter.subject)
