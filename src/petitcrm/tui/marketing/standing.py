"""Where somebody stands in marketing, as their sheet says it: lists, sequences, campaigns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import read_instant_text, show_day
from petitcrm.i18n import _
from petitcrm.tui.facts import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.crm import Crm
    from petitcrm.store.queries.enrolments import Enrolled

_SOME = 5
"""Campaigns, and sequences that are over, that are said."""


def facts(crm: Crm, contact_id: int) -> list[Fact]:
    """Return a fact for each list that somebody is on, each sequence that they are or were in, and the campaigns."""
    return [*_lists(crm, contact_id), *_sequences(crm, contact_id), *_campaigns(crm, contact_id)]


def _lists(crm: Crm, contact_id: int) -> Iterator[Fact]:
    from petitcrm.marketing import lists

    known = lists.standings(crm, contact_id)
    on = [one for one in known if one.state in ("subscribed", "pending")]
    for one in on:
        aside = "" if one.state == "subscribed" and not one.topics else f" ({lists.standing_words(one)})"
        yield Fact("", _("On the list"), f"{one.line.name}{aside}", asks="consent")
    if known and not on:
        yield Fact("", _("On the list"), "", asks="consent")


def _sequences(crm: Crm, contact_id: int) -> Iterator[Fact]:
    from petitcrm.store.queries import enrolments, sequences

    found = enrolments.of_contacts(crm, [contact_id])
    names = {one.id: one.name for one in sequences.listing(crm)} if found else {}
    ended = [one for one in found if one.state == "ended"][-_SOME:]
    for one in [*(one for one in found if one.state != "ended"), *reversed(ended)]:
        words = f"{names.get(one.sequence_id, '')} · {_stand(one)}"
        look = "dim" if one.state == "ended" else "text"
        yield Fact("", _("Sequence"), words, leads_to=("sequence", one.sequence_id), look=look)


def _stand(one: Enrolled) -> str:
    from petitcrm.marketing.enrolments import exit_words

    if one.state == "ended":
        return exit_words(one.exit)
    where = _("at {step}", step=one.step) if one.step else _("begins")
    return f"{where} ({_('paused')})" if one.state == "paused" else where


def _campaigns(crm: Crm, contact_id: int) -> Iterator[Fact]:
    from petitcrm.store.queries import campaigns

    for _id, name, at in campaigns.received(crm, contact_id, _SOME):
        day = (
            show_day(read_instant_text(at).astimezone(crm.now.tzinfo).date(), today=crm.now.date())
            if at
            else ""
        )
        yield Fact("", _("Campaign"), f"{name} · {day}".rstrip(" ·"))
