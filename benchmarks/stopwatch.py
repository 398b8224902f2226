"""Whole processes timed: wall clock from start to end, peak memory, in a pipe or on a terminal, interleaved."""

from __future__ import annotations

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from fcntl import ioctl
from statistics import median
from typing import NamedTuple

ROWS, CELLS = 40, 120
ANSWERS = ((b"\x1b[c", b"\x1b[?62;c"), (b"\x1b[?2026$p", b"\x1b[?2026;2$y"))
"""What a modern terminal answers: what it is, and that it can show a whole frame at once."""


class Command(NamedTuple):
    """A process to time. With `renew`, the words are made anew for each run (a task is done once only)."""

    words: Sequence[str] = ()
    terminal: bool = False
    environment: Mapping[str, str] = {}
    renew: Callable[[], Sequence[str]] | None = None
    may_exit: tuple[int, ...] = (0,)


_PEAK = """import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdin=-3, stdout=-3, stderr=-3)
print(os.wait4(process.pid, 0)[2].ru_maxrss)"""
"""A child's peak begins with the size of its parent (Linux keeps it through exec), so a small program must be that."""


class Run(NamedTuple):
    """One run, in seconds."""

    seconds: float


class Failed(Exception):
    """A measured command did not do its job: its time would mean nothing."""


def environment(**more: str) -> dict[str, str]:
    """Return the environment of every measured process: compiled bytecode, French, a fixed clock."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PETITCRM_", "PYTHON", "LC_"))
    }
    kept.pop("NO_COLOR", None)
    return {**kept, "LANG": "fr_FR.UTF-8", "TZ": "Europe/Paris", "TERM": "xterm-256color", **more}


def run(command: Command, base: Mapping[str, str]) -> Run:
    """Run one command to its end."""
    words = list(command.renew()) if command.renew else list(command.words)
    env = environment(**base, **command.environment)
    return (
        _on_terminal(words, env, command.may_exit)
        if command.terminal
        else _in_pipe(words, env, command.may_exit)
    )


def interleaved(commands: Mapping[str, Command], base: Mapping[str, str], rounds: int) -> dict[str, float]:
    """Return the median seconds of each command: all of them once a round, so that noise falls on all alike."""
    found: dict[str, list[float]] = {name: [] for name in commands}
    for name, command in commands.items():
        run(command, base)  # files in the cache, bytecode compiled
        del name
    for _ in range(rounds):
        for name, command in commands.items():
            found[name].append(run(command, base).seconds)
    return {name: median(seconds) for name, seconds in found.items()}


def _in_pipe(words: list[str], env: dict[str, str], may_exit: tuple[int, ...]) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(
        words, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    with process.stdout as pipe:
        while pipe.read(1 << 16):
            pass
    process.wait()
    seconds = time.perf_counter() - started
    if process.returncode not in may_exit:
        raise Failed(f"{' '.join(words)} exits with {process.returncode}")
    return Run(seconds)


def peak(command: Command, base: Mapping[str, str]) -> int:
    """Run one command again; return the peak of its memory in KiB."""
    env = environment(**base, **command.environment)
    words = [sys.executable, "-S", "-c", _PEAK, *command.words]
    return int(subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout)


def _on_terminal(words: list[str], env: dict[str, str], may_exit: tuple[int, ...]) -> Run:
    started = time.perf_counter()
    with Terminal(words, env) as terminal:
        while terminal.read(30):
            pass
        code = terminal.wait()
    if code not in may_exit:
        raise Failed(f"{' '.join(words)} exits with {code}")
    return Run(time.perf_counter() - started)


class Terminal:
    """A process on a pseudo-terminal of 40 lines and 120 columns."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            try:
                ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, CELLS, 0, 0))
                os.execvpe(words[0], list(words), dict(env))
            finally:
                os._exit(127)
        self.code: int | None = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        os.close(self.file)

    def read(self, seconds: float) -> bytes:
        """Return what the process shows next; nothing after `seconds` of silence or when it has ended."""
        ready, _writes, _errors = select.select([self.file], [], [], seconds)
        if not ready:
            return b""
        try:
            shown = os.read(self.file, 1 << 16)
        except OSError:
            return b""
        for question, answer in ANSWERS:
            if question in shown:
                self.press(answer)
        return shown

    def until(self, texts: Sequence[bytes], seconds: float, *, end: bytes = b"") -> float:
        """Return the seconds until all `texts` are shown, then `end` after the last of them; Failed after `seconds`."""
        started = time.perf_counter()
        seen = b""
        while not _is_whole(seen, texts, end):
            left = seconds - (time.perf_counter() - started)
            shown = self.read(left) if left > 0 else b""
            if not shown:
                raise Failed(f"{texts!r} were not shown in {seconds} s; last seen: {seen[-400:]!r}")
            seen += shown
        return time.perf_counter() - started

    def quiet(self, seconds: float) -> None:
        """Read until nothing is shown for `seconds`."""
        while self.read(seconds):
            pass

    def press(self, keys: bytes) -> None:
        """Send keys."""
        os.write(self.file, keys)

    def wait(self) -> int:
        """Wait for the end; return the exit code."""
        if self.code is None:
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code


def _is_whole(seen: bytes, texts: Sequence[bytes], end: bytes) -> bool:
    places = [seen.find(text) for text in texts]
    return min(places) >= 0 and end in seen[max(places) :]


def beside(program: str) -> str:
    """Return the path of a program installed beside this Python, else its bare name."""
    path = os.path.join(os.path.dirname(sys.executable), program)
    return path if os.path.exists(path) else program
