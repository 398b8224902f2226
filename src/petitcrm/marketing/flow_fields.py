"""What the mails of a sequence would say of the people of this base: which fields are empty, and for how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import _, ngettext
from petitcrm.marketing import flow_texts, merge_fields
from petitcrm.marketing.flow_problems import Problem
from petitcrm.store.queries import enrolments as queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow, Start
    from petitcrm.store.reader import Reader

_OF_US = ("user", "firm")
_OF_THEM = ("contact", "company")
NAME_IT = 'petitcrm setup --firm "Plomberie Dupont"'
"""The command that gives the firm its name."""
MOST = 100_000
"""People who are counted."""


def unsaid(crm: Reader, flow: Flow) -> Iterator[Problem]:
    """Yield what mails say of the firm, or of who begins the sequence, that is empty: nobody would get them."""
    bare = [one for one in flow_texts.bare_fields(flow) if one[1][0] in _OF_US]
    if not bare:
        return
    known = merge_fields.invented(crm, crm.user_id, flow.lang)
    told_of = set()
    for mail, names, line in bare:
        if known[names[0]].get(names[1]) or names in told_of:
            continue
        told_of.add(names)
        field = flow_texts.field_in(names, flow.lang)
        told = _("{field} is empty: nobody would get the mail “{name}”.", field=field, name=mail.key)
        yield Problem("field-is-empty", told, _mending(crm, names, field, flow.lang), line)


def counted(crm: Crm, flow: Flow, problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with how many people each empty field is empty for, and those of fields that few have not."""
    told = {(one.line, one.advice): one for one in empty(crm, flow, _people(crm, flow.start))}
    found = []
    for one in problems:
        known = told.pop((one.line, one.advice), None) if one.rule == "field-can-be-empty" else None
        found.append(one._replace(message=known.message) if known else one)
    return [*found, *told.values()]


def empty(crm: Reader, flow: Flow, contact_ids: Sequence[int]) -> Iterator[Problem]:
    """Yield the fields that are empty for some of these people, who would not get the mail; what to write instead."""
    bare = [one for one in flow_texts.bare_fields(flow) if one[1][0] in _OF_THEM]
    if not bare or not contact_ids:
        return
    numbers = dict.fromkeys((names for _mail, names, _line in bare), 0)
    for _id, values in merge_fields.values_of_all(crm, contact_ids, None, flow.lang):
        for names in numbers:
            numbers[names] += not _value(values, names)
    for mail, names, line in bare:
        n = numbers[names]
        if n:
            field = flow_texts.field_in(names, flow.lang)
            told = ngettext(
                "{field} is empty for {n} person, who would not get the mail “{name}”.",
                "{field} is empty for {n} people, who would not get the mail “{name}”.", n, field=field, name=mail.key,
            )  # fmt: skip
            yield Problem("field-is-empty", told, flow_texts.stands_for(field), line, is_grave=False)


def _value(values: Mapping[str, Mapping[str, object]], names: tuple[str, ...]) -> str:
    noun, field, *custom = names
    value = values.get(noun, {}).get(field, "")
    if custom and isinstance(value, dict):
        value = value.get(custom[0], "")
    return str(value).strip()


def _people(crm: Crm, start: Start) -> list[int]:
    """Return who could get the mails: whom its file means, or whoever has an address."""
    from petitcrm.errors import UsageProblem
    from petitcrm.sales import where

    for kind, key in (("list", start.list), ("segment", start.segment)):
        if key:
            return queries.newcomers(crm, 0, (kind, key), 0, MOST)
    try:
        meets = where.compiled(crm, start.where or "email known")
    except UsageProblem:  # told as a problem of its own
        return []
    return queries.meeting(crm, 0, meets, 0, MOST, once=False)


def _mending(crm: Reader, names: tuple[str, ...], field: str, lang: str) -> str:
    """Return what to write for a field of the firm or of who writes: in the file, or the command that fills it."""
    if names[0] == "firm":
        return NAME_IT
    from petitcrm.store.queries import users

    is_name = names[1] == "name"
    other = flow_texts.stands_for(field, flow_texts.field_in(("firm", "name"), lang) if is_name else '"…"')
    known = users.listing(crm)
    mine = next((one.key for one in known if one.id == crm.user_id), "")
    if mine:
        return f"{other}\npetitcrm user edit {mine} " + ('--name "Marie Curie"' if is_name else "--email …")
    added = "" if known else 'petitcrm user add marie --name "Marie Curie"\n'
    return f"{other}\n{added}petitcrm config set user {known[0].key if known else 'marie'}"
