"""What the screens of a campaign ask of the base: the draft and whom it reaches, its mail for somebody, its course."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import CrmError, NotFound
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.crm import Crm
    from petitcrm.marketing.audience import Member
    from petitcrm.marketing.campaign_results import Results
    from petitcrm.marketing.campaign_text import Text
    from petitcrm.marketing.flow_problems import Problem
    from petitcrm.store.queries.campaigns import Campaign, Person

_MOST_MARKED = 30
_RATE_MINUTES = 10
"""Minutes of which the pace is told: a longer time would hide that it has stopped."""
_MOST_LOOKED_AT = 300
"""People whose empty fields are looked for while one types; all of them are, before it leaves."""


class Draft(Row):
    """A campaign, the accounts that can send, and the names of lists, their topics and segments by their key."""

    found: Campaign
    accounts: tuple[Account, ...]
    lists: dict[str, str]
    topics: dict[str, str]
    segments: dict[str, str]


class Reached(Row):
    """Whom an audience is, each with the reason why they are left out; `problem` where it cannot be read."""

    people: tuple[Member, ...] = ()
    counts: dict[str, int] = {}
    problem: str = ""

    @property
    def ids(self) -> list[int]:
        """Return who gets the mail."""
        return [one.contact_id for one in self.people if not one.reason]


class Mail(Row):
    """The mail as somebody reads it; `empty` are the fields of theirs that are, marked in it. `problem`: it is none."""

    name: str
    address: str
    subject: str
    text: str
    empty: tuple[str, ...] = ()
    problem: str = ""


class Course(Row):
    """How far a campaign that has begun is: what came of it, how many mails in a minute, and when the last leaves."""

    found: Campaign
    results: Results
    each_minute: float
    left_minutes: int | None


def one(crm: Crm, campaign_id: int) -> Campaign:
    """Return a campaign; NotFound where it is no longer there: its making was undone."""
    from petitcrm.store.queries import campaigns as queries

    found = queries.one(crm, campaign_id)
    if found is None:
        raise NotFound(_("This campaign is no longer there."))
    return found


def draft(crm: Crm, path: str, campaign_id: int) -> Draft:
    """Return a campaign to write, with what may be chosen for it."""
    from petitcrm.connectors import mail_accounts
    from petitcrm.marketing import lists
    from petitcrm.store.queries import audiences

    accounts = tuple(known for known in mail_accounts.accounts(path) if known.smtp is not None)
    known = audiences.lists(crm)
    names = {line.key: line.name for line in known}
    topics = {key: name for line in known for key, name in lists.topics(line.topics).items()}
    segments = {line.key: line.name for line in audiences.segments(crm)}
    return Draft(one(crm, campaign_id), accounts, names, topics, segments)


def text_of(found: Campaign) -> Text:
    """Return a campaign as its writer has it."""
    from petitcrm.marketing.campaign_text import Text

    return Text(**{field: getattr(found, field) for field in Text._fields})


def written_as(found: Campaign, text: Text) -> Campaign:
    """Return a campaign as it would be with another text."""
    return found._replace(**text._asdict())


def kept_body(text: str) -> str:
    """Return a text as the base keeps it."""
    bare = text.strip()
    return f"{bare}\n" if bare else ""


def is_shown_as(typed: str, held: str) -> bool:
    """Tell whether a text is the one that is held, as it is shown: what acts on a terminal is made visible there."""
    return kept_body(typed) == kept_body(safe(held, lines=True))


def one_line(typed: str, held: str) -> str:
    """Return a subject as the base keeps it: the one that is held, where it was left as it is shown."""
    return held if typed == safe(held) else " ".join(typed.split())


def account_of(accounts: Sequence[Account], name: str) -> Account | None:
    """Return the account that a campaign leaves by: the one that is named, or the only one that sends."""
    named = next((one for one in accounts if one.name == name), None)
    return named or (accounts[0] if len(accounts) == 1 and not name else None)


def reached(crm: Crm, found: Campaign) -> Reached:
    """Return whom a campaign reaches as things are now; the problem in words where its audience cannot be read."""
    from petitcrm.marketing import campaigning

    if found.audience == "{}":
        return Reached(problem=_("nobody yet"))
    try:
        people = tuple(campaigning.sort_out(crm, found))
    except CrmError as problem:
        return Reached(problem=str(problem).replace("\n", " — "))
    return Reached(people, campaigning.counted(people))


def problems(crm: Crm, found: Campaign, sender: str, known: Reached) -> tuple[Problem, ...]:
    """Return what is wrong with a campaign as it is typed."""
    from petitcrm.marketing import campaigning, campaigns, content_lint
    from petitcrm.marketing.flow_problems import Problem

    ids = known.ids
    empty: dict[str, int] = {}
    try:
        _check(found)
        empty = campaigning.empty_fields(crm, found, ids[:_MOST_LOOKED_AT])
        archived = campaigning.archived_in(crm, found)
    except CrmError as problem:
        return (Problem("template", str(problem)),)
    who = campaigns.identity(crm, sender)
    told = content_lint.Draft(
        found.subject, found.body, who, found.subject_b, found.lang, tuple(empty.items()), archived=archived,
    )  # fmt: skip
    return content_lint.check(told.counting(known.counts))


def mail(crm: Crm, found: Campaign, sender: str, contact_id: int | None, variant: str = "") -> Mail:
    """Return the mail of a campaign as a contact reads it, with what is empty marked where it would stand."""
    from petitcrm.marketing import campaigning, campaigns, filling, merge_fields, wording

    who = campaigns.identity(crm, sender)
    values: dict[str, dict[str, Any]] = merge_fields.invented(crm, found.owner_id, found.lang)
    if contact_id is not None:
        rows = merge_fields.values_of_all(crm, [contact_id], found.owner_id, found.lang)
        values = next((told for _id, told in rows), {})
    name, address = (str(values.get("contact", {}).get(field, "")) for field in ("name", "email"))
    empty: list[str] = []
    try:
        _check(found)
        while len(empty) < _MOST_MARKED:
            try:
                filled = campaigning.written(found, who, values, variant)
            except filling.Missing as missing:
                empty.append(missing.field)
                values = _marked(values, missing.path)
                continue
            text = wording.text_of(filled.body)
            return Mail(name, address, filled.subject, text, tuple(empty))
    except CrmError as problem:
        return Mail(name, address, "", "", problem=str(problem))
    return Mail(name, address, "", "", tuple(empty))


def _marked(values: dict[str, dict[str, Any]], path: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return values with a mark in the field that is empty, so that the rest of the mail can be read."""
    from petitcrm.marketing import merge_fields

    noun, field, *own = path
    noun, field = merge_fields.understood(noun, field) or (noun, field)
    mark = f"‹{'.'.join(path)} ?›"
    row = dict(values.get(noun, {}))
    row[field] = {**dict(row.get(field) or {}), own[0]: mark} if own else mark
    return {**values, noun: row}


