"""Every verb is one event an act, and can be taken back and brought again without a trace."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

import petitcrm.leads
import petitcrm.marketing
import petitcrm.sales
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.dates import When
from petitcrm.sales import (
    companies,
    contacts,
    custom_fields,
    deals,
    history,
    matching,
    pipelines,
    quick_add,
    stages,
    tags,
    tasks,
    tidying,
    timeline,
    together,
    users,
    views,
)
from petitcrm.sales import firm as beginnings
from petitcrm.store.schema import TABLES
from tests.support.firm import Firm, settle
from tests.support.snapshots import Snapshot, difference, snapshot, stale
from tests.trust import (
    verbs_of_campaigns,
    verbs_of_leads,
    verbs_of_lists,
    verbs_of_mail,
    verbs_of_received_mail,
    verbs_of_sending,
    verbs_of_sequences,
)

Do = Callable[[Crm, Firm], object]
SOON = date(2026, 12, 1)
VIEW = views.View(None, "contact", "Clients de Lyon", "lyon", "name", False)


class Verb(NamedTuple):
    """How to call a verb on the small firm, how many acts it is, and what must have been done before."""

    do: Do
    acts: int = 1
    before: Do | None = None


def _last_entry(crm: Crm) -> int:
    return int(crm.rows("SELECT max(id) FROM events WHERE kind LIKE '%.logged'")[0][0])


VERBS: dict[str, Verb] = {
    "companies.add": Verb(
        lambda crm, firm: companies.add(crm, {"name": "Cuivre"}, tags=["Gaz", "Neuf"]), acts=2
    ),
    "companies.edit": Verb(
        lambda crm, firm: companies.edit(crm, firm.company, {"name": "Acmé SA", "city": "Lyon"})
    ),
    "companies.delete": Verb(lambda crm, firm: companies.delete(crm, firm.company)),
    "companies.merge": Verb(lambda crm, firm: companies.merge(crm, firm.company, firm.other_company)),
    "companies.find_or_add": Verb(lambda crm, firm: companies.find_or_add(crm, "Zinc et Plomb")),
    "contacts.add": Verb(
        lambda crm, firm: contacts.add(
            crm,
            {"last_name": "Petit", "company_id": firm.company},
            emails=["p@acme.example"],
            phones=["0142868686"],
            tags=["Gaz"],
        )
    ),
    "contacts.edit": Verb(
        lambda crm, firm: contacts.edit(
            crm,
            firm.other_contact,
            {"last_name": "Noël", "city": "Lyon"},
            emails=["zoe@noel.example"],
            phones=["01 42 86 86 87"],
        )
    ),
    "contacts.delete": Verb(
        lambda crm, firm: contacts.delete(crm, firm.other_contact),
        before=lambda crm, firm: deals.delete(crm, firm.other_deal),
    ),
    "contacts.merge": Verb(lambda crm, firm: contacts.merge(crm, firm.contact, firm.other_contact)),
    "custom_fields.find_or_add": Verb(lambda crm, firm: custom_fields.find_or_add(crm, "deal", "Surface")),
    "deals.add": Verb(
        lambda crm, firm: deals.add(crm, "Climatisation", firm.contact, fields={"expected_on": SOON})
    ),
    "deals.edit": Verb(
        lambda crm, firm: deals.edit(crm, firm.deal, {"title": "Chaudière gaz", "amount_cents": 1})
    ),
    "deals.move": Verb(lambda crm, firm: deals.move(crm, firm.deal, firm.stages[2])),
    "deals.win": Verb(
        lambda crm, firm: deals.win(crm, firm.deal, amount_cents=1_50, on=crm.now.date() - timedelta(days=2))
    ),
    "deals.lose": Verb(
        lambda crm, firm: deals.lose(crm, firm.deal, "other", "a déménagé", again_on=SOON), acts=2
    ),
    "deals.cancel": Verb(lambda crm, firm: deals.cancel(crm, firm.deal)),
    "deals.reopen": Verb(
        lambda crm, firm: deals.reopen(crm, firm.deal),
        before=lambda crm, firm: deals.lose(crm, firm.deal, "price"),
    ),
    "deals.sleep": Verb(lambda crm, firm: deals.sleep(crm, firm.deal, SOON)),
    "deals.delete": Verb(lambda crm, firm: deals.delete(crm, firm.deal)),
    "firm.begin": Verb(
        lambda crm, firm: beginnings.begin(crm, name="Plomberie Dupont", template="services"), acts=2
    ),
    "firm.place": Verb(lambda crm, firm: beginnings.place(crm, "12 rue des Lilas, 75002 Paris")),
    "firm.rename": Verb(lambda crm, firm: beginnings.rename(crm, "Plomberie Dupont")),
    "matching.tell_apart": Verb(
        lambda crm, firm: matching.tell_apart(crm, "contact", firm.contact, firm.other_contact)
    ),
    "pipelines.add": Verb(lambda crm, firm: pipelines.add(crm, "Entretien")),
    "pipelines.begin_with": Verb(
        lambda crm, firm: pipelines.begin_with(crm, 2, "services"),
        before=lambda crm, firm: pipelines.add(crm, "Entretien", template="shop"),
    ),
    "pipelines.edit": Verb(lambda crm, firm: pipelines.edit(crm, 1, "Chantiers")),
    "quick_add.add": Verb(
        lambda crm, firm: quick_add.add(crm, f"rappeler @c{firm.contact} devis demain 14h")
    ),
    "stages.add": Verb(
        lambda crm, firm: stages.add(crm, 1, "Acompte", position=2, fields={"probability": "90 %"})
    ),
    "stages.edit": Verb(lambda crm, firm: stages.edit(crm, firm.stages[1], {"name": "Appel", "rot_days": 3})),
    "stages.move": Verb(lambda crm, firm: stages.move(crm, firm.stages[0], 3)),
    "stages.remove": Verb(
        lambda crm, firm: stages.remove(crm, firm.stages[0], deals_to=firm.stages[1]), acts=3
    ),
    "tags.put": Verb(lambda crm, firm: tags.put(crm, "contact", firm.contact, "Fidèle"), acts=2),
    "tags.remove": Verb(lambda crm, firm: tags.remove(crm, "deal", firm.deal, "urgent")),
    "tidying.merge_certain": Verb(
        lambda crm, firm: tidying.merge_certain(crm, "contact"),
        acts=2,
        before=lambda crm, firm: [
            contacts.add(crm, {"first_name": "Léa", "last_name": "Roy"}, emails=["l@roy.fr"])
            for _ in range(3)
        ],
    ),
    "tags.find_or_add": Verb(lambda crm, firm: tags.find_or_add(crm, ["Fidèle", "Gaz", "Rare"]), acts=2),
    "tasks.add": Verb(lambda crm, firm: tasks.add(crm, "ramoner", firm.contact, due=SOON)),
    "tasks.edit": Verb(
        lambda crm, firm: tasks.edit(crm, firm.task, {"text": "devis poêle", "deal_id": firm.other_deal})
    ),
    "tasks.done": Verb(lambda crm, firm: tasks.done(crm, firm.repeated, "reached"), acts=2),
    "tasks.snooze": Verb(lambda crm, firm: tasks.snooze(crm, firm.task, SOON)),
    "tasks.move": Verb(lambda crm, firm: tasks.move(crm, firm.task, SOON)),
    "tasks.carry": Verb(lambda crm, firm: tasks.carry(crm, firm.task, 1)),
    "tasks.delete": Verb(lambda crm, firm: tasks.delete(crm, firm.task)),
    "users.add": Verb(lambda crm, firm: users.add(crm, "paul", name="Paul Durand")),
    "users.edit": Verb(lambda crm, firm: users.edit(crm, firm.user, {"name": "Anne Durand"})),
    "timeline.edit": Verb(
        lambda crm, firm: timeline.edit(crm, _last_entry(crm), "Rappelle mardi"),
        before=lambda crm, firm: timeline.log(crm, "call", firm.contact, "Rappelle lundi"),
    ),
    "timeline.delete": Verb(
        lambda crm, firm: timeline.delete(crm, _last_entry(crm)),
        before=lambda crm, firm: timeline.log(crm, "call", firm.contact, "Rappelle lundi"),
    ),
    "timeline.log": Verb(lambda crm, firm: timeline.log(crm, "call", firm.contact, "Rappelle lundi")),
    "together.assign": Verb(
        lambda crm, firm: together.assign(crm, "contact", [firm.other_contact], firm.user)
    ),
    "together.tag": Verb(
        lambda crm, firm: together.tag(crm, "contact", [firm.contact, firm.other_contact], "Salon"), acts=3
    ),
    "together.untag": Verb(
        lambda crm, firm: together.untag(crm, "contact", [firm.contact, firm.other_contact], "Salon"),
        acts=2,
        before=lambda crm, firm: together.tag(crm, "contact", [firm.contact, firm.other_contact], "Salon"),
    ),
    "together.plan": Verb(
        lambda crm, firm: together.plan(
            crm, [firm.contact, firm.other_contact], "vœux", kind="letter", due=When(SOON)
        ),
        acts=2,
    ),
    "together.log": Verb(
        lambda crm, firm: together.log(crm, [firm.contact, firm.other_contact], "letter", "Vœux"), acts=2
    ),
    "together.delete": Verb(
        lambda crm, firm: together.delete(crm, "contact", [firm.other_contact]),
        before=lambda crm, firm: deals.delete(crm, firm.other_deal),
    ),
    "together.plan_for_deals": Verb(
        lambda crm, firm: together.plan_for_deals(
            crm, [firm.deal, firm.other_deal], "relance", kind="call", due=When(SOON)
        ),
        acts=2,
    ),
    "together.move": Verb(
        lambda crm, firm: together.move(crm, [firm.deal, firm.other_deal], firm.stages[4]), acts=2
    ),
    "together.win": Verb(lambda crm, firm: together.win(crm, [firm.deal, firm.other_deal]), acts=2),
    "together.lose": Verb(
        lambda crm, firm: together.lose(crm, [firm.deal, firm.other_deal], "other", "trop tard"), acts=2
    ),
    "together.sleep": Verb(lambda crm, firm: together.sleep(crm, [firm.deal, firm.other_deal], SOON), acts=2),
    "together.expect": Verb(
        lambda crm, firm: together.expect(crm, [firm.deal, firm.other_deal], SOON), acts=2
    ),
    "together.tick": Verb(lambda crm, firm: together.tick(crm, [firm.task, firm.repeated]), acts=3),
    "together.snooze": Verb(lambda crm, firm: together.snooze(crm, [firm.task, firm.repeated], SOON), acts=2),
    "together.put_off": Verb(
        lambda crm, firm: together.put_off(crm, [firm.task, firm.repeated], When(SOON)), acts=2
    ),
    "views.save": Verb(lambda crm, firm: views.save(crm, VIEW)),
    "views.rename": Verb(
        lambda crm, firm: views.rename(crm, views.listing(crm, "contact")[-1].id or 0, "Rennes"),
        before=lambda crm, firm: views.save(crm, VIEW),
    ),
    "views.delete": Verb(
        lambda crm, firm: views.delete(crm, views.listing(crm, "contact")[-1].id or 0),
        before=lambda crm, firm: views.save(crm, VIEW),
    ),
}
"""One row a verb. A new verb without a row fails the first test below."""

VARIANTS: dict[str, Verb] = {
    "firm.rename to no name": Verb(
        lambda crm, firm: beginnings.rename(crm, ""),
        before=lambda crm, firm: beginnings.rename(crm, "Dupont"),
    ),
    "firm.rename again": Verb(
        lambda crm, firm: beginnings.rename(crm, "Durand"),
        before=lambda crm, firm: beginnings.rename(crm, "Dupont"),
    ),
    "pipelines.add with a template": Verb(lambda crm, firm: pipelines.add(crm, template="subscription")),
    "pipelines.begin_with the same keys": Verb(
        lambda crm, firm: pipelines.begin_with(crm, 2, "subscription"),
        before=lambda crm, firm: pipelines.add(crm, "Entretien", template="services"),
    ),
    "deals.move to its own column": Verb(
        lambda crm, firm: deals.move(crm, firm.deal, firm.stages[0], before=firm.other_deal),
        before=lambda crm, firm: deals.move(crm, firm.deal, firm.stages[0]),
    ),
    "deals.move with a usual task": Verb(
        lambda crm, firm: deals.move(crm, firm.other_deal, firm.stages[1]),
        acts=2,
        before=lambda crm, firm: usual_task(crm, firm.stages[1]),
    ),
    "stages.remove of one without a past": Verb(lambda crm, firm: stages.remove(crm, firm.stages[3])),
    "deals.sleep to wake": Verb(
        lambda crm, firm: deals.sleep(crm, firm.deal, None),
        before=lambda crm, firm: deals.sleep(crm, firm.deal, SOON),
    ),
    "tasks.done for a deal": Verb(lambda crm, firm: tasks.done(crm, firm.task)),
    "tasks.edit to another day": Verb(
        lambda crm, firm: tasks.edit(crm, firm.task, {"due": SOON}),
        before=lambda crm, firm: tasks.snooze(crm, firm.task, date(2026, 11, 27)),
    ),
    "contacts.edit to another company": Verb(
        lambda crm, firm: contacts.edit(crm, firm.contact, {"company_id": firm.other_company})
    ),
    "contacts.merge with chosen fields": Verb(
        lambda crm, firm: contacts.merge(
            crm,
            firm.contact,
            firm.other_contact,
            take=["last_name", "emails", "phones", "address", "company", "custom"],
        )
    ),
    "companies.merge with chosen fields": Verb(
        lambda crm, firm: companies.merge(
            crm, firm.company, firm.other_company, take=["name", "address", "website", "phone", "headcount"]
        )
    ),
    "contacts.merge of one without anything": Verb(
        lambda crm, firm: contacts.merge(crm, firm.contact, 3),
        before=lambda crm, firm: contacts.add(crm, {"last_name": "Dupond"}, emails=["dupond@acme.example"]),
    ),
    "contacts.merge of one that was merged into": Verb(
        lambda crm, firm: contacts.merge(crm, 3, firm.contact),
        before=lambda crm, firm: contacts.merge(
            crm, firm.contact, firm.other_contact if contacts.add(crm, {"last_name": "Third"}) else 0
        ),
    ),
    "timeline.log of a kind of one's own": Verb(
        lambda crm, firm: timeline.log(crm, "salon", firm.contact, "Bâtimat")
    ),
    "timeline.log with how long it lasted": Verb(
        lambda crm, firm: timeline.log(crm, "call", firm.contact, "Rappelle lundi", minutes=12)
    ),
    "timeline.log with a deal": Verb(
        lambda crm, firm: timeline.log(crm, "visit", firm.contact, deal_id=firm.deal)
    ),
}

OTHERS = (
    verbs_of_campaigns, verbs_of_leads, verbs_of_lists, verbs_of_mail, verbs_of_received_mail, verbs_of_sending,
    verbs_of_sequences,
)  # fmt: skip
for others in OTHERS:
    VERBS |= {name: Verb(*told) for name, told in others.VERBS.items()}
    VARIANTS |= {name: Verb(*told) for name, told in others.VARIANTS.items()}

READS = {name for others in OTHERS for name in others.READS} | {
    "agenda.ahead", "agenda.day", "agenda.done_today",
    "history.gestures", "history.what", "matching.company_duplicates", "matching.contact_duplicates",
    "matching.like_newcomer", "matching.weigh", "comparison.compare", "tidying.certain", "tidying.richest_first",
    "quick_add.understand", "references.resolve", "references.resolve_any", "search.search", "deals.first_stage",
    "custom_fields.packed", "fields.must_exist", "address_book.find", "search.people", "search.corrected",
    "matching.like_new_company",
    "agenda.silent_limits", "tasks.in_days", "asked.told_by_key", "asked.values_of", "browsing.browse",
    "browsing.completions",
    "browsing.understand", "deals.contact_of", "together.in_order", "views.listing", "forecast.forecast",
}  # fmt: skip
"""Public functions given a Crm that change nothing."""

PARTS = verbs_of_mail.PARTS | {"timeline.touch"}
"""What verbs do inside an act of theirs."""

TURNS = {"history.undo", "history.undo_merge", "history.redo", "companies.unmerge", "contacts.unmerge"}
"""What takes back and brings again: tried on every verb here, and by itself in tests/sales."""

both = pytest.mark.parametrize(
    "verb", [pytest.param(verb, id=name) for name, verb in {**VERBS, **VARIANTS}.items()]
)


def usual_task(crm: Crm, stage: int) -> None:
    """Let a stage have a usual next task."""
    with crm.act("stage.edited", name="") as act:
        act.update("stages", stage, next_task_kind="call", next_task_text="confirmer", next_task_days=2)


def written() -> set[str]:
    """Return the name of every public function of the departments that is given a Crm."""
    names = set()
    listed = [
        f"{department.__name__}.{found.name}"
        for department in (petitcrm.sales, petitcrm.leads, petitcrm.marketing)
        for found in pkgutil.iter_modules(department.__path__)
    ]
    for full_name in listed:
        module = importlib.import_module(full_name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and next(iter(inspect.signature(function).parameters), "") == "crm":
                names.add(f"{full_name.rpartition('.')[2]}.{name}")
    return names


def test_every_verb_is_tried_here() -> None:
    steps = (verbs_of_sending, verbs_of_lists, verbs_of_campaigns, verbs_of_sequences)
    by_itself = verbs_of_received_mail.AT_ONCE.union(*(one.STEPS for one in steps))
    assert written() == {*VERBS} | READS | PARTS | TURNS | by_itself


class Gesture(NamedTuple):
    """What a gesture did: the acts it opened, the events it left, the base before and after."""

    acts: int
    events: list[tuple[int, str, list[list[Any]]]]
    before: Snapshot
    after: Snapshot


def gesture(config: Config, firm: Firm, verb: Verb, monkeypatch: pytest.MonkeyPatch) -> Gesture:
    """Prepare, then do the verb in a gesture of its own."""
    if verb.before:
        with open_crm(config) as crm:
            verb.before(crm, firm)
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
        last = crm.rows("SELECT max(id) FROM batches")[0][0]
    opened: list[str] = []
    original = Crm.act

    def counted(self: Crm, kind: str, **told: Any) -> AbstractContextManager[Any]:
        opened.append(kind)
        return original(self, kind, **told)

    monkeypatch.setattr(Crm, "act", counted)
    with open_crm(config) as crm:
        verb.do(crm, firm)
    monkeypatch.setattr(Crm, "act", original)
    with read_crm(config) as crm:
        found = crm.rows(
            "SELECT e.id, e.kind, e.changes FROM events e WHERE e.batch_id = ("
            "SELECT id FROM batches WHERE id > :last) ORDER BY e.id",
            last=last,
        )
        events = [(row[0], row[1], json.loads(row[2])) for row in found]
        return Gesture(len(opened), events, before, snapshot(crm.connection))


@both
def test_a_verb_is_one_event_an_act_in_one_batch(
    verb: Verb, config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = gesture(config, firm, verb, monkeypatch)
    assert (done.acts, len(done.events)) == (verb.acts, verb.acts)


@both
def test_what_a_verb_changed_is_what_the_journal_says(
    verb: Verb, config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = gesture(config, firm, verb, monkeypatch)
    told = {
        (table, row_id) for _id, _kind, changes in done.events for _sign, table, row_id, _fields in changes
    }
    changed = {
        (table, row_id)
        for table in TABLES
        for row_id in {*done.before[table], *done.after[table]}
        if done.before[table].get(row_id) != done.after[table].get(row_id)
    }
    assert {one for one in told if one[0] != "events"} == changed


@both
def test_undo_leaves_no_trace_of_a_verb_and_redo_brings_all_of_it_back(
    verb: Verb, config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = gesture(config, firm, verb, monkeypatch)
    for turn, expected in ((history.undo, done.before), (history.redo, done.after)) * 2:
        with open_crm(config) as crm:
            assert turn(crm).kept == []
        with read_crm(config) as crm:
            assert difference(expected, snapshot(crm.connection)) == []
            assert stale(crm.connection) == []


@both
def test_what_is_derived_follows_a_verb(
    verb: Verb, config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    gesture(config, firm, verb, monkeypatch)
    with read_crm(config) as crm:
        assert stale(crm.connection) == []


def test_the_whole_firm_can_be_taken_back_to_an_empty_base(config: Config) -> None:
    with read_crm(config) as crm:
        empty = snapshot(crm.connection)
    settle(config)
    with read_crm(config) as crm:
        full, gestures = snapshot(crm.connection), len(history.gestures(crm))
    for turn, expected in ((history.undo, empty), (history.redo, full)):
        for _gesture in range(gestures):
            with open_crm(config) as crm:
                assert turn(crm).kept == []
        with read_crm(config) as crm:
            assert difference(expected, snapshot(crm.connection)) == []
