"""Contacts and companies, listed and shown."""

from __future__ import annotations

from petitcrm.cli import output, shapes
from petitcrm.cli.output import Column, Painted
from petitcrm.crm import read_crm
from petitcrm.i18n import _
from petitcrm.text import fit, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.sales.address_book import Address

_MOST_PEOPLE = 50


def contact_list(
    config: Config, *, words: tuple[str, ...], tag: str, company: str, owner: str, where: str, **page: Any
) -> None:
    """List contacts."""
    from petitcrm.store.queries import contacts

    with read_crm(config) as crm:
        condition = _condition(crm, where)
        lines = contacts.listing(
            crm, words=" ".join(words), tag=tag, where=condition, company_id=_id(crm, "company", company),
            owner_id=_id(crm, "user", owner), sort=page["sort"] or "name", limit=page["limit"],
        )  # fmt: skip
    output.listing(_contact_columns(), lines, shapes.contact_line, output.style(page))
    _say_if_empty(lines)


def company_list(config: Config, *, words: tuple[str, ...], tag: str, owner: str, **page: Any) -> None:
    """List companies."""
    from petitcrm.store.queries import companies

    with read_crm(config) as crm:
        lines = companies.listing(
            crm,
            words=" ".join(words),
            tag=tag,
            owner_id=_id(crm, "user", owner),
            sort=page["sort"] or "name",
            limit=page["limit"],
        )
    output.listing(_company_columns(), lines, shapes.company_line, output.style(page))
    _say_if_empty(lines)


def contact_show(config: Config, *, reference: tuple[str, ...], json: bool) -> None:
    """Show a contact."""
    from petitcrm.sales.references import resolve

    with read_crm(config) as crm:
        shape = shapes.contact(crm, resolve(crm, "contact", " ".join(reference)))
        if json:
            output.document(shape)
        else:
            fields(shape["name"], shape["id"], _contact_fields(crm, shape))
            around(crm, contact_id=int(shape["id"][1:]))


def company_show(config: Config, *, reference: tuple[str, ...], json: bool) -> None:
    """Show a company."""
    from petitcrm.sales.references import resolve

    with read_crm(config) as crm:
        shape = shapes.company(crm, resolve(crm, "company", " ".join(reference)))
        if json:
            output.document(shape)
        else:
            fields(shape["name"], shape["id"], _company_fields(crm, shape))
            around(crm, company_id=int(shape["id"][1:]))


def contact_query(
    config: Config, *, words: tuple[str, ...], format: str, limit: int | None, **page: Any
) -> int:
    """Show the addresses that a mail program asks for; return 4 where mutt is to be told that there is none."""
    from petitcrm.i18n import ngettext
    from petitcrm.sales import address_book

    style = output.style(page)
    output.check(style)
    if format not in ("", "mutt", "aerc"):
        from petitcrm.errors import UsageProblem

        raise UsageProblem(_("{value} is not one of {names}.", value=format, names="mutt, aerc"))
    with read_crm(config) as crm:
        found = address_book.find(crm, " ".join(words), limit=_MOST_PEOPLE if limit is None else limit)
    if style.json or style.ndjson or style.csv:
        output.listing(_address_columns(), found, _address_shape, style)
        return 0
    if format == "aerc":
        output.tabbed([one.address, one.name] for one in found)
        return 0
    output.line(
        ngettext("{n} address", "{n} addresses", len(found)) if found else _("No address answers to this.")
    )
    output.tabbed([one.address, one.name, one.note] for one in found)
    return 0 if found else 4


def _address_columns() -> list[Column]:
    return [
        Column("address", "", lambda one: one.address),
        Column("name", "", lambda one: one.name),
        Column("note", "", lambda one: one.note),
        Column("contact", "", lambda one: f"c{one.contact_id}"),
    ]


def _address_shape(one: Address) -> dict[str, Any]:
    return {"address": one.address, "name": one.name, "note": one.note, "contact": f"c{one.contact_id}"}


def fields(
    title: str, reference: str, told: list[tuple[str, str, str]], codes: Mapping[str, str] | None = None
) -> None:
    """Show a record: its name, then its fields that say something, one a line; (key, label, value).

    `codes` are the values of a pipe, by their keys, where they are not those that people read.
    """
    said = [(key, label, value) for key, label, value in told if value]
    if not output.on_terminal():
        plain = ((key, (codes or {}).get(key, value)) for key, _label, value in said)
        output.tabbed([("id", reference), ("name", title), *plain])
        return
    output.line(Painted(title, "bold"), "  ", Painted(reference, "dim"))
    cells = max((width(label) for _key, label, _value in said), default=0)
    for _key, label, value in said:
        output.hanging("  ", Painted(fit(label, cells), "dim"), "  ", text=value)


def around(crm: Crm, *, contact_id: int | None = None, company_id: int | None = None) -> None:
    """Show a person, below a record, its open deals and what is to be done."""
    if not output.on_terminal():
        return
    from petitcrm.cli.reads_sales import deal_columns, task_columns
    from petitcrm.store.queries import deals, tasks

    cards = deals.listing(crm, contact_id=contact_id, company_id=company_id)
    if cards:
        stages = shapes.stages_by_id(crm)
        output.tables(deal_columns(crm, stages), [([Painted(_("Open deals"), "cyan")], cards)])
    lines = tasks.listing(crm, limit=10, contact_id=contact_id, company_id=company_id)
    if lines:
        output.tables(task_columns(crm), [([Painted(_("To do"), "cyan")], lines)])


