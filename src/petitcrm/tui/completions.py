"""Whom and what a line may mean while it is typed: people after @, deals after #, names, tags and words used before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import CrmError
from petitcrm.i18n import _
from petitcrm.naming import LOST_REASONS
from petitcrm.store.queries import lists
from petitcrm.text import fold, safe
from petitcrm.tui.facts import STATUSES
from petitcrm.tui.offers import Offer, narrowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm

    Offering = Callable[[Crm, str, int], list[Offer]]

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


# --------------------------------------------------------------------------------------------------- by field


def of_field(noun: str, row_id: int, field: str, now: str) -> tuple[Offering | None, bool]:
    """Return what is offered for a field whose value reads `now`, and whether the answer must be one of these."""
    if field in _CLOSED:
        return _closed(_CLOSED[field], now, row_id), True
    if field == "tags":
        return _tags, False
    if field in lists.USED_AGAIN[noun]:
        return _used_before(noun, field), False
    return None, False


def _closed(offered: Offering, now: str, row_id: int) -> Offering:
    """Return the offers that answer to what is typed, all of them while the value stands as it was."""

    def offers(crm: Crm, text: str, _place: int) -> list[Offer]:
        is_as_it_was = text == safe(now)
        meant = now if is_as_it_was else text.strip()
        return [
            one._replace(is_chosen=one.words == meant if meant else not one.value)
            for one in offered(crm, "" if is_as_it_was else text, row_id)
        ]

    return offers


def _owners(crm: Crm, typed: str, _row_id: int) -> list[Offer]:
    from petitcrm.store.queries import users

    people = [Offer(user.name or user.key, str(user.id), user.key) for user in users.listing(crm)]
    return narrowed([*people, Offer(_("nobody"), "")], typed)


def _stages(crm: Crm, typed: str, deal_id: int) -> list[Offer]:
    from petitcrm.store.queries import deals, pipelines

    sheet = deals.sheet(crm, deal_id)
    known = pipelines.stages(crm, sheet.pipeline_id) if sheet else []
    return narrowed([Offer(stage.name, str(stage.id)) for stage in known], typed)


def _statuses(_crm: Crm, typed: str, _deal_id: int) -> list[Offer]:
    lost = [
        Offer(f"{_(STATUSES['lost'])} — {_(words)}", f"lost {key}")
        for key, words in LOST_REASONS.items()
        if key != "other"  # x asks for the words of it
    ]
    closed = [Offer(_(STATUSES[key]), key) for key in ("won", "cancelled")]
    return narrowed([Offer(_(STATUSES["open"]), "open"), *closed, *lost], typed)


def _companies(crm: Crm, typed: str, _row_id: int) -> list[Offer]:
    from petitcrm.sales import search
    from petitcrm.store.queries import references

    hits = [hit for hit in search.search(crm, typed, 3 * _MOST) if hit.noun == "company"] if typed else []
    rows = references.presented(crm, "company", [hit.id for hit in hits[:_MOST]])
    found = [Offer(one.name, f"f{one.id}", one.extra) for one in rows]
    if typed.strip() and fold(typed) not in {fold(one.words) for one in found}:
        found.append(Offer(_("create “{name}”", name=typed.strip()), f"+{typed.strip()}"))
    return [*found, Offer(_("no company"), "")]


def _contacts(crm: Crm, typed: str, _row_id: int) -> list[Offer]:
    from petitcrm.sales import search
    from petitcrm.store.queries import references

    found = references.presented(crm, "contact", search.people(crm, typed, _MOST))
    return [Offer(one.name, str(one.id), one.extra) for one in found]


_CLOSED: dict[str, Offering] = {
    "owner_id": _owners, "stage_id": _stages, "status": _statuses, "company_id": _companies, "contact_id": _contacts,
}  # fmt: skip


def _tags(crm: Crm, text: str, _place: int) -> list[Offer]:
    """Return the known tags that begin as the one after the last comma does, most borne first."""
    from petitcrm.store.queries import tags

    before, comma, last = text.rpartition(",")
    if not last.strip():
        return []
    borne = sorted(tags.listing(crm), key=lambda tag: -(tag.contacts + tag.companies + tag.deals))
    others = {fold(one) for one in before.split(",")}
    named = [Offer(tag.name, f"{before}{comma and ', '}{tag.name}") for tag in borne]
    found = [one for one in narrowed(named, last) if fold(one.words) not in others]
    return [one for one in found if fold(one.words) != fold(last)][:_MOST]


def _used_before(noun: str, column: str) -> Offering:
    """Offer the values that other rows have; they are read once for a question."""
    known: list[str] = []

    def offers(crm: Crm, text: str, _place: int) -> list[Offer]:
        if not known:
            known.extend(lists.used_values(crm, noun, column))
        typed = text.strip()
        found = narrowed([Offer(value, value) for value in known], typed) if typed else []
        return [one for one in found if one.value != typed][:_MOST]

    return offers
