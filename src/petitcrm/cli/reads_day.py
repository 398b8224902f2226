"""The daily answers: what to do today, what happened with somebody, where something is."""

from __future__ import annotations

from petitcrm.cli import output
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.crm import read_crm
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.sales.agenda import Day, Item
    from petitcrm.sales.search import Hit
    from petitcrm.store.queries.timeline import Entry

SHOWN_OF_EACH = 20
"""How many things of one section are shown to a person who did not say how many."""


def today(config: Config, *, on: str, user: str, team: bool, limit: int | None, json: bool) -> None:
    """Show the day of the person, of another one, or of everybody."""
    from petitcrm.sales import agenda

    with read_crm(config) as crm:
        bound = limit if limit is not None else (agenda.ALL if json else SHOWN_OF_EACH)
        day = agenda.day(crm, on=_day(crm, on), owner_id=_whose(crm, user, team), limit=bound)
        mail = agenda.mail_troubles(crm)
        stopped = _stopped(crm)
    troubles = [*mail, *stopped]
    if json:
        output.document({**day_shape(day), "mail": mail, "campaigns": stopped})
    elif output.on_terminal():
        _show_day(day)
    else:
        output.tabbed([item.id, item.due, item.time, item.text] for item in day.items)
    if not json and (day.cut or not day.items):
        output.say(
            _("There is more: --limit 1000 shows it.") if day.cut else _("Nothing to do: the day is yours.")
        )
    if troubles and not json and output.on_terminal():
        output.say()
    for words in () if json else troubles:
        output.say(Painted(words, "yellow"))


def _stopped(crm: Crm) -> list[str]:
    """Return a sentence for each campaign that stopped by itself."""
    from petitcrm.store.queries import agenda

    if not agenda.stopped_campaigns(crm):  # most days there are none
        return []
    from petitcrm.marketing import brakes

    return brakes.stopped(crm)


def day_shape(day: Day) -> dict[str, Any]:
    """Return the day as JSON shows it."""
    from petitcrm.sales.agenda import SECTIONS

    counts = {section: day.counts.get(section, 0) for section in SECTIONS}
    return {"on": day.on, "items": [_item_shape(item) for item in day.items], "counts": counts}


def _item_shape(item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind, "section": item.section, "id": item.id, "due": item.due, "time": item.time,
        "overdue": item.overdue, "text": item.text,
        "contact": {"id": f"c{item.contact_id}", "name": item.contact},
        "deal": {"id": f"d{item.deal_id}", "title": item.deal} if item.deal_id else None,
        "place": item.place, "duration_minutes": item.duration_minutes, "recurrence": item.recurrence,
        "owner": item.owner, "calendar": item.calendar or None,
    }  # fmt: skip


def _day(crm: Crm, words: str) -> Any:
    if not words:
        return None
    from petitcrm.dates import read_when

    return read_when(words, now=crm.now).on


def _whose(crm: Crm, user: str, team: bool) -> int | None:
    if user:
        from petitcrm.sales import references

        return references.resolve(crm, "user", user)
    return None if team else crm.user_id


def _show_day(day: Day) -> None:
    from datetime import date

    from petitcrm.dates import show_long_day
    from petitcrm.sales import agenda

    on = date.fromisoformat(day.on)
    output.line(Painted(show_long_day(on), "bold"))
    id_cells = max((len(item.id) for item in day.items), default=0)
    section = ""
    airy = len(day.items) + 2 * len({item.section for item in day.items}) < output.screen_height() - 2
    for item in day.items:
        if item.section != section:
            section = item.section
            if airy:
                output.line("")
            output.line(Painted(_(agenda.SECTIONS[section]), "cyan"))
        late = Painted(f"{agenda.when(item, on):>14}", "late" if item.overdue else "bold")
        output.hanging(Painted(f"{item.id:>{id_cells + 2}}", "dim"), late, "  ", text=agenda.with_place(item))


def timeline(
    config: Config, *, reference: tuple[str, ...], only: str, limit: int | None, **style: bool
) -> None:
    """Show what happened with a contact, a company or a deal, newest first."""
    from petitcrm.kinds import PARTS
    from petitcrm.sales import references
    from petitcrm.store.queries import timeline as queries

    if only and only not in PARTS:
        raise UsageProblem(_("{value} is not one of {names}.", value=only, names=", ".join(PARTS)))
    with read_crm(config) as crm:
        noun, row_id = references.resolve_any(crm, " ".join(reference))
        if noun == "task":
            noun, row_id = _subject_of(crm, row_id)
        entries = queries.entries(crm, noun, row_id, limit=50 if limit is None else limit, part=only)
        if output.on_terminal() and not any(style.values()):
            _show_story(crm, entries)
        else:
            names = names_in(crm, entries) if style["json"] or style["ndjson"] else {}
            output.listing(
                _story_columns(crm),
                entries,
                lambda entry: entry_shape(entry, names),
                output.style(style),
            )


