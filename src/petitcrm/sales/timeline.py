"""What happened with a contact, logged by hand, and the clock of silence that it restarts."""

from __future__ import annotations

from petitcrm.dates import instant_text, read_instant
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _, spellings
from petitcrm.kinds import HUMAN, KINDS, sentence
from petitcrm.rows import Row
from petitcrm.store.queries import touches as queries
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from petitcrm.crm import Crm
    from petitcrm.store.journal import Act

_LONGEST_MOMENT = 40
"""Characters before the colon: more are a sentence."""
_LASTING = ("call", "visit", "meeting", "other")
"""What takes a time."""
_LONGEST = 24 * 60
_MINUTES = ("min", "mn", "min.", "mins", "minute", "minutes")
_LETTERS = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Beginning(Row):
    """When something happened and how long it lasted, in minutes, where a text begins with it; and the rest of it."""

    at: datetime | None
    minutes: int | None
    text: str


def kinds_by_hand() -> list[str]:
    """Return the kinds that a person may log, as `petitcrm log` names them."""
    return [name.removesuffix(".logged") for name, kind in KINDS.items() if kind.by_hand]


def log(
    crm: Crm,
    kind: str,
    contact_id: int,
    text: str = "",
    *,
    at: datetime | None = None,
    deal_id: int | None = None,
    minutes: int | None = None,
) -> int:
    """Put a call, a letter, a meeting, a note… on the contact's timeline; return the id of its event.

    `kind` is one of `kinds_by_hand()`; any other word is a kind of the user's own. `at` is when it happened, `minutes`
    how long it lasted.
    """
    kind, label = clean(kind).strip(), ""
    if f"{kind}.logged" not in KINDS or kind == "other":
        kind, label = "other", kind if kind not in ("", "other") else _("Other")
    _check_duration(kind, minutes)
    if at is not None and at > crm.now:
        raise _is_to_come(at)
    happened = instant_text(at) if at else crm.now_text
    company_id, deal_id = _subjects(crm, contact_id, deal_id)
    name = f"{kind}.logged"
    with crm.act(
        name,
        contact=contact_id,
        company=company_id,
        deal=deal_id,
        text=clean(text).strip(),
        at=happened,
        label=label or None,
        minutes=minutes,
    ) as act:
        if KINDS[name].human:
            touch(crm, act, contact_id, deal_id=deal_id, at=happened)
    return act.event_id or 0


def edit(crm: Crm, event_id: int, text: str) -> bool:
    """Put other words on what was logged by hand; tell whether anything is different now."""
    entry = _by_hand(crm, event_id)
    with _about(crm, "entry.edited", entry) as act:
        return act.update("events", event_id, text=clean(text).strip())


def delete(crm: Crm, event_id: int) -> None:
    """Take what was logged by hand off the timeline; the clocks of silence that it restarted go back.

    So does the first answer of a lead, to what else was said to the person, or to none.
    """
    entry = _by_hand(crm, event_id)
    with _about(crm, "entry.deleted", entry) as act:
        act.strike_out(event_id)
        _open_leads_again(crm, act, event_id)


def read_moment(words: str, *, now: datetime) -> datetime:
    """Read when something happened ("yesterday 2pm"); UsageProblem for what is not surely a date, or still to come."""
    at = read_instant(words, now=now, past=True)
    if at > now:
        raise _is_to_come(at)
    return at


def take_beginning(kind: str, text: str, *, now: datetime) -> Beginning:
    """Take off a text when it was and how long it lasted, before a colon ("hier 14h, 12 min : veut deux options").

    The name of its kind may stand there too ("appel 12 min : …"). A day to come is what the text says, not when it was
    said; so is anything that is not surely a date or a duration.
    """
    told, colon, rest = text.partition(":")
    whole = Beginning(None, None, text)
    if not colon or len(told) > _LONGEST_MOMENT or "\n" in told:
        return whole
    minutes, words = (
        _take_minutes(told.replace(",", " ").split()) if kind in _LASTING else (None, told.split())
    )
    if (
        minutes is not None
        and words
        and fold(words[0]) in map(fold, spellings(KINDS[f"{kind}.logged"].sentence))
    ):
        words = words[1:]
    if minutes is not None and not words:
        return Beginning(None, minutes, rest.strip())
    try:
        return Beginning(read_moment(" ".join(words), now=now), minutes, rest.strip())
    except UsageProblem:
        return whole