def _contact_fields(crm: Crm, shape: dict[str, Any]) -> list[tuple[str, str, str]]:
    company = shape["company"]
    return [
        ("civility", _("Civility"), shape["civility"]),
        ("job_title", _("Job"), shape["job_title"]),
        ("company", _("Company"), f"{company['name']} ({company['id']})" if company else ""),
        ("emails", _("E-mail"), ", ".join(map(_email, shape["email_details"]))),
        ("phones", _("Telephone"), ", ".join(map(_phone, shape["phones"]))),
        *_place_fields(shape),
        ("linkedin_url", _("LinkedIn"), shape["linkedin_url"]),
        ("source", _("Source"), shape["source"]),
        *_common_fields(crm, "contact", shape),
        ("lists", _("On the list"), ", ".join(map(_list, shape["lists"]))),
    ]


def _list(shape: dict[str, Any]) -> str:
    """Return a list with what is not plain of how they are on it."""
    from petitcrm.marketing.lists import STATES

    told = shape["topic_names"] if shape["state"] == "subscribed" else [_(STATES[shape["state"]])]
    return f"{shape['name']} ({', '.join(told)})" if told else str(shape["name"])


def _email(shape: dict[str, Any]) -> str:
    return f"{shape['address']} ({_('mail comes back')})" if shape["comes_back"] else str(shape["address"])


def _company_fields(crm: Crm, shape: dict[str, Any]) -> list[tuple[str, str, str]]:
    people = [f"{one['name']} ({one['id']})" for one in shape["contacts"]]
    return [
        ("siren", _("SIREN"), shape["siren"]),
        ("siret", _("SIRET"), shape["siret"]),
        ("vat_number", _("VAT number"), shape["vat_number"]),
        ("naf_rev2", _("Activity"), shape["naf_rev2"]),
        ("size_class", _("Size"), shape["size_class"]),
        ("headcount", _("Headcount"), str(shape["headcount"] or shape["headcount_band"] or "")),
        ("email", _("E-mail"), shape["email"]),
        ("phone", _("Telephone"), _phone(shape["phone"])),
        ("website", _("Site"), shape["website"]),
        *_place_fields(shape),
        ("contacts", _("People"), ", ".join(people)),
        ("source", _("Source"), shape["source"]),
        *_common_fields(crm, "company", shape),
    ]


def _place_fields(shape: dict[str, Any]) -> list[tuple[str, str, str]]:
    town = f"{shape['postcode']} {shape['city']}".strip()
    return [
        ("street", _("Street"), shape["street"].replace("\n", ", ")),
        (
            "city",
            _("Town"),
            f"{town}, {shape['country']}" if town and shape["country"] else town or shape["country"],
        ),
    ]


def _common_fields(crm: Crm, noun: str, shape: dict[str, Any]) -> list[tuple[str, str, str]]:
    labels: dict[str, str] = {}
    if shape["custom"]:
        from petitcrm.store.queries import custom_fields

        labels = custom_fields.defined(crm, noun)
    owner = shape["owner"]
    return [
        ("owner", _("Owner"), owner["name"] if owner else ""),
        ("tags", _("Tags"), ", ".join(shape["tags"])),
        *((key, labels.get(key, key), value) for key, value in shape["custom"].items()),
    ]


def _contact_columns() -> list[Column]:
    return [
        Column("id", _("Id"), lambda line: f"c{line.id}", lambda line: Painted(f"c{line.id}", "dim")),
        Column("name", _("Name"), lambda line: line.name, shrink=True, least=20),
        Column("company", _("Company"), lambda line: line.company, shrink=True, least=16),
        Column("email", _("E-mail"), lambda line: line.email, shrink=True, least=24, spare=1),
        Column("phone", _("Telephone"), lambda line: line.phone, lambda line: shown_phone(line.phone)),
        Column("city", _("Town"), lambda line: line.city, shrink=True, spare=2),
        Column("tags", _("Tags"), lambda line: ", ".join(line.tags), shrink=True, spare=3),
    ]


def _company_columns() -> list[Column]:
    return [
        Column("id", _("Id"), lambda line: f"f{line.id}", lambda line: Painted(f"f{line.id}", "dim")),
        Column("name", _("Name"), lambda line: line.name, shrink=True, least=20),
        Column("email", _("E-mail"), lambda line: line.email, shrink=True, least=24, spare=2),
        Column("phone", _("Telephone"), lambda line: line.phone, lambda line: shown_phone(line.phone)),
        Column("city", _("Town"), lambda line: line.city, shrink=True, spare=1),
        Column("contacts", _("People"), lambda line: line.contacts, right=True, spare=4),
        Column("tags", _("Tags"), lambda line: ", ".join(line.tags), shrink=True, spare=3),
    ]


def _phone(number: str) -> str:
    return shown_phone(number) if output.on_terminal() else number


def shown_phone(number: str) -> str:
    """Return a telephone as it is read aloud; what cannot be dialled as it was given."""
    if not number.startswith("+"):
        return number
    from petitcrm.formats.phones import show_phone

    return show_phone(number)


def _condition(crm: Crm, told: str) -> tuple[str, dict[str, Any]] | None:
    if not told:
        return None
    from petitcrm.sales import where

    found = where.compiled(crm, told)
    return found.sql, found.values


def _id(crm: Crm, noun: str, typed: str) -> int | None:
    if not typed:
        return None
    from petitcrm.sales.references import resolve

    return resolve(crm, noun, typed)


def _say_if_empty(lines: list[Any]) -> None:
    output.if_none(lines, _("Nothing answers to this."))
