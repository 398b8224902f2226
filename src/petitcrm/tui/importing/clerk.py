"""The clerk who opens and imports files in a process of their own, while the interface answers keys."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from petitcrm import i18n
from petitcrm.errors import CrmError
from petitcrm.i18n import _

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable

    from petitcrm.config import Config

    News = Callable[[dict[str, Any]], None]

_CHILD = "petitcrm.tui.importing.apart"
_LONGEST_ANSWER = 1 << 28
_PATIENCE = 5.0
"""Seconds that the process has to roll back what it was doing."""


class Stopped(CrmError):
    """What was under way was stopped by the person; the base is as it was."""


class Clerk:
    """One process that does one thing after the other; it is started when first asked, and again after a stop."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: Process | None = None
        self._starting = asyncio.Lock()
        self._numbers = count(1)
        self._waiting: dict[int, tuple[Process, asyncio.Future[Any], News | None]] = {}
        self._listener: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Have the process ready, so that the first question needs not wait for it."""
        async with self._starting:
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-P", "-m", _CHILD,
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                    limit=_LONGEST_ANSWER, start_new_session=True,
                )  # fmt: skip
                # By its input, not its arguments, which everybody on the machine can read: the URL may hold a password.
                self._send(self._process, {"config": self._config._asdict(), "lang": i18n.language()})
                self._listener = asyncio.create_task(self._listen(self._process))

    async def ask(self, what: str, *, on_news: News | None = None, **told: Any) -> Any:
        """Return the answer to a request; raise CrmError where it was refused, Stopped where it was stopped.

        `on_news` is told how far it is (`read` rows `of` all, 0 when unknown) or who holds the base (`waits`).
        """
        await self.start()
        process = self._process
        if process is None:
            raise Stopped(_("Stopped: the base is as it was."))
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = process, answer, on_news
        try:
            self._send(process, {"id": number, "do": what, **told})
            return await answer
        finally:
            self._waiting.pop(number, None)

    async def stop(self) -> None:
        """Stop what is under way, and wait until it is rolled back; what was committed already is answered."""
        process, listener = self._process, self._listener
        self._process = None  # whoever asks meanwhile gets another
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _PATIENCE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if listener is not None:
            await listener

    async def _listen(self, process: Process) -> None:
        """Hand out the answers of one process until it ends."""
        if process.stdout is None:
            return
        while line := await process.stdout.readline():
            told = json.loads(line)
            _asked, answer, on_news = self._waiting.get(told.pop("id"), (None, None, None))
            if answer is None or answer.done():
                continue
            if "answer" in told:
                answer.set_result(told["answer"])
            elif "refused" in told:
                message, advice = told["refused"]
                answer.set_exception(CrmError(message, advice=advice))
            elif on_news is not None:
                on_news(told)
        await process.wait()
        if self._process is process:
            self._process = None
        for asked, answer, _news in self._waiting.values():
            if asked is process and not answer.done():
                answer.set_exception(Stopped(_("Stopped: the base is as it was.")))

    @staticmethod
    def _send(process: Process, told: dict[str, Any]) -> None:
        if process.stdin is not None:
            with suppress(BrokenPipeError, ConnectionResetError):
                process.stdin.write(json.dumps(told).encode() + b"\n")
