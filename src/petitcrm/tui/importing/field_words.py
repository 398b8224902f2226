"""What each field of a list is called, for a person who never saw its key."""

from __future__ import annotations

from petitcrm.i18n import N_, _
from petitcrm.text import fold
from petitcrm.tui.importing.told import BASE

OWN_FIELD, LEFT_OUT, NEIGHBOUR = "custom", "ignore", "label"
"""Kept as a field of the firm's own; left out; what tells the kind of a neighbour."""

NOUNS = (
    ("contacts", N_("contacts")),
    ("companies", N_("companies")),
    ("deals", N_("deals")),
    ("leads", N_("leads")),
    ("tasks", N_("tasks")),
)
"""What a list may be of, with its name."""

_WHOSE = {"contact": N_("contact"), "company": N_("company"), "deal": N_("deal"), "lead": N_("lead")}
_LABELS = {
    "work": N_("work"), "home": N_("home"), "mobile": N_("mobile"), "billing": N_("billing"),
    "shipping": N_("delivery"), "other": N_("other"),
}  # fmt: skip
_FIELDS = {
    "civility": N_("Civility"), "first_name": N_("First name"), "last_name": N_("Family name"),
    "name": N_("Full name"), "job_title": N_("Job"), "company": N_("Company"), "contact": N_("Contact"),
    "email": N_("E-mail"), "phone": N_("Phone"), "linkedin_url": N_("LinkedIn"), "website": N_("Web site"),
    "street": N_("Street"), "street_more": N_("Street, next line"), "postcode": N_("Postcode"), "city": N_("City"),
    "country": N_("Country"), "siren": N_("SIREN"), "siret": N_("SIRET"), "vat_number": N_("VAT number"),
    "naf": N_("NAF code"), "legal_form": N_("Legal form"), "headcount": N_("Headcount"), "revenue": N_("Revenue"),
    "title": N_("Title"), "deal": N_("Deal"), "amount": N_("Amount"), "currency": N_("Currency"),
    "pipeline": N_("Pipeline"), "stage": N_("Stage"), "status": N_("Status"), "expected_on": N_("Expected"),
    "closed_at": N_("Closed on"), "lost_reason": N_("Why lost"), "text": N_("What to do"), "kind": N_("Kind of task"),
    "due_on": N_("Due day"), "due_time": N_("Due hour"), "done_at": N_("Done on"), "duration": N_("Duration"),
    "place": N_("Place"), "priority": N_("Priority"), "outcome": N_("Outcome"), "note": N_("Note"),
    "tags": N_("Tags"), "source": N_("Source"), "owner": N_("Owner"), "created_at": N_("Created on"),
    "external_id": N_("Id in the other program"), "opt_in": N_("Wants our mails"),
    "opt_out": N_("Does not want to be written to"), "own_id": N_("Id"),
    "direction": N_("Inbound or outbound"), "campaign": N_("Campaign"), "product": N_("Product"),
    "words": N_("What they said"), "online": N_("Buys online"), "partner": N_("Partner"), "state": N_("State"),
    "list": N_("Prospecting list"), "requalify_on": N_("Ask again on"), "reason": N_("Reason"),
    OWN_FIELD: N_("Keep as a field of your own"), LEFT_OUT: N_("Leave out"), NEIGHBOUR: N_("Kind of the one beside"),
}  # fmt: skip
_USUAL = (
    "first_name", "last_name", "name", "civility", "title", "text", "company", "contact", "job_title", "email",
    "phone", "amount", "stage", "due_on", "siret", "siren", "street", "postcode", "city", "country", "website",
    "linkedin_url", "note", "tags", "owner", "source",
)  # fmt: skip
_WITH_LABELS = {"phone": ("mobile", "work", "home"), "email": ("work", "home")}


def noun_words(noun: str) -> str:
    """Return what a list is of, in words."""
    return _("a whole petitcrm base") if noun == BASE else _(dict(NOUNS).get(noun, noun))


def words_of(field: str, label: str = "", *, noun: str = "") -> str:
    """Return a field in words: “Phone (mobile)”, “SIRET · company”."""
    entity, _dot, simple = field.rpartition(".")
    words = _(_FIELDS[simple]) if simple in _FIELDS else simple
    if simple == "name" and (noun == "companies" or entity == "company"):
        words = _("Company name")
    if label and simple in _WITH_LABELS:
        words += f" ({_(_LABELS[label]) if label in _LABELS else label})"
    return f"{words} · {_(_WHOSE.get(entity, entity))}" if entity else words


def choices_of(fields: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the fields that a column may be given as (field, label), the usual ones of the noun first."""
    ordered = sorted(fields, key=_order)
    found = [(OWN_FIELD, ""), (LEFT_OUT, "")]
    for field in ordered:
        if field in (OWN_FIELD, LEFT_OUT):
            continue
        found.append((field, ""))
        found += [(field, label) for label in _WITH_LABELS.get(field, ())]
    return found


def answers(typed: str, field: str, label: str, noun: str) -> bool:
    """Tell whether a field answers to what is typed: every word is in its words or in its key."""
    told = fold(f"{words_of(field, label, noun=noun)} {field} {label}")
    return all(word in told for word in fold(typed).split())


def _order(field: str) -> tuple[int, str, int]:
    entity, _dot, simple = field.rpartition(".")
    return bool(entity), entity, _USUAL.index(simple) if simple in _USUAL else len(_USUAL)
