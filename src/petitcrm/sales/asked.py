"""What a line that narrows a list says by key: `stage:closing status:won closed:month due:late kind:call`."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from petitcrm.dates import add_months, instant_text, local_instant, zone_of
from petitcrm.i18n import N_, _, spellings
from petitcrm.naming import TASK_KINDS
from petitcrm.store.queries import browse as queries
from petitcrm.store.queries import browse_deals, browse_tasks
from petitcrm.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from petitcrm.crm import Crm
    from petitcrm.store.queries.browse import Narrowing, Span

KEYS = {
    "stage": N_("stage"), "status": N_("status"), "due": N_("due"), "expected": N_("expected"), "closed": N_("closed"),
    "done": N_("done"), "kind": N_("kind"),
}  # fmt: skip
"""What may be told by key, `key:value`, in either language."""
OF = {"deal": ("stage", "status", "expected", "closed"), "task": ("status", "due", "kind", "done")}
"""The keys of each noun; others are words like any."""
STATUSES = {
    "open": N_("open"), "won": N_("won"), "lost": N_("lost"), "cancelled": N_("cancelled"), "asleep": N_("asleep"),
    "done": N_("done"), "hidden": N_("hidden"), "all": N_("all"),
}  # fmt: skip
SPANS = {
    "late": N_("late"), "today": N_("today"), "week": N_("week"), "month": N_("month"), "later": N_("later"),
    "none": N_("none"),
}  # fmt: skip
"""When: before today, today, this week and this month from their first to their last day, after this week, unknown."""
_DAYS = {"due": "due_on", "expected": "expected_on"}
_INSTANTS = {"closed": "closed_at", "done": "done_at"}
_KEYED = re.compile(r'(?<!\S)([a-z-]{2,12}):("[^"]*"?|\S*)')


def told_by_key(crm: Crm, noun: str, told: str, narrowing: Narrowing) -> tuple[str, Narrowing]:
    """Take what is told by key out of a folded line; return the rest, and what it is narrowed to besides."""
    if noun not in OF:
        return told, narrowing
    by_name = {fold(name): key for key in OF[noun] for name in (key, *spellings(KEYS[key]))}
    for name, quoted in _KEYED.findall(told):
        key = by_name.get(name)
        if key is None:
            continue
        value = " ".join(words(quoted))
        told = told.replace(f"{name}:{quoted}", " ", 1)
        if value:
            narrowing = _narrowed(crm, noun, narrowing, key, value)
    return told, narrowing


def _narrowed(crm: Crm, noun: str, narrowing: Narrowing, key: str, value: str) -> Narrowing:
    if key == "status":
        known = browse_deals.STATUSES if noun == "deal" else browse_tasks.STATUSES
        alike = _alike(value, ((one, STATUSES[one]) for one in known))
        return narrowing._replace(status=next(iter(alike), narrowing.status))
    if key == "kind":
        kinds = tuple(_alike(value, TASK_KINDS.items()))
        return narrowing._replace(kinds=(*narrowing.kinds, kinds))
    if key == "stage":
        return narrowing._replace(stages=(*narrowing.stages, _stages(crm, value)))
    meant = next(iter(_alike(value, SPANS.items())), "")
    if not meant:
        return narrowing
    span = _span(crm, key, meant)
    status = narrowing.status or {"done": "done", "closed": "all"}.get(key, "")
    return narrowing._replace(spans=(*narrowing.spans, span), status=status)


def _alike(value: str, known: Iterable[tuple[str, str]]) -> list[str]:
    """Return the keys of what is called so in either language, or else of what begins so."""
    listed = [(key, [" ".join(words(name)) for name in (key, *spellings(label))]) for key, label in known]
    exact = [key for key, names in listed if value in names]
    return exact or [key for key, names in listed if any(name.startswith(value) for name in names)]


def _stages(crm: Crm, value: str) -> tuple[int, ...]:
    known = [
        (row_id, {" ".join(words(key)), " ".join(words(name))})
        for row_id, key, name in browse_deals.stages(crm)
    ]
    exact = tuple(row_id for row_id, names in known if value in names)
    return exact or tuple(row_id for row_id, names in known if any(name.startswith(value) for name in names))


def _span(crm: Crm, key: str, meant: str) -> Span:
    begins, ends = _days(crm.now.date(), meant)
    is_unknown = meant == "none"
    if key in _DAYS:
        shown = key == "due" and meant in ("late", "today")
        return queries.Span(_DAYS[key], _day(begins), _day(ends), is_unknown, shown)
    zone = zone_of(crm.now)
    first, last = (instant_text(local_instant(on, time(0), zone)) if on else "" for on in (begins, ends))
    return queries.Span(_INSTANTS[key], first, last, is_unknown)


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""


def _days(today: date, meant: str) -> tuple[date | None, date | None]:
    """Return the first day of a span and the day after its last."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    return {
        "late": (None, today),
        "today": (today, today + timedelta(days=1)),
        "week": (monday, monday + timedelta(days=7)),
        "month": (first, add_months(first, 1)),
        "later": (monday + timedelta(days=7), None),
        "none": (None, None),
    }[meant]


def values_of(crm: Crm, noun: str, key: str) -> list[str]:
    """Return what may follow a key, as it is typed in the reader's language."""
    if key == "stage":
        return ["-".join(words(name)) for _id, _key, name in browse_deals.stages(crm)]
    if key == "status":
        known = browse_deals.STATUSES if noun == "deal" else browse_tasks.STATUSES
        return ["-".join(words(_(STATUSES[one]))) for one in known]
    labels = TASK_KINDS if key == "kind" else SPANS
    return ["-".join(words(_(label))) for label in labels.values()]