def _check(found: Campaign) -> None:
    from petitcrm.marketing import filling

    for value, where in (
        (found.subject, _("The subject")), (found.subject_b, _("Subject B")), (found.body, _("The body")),
    ):  # fmt: skip
        filling.check(value, where=where)


def course(crm: Crm, campaign_id: int) -> Course:
    """Return how far a campaign is."""
    from petitcrm.marketing import campaign_results
    from petitcrm.store.queries import campaigns as queries
    from petitcrm.store.queries import since

    found = one(crm, campaign_id)
    results = campaign_results.results(crm, found)
    lately = queries.handed_over_since(crm, campaign_id, since(crm.now, _RATE_MINUTES))
    each_minute = _rate(crm, found, lately)
    waits = results.waiting + results.whole.waiting
    is_held = bool(found.ab_percent) and not found.winner
    known = found.state == "sending" and waits and each_minute and not is_held
    return Course(found, results, each_minute, round(waits / each_minute) if known else None)


def _rate(crm: Crm, found: Campaign, lately: int) -> float:
    """Return how many mails leave in a minute, of late; since it began where that is less long ago."""
    if found.state != "sending" or not found.started_at:
        return 0.0
    age = (crm.now - crm.local(found.started_at)).total_seconds() / 60
    measured = lately / max(min(age, _RATE_MINUTES), 0.1)
    return min(measured, found.per_hour / 60) if found.per_hour else measured


def people(crm: Crm, campaign_id: int, state: str, limit: int) -> list[Person]:
    """Return the first people of a campaign, those in a state where one is told."""
    from petitcrm.marketing import campaign_results

    return campaign_results.people(crm, one(crm, campaign_id), state, limit)
