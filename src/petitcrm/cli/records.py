"""What the commands of contacts, companies and deals have in common."""

from __future__ import annotations

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.gesture import gesture
from petitcrm.cli.output import Column, Style
from petitcrm.crm import read_crm
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


def tell_apart(noun: str, first: str, second: str, *, json: bool) -> None:
    """Note that two records are not the same: they are proposed no more."""
    from petitcrm.sales import matching
    from petitcrm.sales.references import show

    with gesture(json=json) as doing:
        ids = [typed.ids(doing.crm, noun, [reference])[0] for reference in (first, second)]
        new = matching.tell_apart(doing.crm, noun, *ids)
        pair = [show(noun, row_id) for row_id in ids]
        words = _("is not the same as {other}", other=pair[1]) if new else _("was told apart already")
        doing.did(pair[0], words, lambda: {"different": pair})


def duplicates_answer(noun: str, *, json: bool, ndjson: bool, csv: bool) -> None:
    """List the pairs of records that may be one, the surest first."""
    from petitcrm.sales import matching, references

    def reference(row_id: int) -> str:
        return references.show(noun, row_id)

    columns = [
        Column("score", _("Score"), lambda pair: pair.score, right=True),
        Column("first", _("Id"), lambda pair: reference(pair.first)),
        Column("first_name", _("Name"), lambda pair: pair.first_name, shrink=True),
        Column("second", _("Id"), lambda pair: reference(pair.second)),
        Column("second_name", _("Name"), lambda pair: pair.second_name, shrink=True),
        Column("reason", _("Because"), lambda pair: pair.reason, lambda pair: pair.because, shrink=True),
    ]  # fmt: skip
    with read_crm(session.config()) as crm:
        finding = matching.contact_duplicates if noun == "contact" else matching.company_duplicates
        pairs = finding(crm)
        output.listing(
            columns, pairs,
            lambda pair: {
                "score": pair.score, "reason": pair.reason,
                "first": {"id": reference(pair.first), "name": pair.first_name},
                "second": {"id": reference(pair.second), "name": pair.second_name},
            },
            Style(json, ndjson, csv),
        )  # fmt: skip
    if not pairs:
        output.say(_("No two records look the same."))
