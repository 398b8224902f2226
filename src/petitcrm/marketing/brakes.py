"""When a campaign stops by itself: too much of it comes back, too many complain, or the server takes no more.

Providers shut senders out at about 5 % of addresses that do not exist and 0.3 % of complaints (Google and Yahoo ask for
less than 0.1 %): whoever goes on pays for it with every mail of the firm. Only a person lets it go on.
"""

from __future__ import annotations

from petitcrm.i18n import _, figure
from petitcrm.rows import Row
from petitcrm.store.queries import agenda

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader

ENOUGH = 50
"""Mails before which a share means nothing."""
HARD = (5, 100)
COMPLAINTS = (1, 1000)
FEWEST_COMPLAINTS = 2
IN_A_ROW = 10


class Ended(Row):
    """How the mails of a campaign ended: given to a server, addresses that do not exist, complaints.

    `last` are how the last ones ended, the last first: `sent` or `refused` by the server.
    """

    sent: int
    hard: int = 0
    complaints: int = 0
    last: tuple[str, ...] = ()


def why_stop(ended: Ended) -> str:
    """Return why a campaign must stop, by a key with its figures (`hard:7:100`); empty where it may go on."""
    if len(ended.last) >= IN_A_ROW and all(one == "refused" for one in ended.last[:IN_A_ROW]):
        return f"refused:{IN_A_ROW}:{IN_A_ROW}"
    if ended.sent >= ENOUGH and ended.hard * HARD[1] > ended.sent * HARD[0]:
        return f"hard:{ended.hard}:{ended.sent}"
    is_many = ended.complaints * COMPLAINTS[1] > ended.sent * COMPLAINTS[0]
    if ended.sent >= ENOUGH and ended.complaints >= FEWEST_COMPLAINTS and is_many:
        return f"complaints:{ended.complaints}:{ended.sent}"
    return ""


def stopped(crm: Reader) -> list[str]:
    """Return a sentence for each campaign that stopped by itself, with what lets it go on."""
    advice = _("To go on: petitcrm campaign resume {key}")
    return [f"{words}. {advice.format(key=key)}" for key, words in _stopped(crm)]


def in_short(crm: Reader) -> list[str]:
    """Return the same in a few words."""
    return [words for _key, words in _stopped(crm)]


def in_words(reason: str) -> str:
    """Return why a campaign is paused as a person reads it; what a person wrote stays as it is."""
    key, _colon, figures = reason.partition(":")
    n, _colon, of = figures.partition(":")
    if not (n.isdigit() and of.isdigit()):
        return reason
    told = {
        "refused": _("the server refused the last {n} mails, one after the other"),
        "hard": _("{n} of {of} addresses do not exist"),
        "complaints": _("{n} of {of} people reported it as unwanted"),
    }.get(key)
    return told.format(n=figure(int(n)), of=figure(int(of))) if told else reason


def _stopped(crm: Reader) -> list[tuple[str, str]]:
    return [
        (key, _("The campaign {name} stopped by itself: {why}", name=name, why=in_words(reason)))
        for key, name, reason in agenda.stopped_campaigns(crm)
        if in_words(reason) != reason
    ]
