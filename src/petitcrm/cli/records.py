"""What the commands of contacts, companies and deals have in common."""

from __future__ import annotations

from petitcrm.cli import words as typed
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, ngettext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from petitcrm.cli.gesture import Gesture
    from petitcrm.crm import Crm


def chosen(**given: Any) -> dict[str, Any]:
    """Return the fields that were typed; those left out are None."""
    return {name: value for name, value in given.items() if value is not None}


def own_fields(crm: Crm, noun: str, given: Iterable[str] | None) -> dict[str, Any]:
    """Return the firm's own fields typed as NAME=value, by their keys; a name of no field yet makes one."""
    told = typed.pairs(given or ())
    if not told:
        return {}
    from petitcrm.sales import custom_fields

    return {"custom": {custom_fields.find_or_add(crm, noun, name): value for name, value in told.items()}}


def links(crm: Crm, company: str, owner: str) -> dict[str, Any]:
    """Return the company and the owner that were typed; an unknown company is made; `none` takes them away."""
    found: dict[str, Any] = {}
    if company:
        found["company_id"] = None if typed.is_none(company) else company_named(crm, company)
    if owner:
        found["owner_id"] = None if typed.is_none(owner) else typed.one(crm, "user", owner)
    return found


def company_named(crm: Crm, words: str) -> int:
    """Return the company of an id or a name; one that bears this name is made where there is none."""
    from petitcrm.sales import companies
    from petitcrm.sales.references import resolve

    bare = words.removeprefix("f")
    if bare.isascii() and bare.isdigit():
        return resolve(crm, "company", words)
    return companies.find_or_add(crm, words)


def confirm_many(count: int, *, yes: bool) -> None:
    """Ask before several records are deleted at once; UsageProblem where the answer is no or nobody is there."""
    question = ngettext("Delete {n} record?", "Delete {n} records?", count)
    if count > 1 and not typed.confirmed(question, yes=yes):
        raise UsageProblem(_("Nothing was deleted."))


def kept_back(doing: Gesture, kept: Iterable[str]) -> None:
    """Say which rows stayed as they are, and why."""
    for words in kept:
        doing.aside(_("kept: {row}", row=words))
