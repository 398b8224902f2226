"""How the firm works: its hours, how soon it answers, what is set up after a win; journaled answers."""

from __future__ import annotations

import json

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.rows import Row
from petitcrm.store.queries import settings as queries
from petitcrm.text import clean, fold
from petitcrm.working_time import CALENDARS, USUAL, Hours, read_hours, show_hours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import tzinfo

    from petitcrm.crm import Crm
    from petitcrm.store.reader import Reader

_PREFIX = "work."
ANSWERS = {
    "hours": N_("hours of work: 9-12, 14-18"),
    "days": N_("days of work, Monday is 1: 1,2,3,4,5"),
    "calendar": N_("whose public holidays: empty, 57 (Moselle), 6AE (Alsace), 971 … 976"),
    "first_answer": N_("minutes of work within which an incoming lead is answered"),
    "acceptance": N_("hours of work within which a hand-over is accepted or refused"),
    "checklist": N_("what is to be done after a win, one thing a line or separated by ;"),
    "answer_days": N_("days after which a mail found unanswered is no longer made a task"),
    "wait_days": N_("days of work after which a mail of ours without an answer is shown"),
}
"""What may be said: key → what it means."""


class Habits(Row):
    """The answers in force. `first_answer` in minutes of work, `acceptance` in hours, `wait_days` in days of it."""

    hours: Hours = USUAL
    first_answer: int = 240
    acceptance: int = 8
    checklist: tuple[str, ...] = ()
    answer_days: int = 14
    wait_days: int = queries.WAIT_DAYS


def known(crm: Reader) -> Habits:
    """Return how the firm works, as it said or as most do."""
    told = {one.key.removeprefix(_PREFIX): one.value for one in queries.beginning(crm, _PREFIX)}
    hours = USUAL
    if "hours" in told:
        hours = hours._replace(spans=read_hours(told["hours"]))
    if "days" in told:
        hours = hours._replace(weekdays=tuple(json.loads(told["days"])))
    if "calendar" in told:
        hours = hours._replace(calendar=told["calendar"])
    return Habits(
        hours,
        int(told.get("first_answer", 240)),
        int(told.get("acceptance", 8)),
        tuple(json.loads(told.get("checklist", "[]"))),
        int(told.get("answer_days", 14)),
        int(told.get("wait_days", queries.WAIT_DAYS)),
    )


def zone(crm: Crm) -> tzinfo:
    """Return the zone of the user, with its changes of hour where the system tells its name."""
    from zoneinfo import ZoneInfo

    try:
        named = ZoneInfo(crm.zone)
    except (KeyError, ValueError, OSError):
        named = None
    if named is not None and crm.now.astimezone(named).utcoffset() == crm.now.utcoffset():
        return named
    assert crm.now.tzinfo is not None
    return crm.now.tzinfo


def say(crm: Crm, key: str, answer: str) -> bool:
    """Give one of the answers in words; empty goes back to the usual. Tell whether anything is different now."""
    if key not in ANSWERS:
        raise UsageProblem(
            _("There is no answer {key} about how the firm works.", key=key), advice=", ".join(ANSWERS)
        )
    value = _READ[key](clean(answer).strip()) if answer.strip() else ""
    rows = {one.key: one for one in queries.beginning(crm, _PREFIX)}
    before = rows.get(_PREFIX + key)
    with crm.act("setting.edited", key=_PREFIX + key) as act:
        if before is None:
            if value:
                act.insert("settings", key=_PREFIX + key, value=value)
            return bool(value)
        if not value:
            act.delete("settings", before.id)
            return True
        return act.update("settings", before.id, value=value)


def told(habits: Habits) -> dict[str, str]:
    """Return the answers in force as they are written."""
    return {
        "hours": show_hours(habits.hours.spans),
        "days": ",".join(str(day + 1) for day in habits.hours.weekdays),
        "calendar": habits.hours.calendar,
        "first_answer": str(habits.first_answer),
        "acceptance": str(habits.acceptance),
        "checklist": "; ".join(habits.checklist),
        "answer_days": str(habits.answer_days),
        "wait_days": str(habits.wait_days),
    }


def _days(answer: str) -> str:
    days = sorted({part.strip() for part in answer.split(",")})
    if not set(days) <= set("1234567"):
        raise UsageProblem(_("“{value}” are no days of the week: write 1,2,3,4,5.", value=answer))
    return json.dumps([int(day) - 1 for day in days])


def _calendar(answer: str) -> str:
    named = {"moselle": "57", "alsace": "6AE", "france": ""}
    code = named.get(fold(answer), answer.upper())
    if code not in CALENDARS:
        raise UsageProblem(
            _("“{value}” is no calendar of holidays.", value=answer),
            advice=", ".join(filter(None, CALENDARS)),
        )
    return code


def _count(answer: str) -> str:
    if not answer.isascii() or not answer.isdigit() or not 0 < int(answer) <= 100_000:
        raise UsageProblem(_("“{value}” is no number of them.", value=answer))
    return str(int(answer))


def _things(answer: str) -> str:
    things = [thing.strip() for line in answer.splitlines() for thing in line.split(";")]
    return json.dumps([thing for thing in things if thing], ensure_ascii=False)


_READ = {
    "hours": lambda answer: show_hours(read_hours(answer)), "days": _days, "calendar": _calendar,
    "first_answer": _count, "acceptance": _count, "checklist": _things,
    "answer_days": _count, "wait_days": _count,
}  # fmt: skip
