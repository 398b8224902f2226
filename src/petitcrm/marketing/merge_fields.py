"""What a template may say of somebody: each field, its French name, and what fills it where it is empty."""

from __future__ import annotations

from datetime import date

from petitcrm import i18n
from petitcrm.contexts import contextmanager
from petitcrm.dates import show_long_day
from petitcrm.formats.money import show_money
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from petitcrm.store.reader import Reader

NOUNS = {
    "contact": "contact", "company": "entreprise", "deal": "affaire", "user": "moi", "firm": "societe",
    "day": "jour",
}  # fmt: skip
"""What is spoken of: its name in templates, in English and in French."""
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "contact": {
        "civility": ("civilite", "petitcrm contact edit {contact} --civility M."),
        "first_name": ("prenom", "petitcrm contact edit {contact} --first …"),
        "last_name": ("nom", "petitcrm contact edit {contact} --last …"),
        "name": ("nom_complet", "petitcrm contact edit {contact} --last …"),
        "job_title": ("fonction", "petitcrm contact edit {contact} --job …"),
        "city": ("ville", "petitcrm contact edit {contact} --city …"),
        "email": ("courriel", "petitcrm contact edit {contact} --email …"),
        "phone": ("telephone", "petitcrm contact edit {contact} --phone …"),
        "custom": ("perso", 'petitcrm contact edit {contact} --set "{name}=…"'),
    },
    "company": {
        "name": ("nom", "petitcrm contact edit {contact} --company …"),
        "city": ("ville", "petitcrm company edit {company} --city …"),
        "website": ("site", "petitcrm company edit {company} --website …"),
        "phone": ("telephone", "petitcrm company edit {company} --phone …"),
    },
    "deal": {
        "title": ("titre", "petitcrm mail send {deal} …"),
        "amount": ("montant", "petitcrm deal edit {deal} --amount …"),
        "expected_on": ("prevue_le", "petitcrm deal edit {deal} --expected …"),
        "stage": ("etape", "petitcrm mail send {deal} …"),
    },
    "user": {
        "name": ("nom", "petitcrm user edit … --name …"),
        "email": ("courriel", "petitcrm user edit … --email …"),
    },
    "firm": {"name": ("nom", 'petitcrm setup --firm "Plomberie Dupont"')},
    "day": {"today": ("aujourdhui", "")},
}
"""Noun → field → (its French name, the command that fills it)."""
_NOUN_OF = {french: noun for noun, french in NOUNS.items()} | {noun: noun for noun in NOUNS}


class Subjects(Row):
    """Whom and what a mail is about."""

    contact_id: int
    deal_id: int | None = None
    user_id: int | None = None


def understood(noun: str, field: str) -> tuple[str, str] | None:
    """Return the English names of a field named in either language; None where there is no such field."""
    known = _NOUN_OF.get(noun, "")
    for name, (french, _fill) in FIELDS.get(known, {}).items():
        if field in (name, french):
            return known, name
    return None


def every_name(language: str) -> list[str]:
    """Return every field as a template names it in a language."""
    return [
        f"{NOUNS[noun] if language == 'fr' else noun}.{french if language == 'fr' else name}"
        + (".…" if name == "custom" else "")
        for noun, fields in FIELDS.items()
        for name, (french, _fill) in fields.items()
    ]


def how_to_fill(noun: str, field: str, subjects: dict[str, str], custom: str = "") -> str:
    """Return the command that fills an empty field of a person."""
    return FIELDS[noun][field][1].format(
        **{"contact": "…", "company": "…", "deal": "dN", **subjects, "name": custom}
    )


