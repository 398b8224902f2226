"""Every query is understood by both engines, on an empty base and on one that is lived in."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import petitcrm.store.queries
from petitcrm.config import Config
from petitcrm.crm import Crm, read_crm
from petitcrm.errors import NotFound
from petitcrm.store import conditions, schema
from petitcrm.store.queries import agenda, browse, browse_deals, browse_tasks, consents, duplicates, lists
from tests.support.firm import Firm

Ask = Callable[[Crm], object]
ON, UNTIL = "2026-11-23", "2026-11-30"
WHOSE = (agenda.Whose(None, 10), agenda.Whose(1, 10))
NOUNS = ("contact", "company", "deal")
PEOPLE = ("contact", "company")
SALES = ("deal", "task")
SHELVES = (*PEOPLE, *SALES)
NARROWED: tuple[dict[str, Any], ...] = (
    {},
    {"words": (("dup", "dub"), ("jean",))},
    {"tags": ((1, 2), ())},
    {"owners": ((1, 0), (1,))},
    {"without_next_step": True, "stages": ((1, 2), ())},
    {"silent_since": "2026-10-24T00:00:00Z"},
    {
        "spans": (
            browse.Span("created_at", "2026-10-01", "2026-11-01"),
            browse.Span("external_id", is_unknown=True),
        )
    },
)
"""What is asked of deals and of tasks alike; each leaves aside what it has not."""


def every(*asks: Ask) -> Ask:
    """Ask several things."""
    return lambda crm: [ask(crm) for ask in asks]


def _agenda(name: str, *words: str) -> Ask:
    return every(*(_q("agenda", name, *words, whose) for whose in WHOSE))


def _q(module: str, name: str, *words: Any, **named: Any) -> Ask:
    """Ask one query, found when it is asked."""
    return lambda crm: getattr(importlib.import_module(f"petitcrm.store.queries.{module}"), name)(
        crm, *words, **named
    )


def _all(name: str, *words: Any) -> Ask:
    """Ask a query of duplicates that yields its rows, and take them all."""
    ask = _q("duplicates", name, *words)
    return lambda crm: list(ask(crm))


def _each(module: str, name: str, firsts: Iterable[object], *words: Any, **named: Any) -> Ask:
    return every(*(_q(module, name, first, *words, **named) for first in firsts))


QUERIES: dict[str, Ask] = {
    "agenda.overdue": _agenda("overdue", ON),
    "agenda.due": _agenda("due", ON),
    "agenda.coming": _agenda("coming", ON, UNTIL),
    "agenda.leads": _agenda("leads", ON),
    "agenda.planned": _agenda("planned", ON),
    "agenda.done_since": every(*(_q("agenda", "done_since", ON, owner) for owner in (None, 1))),
    "agenda.undated": _agenda("undated", ON),
    "agenda.without_next_step": _agenda("without_next_step", ON),
    "agenda.silent": every(
        *(_q("agenda", "silent", ON, {1: "2026-11-01T00:00:00Z"}, whose) for whose in WHOSE),
        _q("agenda", "silent", ON, {}, WHOSE[0]),
    ),
    "agenda.is_mail_late": _q("agenda", "is_mail_late", "2026-11-22T00:00:00Z"),
    "agenda.uncertain": _agenda("uncertain"),
    "agenda.unanswered": _agenda("unanswered", "2026-10-24T00:00:00Z", "2026-11-18T00:00:00Z"),
    "agenda.stopped_campaigns": _q("agenda", "stopped_campaigns"),
    "agenda.rotting_stages": _q("agenda", "rotting_stages"),
    "outbox.one": _q("outbox", "one", 1),
    "outbox.due": _q("outbox", "due", "2026-11-23T08:00:00Z", 10),
    "outbox.some_due": _q("outbox", "some_due", [1, 2], "2026-11-23T08:00:00Z"),
    "outbox.some": _q("outbox", "some", [1, 2]),
    "outbox.of_occasions": _q("outbox", "of_occasions", ["campaign:x:a@b.fr"]),
    "outbox.claimed_by": _q("outbox", "claimed_by", [1, 2], "me"),
    "outbox.ways_to": _q("outbox", "ways_to", [1, 2]),
    "outbox.leaving": _q("outbox", "leaving"),
    "outbox.is_sent_to": _q("outbox", "is_sent_to", "<a@b>", "jean@acme.example"),
    "outbox.in_hand": _q("outbox", "in_hand"),
    "outbox.uncertain": _q("outbox", "uncertain"),
    "outbox.waiting": _q("outbox", "waiting", 10),
    "outbox.refused": _q("outbox", "refused", 10),
    "outbox.latest": _q("outbox", "latest", 10),
    "outbox.of_message": _q("outbox", "of_message", "<a@b>"),
    "outbox.by_program": _q("outbox", "by_program", ["<a@b>", "<c@d>"]),
    "outbox.left_for": _q("outbox", "left_for", "jean@acme.example", "2026-11-01T00:00:00Z"),
    "outbox.last_to": _q("outbox", "last_to", "jean@acme.example"),
    "outbox.counts": _q("outbox", "counts"),
    "outbox.answered": _q("outbox", "answered", 1),
    "outbox.thread_of": _q("outbox", "thread_of", "<a@b>"),
    "outbox.is_stored": _q("outbox", "is_stored", "<a@b>"),
    "outbox.unsettled": _q("outbox", "unsettled", [1, 2], "me"),
    "outbox.has_occasion": _q("outbox", "has_occasion", "a"),
    "audiences.standings": _q("audiences", "standings", [1, 2]),
    "audiences.is_marketing_there": _q("audiences", "is_marketing_there"),
    "campaigns.progress": _q("campaigns", "progress"),
    "campaigns.received": _q("campaigns", "received", 1, 5),
    "enrolments.due_numbers": _q("enrolments", "due_numbers", "2026-11-23T23:00:00Z"),
    "enrolments.standing": every(
        *(_q("enrolments", "standing", 1, step, 10) for step in (None, "premier", ""))
    ),
    "sequences.listing": _q("sequences", "listing"),
    "sequences.of_key": _q("sequences", "of_key", "relance"),
    "sequences.by_id": _q("sequences", "by_id", 1),
    "sequences.versions": _q("sequences", "versions", 1),
    "sequences.version": _q("sequences", "version", 1),
    "sequences.people": _q("sequences", "people", 1),
    "sequences.came": _q("sequences", "came", 1),
    "sequences.done_with_mails": _q("sequences", "done_with_mails", "2026-01-01T00:00:00Z"),
    "sequences.remembered": _q("sequences", "remembered", "tick:last"),
    "sequences.all_remembered": _q("sequences", "all_remembered", "read:"),
    "enrolments.due": _q("enrolments", "due", "2026-11-23T08:00:00Z", ("", 0), 10),
    "enrolments.still_due": _q("enrolments", "still_due", [1, 2], "2026-11-23T08:00:00Z"),
    "enrolments.some": _q("enrolments", "some", [1, 2]),
    "enrolments.of_contacts": _q("enrolments", "of_contacts", [1, 2]),
    "enrolments.of_sequence": _q("enrolments", "of_sequence", 1),
    "enrolments.coming": _q("enrolments", "coming", 10),
    "enrolments.went": _q("enrolments", "went", [1, 2]),
    "enrolments.signals": _q("enrolments", "signals", [1, 2], "2026-11-01T00:00:00Z"),
    "enrolments.replies": _q("enrolments", "replies", [1, 2], "2026-11-01T00:00:00Z"),
    "enrolments.outcomes": _q("enrolments", "outcomes", [1, 2]),
    "enrolments.closed": _q("enrolments", "closed", [1, 2], "2026-11-01T00:00:00Z"),
    "enrolments.refused": _q("enrolments", "refused", [1, 2], "newsletter"),
    "enrolments.came_back": _q("enrolments", "came_back", [1, 2]),
    "enrolments.mailed": _q("enrolments", "mailed", [1, 2], "2026-11-01T00:00:00Z"),
    "enrolments.addresses": _q("enrolments", "addresses", [1, 2]),
    "enrolments.moved": _q("enrolments", "moved", 0, ("mail.received", "deal.won")),
    "enrolments.last_batch": _q("enrolments", "last_batch"),
    "enrolments.read_until": _q("enrolments", "read_until"),
    "enrolments.there": _q("enrolments", "there", ["<a@b>"]),
    "enrolments.newcomers": every(
        *(_q("enrolments", "newcomers", 1, (kind, "lettre"), 0, 10) for kind in ("list", "segment"))
    ),
    "enrolments.meeting": _q(
        "enrolments", "meeting", 1, ("c.city = :w1", {"w1": "Rennes"}), 0, 10, once=True
    ),
    "enrolments.traces": _q("enrolments", "traces"),
    "signals.of_contacts": _q("signals", "of_contacts", [1, 2], "2026-11-01T00:00:00Z"),
    "outbox.is_day": _q("outbox", "is_day", "<o1.ab@firme.example>"),
    "signals.left": _q("signals", "left", ["<o1.ab@firme.example>", "<x>"]),
    "campaigns.listing": _q("campaigns", "listing"),
    "campaigns.of_key": _q("campaigns", "of_key", "rentree"),
    "campaigns.one": _q("campaigns", "one", 1),
    "campaigns.under_way": _q("campaigns", "under_way"),
    "campaigns.next_waiting": every(
        *(_q("campaigns", "next_waiting", 1, is_open=is_open, limit=9) for is_open in (True, False))
    ),
    "campaigns.handed_over_since": _q("campaigns", "handed_over_since", 1, "2026-11-23T08:00:00Z"),
    "campaigns.resting_with_mails": _q("campaigns", "resting_with_mails"),
    "campaigns.given_to_servers": _q("campaigns", "given_to_servers", 1),
    "campaigns.refused_by_servers": _q("campaigns", "refused_by_servers", 1),
    "campaigns.shares": _q("campaigns", "shares", 1),
    "campaigns.still_there": _q("campaigns", "still_there", [1, 2]),
    "campaigns.is_anybody_waiting": _q("campaigns", "is_anybody_waiting", 1),
    "campaigns.is_test_under_way": _q("campaigns", "is_test_under_way", 1),
    "campaigns.last_intent": _q("campaigns", "last_intent", 1),
    "campaigns.mails": _q("campaigns", "mails", 1),
    "campaigns.bounced": _q("campaigns", "bounced", 1),
    "campaigns.answered": _q("campaigns", "answered", [1, 2]),
    "campaigns.came_back": _q("campaigns", "came_back", [1, 2]),
    "campaigns.replied": _q("campaigns", "replied", 1),
    "campaigns.tested": _q("campaigns", "tested", 1),
    "campaigns.signalled": _q("campaigns", "signalled", 1, "opened"),
    "campaigns.written_to": _q("campaigns", "written_to", 1),
    "campaigns.is_anybody_measured": _q("campaigns", "is_anybody_measured"),
    "campaigns.unsubscribed": _q("campaigns", "unsubscribed", 1, "newsletter"),
    "campaigns.results_in_a_row": _q("campaigns", "results_in_a_row", 1, 10),
    "campaigns.people": every(
        lambda crm: list(_q("campaigns", "people", 1)(crm)),  # type: ignore[call-overload]
        lambda crm: list(_q("campaigns", "people", 1, "sent", 5)(crm)),  # type: ignore[call-overload]
        lambda crm: list(_q("campaigns", "people", 1, "replied", 5)(crm)),  # type: ignore[call-overload]
        lambda crm: list(_q("campaigns", "people", 1, "hard", only=[1, 2])(crm)),  # type: ignore[call-overload]
    ),
    "merging.values": lambda crm: list(_q("merging", "values", [1, 2])(crm)),  # type: ignore[call-overload]
    "bounces.of_address": _q("bounces", "of_address", "jean@acme.example"),
    "bounces.latest": _q("bounces", "latest", 10),
    "bounces.holders": _q("bounces", "holders", "Jean@acme.example"),
    "bounces.addresses_of": _q("bounces", "addresses_of", 1),
    "templates.listing": _q("templates", "listing"),
    "templates.of_key": _q("templates", "of_key", "relance"),
    "browse.matching": every(
        *(
            _each("browse", "matching", PEOPLE, browse.Narrowing(**narrowing))
            for narrowing in (
                {},
                {"words": (("dup", "dub"), ("jean",))},
                {"tags": ((1, 2), ())},
                {"owners": ((1, 0), (1,))},
                {"without_next_step": True},
                {"silent_since": "2026-10-24T00:00:00Z"},
            )
        ),
        _q("browse", "matching", "contact", browse.Narrowing(words=(("du",),), tags=((1,),)), limit=5),
        _q(
            "browse",
            "matching",
            "contact",
            browse.Narrowing(meeting=("c.city = :w1", {"w1": "Rennes"})),
            limit=5,
        ),
        *(_q("browse", "matching", noun, browse.Narrowing()) for noun in SALES),
    ),
    "browse.count": _each("browse", "count", SHELVES),
    "browse.has_owners": _each("browse", "has_owners", SHELVES),
    "browse.order": every(
        *(
            _q("browse", "order", noun, sort)
            for noun in SHELVES
            for sort in browse.SORTS[noun]
            if sort != browse.COMES_BY[noun]
        )
    ),
    "browse.rows": _each("browse", "rows", SHELVES, [1, 2, 99]),
    "browse_deals.matching": every(
        *(
            _q("browse_deals", "matching", browse.Narrowing(**narrowing), limit=limit)
            for limit in (None, 5)
            for narrowing in (*NARROWED, {"rotten": ((1, "2026-10-24T00:00:00Z"),)}, {"rotten": ()})
        ),
        *(_q("browse_deals", "matching", browse.Narrowing(status=one)) for one in browse_deals.STATUSES),
    ),
    "browse_deals.count": _q("browse_deals", "count"),
    "browse_deals.stages": _q("browse_deals", "stages"),
    "browse_deals.order": every(
        *(_q("browse_deals", "order", sort) for sort in browse_deals.SORTS if sort != "stage")
    ),
    "browse_deals.amounts": _q("browse_deals", "amounts"),
    "browse_deals.rows": _q("browse_deals", "rows", [1, 2, 99]),
    "browse_tasks.matching": every(
        *(
            _q("browse_tasks", "matching", browse.Narrowing(**narrowing), limit=limit)
            for limit in (None, 5)
            for narrowing in (*NARROWED, {"kinds": (("call", "visit"), ())})
        ),
        *(_q("browse_tasks", "matching", browse.Narrowing(status=one)) for one in browse_tasks.STATUSES),
    ),
    "browse_tasks.count": _q("browse_tasks", "count"),
    "browse_tasks.order": every(*(_q("browse_tasks", "order", sort) for sort in browse_tasks.SORTS)),
    "tasks.is_open": _q("tasks", "is_open", 1),
    "tasks.lines": _q("tasks", "lines", [1, 2, 99]),
    "deals.cards": _q("deals", "cards", [1, 2, 99]),
    "calendars.appointments": _q("calendars", "appointments"),
    "calendars.full_names": _q("calendars", "full_names"),
    "calendars.to_write": every(
        *(_q("calendars", "to_write", "2026-11-01", "2026-12-31", owner) for owner in (None, 1))
    ),
    "calendars.told": _q("calendars", "told"),
    "calendars.touched": _q("calendars", "touched", [1, 2], [1, 2]),
    "companies.sheet": _q("companies", "sheet", 1),
    "companies.colleagues": _q("companies", "colleagues", 1),
    "companies.listing": every(
        _q("companies", "listing"),
        _q("companies", "listing", words="acm", tag="gaz", owner_id=1, limit=5),
        _q("companies", "listing", after=1, sort="newest", limit=5),
        _q("companies", "listing", after=1),
    ),
    "companies.count": _q("companies", "count"),
    "companies.named": _q("companies", "named", "acme"),
    "companies.last_merge": _q("companies", "last_merge", 1),
    "contacts.sheet": _q("contacts", "sheet", 1),
    "contacts.emails": _q("contacts", "emails", 1),
    "contacts.phones": _q("contacts", "phones", 1),
    "contacts.sharers": _q("contacts", "sharers", 1),
    "contacts.listing": every(
        _q("contacts", "listing"),
        _q("contacts", "listing", words="dup", tag="gaz", company_id=1, owner_id=1, limit=5),
        _q("contacts", "listing", after=1, sort="newest", limit=5),
        _q("contacts", "listing", after=1),
    ),
    "contacts.is_anybody_known": _q("contacts", "is_anybody_known"),
    "contacts.count_of_deals": _q("contacts", "count_of_deals", 1),
    "contacts.last_merge": _q("contacts", "last_merge", 1),
    "custom_fields.defined": _each("custom_fields", "defined", NOUNS),
    "deals.board": every(_q("deals", "board", 1), _q("deals", "board", 1, status="won")),
    "deals.hoped": _q("deals", "hoped", 1),
    "deals.listing": every(
        _q("deals", "listing"),
        _q("deals", "listing", status="all", stage_id=1, contact_id=1, company_id=1, owner_id=1, limit=5),
    ),
    "deals.sheet": _q("deals", "sheet", 1),
    "duplicates.shared": every(
        *(_all("shared", what) for what in (*duplicates.PEOPLE, *duplicates.FIRMS)),
    ),
    "duplicates.having": every(
        *(
            _all("having", what, [1] if what == "company" else ["a", "b"])
            for what in (*duplicates.PEOPLE, *duplicates.FIRMS)
        ),
    ),
    "duplicates.people": _q("duplicates", "people", [1, 2]),
    "duplicates.firms": _q("duplicates", "firms", [1, 2]),
    "duplicates.held": _each("duplicates", "held", PEOPLE, [1, 2]),
    "duplicates.holders": _q("duplicates", "holders", ["a@acme.fr"], ["+33612345678"]),
    "duplicates.names": _each("duplicates", "names", PEOPLE, [1, 2]),
    "duplicates.told_apart": _each("duplicates", "told_apart", PEOPLE),
    "firm.name": _q("firm", "name"),
    "firm.address": _q("firm", "address"),
    "firm.setting_id": _q("firm", "setting_id", "firm.name"),
    "firm.is_untouched": _q("firm", "is_untouched"),
    "history.last_event": _q("history", "last_event"),
    "history.kinds_since": _q("history", "kinds_since", 1),
    "history.batch": _q("history", "batch", 1),
    "history.batches": _q("history", "batches", 10),
    "history.spoken_for": _q("history", "spoken_for", 1),
    "history.last_standing": _q("history", "last_standing"),
    "history.last_undone": _q("history", "last_undone"),
    "lists.tags_of": _each("lists", "tags_of", NOUNS, 1),
    "lists.tags_by_row": _each("lists", "tags_by_row", NOUNS, [1, 2]),
    "lists.first_by_row": _q(
        "lists", "first_by_row", "SELECT contact_id, address FROM contact_emails", [1, 2]
    ),
    "lists.used_values": every(
        *(_q("lists", "used_values", noun, column) for noun in NOUNS for column in lists.USED_AGAIN[noun])
    ),
    "pipelines.stage_keys": _q("pipelines", "stage_keys", 1),
    "pipelines.has_been_used": _q("pipelines", "has_been_used", 1),
    "pipelines.first": _q("pipelines", "first"),
    "pipelines.listing": _q("pipelines", "listing"),
    "pipelines.stages": _q("pipelines", "stages", 1),
    "pipelines.stage": _q("pipelines", "stage", 1),
    "pipelines.keys": _each("pipelines", "keys", (None, 1)),
    "pipelines.names": _q("pipelines", "names"),
    "pipelines.open_deals": _q("pipelines", "open_deals", 1),
    "pipelines.has_a_past": _each("pipelines", "has_a_past", (1, 5)),
    "mail.by_message_id": _q("mail", "by_message_id", ["<1@mail.example>", "<2@mail.example>"]),
    "mail.companies_at": _q("mail", "companies_at", ["contact@acme.example"]),
    "mail.contacts_at": _q("mail", "contacts_at", ["jean@acme.example", "zoe@bois.example"]),
    "mail.copies": _q("mail", "copies", "shop", "INBOX", "1"),
    "mail.empty_copies": _q("mail", "empty_copies", "shop", "INBOX", "1", "7"),
    "mail.how_far": _q("mail", "how_far", "shop", "INBOX", "1"),
    "mail.is_any": _q("mail", "is_any"),
    "mail.is_there": _q("mail", "is_there"),
    "mail.lines_of": _q("mail", "lines_of", 1),
    "mail.lying": _q("mail", "lying", 1),
    "mail.mailboxes": _q("mail", "mailboxes"),
    "mail.newest_of": _q("mail", "newest_of", 1),
    "mail.of_companies": _q("mail", "of_companies", 1, 9),
    "mail.of_task": _q("mail", "of_task", 1),
    "mail.open_deals": _q("mail", "open_deals", [1, 2]),
    "mail.other_side": _q("mail", "other_side", [1, 2]),
    "mail.owed": _q("mail", "owed"),
    "mail.parties": _q("mail", "parties", [1, 2]),
    "mail.placed": _q("mail", "placed", "shop", "INBOX", "1", ["1", "2"]),
    "mail.sent_in": _q("mail", "sent_in", ["<1@mail.example>"], "2026-11-01T00:00:00Z"),
    "mail.sent_to": _q("mail", "sent_to", ["jean@acme.example"], "2026-11-01T00:00:00Z"),
    "mail.stored": _q("mail", "stored", [1, 2]),
    "mail.strangers_at": _q("mail", "strangers_at", 1, 9),
    "mail.task_contacts": _q("mail", "task_contacts", [1, 2]),
    "mail.thread": _q("mail", "thread", "<1@mail.example>"),
    "mail.threaded_under": _q("mail", "threaded_under", ["<1@mail.example>"]),
    "mail.unanswered_leads": _q("mail", "unanswered_leads", [1, 2]),
    "mail.unmatched": _q("mail", "unmatched", 20),
    "mail.unmatched_number": _q("mail", "unmatched_number"),
    "references.exists": _each("references", "exists", (*NOUNS, "task"), 1),
    "references.survivor": _each("references", "survivor", NOUNS, 1),
    "references.contact_of": _each("references", "contact_of", ("lead", "mail"), 1),
    "references.contacts_at": _q("references", "contacts_at", "jean@acme.example"),
    "references.companies_at": _q("references", "companies_at", "acme.example"),
    "references.sorted_as": _each("references", "sorted_as", PEOPLE, ["dupont jean", "acme"]),
    "references.presented": every(
        _each("references", "presented", (*NOUNS, "task"), [1, 2]),
        _each("references", "presented", NOUNS, []),
    ),
    "references.all_named": _each(
        "references", "all_named", ("stage", "pipeline", "user", "tag", "list", "segment")
    ),
    "search.question": _q("search", "question", [["dup"], ["jean", "jeanne"]]),
    "search.names": every(
        _q("search", "names", [["dup"], ["jean", "jeanne"]], limit=5),
        _q("search", "names", [["dup"]], limit=5, noun="contact", whole=True),
    ),
    "search.called": _each("search", "called", PEOPLE, "dup", limit=5),
    "search.answering": _each("search", "answering", NOUNS, "c.id", "dup"),
    "search.having": _each("search", "having", NOUNS, "c.id", [["dup"], ["jean", "jeanne"]]),
    "search.notes": _q("search", "notes", [["matin"]], limit=5),
    "search.is_known": _q("search", "is_known", "dupont"),
    "search.vocabulary": _q("search", "vocabulary", "d", shortest=4, longest=8),
    "settings.wait_days": _q("settings", "wait_days"),
    "audiences.lists": _q("audiences", "lists"),
    "audiences.segments": _q("audiences", "segments"),
    "audiences.subscriptions_of": _q("audiences", "subscriptions_of", 1),
    "audiences.subscription": _q("audiences", "subscription", 1, 1),
    "audiences.roll": _each("audiences", "roll", (1,), "pending"),
    "audiences.proofs": _q("audiences", "proofs", [1, 2], "newsletter"),
    "audiences.people": _q("audiences", "people", [1, 2]),
    "audiences.meeting": _q("audiences", "meeting", "c.source = :w1", {"w1": "salon"}),
    "audiences.how_many": _q("audiences", "how_many", "c.source = :w1", {"w1": "salon"}),
    "audiences.judged": lambda crm: list(
        _q("audiences", "judged", "c.source = :w1", {"w1": "salon"}, [1, 2])(crm)
    ),
    "audiences.spellings": every(
        *(
            _q("audiences", "spellings", table, column)
            for _sql, columns in conditions.TEXTS.values()
            for table, column in columns
        )
    ),
    "audiences.own_spellings": _q("audiences", "own_spellings", "chaudiere"),
    "audiences.is_stored_at": _q("audiences", "is_stored_at", 1, "2026-11-23T08:00:00Z"),
    "audiences.occasions_of": _q("audiences", "occasions_of", ["<a@b>"]),
    "consents.subscriptions": every(
        *(_q("consents", "subscriptions", 1, one) for one in ("*", "newsletter"))
    ),
    "consents.lists_of": _q("consents", "lists_of", 1),
    "consents.ledger": _q("consents", "ledger", [1, 2]),
    "consents.known": _q("consents", "known", [1, 2]),
    "consents.reached": _each("consents", "reached", [[1, 2]], "email"),
    "consents.everybody_reached": lambda crm: [
        list(consents.everybody_reached(crm, channel)) for channel in ("email", "phone")
    ],
    "consents.lines": _q("consents", "lines", [1, 2]),
    "consents.objections": _q("consents", "objections", ["ab", "cd"], "newsletter"),
    "consents.bounced": _q("consents", "bounced", ["jean@acme.example"]),
    "consents.is_objection_kept": _q("consents", "is_objection_kept", "ab", "email", "*"),
    "settings.beginning": _q("settings", "beginning", "view:"),
    "tags.listing": _q("tags", "listing"),
    "tags.by_folded": _q("tags", "by_folded", "gaz"),
    "tags.tagging": _each("tags", "tagging", NOUNS, 1, 1),
    "tasks.sheet": _q("tasks", "sheet", 1),
    "tasks.listing": every(
        _q("tasks", "listing"),
        _q("tasks", "listing", status="done", contact_id=1, company_id=1, deal_id=1, owner_id=1, limit=5),
        _q("tasks", "listing", status="all"),
    ),
    "exports.table": lambda crm: [list(_q("exports", "table", name)(crm)) for name in schema.TABLES],
    "exports.entries": lambda crm: list(_q("exports", "entries")(crm)),
    "exports.lines": _each("exports", "lines", ("contact_emails", "contact_phones")),
    "exports.tags": _each("exports", "tags", ("contacts", "companies", "deals")),
    "exports.owners": _q("exports", "owners"),
    "exports.names": _each("exports", "names", ("companies", "deals")),
    "exports.stages": _q("exports", "stages"),
    "users.listing": _q("users", "listing"),
    "team.members": _q("team", "members", ON),
    "team.member_id": _q("team", "member_id", 1),
    "team.absences": _q("team", "absences", ON),
    "team.received": _q("team", "received", "2026-11-23T08:00:00Z"),
    "team.least_busy": _q("team", "least_busy", "cs", ON),
    "team.size": _q("team", "size"),
    "leads.listing": every(
        _q("leads", "listing"),
        _q(
            "leads",
            "listing",
            states=("new", "working"),
            limit=5,
            only={"owner_id": 1, "direction": "inbound"},
        ),
    ),
    "leads.inbox": every(
        _q("leads", "inbox", "new"), _q("leads", "inbox", "later", on=ON, owner_id=1, limit=5)
    ),
    "leads.counts": every(_q("leads", "counts"), _q("leads", "counts", owner_id=1)),
    "leads.of_contact": _q("leads", "of_contact", 1),
    "leads.line": _q("leads", "line", 1),
    "leads.answers": _q("leads", "answers", 1),
    "leads.answer_ids": _q("leads", "answer_ids", 1),
    "leads.latest_of": _q("leads", "latest_of", 1),
    "leads.known_of_lead": _q("leads", "known_of_lead", 1),
    "leads.known_of_contact": _q("leads", "known_of_contact", 1),
    "leads.known_of_leads": lambda crm: list(_q("leads", "known_of_leads")(crm)),
    "leads.known_of_customers": lambda crm: list(_q("leads", "known_of_customers")(crm)),
    "leads.tags_of_all": _each("leads", "tags_of_all", PEOPLE),
    "leads.tags_of_one": _q("leads", "tags_of_one", 1, 1),
    "leads.ends_by_answer": _q("leads", "ends_by_answer"),
    "leads.owner_of_earlier": _q("leads", "owner_of_earlier", 1, 1),
    "profiles.listing": _each("profiles", "listing", ("ideal", "persona")),
    "territories.listing": _q("territories", "listing"),
    "partners.listing": _q("partners", "listing"),
    "handovers.waiting": _q("handovers", "waiting", 1),
    "handovers.all_waiting": _q("handovers", "all_waiting"),
    "handovers.received": _q("handovers", "received", "2026-11-23T08:00:00Z"),
    "handovers.pairs": _q("handovers", "pairs"),
    "handovers.deal": lambda crm: (
        _q("handovers", "deal", 1)(crm) if crm.rows("SELECT 1 FROM deals") else None
    ),
    "handovers.name_of": _each("handovers", "name_of", (None, 1)),
    "touches.approached": _q("touches", "approached", 1),
    "touches.lead_of_task": _q("touches", "lead_of_task", 1),
    "touches.answered_by": _q("touches", "answered_by", 1),
    "touches.first_word": _q("touches", "first_word", 1, ("call.logged", "email.logged")),
    "touches.unanswered": _q("touches", "unanswered", 1, "2026-11-23T08:00:00Z"),
    "touches.people": _q("touches", "people", 1, 50),
    "touches.lists": _q("touches", "lists"),
    "timeline.entries": every(
        _each("timeline", "entries", NOUNS, 1),
        _q("timeline", "entries", "contact", 1, limit=5, before=("2026-11-23T08:00:00Z", 9), part="changes"),
    ),
}
"""One row a query: how to ask it everything that changes its words."""


MUST_EXIST = {
    "contacts.sheet",
    "companies.sheet",
    "leads.line",
    "leads.known_of_lead",
    "leads.known_of_contact",
}
"""Queries of one row, which refuse where it is not there."""


def written() -> set[str]:
    """Return the name of every query there is: a public function of store/queries that is given a Crm."""
    names = set()
    for found in pkgutil.iter_modules(petitcrm.store.queries.__path__):
        module = importlib.import_module(f"petitcrm.store.queries.{found.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and next(iter(inspect.signature(function).parameters), "") == "crm":
                names.add(f"{found.name}.{name}")
    return names


def test_every_query_is_asked_here() -> None:
    assert written() == {*QUERIES}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_understood_on_an_empty_base(name: str, config: Config) -> None:
    with read_crm(config) as crm:
        try:
            QUERIES[name](crm)
        except NotFound:
            assert name in MUST_EXIST


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_understood_on_a_base_that_is_lived_in(name: str, config: Config, firm: Firm) -> None:
    with read_crm(config) as crm:
        try:
            QUERIES[name](crm)
        except NotFound:
            assert name in {"leads.line", "leads.known_of_lead"}  # nobody is pursued in the small firm
