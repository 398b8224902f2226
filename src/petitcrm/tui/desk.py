"""The desk between the interface and the base: questions and gestures, each in its thread, in the order asked."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from petitcrm.errors import BaseUnavailable
from petitcrm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.watch import Watch

Answer = TypeVar("Answer")

_LONG = 0.4
"""Seconds after which a gesture is said to be at work."""
_ANOTHER = 10**12
"""What is added to the version for each other base that is worked on: its own numbers may be those of the last one."""


class Desk:
    """One thread reads, one writes, so that a key never waits for the base and gestures keep their order."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._uses = 0
        self.on_wait: Callable[[str], None] | None = None
        self.on_long: Callable[[bool], object] = lambda _is_at_work: None
        """Called when a gesture takes long, with True, and with False when it has ended."""
        self._reading = ThreadPoolExecutor(1, "petitcrm-reading")
        self._writing = ThreadPoolExecutor(1, "petitcrm-writing")
        self._kept_open = ExitStack()
        self._open: Crm | None = None
        self._file: tuple[int, int] | None = None
        self._ahead: tuple[object, Future[Any]] | None = None
        self._is_closed = False

    def ask_ahead(self, question: Callable[[Crm], object]) -> None:
        """Begin to read what will be asked first, while there is nothing yet that could await it."""
        self._ahead = question, self._reading.submit(self._read, question)

    @property
    def is_ahead(self) -> bool:
        """Whether what was asked ahead is answered, and can be had without waiting."""
        return self._ahead is not None and self._ahead[1].done()

    async def read(self, question: Callable[[Crm], Answer], watch: Watch | None = None) -> tuple[int, Answer]:
        """Ask the base; return the version of the data that the answer is from, at the latest, and the answer.

        A long question whose `watch` is told here is given up when nobody waits for the answer any more.
        """
        if self._ahead and self._ahead[0] is question:
            (_same, answer), self._ahead = self._ahead, None
            return answer.result() if answer.done() else await asyncio.wrap_future(answer)
        self._check_open()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reading, self._read, question)
        except asyncio.CancelledError:
            if watch:
                watch.stop()
            raise

    async def write(self, gesture: Callable[[Crm], Answer]) -> Answer:
        """Make one gesture: a transaction, a batch of the journal. It waits for other writers; CrmError is raised."""
        self._check_open()
        work = asyncio.get_running_loop().run_in_executor(self._writing, self._write, gesture)
        done, _pending = await asyncio.wait({work}, timeout=_LONG)
        if done:
            return work.result()
        self.on_long(True)
        try:
            return await work
        finally:
            self.on_long(False)

    async def work(self, long: Callable[[Config], Answer]) -> Answer:
        """Do what opens the base by itself, gesture by gesture, beside the questions and gestures of the interface."""
        self.on_long(True)
        try:
            return await asyncio.to_thread(long, self._config)
        finally:
            self.on_long(False)

    async def version(self) -> int:
        """Return a number that changes when anybody, here or elsewhere, has changed the base."""
        self._check_open()
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._version)

    def use(self, config: Config) -> None:
        """Work with other choices from the next question on: another base, another person, another hour."""
        self._config = config
        self._uses += 1
        self._file = None
        self._reading.submit(self._drop)

    def close(self) -> None:
        """Let the gestures under way end, then close: whoever asks still is cancelled."""
        self._is_closed = True
        self._writing.shutdown()
        self._reading.submit(self._kept_open.close)
        self._reading.shutdown()

    def _check_open(self) -> None:
        if self._is_closed:  # what was about to be asked when the person left
            raise asyncio.CancelledError

    def _read(self, question: Callable[[Crm], Answer]) -> tuple[int, Answer]:
        crm = self._reader()
        try:
            version = crm.connection.version_of_data()  # first: a change after it is then seen, never missed
            return version + self._uses * _ANOTHER, question(crm)
        except BaseUnavailable:
            self._drop()  # a server that was stopped is asked anew next time
            raise

    def _write(self, gesture: Callable[[Crm], Answer]) -> Answer:
        from petitcrm.crm import open_crm

        if self._file is not None:
            self._which_file()  # opening a base that is gone would make another, empty one in its place
        with open_crm(self._config, who="petitcrm", on_wait=self.on_wait) as crm:
            return gesture(crm)

    def _version(self) -> int:
        return self._read(lambda _crm: None)[0]

    def _reader(self) -> Crm:
        """Return the CRM on the connection that is kept open to read, at the present instant."""
        from petitcrm.crm import Crm, clock, read_crm

        if self._file is not None and self._file != self._which_file():
            self._uses += 1  # another file was put in its place: a backup, by whoever brought one back
            self._drop()
        if self._open is None:
            self._open = self._kept_open.enter_context(read_crm(self._config))
            self._file = self._which_file()
        kept = self._open
        return Crm(kept.connection, now=clock(self._config.now), user_id=kept.user_id, write=False)

    def _which_file(self) -> tuple[int, int] | None:
        """Return what tells the file of the base from one put in its place; BaseUnavailable where there is none."""
        if "://" in self._config.db:
            return None
        try:
            found = os.stat(self._config.db)
        except FileNotFoundError as gone:
            raise BaseUnavailable(
                _("The base is no longer there: {path}", path=self._config.db),
                advice=_("Put it back, and all goes on. Nothing was written meanwhile."),
            ) from gone
        return found.st_dev, found.st_ino

    def _drop(self) -> None:
        self._open = None
        self._kept_open.close()
