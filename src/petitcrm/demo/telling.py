"""The demo's year, told through the verbs: each gesture at its own instant, by its own author, as its own batch."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from petitcrm.crm import Crm
from petitcrm.dates import When, add_months, instant_text
from petitcrm.demo import mailings, pursuits
from petitcrm.demo.address_book import AddressBook, Firm, Somebody
from petitcrm.demo.hands import OPEN_TASKS, anew, tick
from petitcrm.demo.plots import TECHNICIANS, YEAR, Arranger, Fate, Plot, moment
from petitcrm.demo.stories import LOGGED, library, pick, words, working_day
from petitcrm.errors import RefusedByRule
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.sales import companies, contacts, custom_fields, deals, stages, tags, tasks, timeline, users
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

USERS = {
    "helene": "Hélène Bréhard",
    "karim": "Karim Saïdi",
    "sandrine": "Sandrine Pohu",
}
"""Those of the eight who keep the base: the manager, alone or with salesman and assistant; others are on site."""

INDIVIDUALS = 46
_DOUBLES = 5
"""How many customers are in the base twice."""
STAGE_TASKS = {
    "prospect": ("call", "premier échange", 1),
    "telephone": ("visit", "relevé technique", 4),
    "meeting-1": ("quote", "devis", 2),
    "meeting-2": ("call", "retour sur le devis", 5),
    "closing": ("call", "signature", 4),
}
"""What usually comes next in each stage: kind, words, days."""

TICKED_BY = {
    "call": ("call",),
    "visit": ("call", "visit", "meeting"),
    "meeting": ("call", "visit", "meeting"),
    "email": ("quote", "email"),
    "letter": ("quote", "letter"),
}
"""The kinds of open task that each gesture does."""


class Gesture(Row):
    """Something that somebody did at an hour of the wall clock."""

    at: datetime
    order: int
    author: str
    do: Callable[[Crm], object]


def tell(crm: Crm, *, seed: int, size: int, team: bool = False) -> None:
    """Fill the base that `crm` holds open, worked by one person or by a team."""
    if crm.rows("SELECT 1 FROM contacts LIMIT 1") or crm.rows("SELECT 1 FROM companies LIMIT 1"):
        raise RefusedByRule(
            "demo-needs-an-empty-base",
            _("{path} holds contacts: the demo fills an empty base only.", path=crm.connection.path),
            advice=_("Give another path: petitcrm demo --into demo.db"),
        )
    Teller(crm, Random(seed), team=team).tell(size)


class Teller:
    """Collects the gestures of the year, then makes them in their order."""

    def __init__(self, crm: Crm, random: Random, *, team: bool) -> None:
        self.crm = crm
        self.team = team
        self.random = random
        self.book = AddressBook(random)
        self.users: dict[str, int] = {}
        self.stages: dict[str, int] = {}
        self.firms: dict[int, int] = {}
        self.people: dict[int, int] = {}
        self.deals: dict[int, int] = {}
        self.repeated: dict[str, int] = {}
        self.gestures: list[Gesture] = []

    def tell(self, size: int) -> None:
        """Tell the whole year, up to this morning."""
        self._set_up()
        firms = self.book.firms(size)
        people = self.book.people(firms, INDIVIDUALS * size)
        plots = Arranger(self.book, people, self.crm.now.date()).deals(size)
        for plot in plots:
            self._plan_deal(plot)
        self._plan_life(people, plots)
        self._plan_rounds(people)
        self._plan_doubles(plots)
        pursuits.plan(self, size)
        mailings.plan(self, people)
        for gesture in sorted(self.gestures, key=lambda gesture: gesture[:2]):
            gesture.do(self.past(gesture.at, gesture.author))
        self._tell_this_morning(plots)

    # ------------------------------------------------------------------------------------------------ the moving clock

    def past(self, at: datetime, author: str) -> Crm:
        """Return the same base as it is in the hands of `author` at an hour of the wall clock: a batch of its own."""
        crm = self.crm
        guess = min(at.replace(tzinfo=crm.now.tzinfo), crm.now)
        now = guess.replace(tzinfo=crm.local(instant_text(guess)).tzinfo)
        return Crm(crm.connection, now=now, user_id=self.users.get(author), write=True)

    def plan(self, at: datetime, author: str, do: Callable[[Crm], object]) -> None:
        """Note that somebody does something at an hour of the wall clock."""
        self.gestures.append(Gesture(at, len(self.gestures), author, do))

    # -------------------------------------------------------------------------------------------------------- the firm

    def _set_up(self) -> None:
        start = datetime.combine(self.crm.now.date() - timedelta(days=YEAR + 60), time(9))
        for key, name in USERS.items():
            if self.team or not self.users:
                self.users[key] = users.add(
                    self.past(start, "helene"), key, name=name, email=f"{key}@chaleur-ligerienne.example"
                )
            self.users.setdefault(key, self.users["helene"])
        self.stages = {
            key: stage_id for stage_id, key in self.crm.rows("SELECT id, key FROM stages ORDER BY id")
        }
        for key, (kind, text, days) in STAGE_TASKS.items():
            usual = {"next_task_kind": kind, "next_task_text": text, "next_task_days": days}
            stages.edit(self.past(start, "helene"), self.stages[key], usual)
        for noun, label in (("contact", "Énergie"), ("contact", "Surface"), ("company", "Contrat")):
            custom_fields.find_or_add(self.past(start, "helene"), noun, label)

    def met(self, crm: Crm, somebody: Somebody, source: str = "", marks: tuple[str, ...] = ()) -> int:
        """Return the id of a contact, who is added with his or her company the first time."""
        if somebody.key in self.people:
            return self.people[somebody.key]
        fields = {**somebody.fields, "source": source}
        if somebody.firm:
            fields["company_id"] = self._known_firm(crm, somebody.firm, source, marks)
        elif self.random.random() < 0.6:
            energy = self.random.choice(("fioul", "gaz de ville", "gaz citerne", "électricité", "bois"))
            fields["custom"] = {"energie": energy, "surface": f"{self.random.randint(14, 38) * 5} m²"}
        added = contacts.add(
            anew(crm),
            fields,
            emails=[somebody.email],
            phones=somebody.phones,
            tags=() if somebody.firm else marks,
        )
        self.people[somebody.key] = added
        return added

    def _known_firm(self, crm: Crm, firm: Firm, source: str, marks: tuple[str, ...]) -> int:
        if firm.key not in self.firms:
            fields = {**firm.fields, "source": source}
            if "contrat entretien" in marks:
                fields["custom"] = {"contrat": "entretien annuel"}
            self.firms[firm.key] = companies.add(anew(crm), fields, tags=marks)
        return self.firms[firm.key]

    # ----------------------------------------------------------------------------------------------------------- deals

    def _plan_deal(self, plot: Plot) -> None:
        source = pick(plot.story.sources, self.random)
        self.plan(plot.moments[0], plot.owner, partial(self._open_deal, plot, source))
        for place, (at, beat) in enumerate(zip(plot.moments, plot.story.beats, strict=False)):
            author = plot.owner
            if beat.gesture in ("email", "letter", "price") and self.random.random() < 0.4:
                author = "sandrine"
            text = words(pick(beat.words, self.random), plot.slots, at.date()) if beat.words else ""
            if place and beat.gesture == "call" and beat.days > 2 and self.random.random() < 0.3:
                missed = datetime.combine(
                    working_day(at.date() - timedelta(days=1), -1), time(17, self.random.randrange(50))
                )
                self.plan(missed, plot.owner, partial(self._miss, plot))
            self.plan(at, author, partial(self._beat, plot, beat.gesture, text))
        if plot.fate:
            self.plan(
                plot.moments[-1] + timedelta(minutes=9), plot.owner, partial(self._leave, plot, plot.fate)
            )

    def _open_deal(self, plot: Plot, source: str, crm: Crm) -> None:
        contact_id = self.met(crm, plot.somebody, source, plot.story.tags)
        rough = plot.amount_cents // 100_000 * 100_000
        self.deals[plot.key] = deals.add(
            anew(crm), plot.title, contact_id, amount_cents=rough if rough and self.random.random() < 0.7 else None,
            fields={"source": source, "owner_id": self.users[plot.owner]},
        )  # fmt: skip
        if "urgent" in plot.story.tags:
            tags.put(anew(crm), "deal", self.deals[plot.key], "urgent")

    def _beat(self, plot: Plot, gesture: str, text: str, crm: Crm) -> None:
        deal_id = self.deals[plot.key]
        if gesture in LOGGED:
            tick(crm, deal_id, TICKED_BY.get(gesture, ()))
            timeline.log(crm, gesture, self.people[plot.somebody.key], text, deal_id=deal_id)
        elif gesture == "price":
            expected = crm.now.date() + timedelta(days=35)
            if plot.fate:
                expected = max(expected, self.crm.now.date() + timedelta(days=self.random.randint(8, 60)))
            deals.edit(crm, deal_id, {"amount_cents": plot.amount_cents, "expected_on": expected})
        elif gesture.startswith(">"):
            tick(crm, deal_id)
            deals.move(crm, deal_id, self.stages[gesture[1:]])
        else:
            self._turn(gesture, deal_id, text, crm)

    def _turn(self, gesture: str, deal_id: int, text: str, crm: Crm) -> None:
        """Let a deal sleep, or end."""
        if gesture in ("lost", "cancelled"):
            for (task_id,) in crm.rows(OPEN_TASKS.format("id"), deal=deal_id):
                tasks.delete(crm, task_id)
        else:
            tick(crm, deal_id)
        if gesture == "sleep":
            deals.sleep(crm, deal_id, crm.now.date() + timedelta(days=int(text)))
        elif gesture == "won":
            deals.win(crm, deal_id)
        elif gesture == "lost":
            reason, _space, said = text.partition(" ")
            deals.lose(crm, deal_id, reason, said)
        else:
            deals.cancel(crm, deal_id)

    def _miss(self, plot: Plot, crm: Crm) -> None:
        """Reach the voicemail the day before: the call is done without an answer, and planned again."""
        deal_id = self.deals.get(plot.key)
        for task_id, kind in crm.rows(OPEN_TASKS.format("id, kind"), deal=deal_id):
            if kind == "call":
                proposal = tasks.done(crm, task_id, "voicemail").proposal
                if proposal:
                    again = {"deal_id": deal_id, "owner_id": self.users[plot.owner]}
                    contact_id = self.people[plot.somebody.key]
                    tasks.add(
                        crm, proposal.text, contact_id, kind=proposal.kind, due=proposal.on, fields=again
                    )

    def _leave(self, plot: Plot, fate: Fate, crm: Crm) -> None:
        """Leave an open deal as its fate wants it this morning."""
        deal_id, contact_id = self.deals[plot.key], self.people[plot.somebody.key]
        tick(crm, deal_id)
        on = self.crm.now.date() + timedelta(days=self.random.randint(*fate.in_days))
        if fate.name == "asleep":
            why = pick(tuple(library("stories.toml")["asleep"][plot.story.client]), self.random)
            timeline.log(crm, "note", contact_id, why, deal_id=deal_id)
            deals.sleep(anew(crm), deal_id, on)
        elif plot.remains:
            self._plan_task(plot, fate, on, crm)

    def _plan_task(self, plot: Plot, fate: Fate, on: date, crm: Crm) -> None:
        kind = plot.remains
        told = plot.story.open[kind]
        text = words(told if isinstance(told, str) else pick(tuple(told), self.random), plot.slots, on)
        if fate.name not in ("appointment", "to do"):
            on = working_day(on, -1 if fate.name == "late" else 1)
        meets = kind in ("visit", "meeting")
        hour = (
            time.fromisoformat(fate.at or pick(("09:00", "10:30", "14:00", "15:30"), self.random))
            if meets
            else None
        )
        fields = {
            "deal_id": self.deals[plot.key],
            "owner_id": self.users["sandrine" if kind == "email" else plot.owner],
            "place": _place(plot.somebody, kind) if meets else "",
            "duration_minutes": self.random.choice((60, 60, 90)) if meets else None,
        }
        contact_id = self.people[plot.somebody.key]
        tasks.add(anew(crm), text, contact_id, kind=kind, due=When(on, hour), fields=fields)

    # ---------------------------------------------------------------------------------------------- life between deals

    def _plan_life(self, people: list[Somebody], plots: list[Plot]) -> None:
        today = self.crm.now.date()
        busy = {plot.somebody.key for plot in plots if plot.fate}
        known = {plot.somebody.key: plot.moments[0].date() for plot in reversed(plots)}
        for plot in plots:
            known[plot.somebody.key] = min(known[plot.somebody.key], plot.moments[0].date())
        for one in people:
            since = known.get(one.key)
            if since is None:
                since = working_day(today - timedelta(days=self.random.randint(20, YEAR)), -1)
                source = self.random.choice(("Prospection", "Bouche-à-oreille", "Client existant"))
                self.plan(
                    moment(since, self.random), "sandrine", partial(self.met, somebody=one, source=source)
                )
            if one.key not in busy:
                self._plan_small_talk(one, since)

    def _plan_small_talk(self, one: Somebody, since: date) -> None:
        days = (self.crm.now.date() - since).days
        lines = library("stories.toml")["life"][one.kind]
        for line in self.random.sample(lines, min(len(lines), self.random.choice((0, 1, 1, 2)))):
            if days < 8:
                return
            on = working_day(since + timedelta(days=self.random.randint(3, days - 3)), -1)
            if on <= since:
                continue
            kind, _space, text = line.partition(" ")
            where = one.firm.fields if one.firm else one.fields
            slots = {
                "tech": self.random.choice(TECHNICIANS), "city": where["city"], "who": one.who,
                "age": str(self.random.randint(4, 12)), "lieu": self.random.choice(self.book.places),
            }  # fmt: skip
            author = self.random.choice(("sandrine", "sandrine", "karim", "helene"))
            self.plan(moment(on, self.random), author, partial(self._chat, one, kind, words(text, slots, on)))

    def _chat(self, one: Somebody, kind: str, text: str, crm: Crm) -> None:
        timeline.log(crm, kind, self.met(crm, one), text)

    # ------------------------------------------------------------------------------------------ rounds and this morning

    def _plan_rounds(self, people: list[Somebody]) -> None:
        """Plan two repeated tasks, done every time so far: the week's round today, a boiler room in three days."""
        today = self.crm.now.date()
        syndics = [one for one in people if one.kind == "syndic"]
        weeks = [today - timedelta(days=7 * count) for count in range(9, 0, -1)]
        round_of_week = {"kind": "other", "text": "Préparer la tournée d'entretien de la semaine", "at": None}
        self._repeat("week", syndics[0], weeks, "FREQ=WEEKLY", round_of_week)
        reading = working_day(today + timedelta(days=3))
        months = [add_months(reading, -count) for count in range(5, 0, -1)]
        boiler_room = {"kind": "visit", "text": "relevé mensuel de la chaufferie", "at": time(8, 30)}
        self._repeat("month", syndics[-1], months, "FREQ=MONTHLY", boiler_room)

    def _repeat(self, name: str, one: Somebody, days: list[date], rule: str, told: dict[str, Any]) -> None:
        def begin(crm: Crm) -> None:
            fields = {
                "recurrence": rule,
                "owner_id": self.users["karim"],
                "place": one.address if told["at"] else "",
            }
            due = When(days[0], told["at"])
            contact_id = self.met(crm, one)
            self.repeated[name] = tasks.add(
                anew(crm), told["text"], contact_id, kind=told["kind"], due=due, fields=fields
            )

        def again(crm: Crm) -> None:
            self.repeated[name] = tasks.done(crm, self.repeated[name]).next_id or 0

        self.plan(datetime.combine(days[0] - timedelta(days=3), time(18)), "karim", begin)
        for on in days:
            self.plan(datetime.combine(on, time(18, 5)), "karim", again)

    def _plan_doubles(self, plots: list[Plot]) -> None:
        """Let the assistant write a few customers down anew when they call back, as happens everywhere."""
        today = self.crm.now.date()
        long_known = [
            plot
            for plot in plots
            if not plot.fate and plot.somebody.phones and plot.moments[-1].date() < today - timedelta(days=60)
        ]
        step = max(1, len(long_known) // _DOUBLES)
        for place, plot in enumerate(long_known[::step][:_DOUBLES]):
            on = working_day(today - timedelta(days=9 * place + 6), -1)
            at = datetime.combine(on, time(10, 40))
            self.plan(at, "sandrine", partial(self._write_down_again, plot.somebody, place % 2 == 0))

    def _write_down_again(self, somebody: Somebody, has_email: bool, crm: Crm) -> None:
        """Add a contact who is there already, by his or her telephone, in capitals and without accents."""
        fields = somebody.fields
        plain = {
            "civility": fields["civility"],
            "first_name": fold(fields["first_name"]).title(),
            "last_name": fold(fields["last_name"]).upper(),
        }
        emails = [somebody.email] if has_email else []
        contacts.add(anew(crm), plain, emails=emails, phones=somebody.phones[:1])

    def _tell_this_morning(self, plots: list[Plot]) -> None:
        """Let whoever sits at the keyboard do two things before the demo is opened: undo has something to take back."""
        over = [plot for plot in plots if plot.story.client == "particulier" and plot.fate is None]
        coming = next(plot for plot in plots if plot.fate and plot.fate.name == "coming")
        now = self.crm.now.replace(tzinfo=None)
        call = self.past(now - timedelta(minutes=35), "")
        timeline.log(
            call, "call", self.people[coming.somebody.key], "Répondeur. Laissé un message avec notre numéro.",
            deal_id=self.deals[coming.key],
        )  # fmt: skip
        letter = self.past(now - timedelta(minutes=20), "")
        contact_id = self.people[over[-1].somebody.key]
        tasks.add(letter, "attestation d'entretien", contact_id, kind="letter", due=self.crm.now.date())


def _place(somebody: Somebody, kind: str) -> str:
    """Return where one meets: people who buy for their home come to the office for a meeting."""
    return "au bureau" if kind == "meeting" and somebody.firm is None else somebody.address
