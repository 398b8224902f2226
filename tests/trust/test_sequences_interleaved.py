"""Whatever happens in whatever order, nobody gets a mail twice, nor one after they said no, nor both branches."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import enrolments, measuring, posting_many, sequences
from petitcrm.sales import consent, history
from petitcrm.sales.consent import Wanted
from petitcrm.store import health
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries import outbox
from tests.support.firm import Firm
from tests.support.mail import letter, take_in
from tests.support.sequences import agree, begun, kept, run

FORBIDS = ("object", "stop", "reply", "pause")


class Life:
    """Somebody in a sequence, what befalls them, and when a mail may no longer leave."""

    def __init__(self, config: Config, firm: Firm, seed: int) -> None:
        self.start, self.firm, self.random = config, firm, Random(seed)
        self.now = datetime.fromisoformat(config.now)
        self.forbidden, self.answers = False, 0
        for purpose in ("newsletter", "measure"):
            agree(config, firm.contact, purpose)
        self.sequence = kept(config)
        self.number = begun(config, self.sequence, firm.contact)

    @property
    def config(self) -> Config:
        return self.start._replace(now=self.now.isoformat())

    def step(self) -> None:
        """Let some time pass, and one thing happen."""
        self.now += timedelta(hours=self.random.choice((0, 1, 20, 49, 150)))
        getattr(
            self,
            self.random.choice(("tick", "tick", "send", "send", "sign", "read", "pause", "go_on", *FORBIDS)),
        )()

    def tick(self) -> None:
        run(self.config)

    def send(self) -> None:
        """Send what may leave, as a sender does: what forbids it is asked in the same transaction."""
        with open_crm(self.config) as crm:
            waiting = outbox.due(crm, crm.now_text, 50)
            stopped = posting_many.reasons_not_to(crm, waiting)
            for mail in waiting:
                assert mail.id in stopped or not self.forbidden
                told = {
                    "id": mail.id,
                    "name": f"<o{mail.id}@x>",
                    "at": crm.now_text,
                    "state": "refused" if mail.id in stopped else "sent",
                }
                crm.connection.write(
                    "UPDATE outbox SET state = :state, settled_at = :at, intent_at = :at, message_id = :name"
                    " WHERE id = :id",
                    told,
                )

    def sign(self) -> None:
        with open_crm(self.config) as crm:
            found = crm.rows("SELECT message_id FROM outbox WHERE state = 'sent' AND step = 'a'")
            if found:
                told = measuring.Told("opened", self.firm.contact, crm.now, "s", crm.now_text, found[0][0])
                measuring.record(crm, [told])

    def read(self) -> None:
        with open_crm(self.config) as crm:
            measuring.has_read(crm, "opened", crm.now)

    def object(self) -> None:
        with open_crm(self.config) as crm:
            consent.object_to(crm, self.firm.contact, Wanted("email", "newsletter"))
        self.forbidden = True

    def stop(self) -> None:
        with open_crm(self.config) as crm:
            stopped = enrolments.stop(crm, self.number)
        if stopped and self.random.random() < 0.5:
            with open_crm(self.config) as crm:
                history.undo(crm)
        elif stopped:
            self.forbidden = True

    def reply(self) -> None:
        self.answers += 1
        automatic = self.random.random() < 0.5
        at = self.now.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+00:00").tzinfo)
        mail = letter(100 + self.answers, "Re: Sujet A")
        take_in(self.config, mail._replace(at=at.strftime("%Y-%m-%dT%H:%M:%SZ"), is_automatic=automatic))
        self.forbidden |= not automatic

    def pause(self) -> None:
        with open_crm(self.config) as crm:
            self.random.choice(
                (lambda: sequences.pause(crm, self.sequence), lambda: enrolments.pause(crm, self.number))
            )()

    def go_on(self) -> None:
        with open_crm(self.config) as crm:
            how = self.random.choice(sequences.OVERDUE)
            sequences.resume(crm, self.sequence, how)
            enrolments.resume(crm, self.number, how)


@pytest.mark.parametrize("seed", range(24))
def test_in_whatever_order_things_happen(config: Config, firm: Firm, seed: int) -> None:
    life = Life(config, firm, seed)
    for _turn in range(life.random.randint(5, 25)):
        life.step()
    with read_crm(config) as crm:
        sent = [row[0] for row in crm.rows("SELECT step FROM outbox WHERE state = 'sent' ORDER BY id")]
        went = {row.step: row.outcome for row in queries.went(crm, [life.number])}
    assert sent in ([], ["a"], ["a", "b"], ["a", "encore"])
    branches = {"yes": "appel", "no": "b", "unknown": "encore"}
    taken = {step for step in went if step in branches.values()}
    assert taken <= {branches.get(went.get("lu", ""), "")}
    with open_crm(config) as crm:
        assert not any(health.problems(crm.connection).values())