def names_in(crm: Crm, entries: list[Entry]) -> dict[str, str]:
    """Return the names of all the records of a story, by their references."""
    from petitcrm.sales.references import show
    from petitcrm.store.queries.references import presented

    found: dict[str, str] = {}
    for noun in ("contact", "company", "deal"):
        ids = sorted({getattr(entry, f"{noun}_id") or 0 for entry in entries})
        found |= {show(noun, row.id): row.name for row in presented(crm, noun, ids)}
    return found


def entry_shape(entry: Entry, names: dict[str, str]) -> dict[str, Any]:
    """Return one line of a story as JSON shows it; `text` is what a person wrote, `sentence` what happened."""
    return {
        "id": f"e{entry.id}", "at": entry.at, "kind": entry.kind, "text": entry.text, "source": entry.source,
        "details": entry.details, "sentence": entry.sentence, "author": entry.author,
        "contact": _linked("c", entry.contact_id, names), "company": _linked("f", entry.company_id, names),
        "deal": _linked("d", entry.deal_id, names, "title"),
    }  # fmt: skip


def _linked(letter: str, row_id: int | None, names: dict[str, str], called: str = "name") -> Any:
    reference = f"{letter}{row_id}"
    return {"id": reference, called: names.get(reference, "")} if row_id else None


def _subject_of(crm: Crm, task_id: int) -> tuple[str, int]:
    ((contact_id,),) = crm.rows("SELECT contact_id FROM tasks WHERE id = :id", id=task_id)
    return "contact", contact_id


def _story_columns(crm: Crm) -> list[Column]:
    return [
        Column("id", "", lambda entry: f"e{entry.id}"),
        Column("at", "", lambda entry: crm.local(entry.at).isoformat()),
        Column("kind", "", lambda entry: entry.kind),
        Column("sentence", "", lambda entry: entry.sentence),
        Column("text", "", lambda entry: entry.text),
        Column("author", "", lambda entry: entry.author),
    ]


def _show_story(crm: Crm, entries: list[Entry]) -> None:
    from petitcrm.dates import show_instant

    instants = [show_instant(crm.local(entry.at), now=crm.now) for entry in entries]
    cells = max(map(len, instants), default=0) + 2
    for when, entry in zip(instants, entries, strict=True):
        author = f" · {entry.author}" if entry.author else ""
        output.hanging(Painted(f"{when:<{cells}}", "dim"), text=entry.sentence + author)
        for each in entry.text.split("\n") if entry.text else ():
            output.hanging(" " * cells, text=each)
    if not entries:
        output.say(_("Nothing has happened yet."))


def search(
    config: Config, *, words: tuple[str, ...], limit: int | None, json: bool, ndjson: bool, csv: bool
) -> None:
    """Show what answers to some words, the likeliest first."""
    from petitcrm.sales import search as finder

    with read_crm(config) as crm:
        hits = finder.search(crm, " ".join(words), limit=20 if limit is None else limit)
        output.listing(_hit_columns(crm), hits, hit_shape, Style(json, ndjson, csv))
    if not hits and not json:
        output.say(_("Nothing answers to “{words}”.", words=" ".join(words)))


def hit_shape(hit: Hit) -> dict[str, Any]:
    """Return one thing found as JSON shows it."""
    return {
        "id": _hit_id(hit),
        "noun": hit.noun,
        "title": hit.title,
        "extra": hit.extra,
        "at": hit.at or None,
    }


def _hit_id(hit: Hit) -> str:
    from petitcrm.sales import references

    return references.show(hit.noun, hit.id)


def _hit_columns(crm: Crm) -> list[Column]:
    return [
        Column("id", _("Id"), _hit_id, lambda hit: Painted(_hit_id(hit), "dim")),
        Column("noun", "", lambda hit: hit.noun),
        Column("title", _("What"), lambda hit: hit.title, shrink=True),
        Column("extra", _("More"), lambda hit: hit.extra, shrink=True),
        Column("at", _("When"), lambda hit: hit.at, lambda hit: _shown_at(crm, hit.at)),
    ]


def _shown_at(crm: Crm, at: str | None) -> str:
    from petitcrm.dates import show_day

    return show_day(crm.local(at).date(), today=crm.now.date()) if at else ""