def values_of(crm: Reader, about: Subjects, language: str) -> dict[str, dict[str, object]]:
    """Return the value of every field, texts only, amounts and days in the language of the template."""
    from petitcrm.store.queries import contacts, firm

    contact = contacts.sheet(crm, about.contact_id)
    told: dict[str, dict[str, object]] = {
        "contact": {
            **{name: getattr(contact, name) for name in ("civility", "first_name", "last_name", "job_title", "city")},
            "name": f"{contact.first_name} {contact.last_name}".strip(),
            "email": contact.emails[0].address if contact.emails else "",
            "phone": contact.phones[0].raw if contact.phones else "", "custom": dict(contact.custom),
        },
        "company": _company(crm, contact.company_id), "user": _user(crm, about.user_id),
        "firm": {"name": firm.name(crm)}, "deal": {}, "day": {},
    }  # fmt: skip
    with spoken(language):
        told["deal"] = _deal(crm, about.deal_id)
        told["day"] = {"today": show_long_day(crm.now.date())}
    return told


def values_of_all(
    crm: Reader, contact_ids: Sequence[int], user_id: int | None, language: str
) -> Iterator[tuple[int, dict[str, dict[str, object]]]]:
    """Yield the same for many contacts, in a few queries; a mail to many is about no deal."""
    from petitcrm.store.queries import firm, merging

    with spoken(language):
        today = show_long_day(crm.now.date())
    alike: dict[str, dict[str, object]] = {
        "user": _user(crm, user_id), "firm": {"name": firm.name(crm)}, "deal": {}, "day": {"today": today},
    }  # fmt: skip
    for contact_id, contact, company in merging.values(crm, contact_ids):
        yield contact_id, {"contact": contact, "company": company, **alike}


def invented(crm: Reader, user_id: int | None, language: str) -> dict[str, dict[str, object]]:
    """Return the values of somebody who does not exist, for a mail to be seen before it is for anybody."""
    from petitcrm.store.queries import firm

    with spoken(language):
        today = show_long_day(crm.now.date())
    return {
        "contact": {
            "civility": "Mme", "first_name": "Camille", "last_name": "Martin", "name": "Camille Martin",
            "job_title": "Gérante" if language == "fr" else "Manager", "city": "Rennes",
            "email": "camille.martin@exemple.example", "phone": "01 99 00 12 34", "custom": {},
        },
        "company": {
            "name": "Martin & Filles", "city": "Rennes", "website": "exemple.example", "phone": "01 99 00 12 34",
        },
        "user": _user(crm, user_id), "firm": {"name": firm.name(crm)}, "deal": {}, "day": {"today": today},
    }  # fmt: skip


def references_of(crm: Reader, about: Subjects) -> dict[str, str]:
    """Return the references of whom a mail is about, for the commands that fill what is empty."""
    from petitcrm.store.queries import contacts

    company_id = contacts.sheet(crm, about.contact_id).company_id
    return {
        "contact": f"c{about.contact_id}", "company": f"f{company_id}" if company_id else "…",
        "deal": f"d{about.deal_id}" if about.deal_id else "dN",
    }  # fmt: skip


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Say amounts and days in another language for a moment: that of whom the mail is for."""
    before = i18n.language()
    i18n.use(language)
    try:
        yield
    finally:
        i18n.use(before)


def _company(crm: Reader, company_id: int | None) -> dict[str, object]:
    from petitcrm.store.queries import companies

    if company_id is None:
        return {}
    sheet = companies.sheet(crm, company_id)
    return {name: getattr(sheet, name) for name in FIELDS["company"]}


def _deal(crm: Reader, deal_id: int | None) -> dict[str, object]:
    from petitcrm.store.queries import deals

    sheet = deals.sheet(crm, deal_id) if deal_id is not None else None
    if sheet is None:
        return {}
    amount = sheet.card.amount_cents
    return {
        "title": sheet.card.title, "stage": sheet.stage,
        "amount": show_money(amount, sheet.card.currency) if amount is not None else "",
        "expected_on": show_long_day(date.fromisoformat(sheet.expected_on)) if sheet.expected_on else "",
    }  # fmt: skip


def _user(crm: Reader, user_id: int | None) -> dict[str, object]:
    from petitcrm.store.queries import users

    found = [one for one in users.listing(crm) if one.id == user_id]
    return {"name": found[0].name, "email": found[0].email} if found else {}