def _take_minutes(words: list[str]) -> tuple[int | None, list[str]]:
    """Take a duration in minutes ("12 min", "12mn") out of words."""
    for at, word in enumerate(words):
        number, unit, after = word, "", at + 1
        if not word.isdecimal():
            number, unit = word.rstrip(_LETTERS), word.lstrip("0123456789")
        elif after < len(words):
            unit, after = words[after], after + 1
        if number.isdecimal() and unit.lower() in _MINUTES and 0 < int(number) <= _LONGEST:
            return int(number), words[:at] + words[after:]
    return None, words


def _check_duration(kind: str, minutes: int | None) -> None:
    if minutes is not None and kind not in _LASTING:
        raise UsageProblem(_("Only a call, a visit or a meeting lasts: write no minutes for it."))
    if minutes is not None and not 0 < minutes <= _LONGEST:
        raise UsageProblem(_("It lasted between 1 and {most} minutes.", most=_LONGEST))


def touch(crm: Crm, act: Act, contact_id: int, *, deal_id: int | None = None, at: str = "") -> None:
    """Restart the clock of silence of the deal, or of every open deal of the contact; leads that wait are answered."""
    _answer_leads(crm, act, contact_id, at or crm.now_text)
    if deal_id is not None:
        touched = [(deal_id,)]
    else:
        touched = crm.rows(
            "SELECT id FROM deals WHERE contact_id = :contact AND status = 'open'", contact=contact_id
        )
    at = at or crm.now_text
    for (one,) in touched:
        if crm.rows("SELECT 1 FROM deals WHERE id = :id AND touched_at < :at", id=one, at=at):
            act.update("deals", one, touched_at=at)


def _is_to_come(at: datetime) -> UsageProblem:
    return UsageProblem(
        _(
            "{at} is still to come: only what has happened goes on the timeline.",
            at=at.strftime("%Y-%m-%d %H:%M"),
        ),
        advice=_("Make it a task: petitcrm add"),
    )


class _Entry(Row):
    id: int
    kind: str
    details: str
    contact_id: int | None
    company_id: int | None
    deal_id: int | None


def _by_hand(crm: Crm, event_id: int) -> _Entry:
    """Return an entry that stands and was logged by a person: what the world or the program told is not theirs."""
    found = crm.rows(
        "SELECT id, kind, details, contact_id, company_id, deal_id FROM events"
        " WHERE id = :id AND source = '' AND undone_by IS NULL",
        id=event_id,
    )
    if not found:
        raise NotFound(_("This entry of the timeline is no longer there."))
    entry = _Entry(*found[0])
    if entry.kind not in KINDS or not KINDS[entry.kind].by_hand:
        raise RefusedByRule("entry-not-by-hand", _("Only what was logged by hand is changed here."))
    return entry


def _about(crm: Crm, kind: str, entry: _Entry) -> AbstractContextManager[Act]:
    import json

    words = sentence(entry.kind, json.loads(entry.details))
    whom = {"contact": entry.contact_id, "company": entry.company_id, "deal": entry.deal_id}
    return crm.act(kind, **whom, what=words)


def _answer_leads(crm: Crm, act: Act, contact_id: int, at: str) -> None:
    """Stop the clock of the first answer, and take in hand what was new."""
    for lead_id, state in queries.unanswered(crm, contact_id, at):
        changes = {
            "answered_at": at,
            **({"state": "working", "state_at": crm.now_text} if state == "new" else {}),
        }
        act.update("leads", lead_id, **changes)


def _open_leads_again(crm: Crm, act: Act, event_id: int) -> None:
    for lead_id, answered_at, state, was in queries.answered_by(crm, event_id):
        first = queries.first_word(crm, lead_id, HUMAN)
        waits = first is None and state == "working" and was == "new"
        changes = {"state": "new", "state_at": crm.now_text} if waits else {}
        if first != answered_at:
            act.update("leads", lead_id, answered_at=first, **changes)


def _subjects(crm: Crm, contact_id: int, deal_id: int | None) -> tuple[int | None, int | None]:
    found = crm.rows("SELECT company_id FROM contacts WHERE id = :id", id=contact_id)
    if not found:
        raise NotFound(_("There is no contact c{id}.", id=contact_id))
    if deal_id is not None and not crm.rows("SELECT 1 FROM deals WHERE id = :id", id=deal_id):
        raise NotFound(_("There is no deal d{id}.", id=deal_id))
    return found[0][0], deal_id
