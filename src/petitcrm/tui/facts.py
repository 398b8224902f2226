"""All that is known of a contact, a company or a deal, gathered for its sheet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from petitcrm.dates import show_long_day
from petitcrm.errors import NotFound
from petitcrm.formats.money import show_money
from petitcrm.formats.phones import show_phone
from petitcrm.i18n import N_, _, ngettext
from petitcrm.tui.lines import Key
from petitcrm.tui.target import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm
    from petitcrm.store.queries.companies import Colleague
    from petitcrm.store.queries.contacts import ContactSheet
    from petitcrm.store.queries.deals import Card, DealSheet
    from petitcrm.store.queries.leads import LeadLine
    from petitcrm.store.queries.tasks import TaskLine
    from petitcrm.store.queries.timeline import Entry

PAGE = 50
"""Entries of the timeline read at once."""


class Fact(NamedTuple):
    """One thing known: its field for edits ("" where it cannot be), its label, its value as kept and as shown."""

    field: str
    label: str
    value: str
    shown: str = ""
    leads_to: Key | None = None
    look: str = "text"
    quiet: bool = False
    """Said by the heading already: a line of its own only among all the fields."""
    of: Key | None = None
    """Whose field it is, where it is not of whom the sheet is about."""
    elsewhere: str = ""
    """How it is changed, where it is no field."""
    asks: str = ""
    """The action of the sheet that shows it whole and changes it, where it is no field."""


class Sheet(NamedTuple):
    """A sheet before it is drawn; the newest entries of the timeline come first."""

    noun: str
    id: int
    title: str
    aside: str
    target: Target
    facts: list[Fact]
    people: list[Colleague]
    deals: list[Card]
    tasks: list[TaskLine]
    entries: list[Entry]
    is_forgotten: bool = False
    """An open deal that neither a task nor a sleep date holds."""
    leads: tuple[LeadLine, ...] = ()
    """The pursuits of a contact, the newest first."""


def beside(facts: Sequence[Fact], fact: Fact, step: int) -> Fact | None:
    """Return the field after (or before) another one, of some facts; None at their ends."""
    at = next((at for at, other in enumerate(facts) if other.field == fact.field), None)
    rest = [] if at is None else facts[at + 1 :] if step > 0 else facts[:at][::-1]
    return next((other for other in rest if other.field and other.field != fact.field), None)


_CONTACT_FIELDS = (
    ("civility", N_("Civility")), ("first_name", N_("First name")), ("last_name", N_("Last name")),
    ("job_title", N_("Job")), ("street", N_("Street")), ("postcode", N_("Postcode")), ("city", N_("City")),
    ("country", N_("Country")), ("linkedin_url", N_("LinkedIn")), ("source", N_("Source")),
    ("owner_id", N_("Owner")),
)  # fmt: skip
_COMPANY_FIELDS = (
    ("name", N_("Name")), ("siren", N_("SIREN")), ("siret", N_("SIRET")), ("vat_number", N_("VAT number")),
    ("naf_rev2", N_("Activity")), ("headcount", N_("Headcount")), ("website", N_("Web site")),
    ("email", N_("E-mail")), ("phone", N_("Phone")), ("street", N_("Street")), ("postcode", N_("Postcode")),
    ("city", N_("City")), ("country", N_("Country")), ("source", N_("Source")), ("owner_id", N_("Owner")),
)  # fmt: skip
_IN_THE_HEADING = ("civility", "first_name", "last_name", "name", "job_title")
STATUSES = {"open": N_("open"), "won": N_("won"), "lost": N_("lost"), "cancelled": N_("cancelled")}


def read_sheet(crm: Crm, noun: str, row_id: int, *, entries: int = PAGE, part: str = "") -> Sheet:
    """Read the sheet of a contact, a company or a deal with its last entries; NotFound when it is gone.

    `part` is the part of the story that is wanted, one of `kinds.PARTS`.
    """
    from petitcrm.store.queries import timeline

    read = {"contact": _contact, "company": _company, "deal": _deal}[noun]
    return read(crm, row_id)._replace(entries=timeline.entries(crm, noun, row_id, limit=entries, part=part))


def _contact(crm: Crm, contact_id: int) -> Sheet:
    from petitcrm.sales import consent_words
    from petitcrm.store.queries import contacts, custom_fields, deals, leads, tasks
    from petitcrm.tui.marketing import standing

    sheet = contacts.sheet(crm, contact_id)
    facts = [_company_fact(sheet.company_id, sheet.company), *_reach(sheet)]
    facts += _plain(sheet, _CONTACT_FIELDS)
    facts += [Fact("tags", _("Tags"), ", ".join(sheet.tags), look="amount")]
    facts += _custom(sheet.custom, custom_fields.defined(crm, "contact"))
    said = consent_words.in_lines(crm, contact_id) or [""]
    facts += [Fact("", "" if at else _("Consent"), words, asks="consent") for at, words in enumerate(said)]
    facts += standing.facts(crm, contact_id)
    return Sheet(
        "contact", contact_id, sheet.name, " · ".join(filter(None, (sheet.job_title, sheet.company))),
        Target(sheet.name, contact_id), facts, [],
        deals.listing(crm, contact_id=contact_id, status="all"), tasks.listing(crm, contact_id=contact_id), [],
        leads=tuple(leads.of_contact(crm, contact_id)),
    )  # fmt: skip


def _company(crm: Crm, company_id: int) -> Sheet:
    from petitcrm.store.queries import companies, custom_fields, deals, tasks

    sheet = companies.sheet(crm, company_id)
    facts = _plain(sheet, _COMPANY_FIELDS)
    facts += [Fact("tags", _("Tags"), ", ".join(sheet.tags), look="amount")]
    facts += _custom(sheet.custom, custom_fields.defined(crm, "company"))
    return Sheet(
        "company", company_id, sheet.name, sheet.city, Target(sheet.name, company_id=company_id), facts,
        sheet.contacts, deals.listing(crm, company_id=company_id, status="all"),
        tasks.listing(crm, company_id=company_id), [],
    )  # fmt: skip


def _deal(crm: Crm, deal_id: int) -> Sheet:
    from petitcrm.store.queries import contacts, custom_fields, deals, tasks

    sheet = deals.sheet(crm, deal_id)
    if sheet is None:
        raise NotFound(_("There is no deal d{id}.", id=deal_id))
    card = sheet.card
    person = contacts.sheet(crm, card.contact_id)
    facts = [
        *_about_deal(sheet),
        Fact("contact_id", _("Contact"), person.name, leads_to=("contact", person.id)),
        _company_fact(card.company_id, card.company or ""),
    ]
    facts += [fact._replace(of=("contact", person.id)) for fact in _reach(person)]
    facts += [Fact("source", _("Source"), sheet.source), Fact("owner_id", _("Owner"), card.owner or "")]
    facts += [Fact("tags", _("Tags"), ", ".join(sheet.tags), look="amount")]
    facts += _custom(sheet.custom, custom_fields.defined(crm, "deal"))
    to_do = tasks.listing(crm, deal_id=deal_id)
    return Sheet(
        "deal", deal_id, card.title, " · ".join(filter(None, (card.company or card.contact, sheet.stage))),
        Target(card.title, card.contact_id, deal_id, company_id=card.company_id, whom=person.name), facts, [], [],
        to_do, [], is_forgotten=card.status == "open" and not to_do and not card.sleep_until,
    )  # fmt: skip


def _about_deal(sheet: DealSheet) -> list[Fact]:
    card = sheet.card
    amount = "" if card.amount_cents is None else show_money(card.amount_cents, card.currency)
    look = {"won": "good", "lost": "late"}.get(card.status, "text")
    days = ngettext("{n} day", "{n} days", card.days_in_stage)
    facts = [
        Fact("title", _("Title"), card.title, quiet=True),
        Fact("stage_id", _("Stage"), sheet.stage, shown=f"{sheet.stage} · {days}"),
        Fact("status", _("Status"), _(STATUSES[card.status]), look=look),
        Fact("amount_cents", _("Amount"), amount, look="amount"),
        Fact("expected_on", _("Expected"), _day(sheet.expected_on)),
    ]
    if card.status == "open":
        facts.append(Fact("sleep_until", _("Asleep until"), _day(card.sleep_until)))
    if card.rotting:
        silent = ngettext("{n} day", "{n} days", card.silent_days)
        ends = _("A call, a mail, a visit ends it: c logs one, z lets the deal sleep.")
        facts.append(Fact("", _("Silent"), silent, look="missing", elsewhere=ends))
    if sheet.lost_reason:
        from petitcrm.naming import LOST_REASONS

        words = _(LOST_REASONS.get(sheet.lost_reason, sheet.lost_reason))
        told = " — ".join(filter(None, (words, sheet.lost_words)))
        again = _("It was said when the deal was lost: open it again on the line of its status, then x.")
        facts.append(Fact("", _("Why lost"), told, elsewhere=again))
    return facts


def _company_fact(company_id: int | None, name: str) -> Fact:
    leads_to = None if company_id is None else ("company", company_id)
    return Fact("company_id", _("Company"), name, leads_to=leads_to)


def _day(told: str | None) -> str:
    return show_long_day(date.fromisoformat(told)) if told else ""


def _reach(sheet: ContactSheet) -> list[Fact]:
    """Return the telephones and the e-mails: what one looks for first."""
    phones = [Fact("phones", _("Phone"), _labelled(p.raw if not p.number else show_phone(p.number), p.label))
              for p in sheet.phones]  # fmt: skip
    emails = [Fact("emails", _("E-mail"), _labelled(email.address, email.label)) for email in sheet.emails]
    return [
        *(phones or [Fact("phones", _("Phone"), "")]),
        *(emails or [Fact("emails", _("E-mail"), "")]),
    ]


def _labelled(value: str, label: str) -> str:
    return f"{value}  ({label})" if label else value


def _plain(sheet: object, fields: tuple[tuple[str, str], ...]) -> list[Fact]:
    return [Fact(name, _(label), _told(sheet, name), quiet=name in _IN_THE_HEADING) for name, label in fields]


def _told(sheet: object, name: str) -> str:
    value = getattr(sheet, "owner" if name == "owner_id" else name)
    return "" if value is None else str(value)


def _custom(values: dict[str, str], labels: dict[str, str]) -> list[Fact]:
    keys = [*labels, *(key for key in values if key not in labels)]
    return [Fact(f"custom:{key}", labels.get(key, key), str(values.get(key, ""))) for key in keys]
