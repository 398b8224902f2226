"""Whom and what a line may mean while it is typed: people after @, deals after #, names, tags and words used before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import CrmError
from petitcrm.tui.offers import Offer

if TYPE_CHECKING:
    from petitcrm.crm import Crm

_MOST = 6


def people_and_deals(crm: Crm, text: str, place: int) -> list[Offer]:
    """Return the people that the word after @ under the cursor may name, or the deals of the one after #."""
    start = max(text.rfind("@", 0, place), text.rfind("#", 0, place))
    told = text[start + 1 : place]
    if start < 0 or not told or (start and not text[start - 1].isspace()) or _is_ended(told):
        return []
    found = _people(crm, told.strip('"“« ')) if text[start] == "@" else _deals(crm, told.strip('"“« '))
    return [_put(text, start, place, one) for one in found if one[1] != told]


def _is_ended(told: str) -> bool:
    """Tell whether a word after a sign is over: by a space, or by the closing quote where it has several words."""
    quotes = {'"': '"', "“": "”", "«": "»"}
    if told[0] in quotes:
        return quotes[told[0]] in told[1:]
    return any(sign.isspace() for sign in told)


def _put(text: str, start: int, place: int, found: tuple[str, str, str]) -> Offer:
    """Return the offer that puts a reference in the place of the word that was begun."""
    words, reference, aside = found
    head = f"{text[: start + 1]}{reference} "
    return Offer(words, head + text[place:].lstrip(), aside, place=len(head))


def _people(crm: Crm, told: str) -> list[tuple[str, str, str]]:
    from petitcrm.sales import search
    from petitcrm.store.queries import references

    found = references.presented(crm, "contact", search.people(crm, told, _MOST))
    return [(one.name, _reference(crm, "contact", one.id, one.name), one.extra) for one in found]


def _deals(crm: Crm, told: str) -> list[tuple[str, str, str]]:
    from petitcrm.sales import search

    hits = [hit for hit in search.search(crm, told, 3 * _MOST) if hit.noun == "deal"]
    return [(hit.title, _reference(crm, "deal", hit.id, hit.title), hit.extra) for hit in hits[:_MOST]]


def _reference(crm: Crm, noun: str, row_id: int, name: str) -> str:
    """Return the name in quotes where it is that of one row only, as a person would write it; else the id."""
    from petitcrm.sales import references

    try:
        is_only = '"' not in name and references.resolve(crm, noun, name) == row_id
    except CrmError:
        is_only = False
    return f'"{name}"' if is_only else references.show(noun, row_id)
