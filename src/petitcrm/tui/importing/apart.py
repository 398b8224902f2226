"""The process beside the interface that opens and imports files for it, so that a key never waits for a row.

It reads one request a line from its standard input, as JSON, and answers on its standard output. When that input ends,
or SIGTERM comes, what is under way is rolled back: the base is as it was.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm, rehearse
from petitcrm.errors import CrmError, UsageProblem
from petitcrm.i18n import _
from petitcrm.tui.importing.told import Choices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TextIO

    from petitcrm.exchange import Record, Source
    from petitcrm.imports.report import Report

_TELL_EVERY = 0.1
"""Seconds between two words about how far it is."""
_LOOK_EVERY = 4096
_WHO = "import"


def main() -> None:
    """Answer requests until there are no more."""
    stop = _Stop()
    signal.signal(signal.SIGTERM, stop)
    # Whatever a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    first = json.loads(sys.stdin.readline())
    i18n.use(first["lang"])
    requests: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    with (
        suppress(KeyboardInterrupt, BrokenPipeError),
        tempfile.TemporaryDirectory(prefix="petitcrm-") as folder,
    ):
        work = _Work(
            Config(**first["config"]), answers, os.path.join(folder, "rejects.csv"), requests.empty, stop
        )
        while True:
            stop.is_too_late = False
            if stop.is_wished:
                break
            request = requests.get()
            work.answer(request.pop("id"), request.pop("do"), request)


def _listen(requests: SimpleQueue[dict[str, Any]]) -> None:
    for line in sys.stdin:
        requests.put(json.loads(line))
    os.kill(os.getpid(), signal.SIGTERM)  # nobody is there any more


class _Stop:
    """The wish to stop, which interrupts what can be taken back still; what is being committed is answered before."""

    def __init__(self) -> None:
        self.is_wished = False
        self.is_too_late = False

    def __call__(self, *_signal: object) -> None:
        self.is_wished = True
        if not self.is_too_late:
            raise KeyboardInterrupt


class _Counted:
    """The records of a file, counted while they are read."""

    def __init__(self, source: Source) -> None:
        self._records = source.records
        self.read = 0

    def __iter__(self) -> Iterator[Record]:
        self.read = 0
        for record in self._records:
            self.read += 1
            yield record


class _Work:
    """What can be asked; the file opened last is kept open."""

    def __init__(
        self, config: Config, answers: TextIO, rejects: str, is_idle: Callable[[], bool], stop: _Stop
    ) -> None:
        self._config = config
        self._answers = answers
        self._rejects = rejects
        self._is_idle = is_idle
        self._stop = stop
        self._lock = threading.Lock()
        self._opened: tuple[object, Source] | None = None
        self._rows: dict[object, int] = {}

    def answer(self, number: int, what: str, told: dict[str, Any]) -> None:
        """Do what is asked, and say how it ended."""
        try:
            self._say(id=number, answer=getattr(self, f"do_{what}")(number, **told))
        except Exception as error:
            if self._stop.is_wished and not self._stop.is_too_late:
                return  # an interruption that fell into a library comes back as that library's own complaint
            if isinstance(error, CrmError):
                self._say(id=number, refused=[error.message, error.advice])
                return
            words = _("This could not be done: {error}", error=f"{type(error).__name__}: {error}")
            self._say(id=number, refused=[words, ""])

    def do_guess(self, _number: int, choices: list[Any]) -> dict[str, Any]:
        """Tell how a file would be read."""
        from petitcrm.tui.importing.guessing import guess

        wanted = Choices(*choices)
        source = self._source(wanted)
        with read_crm(self._config) as crm:
            found = guess(crm, source, wanted)
        return {**found._asdict(), "columns": [column._asdict() for column in found.columns]}

    def do_count(self, _number: int, choices: list[Any]) -> int:
        """Return the number of rows of a file; 0 when something else was asked before it was known."""
        wanted = Choices(*choices)
        source = self._source(wanted)
        key = self._opened[0] if self._opened else None
        if key not in self._rows:
            rows = 0
            for rows, _record in enumerate(source.records, 1):
                if rows % _LOOK_EVERY == 0 and not self._is_idle():
                    return 0
            self._rows[key] = rows
        return self._rows[key]

    def do_rehearse(self, number: int, choices: list[Any]) -> dict[str, Any]:
        """Tell what an import would do."""
        return self._run(number, Choices(*choices), rehearsed=True)

    def do_import(self, number: int, choices: list[Any]) -> dict[str, Any]:
        """Import."""
        return self._run(number, Choices(*choices), rehearsed=False)

    def do_undo(self, number: int, batch: int) -> list[str]:
        """Take an import back; return the rows that were kept, each with its reason."""
        from petitcrm.sales import history
        from petitcrm.watch import Watch

        watch = Watch()
        telling = _Telling(lambda: self._say(id=number, steps=watch.done, of=watch.total))
        with open_crm(self._config, on_wait=self._waits(number)) as crm, telling:
            kept = history.undo(crm, batch, watch=watch).kept
            self._stop.is_too_late = True
        return kept

    def do_rejects(self, _number: int, path: str) -> None:
        """Write the refused rows of the last run to a file that is not there yet, readable by its owner only."""
        if not os.path.exists(self._rejects):
            raise UsageProblem(_("No row was refused: there is nothing to write."))
        try:
            with (
                open(self._rejects, "rb") as kept,
                open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            ):
                while piece := kept.read(1 << 20):
                    file.write(piece)
        except FileExistsError:
            raise UsageProblem(
                _("{path} is there already.", path=path), advice=_("Choose another path.")
            ) from None
        except OSError as error:
            raise UsageProblem(
                _("{path} cannot be written: {error}", path=path, error=error.strerror)
            ) from None

    def _run(self, number: int, choices: Choices, *, rehearsed: bool) -> dict[str, Any]:
        from petitcrm.imports import importer
        from petitcrm.tui.importing.guessing import wish_of

        rows = self.do_count(number, list(choices))  # before the base: other writers need not wait for it
        source = self._source(choices)
        counted = _Counted(source)
        with suppress(FileNotFoundError):
            os.unlink(self._rejects)
        waits = self._waits(number)
        opened = (
            rehearse(self._config, who=_WHO, on_wait=waits)
            if rehearsed
            else open_crm(self._config, who=_WHO, on_wait=waits)
        )
        with opened as crm, _Telling(lambda: self._say(id=number, read=counted.read, of=rows)):
            report = importer.run_source(
                crm, source._replace(records=counted), wish_of(choices, self._rejects)
            )
            self._stop.is_too_late = not rehearsed
        return _told(report, rehearsed=rehearsed)

    def _source(self, choices: Choices) -> Source:
        """Return the file opened, the one at hand when it is the same still."""
        from petitcrm.imports.opening import open_file

        path = choices.path
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            raise UsageProblem(
                _("“{path}” is no file.", path=path)
            )  # to read a pipe or a device may never end
        found = os.stat(path) if os.path.exists(path) else None
        key = (path, choices.sheet, choices.encoding, found and (found.st_mtime_ns, found.st_size))
        if self._opened is None or self._opened[0] != key:
            self._opened = None
            self._opened = key, open_file(path, encoding=choices.encoding, sheet=choices.sheet)
        return self._opened[1]

    def _waits(self, number: int) -> Callable[[str], None]:
        return lambda holder: self._say(id=number, waits=holder)

    def _say(self, **told: Any) -> None:
        with self._lock:
            self._answers.write(json.dumps(told) + "\n")
            self._answers.flush()


def _told(report: Report, *, rehearsed: bool) -> dict[str, Any]:
    """Return a report as the interface is told it."""
    from petitcrm.tui.importing.guessing import in_the_interface

    return {
        "read": report.read, "created": report.created, "updated": report.updated, "unchanged": report.unchanged,
        "rejected": report.rejected, "batch": None if rehearsed else report.batch,
        "troubles": [[*one[:-1], in_the_interface(one.message)] for one in report.problems],
        "notes": [in_the_interface(note.message) for note in report.notes],
        "likenesses": [
            [one.line, one.name, f"{one.other} {one.other_name}", one.score, [one.because]] for one in report.likely
        ],
    }  # fmt: skip


class _Telling:
    """Tells how far it is, from time to time, while something is done."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_problem: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_over.wait(_TELL_EVERY):
            self._tell()


if __name__ == "__main__":
    main()
