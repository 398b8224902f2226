"""What people do in an invented year: who they are, and how each answers each mail, drawn from a seed.

The answers are drawn by the person and the step: a killed base, and one put back, meet the same people.
"""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
BEGINS = datetime(2028, 1, 3, 8, tzinfo=PARIS)
ENDS = datetime(2028, 12, 31, 20, tzinfo=PARIS)
"""A year with a 29 February, two changes of the clocks, and eleven public holidays."""
_COHORTS = ((1, 5), (2, 16), (3, 20), (4, 10), (4, 27), (7, 10), (8, 8), (10, 24), (11, 7), (12, 18))
"""Days on which many begin: before 29 February, each change of the clocks, and each holiday."""
_FEW = ((2, 24), (10, 24))
_KINDS = (
    ("nothing", 26), ("opened", 24), ("scanned", 10), ("clicked", 10), ("replied", 9), ("away", 6), ("unsubscribed", 5),
    ("bounced", 4), ("objected", 3), ("late", 3),
)  # fmt: skip


class Person(NamedTuple):
    """Somebody, whether they let themselves be measured, and when they begin."""

    number: int
    address: str
    is_measured: bool
    begins: datetime


class Act(NamedTuple):
    """Something that somebody does, so long after a mail of theirs left."""

    kind: str
    after: timedelta


def people(number: int, seed: int, *, is_short: bool = False) -> list[Person]:
    """Return so many people; two of three begin with many others, the rest on any day; of a short year, all of them."""
    chance = random.Random(f"people {seed}")
    found = []
    for one in range(number):
        day = chance.choice(_FEW if is_short else _COHORTS) if is_short or chance.random() < 0.67 else None
        begins = (
            datetime(2028, *day, 8, tzinfo=PARIS)
            if day
            else BEGINS + timedelta(days=chance.randrange(330), hours=chance.randrange(12))
        )
        found.append(Person(one, f"personne{one}@client.example", chance.random() < 0.6, begins))
    return found


def answers(person: str, step: str, seed: int) -> list[Act]:
    """Return what somebody does with the mail of a step."""
    chance = random.Random(f"{seed} {person} {step}")
    kinds, weights = zip(*_KINDS, strict=True)
    kind = chance.choices(kinds, weights)[0]
    soon = timedelta(minutes=chance.randrange(2, 3 * 24 * 60))
    if kind == "nothing":
        return []
    if kind == "scanned":
        return [
            Act("scanned", timedelta(seconds=2)),
            *([Act("opened", soon)] if chance.random() < 0.3 else []),
        ]
    if kind == "late":
        return [Act("opened", timedelta(days=chance.randrange(5, 9), minutes=chance.randrange(1440)))]
    if kind == "away":
        return [
            Act("away", timedelta(minutes=1)),
            *([Act("replied", soon * 2)] if chance.random() < 0.4 else []),
        ]
    if kind == "bounced":
        return [Act("bounced", timedelta(minutes=2))]
    opened = [Act("opened", soon)] if kind in ("clicked", "replied", "unsubscribed") else []
    return [*opened, Act(kind, soon + timedelta(minutes=chance.randrange(1, 600)))]


def working_day(at: datetime) -> bool:
    """Tell whether 2028 works on a day in France: its holidays, as a calendar on the wall has them."""
    off = {(1, 1), (4, 17), (5, 1), (5, 8), (5, 25), (6, 5), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return at.weekday() < 5 and (at.month, at.day) not in off


def quantum(at: datetime, hours: tuple[int, ...]) -> datetime:
    """Return the first moment from `at` on at which the program is run, by the clock on the wall."""
    local = at.astimezone(PARIS)
    for ahead in range(3):
        for hour in hours:
            day = (local + timedelta(days=ahead)).date()
            found = datetime.combine(day, time(hour), tzinfo=PARIS)
            if found >= local:
                return found
    raise AssertionError(at)


def restores(number: int, seed: int, *, is_short: bool = False) -> list[tuple[datetime, datetime]]:
    """Return when copies of the base are taken, and put back; of a short year, around the days on which all begin."""
    chance = random.Random(f"restores {seed}")
    spans = [(BEGINS, ENDS)]
    if is_short:
        spans = [
            (datetime(2028, *day, 6, tzinfo=PARIS), datetime(2028, *day, tzinfo=PARIS) + timedelta(45))
            for day in _FEW
        ]
    found = []
    for place in range(number):
        begins, ends = spans[place % len(spans)]
        share = (ends - begins) / -(-number // len(spans))
        kept = begins + share * (place // len(spans))
        kept += share * 0.4 * chance.random() if place else timedelta()
        found.append((kept, kept + share * (0.1 + 0.4 * chance.random())))
    return found


OTHER = """\
+++
cle = "visite"
nom = "Visite annuelle"
finalite = "prospection"
langue = "fr"
fenetre = "lun-ven, 9h-12h, 14h-18h"
plafond = "2 mails en 7 jours"

[[etape]]
id = "premier"
envoyer = "premier"

[[etape]]
id = "lu"
si = "ouvert premier"
sous = "6 jours"
oui = "appel"
non = "autre-sujet"
inconnu = "sujet-b"

[[etape]]
id = "appel"
tache = "Appeler : a lu notre mail"
suite = "suivi"

[[etape]]
id = "suivi"
envoyer = "suivi"
attendre = "3 jours ouvrés à 9:00"
suite = "fin"

[[etape]]
id = "autre-sujet"
envoyer = "autre-sujet"
suite = "clic"

[[etape]]
id = "sujet-b"
envoyer = "sujet-b"
suite = "clic"

[[etape]]
id = "clic"
si = "cliqué"
sous = "1 mois"
oui = "interesse"
non = "fin"
inconnu = "fin"

[[etape]]
id = "interesse"
etiqueter = "intéressé"
+++

=== premier
Objet : Votre chauffage avant l'hiver

Bonjour,

Un mot de notre maison.

=== suivi
Objet : Suite à votre lecture

Bonjour,

Comme convenu.

=== autre-sujet
Objet : Avez-vous deux minutes ?

Bonjour,

Un mot de notre maison.

=== sujet-b
Objet : Une autre idée pour cet hiver

Bonjour,

Autre chose.
"""
