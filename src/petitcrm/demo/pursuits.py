"""The leads of the demo, told through the verbs: who asks, who is approached, by what rules, and what came of each."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from petitcrm.crm import Crm
from petitcrm.dates import When
from petitcrm.demo.address_book import Somebody
from petitcrm.demo.hands import anew, tick
from petitcrm.demo.stories import LOGGED, library, working_day
from petitcrm.leads import handover, leads, partners, profiles, prospecting, qualification, team, territories
from petitcrm.sales import tasks, timeline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.demo.telling import Teller

ROLES = {
    "helene": (("manager", "ae"), 50), "karim": (("ae", "sdr"), 100), "sandrine": (("mrr", "marketing"), 100),
}  # fmt: skip
"""What each of the three does, and their share of leads."""
_ASIDE = {"helene": "karim", "karim": "helene"}
_PLACES = ("source", "product", "campaign", "words")


def plan(teller: Teller, size: int) -> None:
    """Plan the gestures of every lead among those of the year."""
    Pursuits(teller).plan(size)


class Pursuits:
    """Collects what happens to leads; a place in `ids` is a lead of the base."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.today = teller.crm.now.date()
        self.told = library("leads.toml")
        self.ids: dict[int, int] = {}
        self.partners: dict[str, int] = {}
        self.list_id = 0

    def plan(self, size: int) -> None:
        """Plan the rules of the firm, then its leads."""
        begun = datetime.combine(self._back(70), time(8, 30))
        self.teller.plan(begun, "helene", self._describe)
        for partner in self.told["partner"]:
            self.teller.plan(begun, "helene", partial(self._add_partner, partner))
        if self.teller.team:
            self.teller.plan(begun, "helene", self._gather)
            for one in self.told["territory"]:
                self.teller.plan(begun, "helene", partial(self._draw_up, one))
        for _time in range(size):
            for one in self.told["lead"]:
                if self.teller.team or not one.get("team"):
                    self._plan_lead(one)
        self._plan_prospecting(size)

    def _back(self, days: int) -> date:
        """Return the day that many days of work ago."""
        on = self.today
        for _day in range(days):
            on = working_day(on - timedelta(days=1), -1)
        return on

    # -------------------------------------------------------------------------------------------------- the rules

    def _describe(self, crm: Crm) -> None:
        profiles.describe_ideal(crm, self.told["ideal"])
        for one in self.told["persona"]:
            profiles.keep_persona(anew(crm), one)

    def _add_partner(self, told: dict[str, Any], crm: Crm) -> None:
        self.partners[told["name"]] = partners.add(crm, told["name"], fields={**told, "name": told["name"]})

    def _gather(self, crm: Crm) -> None:
        for key, (roles, weight) in ROLES.items():
            capacity = 12 if key == "karim" else None
            team.place(anew(crm), self.teller.users[key], roles=roles, weight=weight, capacity=capacity)
        away = working_day(self.today + timedelta(days=16))
        team.be_away(
            anew(crm),
            self.teller.users["karim"],
            away,
            away + timedelta(days=2),
            "salon des installateurs",
        )

    def _draw_up(self, told: dict[str, Any], crm: Crm) -> None:
        name = told["name"].format(year=self.today.year, next_year=self.today.year + 1)
        key = territories.keep(crm, name, told["rule"])
        if told.get("active"):
            territories.activate(anew(crm), key)

    # ----------------------------------------------------------------------------------------------------- one lead

    def _plan_lead(self, told: dict[str, Any]) -> None:
        somebody = self.teller.book.newcomer(told["client"], told.get("name", ""), told.get("city", ""))
        if told["days"]:
            at = datetime.combine(self._back(told["days"]), time.fromisoformat(told["at"]))
        else:
            at = self.teller.crm.now.replace(tzinfo=None) - timedelta(minutes=told["minutes"])
        self.teller.plan(at, "sandrine", partial(self._come, told, somebody))
        author = "sandrine"
        for line in told.get("then", ()):
            days, gesture, words = (line + " ").split(" ", 2)
            if not self.teller.team and gesture in ("accept", "refuse"):
                continue
            at = self._after(at, int(days))
            author = words.strip() if gesture == "hand_over" else author
            teller = "sandrine" if gesture == "hand_over" else author
            self.teller.plan(at, teller, partial(self._turn, gesture, words.strip(), somebody))

    def _after(self, at: datetime, days: int) -> datetime:
        on = at.date()
        for _day in range(days):
            on = working_day(on + timedelta(days=1))
        return datetime.combine(on, at.time()) + timedelta(minutes=11)

    def _come(self, told: dict[str, Any], somebody: Somebody, crm: Crm) -> None:
        contact_id = self.teller.met(crm, somebody, told["source"])
        fields = {name: told[name] for name in _PLACES if name in told}
        fields |= {"is_online": told.get("online", False)}
        if "partner" in told:
            fields["partner_id"] = partners.named(crm, told["partner"]).id
        self.ids[somebody.key] = leads.add(anew(crm), contact_id, fields=fields).lead_id

    def _turn(self, gesture: str, words: str, somebody: Somebody, crm: Crm) -> None:
        """Make one gesture about a lead."""
        lead_id, contact_id = self.ids[somebody.key], self.teller.people[somebody.key]
        if gesture in LOGGED:
            deal_id = _deal(crm, lead_id)
            if deal_id:
                tick(crm, deal_id)
            timeline.log(crm, gesture, contact_id, words, deal_id=deal_id)
        elif gesture == "answer":
            _answer(crm, lead_id, words)
        elif gesture == "later":
            leads.put_off(crm, lead_id, self.today + timedelta(days=int(words)))
        elif gesture == "never":
            leads.disqualify(crm, lead_id, words)
        elif gesture == "hand_over":
            handover.hand_over(crm, lead_id, to_user_id=self._receiver(crm, lead_id, words))
        elif gesture == "accept":
            handover.accept(crm, lead_id)
        elif gesture == "refuse":
            handover.refuse(crm, lead_id, words)
        else:
            self._plan_next(words, lead_id, contact_id, crm)

    def _receiver(self, crm: Crm, lead_id: int, named: str) -> int | None:
        """Return who gets a lead that is handed over: who is named, unless it is theirs already."""
        ((owner_id,),) = crm.rows("SELECT owner_id FROM leads WHERE id = :id", id=lead_id)
        receiver = self.teller.users[named]
        return self.teller.users[_ASIDE[named]] if receiver == owner_id else receiver

    def _plan_next(self, words: str, lead_id: int, contact_id: int, crm: Crm) -> None:
        kind, days, text = words.split(" ", 2)
        due = When(working_day(self.today + timedelta(days=int(days))))
        fields = {"deal_id": _deal(crm, lead_id), "owner_id": crm.user_id}
        tasks.add(crm, text, contact_id, kind=kind, due=due, fields=fields)

    # -------------------------------------------------------------------------------------------------- prospecting

    def _plan_prospecting(self, size: int) -> None:
        told = self.told["prospecting"]
        hotels = [one for _time in range(size) for one in told["hotel"]]
        first = datetime.combine(self._back(max(one["days"] for one in hotels)), time(9, 20))
        self.teller.plan(first, "karim", partial(self._begin_list, told))
        for place, one in enumerate(hotels):
            somebody = self.teller.book.newcomer("hotel", one["name"])
            at = datetime.combine(self._back(one["days"]), time(9, 25)) + timedelta(minutes=place)
            self.teller.plan(at, "karim", partial(self._approach, somebody))
            at += timedelta(minutes=50)
            for outcome in one["touches"]:
                self.teller.plan(at, "karim", partial(self._touch, somebody, outcome, one.get("said", "")))
                at = self._after(at, 1)

    def _begin_list(self, told: dict[str, Any], crm: Crm) -> None:
        self.list_id = prospecting.add(
            crm,
            told["name"],
            cadence=told["cadence"],
            campaign=told["campaign"],
            owner_id=self.teller.users["karim"],
        )

    def _approach(self, somebody: Somebody, crm: Crm) -> None:
        contact_id = self.teller.met(crm, somebody, "Prospection")
        self.ids[somebody.key] = prospecting.put(anew(crm), self.list_id, [contact_id]).lead_ids[0]

    def _touch(self, somebody: Somebody, outcome: str, said: str, crm: Crm) -> None:
        lead_id = self.ids[somebody.key]
        ((task_id,),) = crm.rows("SELECT task_id FROM leads WHERE id = :id", id=lead_id)
        tasks.done(crm, task_id, outcome)
        if outcome in ("reached", "refused"):
            timeline.log(crm, "call", self.teller.people[somebody.key], said)
        if outcome == "refused":
            leads.keep_warm(crm, lead_id)


def _answer(crm: Crm, lead_id: int, words: str) -> None:
    given = [word for word in words.split() if "=" in word]
    evidence = " ".join(word for word in words.split() if "=" not in word)
    answers = dict(pair.split("=", 1) for pair in given)
    qualification.qualify(crm, lead_id, answers, evidence=evidence)


def _deal(crm: Crm, lead_id: int) -> int | None:
    ((deal_id,),) = crm.rows("SELECT deal_id FROM leads WHERE id = :id", id=lead_id)
    return int(deal_id) if deal_id else None
