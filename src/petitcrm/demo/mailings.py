"""The marketing of the demo, told through the verbs: who reads the letter, a campaign that is begun, a sequence."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from petitcrm.crm import Crm
from petitcrm.demo.address_book import Somebody
from petitcrm.demo.hands import anew
from petitcrm.demo.stories import library, working_day
from petitcrm.marketing import campaigns, enrolments, evaluating, lists, segments, sequences, subscriptions
from petitcrm.marketing.campaign_text import Text
from petitcrm.marketing.sequence_mails import Room
from petitcrm.marketing.subscriptions import Proof
from petitcrm.sales import firm, tasks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.demo.telling import Teller

_MONTHS_BACK = 300
"""Days since the letter and the sequence began."""
_OPEN_CALLS = (
    "SELECT t.id FROM passages p JOIN tasks t ON t.id = p.task_id"
    " WHERE t.done_at IS NULL AND t.due_on <= :today ORDER BY t.id"
)


def plan(teller: Teller, people: list[Somebody]) -> None:
    """Plan the gestures of marketing among those of the year."""
    Mailings(teller).plan(people)


class Mailings:
    """What the firm does to be remembered, spread over the year."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.told: dict[str, Any] = library("mailings.toml")
        self.list_key = ""
        self.sequence_id = 0

    def plan(self, people: list[Somebody]) -> None:
        """Plan the beginnings, then who joins, and what the sequence does by itself each Monday."""
        began = self._day(_MONTHS_BACK)
        self.teller.plan(datetime.combine(began, time(9, 10)), "helene", self._begin)
        self.teller.plan(datetime.combine(self._day(6), time(17, 20)), "helene", self._write)
        known = [one for one in people if one.email]
        for place, one in enumerate(known[:: max(1, len(known) // self.told["list"]["readers"])]):
            on = working_day(began + timedelta(days=12 + 17 * place))
            if on < self._day(3):
                self.teller.plan(
                    datetime.combine(on, time(11, 40)), "sandrine", partial(self._join, place, one)
                )
        for place, one in enumerate(known[5 :: max(1, len(known) // self.told["sequence"]["customers"])]):
            on = working_day(began + timedelta(days=20 + 29 * place))
            if on < self._day(1):
                self.teller.plan(datetime.combine(on, time(16, 5)), "karim", partial(self._install, one))
        for week in range(_MONTHS_BACK // 7):
            on = working_day(began + timedelta(days=7 * week + 3))
            if on < self._day(0):
                self.teller.plan(datetime.combine(on, time(7, 30)), "helene", self._advance)
                self.teller.plan(datetime.combine(on, time(17, 45)), "karim", self._call)

    def _day(self, back: int) -> Any:
        return working_day(self.teller.crm.now.date() - timedelta(days=back), -1)

    def _begin(self, crm: Crm) -> None:
        firm.rename(anew(crm), self.told["firm"]["name"])
        firm.place(anew(crm), self.told["firm"]["address"])
        told = self.told["list"]
        wanted = {name: told[name] for name in ("name", "description", "wording")}
        self.list_key = lists.add(anew(crm), lists.Told(**wanted, topics=tuple(told["topics"])))
        for one in self.told["segment"]:
            segments.add(anew(crm), one["name"], one["condition"], description=one.get("description", ""))
        self.sequence_id = sequences.add(anew(crm), self.told["sequence"]["text"].lstrip()).id

    def _write(self, crm: Crm) -> None:
        told = self.told["campaign"]
        audience = json.dumps({"lists": [self.list_key]})
        campaigns.add(crm, Text(**{**told, "body": told["body"].strip() + "\n", "audience": audience}))

    def _join(self, place: int, somebody: Somebody, crm: Crm) -> None:
        told = self.told["list"]
        contact_id = self.teller.met(crm, somebody)
        proof = Proof(told["wording"], told["how"][place % len(told["how"])], crm.now)
        subscriptions.subscribe(anew(crm), self.list_key, contact_id, proof=proof, source=proof.how)
        if place == told["gone"]:
            subscriptions.unsubscribe(anew(crm), self.list_key, contact_id, how="au téléphone")

    def _install(self, somebody: Somebody, crm: Crm) -> None:
        enrolments.start(anew(crm), self.sequence_id, [self.teller.met(crm, somebody)])

    def _advance(self, crm: Crm) -> None:
        """Let the sequence do what has fallen due, as `tick` does it each minute."""
        after: evaluating.Place | None = evaluating.FIRST
        while after is not None:
            after = evaluating.advance_due(anew(crm), Room(), after).after

    def _call(self, crm: Crm) -> None:
        """Tick off the calls that the sequence asked for."""
        for (task_id,) in crm.rows(_OPEN_CALLS, today=crm.today):
            tasks.done(anew(crm), task_id, "reached")
