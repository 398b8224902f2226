"""Everything that is due, done by itself: mail read, questions decided, mails sent; safe at any time, every minute.

One at a time on a base. Each part stands alone: one that fails is told, and the others are done all the same. After
days asleep late mails leave a few at a time, and a clock that was set back stops everything with a sentence.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from petitcrm.connectors import mail_accounts
from petitcrm.crm import clock, kept_open, open_crm, read_crm
from petitcrm.errors import BaseUnavailable, CrmError, RefusedByRule
from petitcrm.i18n import N_, _, said_of
from petitcrm.marketing import entering, evaluating, replaying
from petitcrm.marketing.sequence_mails import Room
from petitcrm.rows import Row
from petitcrm.sales import refusals
from petitcrm.store import running
from petitcrm.store.queries import sequences
from petitcrm.store.turns import turn
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from petitcrm.config import Config

WORK = "tick"
LAST = "tick:last"
SET_BACK = timedelta(days=1)
PARTS: Mapping[str, str] = {
    "kept": N_("objections put back"), "mail": N_("mail read"),
    "segments": N_("people who came into segments, or left"), "starts": N_("sequences begun"),
    "sequences": N_("sequences"), "reminders": N_("your day by mail"), "sends": N_("mails sent"),
    "settled": N_("sequences after the sending"),
}  # fmt: skip
"""The parts in their order: key → what people read."""


class Busy(BaseUnavailable):
    """Another tick is at it: what was asked is being done."""


class Part(Row):
    """What a part did: its name, its counts, and what went wrong; `is_mistake` where the program is at fault."""

    name: str
    counts: dict[str, int]
    problems: tuple[str, ...] = ()
    is_mistake: bool = False


def tick(config: Config, *, tell: Callable[[str], None] | None = None) -> list[Part]:
    """Do everything that is due; return what each part did.

    Raise Busy where another is at it, RefusedByRule `clock-set-back` where the clock says a day before the
    last time.
    """
    with ExitStack() as held:
        try:
            held.enter_context(turn(config.db, WORK, "tick"))
        except BaseUnavailable as busy:
            raise Busy(busy.message, advice=busy.advice) from busy
        _check_clock(config)
        found: list[Part] = []
        for name in PARTS:
            if tell:
                tell(_(PARTS[name]))
            part, told = _one(config, name), {one for part in found for one in part.problems}
            found.append(part._replace(problems=tuple(one for one in part.problems if one not in told)))
        with open_crm(config, who="tick") as crm:
            running.remember(crm.connection, LAST, crm.now_text)
        return found


def exit_code(parts: Iterable[Part]) -> int:
    """Return how a tick ended: 0 all done, 3 where something went wrong, 1 where the program is at fault."""
    told = list(parts)
    if any(part.is_mistake for part in told):
        return 1
    return 3 if any(part.problems for part in told) else 0


def _check_clock(config: Config) -> None:
    with read_crm(config) as crm:
        last = sequences.remembered(crm, LAST)
        if last and crm.now < datetime.fromisoformat(last) - SET_BACK:
            raise RefusedByRule(
                "clock-set-back",
                _("The clock says {now}, but the last run was at {last}: nothing is done by itself.",
                  now=crm.now.strftime("%Y-%m-%d %H:%M"), last=crm.local(last).strftime("%Y-%m-%d %H:%M")),
                advice=_("Set the clock right; or, if it was wrong before: petitcrm tick --clock-is-right"),
            )  # fmt: skip


def believe_clock(config: Config) -> None:
    """Take the present instant for right, whatever the last run said."""
    with open_crm(config) as crm:
        running.remember(crm.connection, LAST, crm.now_text)


def _one(config: Config, name: str) -> Part:
    try:
        counts, problems = _DO[name](config)
    except (CrmError, OSError) as problem:
        told = problem.message if isinstance(problem, CrmError) else str(problem)
        return Part(name, {}, (safe(told),))
    except Exception as mistake:  # a fault in one part must not keep the others from being done, each minute
        return _own_up(config, name, mistake)
    return Part(name, counts, tuple(safe(one) for one in problems))


def _own_up(config: Config, name: str, mistake: Exception) -> Part:
    """Say that the program is at fault, in one line; its trace is kept, for cron throws away what is printed."""
    from petitcrm import mistakes

    if os.environ.get("PETITCRM_DEBUG"):
        raise mistake
    told = mistakes.sentence(mistake)
    file = mistakes.keep(mistake, f"tick {name}", clock(config.now).isoformat())
    if file:
        told += " · " + _("its trace: {path}", path=file)
    return Part(name, {}, (safe(" ".join(told.split())),), is_mistake=True)


def _kept(config: Config) -> tuple[dict[str, int], list[str]]:
    with open_crm(config, who="tick") as crm:
        number = refusals.reconcile(crm)
        replaying.look(crm)
    return {"put_back": number}, []


def _mail(config: Config) -> tuple[dict[str, int], list[str]]:
    from petitcrm.sync import mailboxes

    accounts = [one for one in mail_accounts.accounts(config.file) if one.kind]
    if not accounts:
        return {"seen": 0, "stored": 0}, []
    reports = mailboxes.sync(config, accounts, ours=mail_accounts.accounts(config.file))
    counts = {name: sum(getattr(one, name) for one in reports) for name in ("seen", "stored", "failed")}
    return counts, [said_of(one.account, one.problem) for one in reports if one.problem]


def _segments(config: Config) -> tuple[dict[str, int], list[str]]:
    from petitcrm.marketing import segments

    with open_crm(config, who="tick") as crm:
        changes = segments.refresh(crm)
    return {
        "came": sum(len(one.came) for one in changes),
        "left": sum(len(one.left) for one in changes),
    }, [one.problem for one in changes if one.problem]


def _starts(config: Config) -> tuple[dict[str, int], list[str]]:
    with open_crm(config, who="tick") as crm:
        entered = entering.enter(crm)
    return {"begun": entered.begun}, list(entered.problems)


def _sequences(config: Config) -> tuple[dict[str, int], list[str]]:
    room = Room(_account(config))
    counts = dict.fromkeys(("decided", "queued", "acted", "left", "ended", "held"), 0)
    problems: list[str] = []
    after: evaluating.Place | None = evaluating.FIRST
    with kept_open(config, who="tick") as gesture:
        with gesture() as crm:
            evaluating.wake(crm)
        while after is not None:
            with gesture() as crm:
                done = evaluating.advance_due(crm, room, after)
            after = done.after
            for name in counts:
                counts[name] += getattr(done, name)
            problems += [one for one in done.problems if one not in problems]
    return counts, problems


def _reminders(config: Config) -> tuple[dict[str, int], list[str]]:
    from petitcrm.sync import morning

    return {"queued": morning.queue(config)}, []


def _account(config: Config) -> str:
    """Return the account that mails leave by where their sequence names none; empty where none, or several, can."""
    able = [one.name for one in mail_accounts.accounts(config.file) if one.smtp is not None]
    return able[0] if len(able) == 1 else ""


def _sends(config: Config) -> tuple[dict[str, int], list[str]]:
    """Send what is due: campaigns begin and end here, for their mails are handed over as the others leave."""
    from petitcrm.sync import mailing

    mailed = mailing.send(config)
    counts = {state: mailed.states.get(state, 0) for state in ("sent", "refused", "unknown")}
    tended = mailed.tended._asdict()
    problems = [*tended.pop("problems"), *(one.message for one in mailed.problems)]
    return counts | {f"campaigns_{name}": number for name, number in tended.items()}, problems


_DO: dict[str, Callable[[Config], tuple[dict[str, int], list[str]]]] = {
    "kept": _kept, "mail": _mail, "segments": _segments, "starts": _starts, "sequences": _sequences,
    "reminders": _reminders, "sends": _sends, "settled": _sequences,
}  # fmt: skip
