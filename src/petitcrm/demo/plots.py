"""Who lives which story when: the deals of the demo's year, arranged so that they end, sleep or wait today."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from petitcrm.demo.address_book import AddressBook, Somebody
from petitcrm.demo.stories import LOGGED, Story, in_euros, pick, stories, words, working_day
from petitcrm.rows import Row

TECHNICIANS = ("Loïc", "Bastien", "Inès", "Mathieu")
YEAR = 360
CLOSED = {
    "particulier": 27,
    "syndic": 6,
    "hotel": 5,
    "boulangerie": 5,
    "mairie": 4,
    "architecte": 3,
    "pro": 4,
}
"""Deals of each kind of client that are over."""

OPEN = {"particulier": 15, "syndic": 5, "hotel": 4, "boulangerie": 3, "mairie": 3, "architecte": 3, "pro": 4}
"""Deals of each kind of client that are still open."""


class Fate(Row):
    """Why an open deal is where it is: what remains to be done, when, and since when nobody has moved it."""

    name: str
    kind: str
    """Kind of the task that remains; empty for none."""
    in_days: tuple[int, int]
    """When it is due (or until when it sleeps), in days from today."""
    silent: tuple[int, int]
    """For how many days nothing has happened."""
    client: str = ""
    """The kind of client that it comes to, where there is one left."""
    at: str = ""


SHARES = {"prospect": 8, "telephone": 8, "meeting-1": 7, "meeting-2": 9, "closing": 5}
"""How the open deals spread over the stages, so that the board has the shape of a funnel."""

FATES = (
    Fate("appointment", "visit", (0, 0), (2, 5), "particulier", "09:30"),
    Fate("appointment", "meeting", (0, 0), (3, 6), "syndic", "14:00"),
    Fate("appointment", "visit", (0, 0), (2, 5), "hotel", "16:30"),
    Fate("to do", "call", (0, 0), (2, 6), "particulier"),
    Fate("to do", "call", (0, 0), (2, 6), "mairie"),
    Fate("to do", "quote", (0, 0), (1, 4), "boulangerie"),
    Fate("to do", "email", (0, 0), (1, 2), "architecte"),
    Fate("late", "call", (-4, -2), (16, 20), "pro"),
    Fate("late", "quote", (-3, -1), (15, 17), "particulier"),
    Fate("no next step", "", (0, 0), (24, 30), "hotel"),
    Fate("no next step", "", (0, 0), (2, 4), "particulier"),
    Fate("coming", "call", (1, 2), (1, 5), "syndic"),
    Fate("coming", "visit", (2, 5), (1, 5), "pro", "10:00"),
    Fate("asleep", "", (9, 40), (12, 40), "syndic"),
    Fate("asleep", "", (15, 70), (12, 40), "particulier"),
    Fate("asleep", "", (20, 90), (12, 40), "mairie"),
    Fate("asleep", "", (20, 90), (5, 20), "particulier"),
)
"""The fates of the first open deals; the others have something to do later."""

LATER = Fate("later", "any", (8, 27), (1, 9))


class Plot(Row):
    """A deal to be told: whose it is, the story up to `last`, on which days, and what remains to be done."""

    key: int
    story: Story
    somebody: Somebody
    owner: str
    moments: tuple[datetime, ...]
    """When each beat happens, on the clock of the wall."""
    title: str
    amount_cents: int
    slots: dict[str, str]
    fate: Fate | None
    remains: str
    """Kind of the task that remains; empty for none."""


class Arranger:
    """Gives stories to people, one deal after the other."""

    def __init__(self, book: AddressBook, people: list[Somebody], today: date) -> None:
        self.book = book
        self.random = book.random
        self.today = today
        self._turns = {kind: [one for one in people if one.kind == kind] for kind in CLOSED}
        for waiting in self._turns.values():
            self.random.shuffle(waiting)
        self._used: dict[str, int] = {}
        self._filled: dict[str, int] = {}
        self._count = 0

    def deals(self, size: int) -> list[Plot]:
        """Return the deals of the year, those that are over first."""
        found = [self._closed(kind) for kind, number in CLOSED.items() for _ in range(number * size)]
        kinds = [kind for kind, number in OPEN.items() for _ in range(number * size)]
        self.random.shuffle(kinds)
        fates = [*(FATES * size), *[LATER] * (len(kinds) - len(FATES) * size)]
        return found + [self._open(kinds, fate) for fate in fates]

    def _closed(self, kind: str) -> Plot:
        end = working_day(self.today - timedelta(days=self.random.randint(2, YEAR - 25)), -1)
        told = [story for story in stories() if story.client == kind]
        story = self._least_used(
            [story for story in told if _begins(story, story.end, end) in story.months] or told
        )
        return self._plot(story, _days(story, story.end, end, self.today), None, "")

    def _open(self, kinds: list[str], fate: Fate) -> Plot:
        """Take the next kind of client that has a story in which this fate can be."""
        last = working_day(self.today - timedelta(days=self.random.randint(*fate.silent)), -1)
        kinds.sort(key=lambda kind: kind != fate.client)
        for place, kind in enumerate(kinds):
            told = [story for story in stories() if story.client == kind and _stops(story, fate.kind)]
            if told:
                del kinds[place]
                break
        in_season = [
            story for story in told if any(_begins(story, s, last) in story.months for s in story.stops)
        ]
        story = self._least_used(in_season or told)
        stop, remains = self._emptiest(story, _stops(story, fate.kind))
        return self._plot(story, _days(story, stop, last, self.today), fate, remains)

    def _emptiest(self, story: Story, stops: list[tuple[int, str]]) -> tuple[int, str]:
        """Return the stop whose stage has the fewest deals so far, for its share."""
        filled = {
            stop: self._filled.get(story.stage(stop[0]), 0) / SHARES[story.stage(stop[0])] for stop in stops
        }
        chosen = self.random.choice([stop for stop in stops if filled[stop] == min(filled.values())])
        stage = story.stage(chosen[0])
        self._filled[stage] = self._filled.get(stage, 0) + 1
        return chosen

    def _least_used(self, told: list[Story]) -> Story:
        """Return one of the stories told least often so far, for their weight."""
        least = min(self._used.get(story.titles[0], 0) / story.weight for story in told)
        story = self.random.choice(
            [one for one in told if self._used.get(one.titles[0], 0) / one.weight <= least + 0.5]
        )
        self._used[story.titles[0]] = self._used.get(story.titles[0], 0) + 1
        return story

    def _plot(self, story: Story, days: list[date], fate: Fate | None, remains: str) -> Plot:
        waiting = self._turns[story.client]
        somebody = waiting.pop(0)
        waiting.append(somebody)
        self._count += 1
        cents = self.random.randint(*story.amount) // 10 * 1000
        slots = self._slots(story, somebody, cents)
        big = story.client in ("syndic", "mairie", "architecte")
        return Plot(
            key=self._count,
            story=story,
            somebody=somebody,
            owner="helene" if big or self.random.random() < 0.25 else "karim",
            moments=_moments(days, self.random),
            title=words(pick(story.titles, self.random), slots, days[0]),
            amount_cents=cents,
            slots=slots,
            fate=fate,
            remains=remains,
        )

    def _slots(self, story: Story, somebody: Somebody, cents: int) -> dict[str, str]:
        where = somebody.firm.fields if somebody.firm else somebody.fields
        boiler = "gaz" in story.titles[0]
        names = self.book.houses if story.client == "architecte" else self.book.places
        return {
            "who": somebody.who, "city": where["city"], "tech": self.random.choice(TECHNICIANS),
            "kw": str(self.random.choice((24, 25, 28, 30) if boiler else (6, 8, 11, 14))),
            "m2": str(self.random.randint(19, 38) * 5), "age": str(self.random.randint(15, 27)),
            "rooms": str(self.random.randint(14, 34)), "lieu": self.random.choice(names),
            "school": self.random.choice(self.book.schools), "price": in_euros(cents),
        }  # fmt: skip


def moment(on: date, random: Random) -> datetime:
    """Return an hour of a working day."""
    return datetime.combine(
        on, time(random.choice((8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17)), random.randrange(60))
    )


def _stops(story: Story, kind: str) -> list[tuple[int, str]]:
    """Return where a story may stand today with a task of this kind to do, and that kind; "" and "any" take all."""
    found = []
    for place in story.stops:
        stop = place
        while place and story.beats[stop + 1].gesture.startswith(">") and story.beats[stop + 1].days == 0:
            stop += 1
        remains = _remains(story, stop, kind)
        if remains and (kind in ("", "any") or remains == kind):
            found.append((stop, remains if kind else ""))
    return found


def _remains(story: Story, stop: int, wanted: str) -> str:
    """Return the kind of task that comes after a beat; nothing where the story has no words for it."""
    done = [beat.gesture for beat in story.beats[: stop + 1]]
    if "price" in done or not any(gesture.startswith(">") for gesture in done):
        kind = wanted if wanted in ("meeting", "email") else "call"
    elif "visit" in done or "meeting" in done:
        kind = "quote"
    else:
        kind = "visit"
    return kind if kind in story.open else ""


def _begins(story: Story, last: int, on: date) -> int:
    """Return the month in which a story begins whose beat `last` is on `on`."""
    return (on - timedelta(days=sum(beat.days for beat in story.beats[1 : last + 1]))).month


def _days(story: Story, last: int, on: date, today: date) -> list[date]:
    """Return the working days of the beats when beat `last` is on `on`; what comes after it stops yesterday."""
    days = [on]
    for beat in reversed(story.beats[1 : last + 1]):
        before = days[0] - timedelta(days=beat.days)
        days.insert(0, working_day(before, -1) if beat.days else before)
    if story.beats[last].gesture in LOGGED or story.beats[last].gesture.startswith(">"):
        return days
    for beat in story.beats[last + 1 :]:
        after = working_day(days[-1] + timedelta(days=beat.days))
        if after >= today:
            break
        days.append(after)
    return days


def _moments(days: list[date], random: Random) -> tuple[datetime, ...]:
    """Return an hour for each beat: those of one day follow each other within half an hour."""
    found: list[datetime] = []
    for on in days:
        if found and found[-1].date() == on:
            found.append(found[-1] + timedelta(minutes=random.randint(1, 8)))
        else:
            found.append(moment(on, random))
    return tuple(found)
