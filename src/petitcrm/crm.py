"""The CRM, opened: the base, who is there, what time it is. Every gesture goes through here, and only here commits.

with open_crm(config) as crm:          one transaction, one `now`, one user, one batch of the journal
    deals.move(crm, deal_id, stage_id)
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial

from petitcrm.contexts import contextmanager
from petitcrm.errors import BaseUnavailable, NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.store.database import connect, take_turn_again

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.store.database import Connection
    from petitcrm.store.journal import Act, Journal


class Crm:
    """A base in use by one person at one instant. `now` is aware, in the user's zone, to the second."""

    def __init__(self, connection: Connection, *, now: datetime, user_id: int | None, write: bool) -> None:
        self.connection = connection
        self.now = now
        self.user_id = user_id
        self.journal = _journal(connection, now, user_id) if write else None
        self.afterwards: list[Callable[[], None]] = []
        """What is to be done beside the base once the gesture is committed, and can be done again later."""

    @property
    def today(self) -> str:
        """The user's date, `YYYY-MM-DD`."""
        return self.now.date().isoformat()

    @property
    def now_text(self) -> str:
        """The instant as the base keeps it, `YYYY-MM-DDTHH:MM:SSZ`."""
        return utc_text(self.now)

    @property
    def zone(self) -> str:
        """The name of the user's zone (`Europe/Paris`), kept beside an hour that a person chose."""
        return _zone_name(self.now)

    def local(self, instant: str) -> datetime:
        """Return an instant text of the base on the user's clock."""
        at = datetime.fromisoformat(instant)
        on_this_machine = self.now.astimezone().utcoffset() == self.now.utcoffset()
        return at.astimezone() if on_this_machine else at.astimezone(self.now.tzinfo)

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query, with `:name` parameters. In a writing gesture it sees the gesture's changes."""
        return self.connection.rows(sql, params)

    def hold_still(self) -> None:
        """See the base as it is now in every read to come, whoever writes meanwhile; for a base opened to read."""
        sqlite = self.connection.dialect == "sqlite"
        self.connection.write("BEGIN" if sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    @contextmanager
    def act(
        self,
        kind: str,
        *,
        contact: int | None = None,
        company: int | None = None,
        deal: int | None = None,
        task: int | None = None,
        **told: Any,
    ) -> Iterator[Act]:
        """Open one act: make its changes through the Act, and exactly one event is recorded at the end.

        `told` may hold `text` (the person's words), `at` (an instant text, when it happened), `source`,
        `external_id`; anything else goes into the event's details, for its sentence. The subjects may also be set on
        the act (`act.contact = …`) once an insert has given their id. An edit that changes nothing leaves no event.
        """
        from petitcrm.store import derived
        from petitcrm.store.journal import Act, dumps

        if self.journal is None:
            raise RuntimeError("this CRM was opened to read; open it with open_crm to change it")
        if self.journal.acting:
            raise RuntimeError("an act inside an act: call the second verb after the first act has ended")
        self.journal.acting = True
        act = Act(self.connection, partial(self.journal.open_batch, kind))
        act.about(contact=contact, company=company, deal=deal, task=task)
        try:
            yield act
        finally:
            self.journal.acting = False
        if not act.changes and kind.endswith(".edited"):
            return
        own = {
            name: told.pop(name)
            for name in ("text", "at", "source", "external_id")
            if told.get(name) is not None
        }
        changes = list(act.changes.values())
        details = {name: value for name, value in {**told, **act.details}.items() if value is not None}
        derived.refresh(self.connection, changes)
        act.event_id = self.journal.record(
            {
                "kind": kind, "contact_id": act.contact, "company_id": act.company, "deal_id": act.deal,
                "task_id": act.task, "details": dumps(details), "changes": dumps(changes), **own,
            }
        )  # fmt: skip


@contextmanager
def open_crm(
    config: Config, *, who: str = "petitcrm", on_wait: Callable[[str], None] | None = None
) -> Iterator[Crm]:
    """Open the base for one gesture; commit at the end, or leave it as it was when anything is raised."""
    connection = connect(config.db, write=True, who=who, on_wait=on_wait)
    try:
        with _gesture(connection, config) as crm:
            yield crm
    finally:
        connection.close()


@contextmanager
def kept_open(
    config: Config, *, who: str = "petitcrm"
) -> Iterator[Callable[[], AbstractContextManager[Crm]]]:
    """Open the base for one gesture after the other, each as `open_crm` makes it; others write in between.

    To open it anew costs three milliseconds and every query read again: a program that writes all the time does not.
    """
    held: list[Connection] = []

    @contextmanager
    def gesture() -> Iterator[Crm]:
        connection = _taken_again(held)
        if connection is None:
            connection = connect(config.db, write=True, who=who)
        try:
            with _gesture(connection, config) as crm:
                yield crm
        except BaseException:
            connection.close()
            raise
        connection.end_turn()
        held.append(connection)

    try:
        yield gesture
    finally:
        connection = _taken_again(held)  # the last one to close a base folds the log into it: a writer's work
        if connection is not None:
            connection.close()


def _taken_again(held: list[Connection]) -> Connection | None:
    """Return the connection that stayed open, with its turn to write; None where there is none that still is good."""
    if not held:
        return None
    connection = held.pop()
    try:
        if take_turn_again(connection):
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


@contextmanager
def _gesture(connection: Connection, config: Config) -> Iterator[Crm]:
    connection.begin()
    try:
        crm = Crm(connection, now=clock(config.now), user_id=_user(connection, config.user), write=True)
        yield crm
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    _do_afterwards(crm.afterwards)


def _do_afterwards(works: list[Callable[[], None]]) -> None:
    """Do what follows a gesture that is committed: where it fails, the gesture stands, and it is done again later."""
    for work in works:
        try:
            work()
        except (BaseUnavailable, OSError):
            continue


@contextmanager
def rehearse(
    config: Config, *, who: str = "petitcrm", on_wait: Callable[[str], None] | None = None
) -> Iterator[Crm]:
    """Open the base for a gesture that shows what it would do: the same code, rolled back."""
    connection = connect(config.db, write=True, who=who, on_wait=on_wait)
    try:
        connection.begin()
        yield Crm(connection, now=clock(config.now), user_id=_user(connection, config.user), write=True)
    finally:
        connection.rollback()
        connection.close()


@contextmanager
def read_crm(config: Config) -> Iterator[Crm]:
    """Open the base to look at it; nothing can be written."""
    connection = connect(config.db)
    try:
        yield Crm(connection, now=clock(config.now), user_id=_user(connection, config.user), write=False)
    except ValueError as error:  # a date or a detail that cannot be read: ours, or what became of the file?
        from petitcrm.store import health

        damage = health.damage(connection)
        if damage:
            raise damage from error
        raise
    finally:
        connection.close()


def clock(rehearsed: str = "") -> datetime:
    """Return the present instant in the user's zone, or the one that PETITCRM_NOW pretends it is."""
    if not rehearsed:
        return datetime.now().astimezone().replace(microsecond=0)
    try:
        told = datetime.fromisoformat(rehearsed)
    except ValueError:
        raise UsageProblem(
            _("PETITCRM_NOW={value} is not an instant.", value=rehearsed),
            advice=_("Write it like 2026-11-23T09:00:00+01:00"),
        ) from None
    if told.tzinfo is None:
        told = told.astimezone()
    here = told.astimezone()
    return (here if here.utcoffset() == told.utcoffset() else told).replace(microsecond=0)


def utc_text(instant: datetime) -> str:
    """Return an aware instant as the base keeps it: `YYYY-MM-DDTHH:MM:SSZ`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _journal(connection: Connection, now: datetime, user_id: int | None) -> Journal:
    from petitcrm.store.journal import Journal  # who only reads does not pay for it

    return Journal(connection, at=utc_text(now), user_id=user_id)


def _user(connection: Connection, key: str) -> int | None:
    if not key:
        return None
    found = connection.rows("SELECT id FROM users WHERE key = :key", {"key": key})
    if not found:
        raise NotFound(
            _("Nobody is called {user} in this base.", user=key), advice=_("Check --as and PETITCRM_USER.")
        )
    return int(found[0][0])


def _zone_name(now: datetime) -> str:
    """Return the zone's name as the system tells it, or its offset where it tells none."""
    told = os.environ.get("TZ", "").removeprefix(":")
    if not told and os.path.islink("/etc/localtime"):
        told = os.path.realpath("/etc/localtime").rpartition("zoneinfo/")[2]
    return told or now.strftime("UTC%z")
