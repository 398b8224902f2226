"""Who does what in the firm: roles, shares, limits and absences; a founder alone has every role and sees none."""

from __future__ import annotations

import json
from datetime import date, timedelta

from petitcrm.dates import instant_text
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import N_, _, spellings
from petitcrm.leads.fairness import WINDOW_DAYS, Pool, Seat
from petitcrm.rows import Row
from petitcrm.sales.fields import must_exist
from petitcrm.store.queries import team as queries
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from petitcrm.crm import Crm
    from petitcrm.store.queries.team import AbsenceLine, MemberLine

ROLES = {
    "marketing": N_("marketing"), "mrr": N_("inbound leads (MRR)"), "sdr": N_("outbound leads (SDR)"),
    "ae": N_("sales (AE)"), "cs": N_("customer success"), "manager": N_("manager"),
}  # fmt: skip
"""What a person of the firm may do: key → what people read."""

COUNTED = queries.COUNTED
"""States of the leads that a person has in hand."""


_BETWEEN = ("from", "to", "until", "till", "du", "au", "jusqu’au", "jusqu'au", "-", "–", "—", "→")


class Absence(Row):
    """Days on which somebody is away, both included, and why."""

    from_on: date
    to_on: date
    words: str


def read_absence(written: str, *, now: datetime) -> Absence:
    """Return an absence written as one day or two with words or none: `Monday Friday`, `du 3/12 au 12/12 congés`.

    The second day is the first one of that name after the first. UsageProblem where no day is named.
    """
    from petitcrm.dates import find_when

    told = " ".join(word for word in clean(written).split() if fold(word) not in _BETWEEN)
    first, rest = find_when(told, now=now)
    if first is None:
        raise UsageProblem(_("No day is named in “{value}”: Monday Friday, 3/12 12/12.", value=written))
    begins = now.replace(year=first.on.year, month=first.on.month, day=first.on.day)
    last, rest = find_when(rest, now=begins)
    return Absence(first.on, last.on if last else first.on, rest.strip())


def read_role(words: str) -> str:
    """Return the key of a role given by its key or its name in either language; UsageProblem for another word."""
    told = fold(words)
    for key, label in ROLES.items():
        if told in (key, *map(fold, spellings(label))):
            return key
    raise UsageProblem(_("“{value}” is no role.", value=words), advice=", ".join(ROLES))


def place(
    crm: Crm,
    user_id: int,
    *,
    roles: Iterable[str] | None = None,
    weight: int | None = None,
    capacity: int | None = None,
    is_unlimited: bool = False,
) -> bool:
    """Say what a person of the firm does, their share of leads (100: full time) and how many they can have at once.

    What is not told stays. `is_unlimited` takes the limit away. Tell whether anything is different now.
    """
    values: dict[str, object] = {}
    if roles is not None:
        values["roles"] = json.dumps([*dict.fromkeys(read_role(role) for role in roles)])
    if weight is not None:
        if not 0 <= weight <= 1000:
            raise UsageProblem(_("A share is between 0 and 1000; 100 is full time."))
        values["weight"] = weight
    if capacity is not None and capacity < 0:
        raise UsageProblem(_("A person can have no fewer than 0 leads at once."))
    if capacity is not None or is_unlimited:
        values["capacity"] = None if is_unlimited else capacity
    return _put(crm, user_id, values)


def leave(crm: Crm, user_id: int, on: date | None) -> bool:
    """Say from which day a person no longer works here (None: they do); tell whether anything is different now."""
    return _put(crm, user_id, {"left_on": on.isoformat() if on else None})


def be_away(crm: Crm, user_id: int, from_on: date, to_on: date, words: str = "") -> int:
    """Note that a person is away from one day to another, both included; return the id of the absence."""
    member = _member(crm, user_id)
    if to_on < from_on:
        raise UsageProblem(
            _("An absence ends before it begins: {from_on} – {to_on}.", from_on=from_on, to_on=to_on)
        )
    with crm.act(
        "absence.added", name=member.name, from_on=from_on.isoformat(), to_on=to_on.isoformat()
    ) as act:
        return act.insert(
            "absences",
            user_id=user_id,
            from_on=from_on.isoformat(),
            to_on=to_on.isoformat(),
            words=clean(words).strip(),
        )


def be_back(crm: Crm, absence_id: int) -> None:
    """Forget an absence that will not be, or was not."""
    found = crm.rows(
        "SELECT u.name, a.from_on, a.to_on FROM absences a JOIN users u ON u.id = a.user_id WHERE a.id = :id",
        id=absence_id,
    )
    if not found:
        raise NotFound(_("There is no absence {id}.", id=absence_id))
    name, from_on, to_on = found[0]
    with crm.act("absence.deleted", name=name, from_on=from_on, to_on=to_on) as act:
        act.delete("absences", absence_id)


def members(crm: Crm, role: str = "") -> list[MemberLine]:
    """Return who works here today, those of one role where it is told; who has no role written down has them all."""
    return [
        one
        for one in queries.members(crm, crm.today)
        if (one.left_on is None or one.left_on > crm.today)
        and (not role or not one.roles or role in one.roles)
    ]


def has_owners(crm: Crm) -> bool:
    """Tell whether the firm is more than one person: only then do leads and deals need to be given to somebody."""
    return queries.size(crm) > 1


def pool(crm: Crm, *, received: dict[int, int] | None = None) -> Pool:
    """Return who may get leads now, with what each received lately (leads, unless it is told otherwise)."""
    since = crm.now - timedelta(days=WINDOW_DAYS)
    counted = queries.received(crm, instant_text(since)) if received is None else received
    away = queries.absences(crm, since.date().isoformat())
    return Pool(_seat(crm, one, counted.get(one.user_id, 0), away) for one in members(crm))


def _seat(crm: Crm, one: MemberLine, received: int, absences: list[AbsenceLine]) -> Seat:
    first = max(crm.local(one.created_at).date(), crm.now.date() - timedelta(days=WINDOW_DAYS - 1))
    days = {first + timedelta(days=number) for number in range((crm.now.date() - first).days + 1)}
    for absence in absences:
        if absence.user_id == one.user_id:
            days = {day for day in days if not absence.from_on <= day.isoformat() <= absence.to_on}
    return Seat(
        one.user_id,
        one.key,
        one.weight,
        one.capacity,
        one.open_leads,
        received,
        len(days),
        one.away_until is not None,
    )


def _put(crm: Crm, user_id: int, values: dict[str, object]) -> bool:
    member = _member(crm, user_id)
    row_id = queries.member_id(crm, user_id)
    with crm.act("member.edited", name=member.name) as act:
        if row_id is None:
            act.insert("members", user_id=user_id, **values)
            return True
        return act.update("members", row_id, **values)


def _member(crm: Crm, user_id: int) -> MemberLine:
    must_exist(crm, "users", user_id)
    return next(one for one in queries.members(crm, crm.today) if one.user_id == user_id)
