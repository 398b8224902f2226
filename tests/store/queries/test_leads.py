"""What the leads ask the base is answered by an index, whatever the number of leads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.imports import importer
from petitcrm.imports.desk import Wish
from petitcrm.leads import leads as pursuits
from petitcrm.sales import users
from petitcrm.store.queries import agenda, handovers, leads, team, touches
from tests.support.firm import Firm

pytestmark = pytest.mark.engines("sqlite")
SINCE = "2026-11-01T00:00:00Z"
QUESTIONS: dict[str, Callable[[Crm], object]] = {
    "leads of an owner": lambda crm: leads.listing(crm, only={"owner_id": 1}),
    "leads of a list": lambda crm: leads.listing(crm, only={"list_id": 1}),
    "leads of a partner": lambda crm: leads.listing(crm, only={"partner_id": 1}),
    "leads of a contact": lambda crm: leads.of_contact(crm, 1),
    "the inbox": lambda crm: leads.inbox(crm, "new"),
    "one lead": lambda crm: leads.line(crm, 1),
    "answers of a lead": lambda crm: leads.answers(crm, 1),
    "ids of answers": lambda crm: leads.answer_ids(crm, 1),
    "newest of a contact": lambda crm: leads.latest_of(crm, 1),
    "known of a lead": lambda crm: leads.known_of_lead(crm, 1),
    "known of a contact": lambda crm: leads.known_of_contact(crm, 1),
    "known of all, page after page": lambda crm: list(leads.known_of_leads(crm)),
    "tags of one": lambda crm: leads.tags_of_one(crm, 1, 1),
    "owner of an earlier deal": lambda crm: leads.owner_of_earlier(crm, 1, 1),
    "leads of the day": lambda crm: agenda.leads(crm, "2026-11-23", agenda.Whose(None, 50)),
    "leads of one's own day": lambda crm: agenda.leads(crm, "2026-11-23", agenda.Whose(1, 50)),
    "where an approach stands": lambda crm: touches.approached(crm, 1),
    "the lead of a task": lambda crm: touches.lead_of_task(crm, 1),
    "leads that wait for a word": lambda crm: touches.unanswered(crm, 1, SINCE),
    "leads that an entry answered": lambda crm: touches.answered_by(crm, 1),
    "the first word to a lead": lambda crm: touches.first_word(crm, 1, ("call.logged", "note.logged")),
    "people of a list": lambda crm: touches.people(crm, 1, 50),
    "a hand-over that waits": lambda crm: handovers.waiting(crm, 1),
    "all that wait": handovers.all_waiting,
    "received lately": lambda crm: team.received(crm, SINCE),
    "taken over lately": lambda crm: handovers.received(crm, SINCE),
}
LARGE = (
    "leads",
    "lead_answers",
    "events",
    "tasks",
    "handovers",
    "contacts",
    " l",
    " a",
    " c",
    " e",
    " t",
    " h",
)


@pytest.fixture
def many(config: Config, tmp_path: Path) -> Config:
    """Return a base with two hundred leads."""
    path = tmp_path / "leads.csv"
    path.write_text("Nom;E-mail;Société\n" + "".join(f"N{n};n{n}@x.example;F{n % 20}\n" for n in range(200)))
    with open_crm(config) as crm:
        users.add(crm, "marie")
        importer.run(crm, str(path), Wish(noun="leads"))
    return config


def test_who_waits_for_a_first_answer_comes_before_whoever_has_no_deadline(firm: Firm, crm: Crm) -> None:
    approached = pursuits.add(crm, firm.contact, direction="outbound").lead_id
    asking = pursuits.add(crm, firm.other_contact).lead_id
    whose = agenda.Whose(None, 1)
    assert [one.id for one in leads.inbox(crm, "new")] == [asking, approached]
    assert [one.id for one in leads.inbox(crm, "new", limit=1)] == [asking]
    assert [one.id for one in leads.listing(crm)] == [asking, approached]
    assert [one.id for one in agenda.leads(crm, crm.today, whose)] == [asking]


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_of_leads_reads_all_of_them(
    name: str, many: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with read_crm(many) as crm:
        ask = crm.rows

        def explained(sql: str, **params: object) -> list[tuple[object, ...]]:
            steps = [str(step[3]) for step in ask(f"EXPLAIN QUERY PLAN {sql}", **params)]
            scans = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
            assert not [step for step in scans if step.removeprefix("SCAN").startswith(LARGE)], steps
            return ask(sql, **params)

        monkeypatch.setattr(crm, "rows", explained)
        QUESTIONS[name](crm)


def test_pages_of_leads_are_all_leads_each_once(many: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leads, "_PAGE", 7)
    with read_crm(many) as crm:
        assert [one.id for one in leads.known_of_leads(crm)] == list(range(1, 201))
