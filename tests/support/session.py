"""petitcrm on a terminal that can be typed on and looked at: what a person sees, and every byte that was sent."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyte

ROOT = Path(__file__).parents[2]
PROGRAM = (os.path.join(os.path.dirname(sys.executable), "petitcrm"),)
"""What a person runs: the command that is installed."""

KEYS = {
    "ctrl+u": "\x15",
    "enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "up": "\x1b[A", "down": "\x1b[B",
    "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F", "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~", "delete": "\x1b[3~", "backspace": "\x7f", "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR",
    # As the kitty protocol writes it: a lone \x1b is only known for the key once nothing has followed for a while.
    "escape": "\x1b[27u",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklnopqrstuvwxyz"},
}  # fmt: skip

# What pyte does not know and would draw as letters: the kitty protocol, questions about modes, the pointer's shape.
_UNKNOWN = re.compile(rb"\x1b\[[<>=?][0-9;]*u|\x1b\[\?[0-9]+\$p|\x1b\]22;[^\x07]*\x07|\x1b\]52;[^\x07]*\x07")
_OTHER_SCREEN = re.compile(rb"\x1b\[\?1049[hl]")
_CUT_SHORT = re.compile(rb"\x1b(\[[0-9;<>=?$]*|\][^\x07]*)?$")
_MODES = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_KITTY = re.compile(rb"\x1b\[([<>])[0-9;]*u")


class Session:
    """A program on a terminal of its own, which it controls; end it by leaving the `with`."""

    def __init__(
        self,
        environment: dict[str, str],
        words: Sequence[str] = (),
        *,
        size: tuple[int, int] = (80, 24),
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self.written = bytearray()
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._held = b""
        self._status: int | None = None
        self._terminal, self._side = pty.openpty()
        self.modes_before = self.modes
        self.resize(size)
        self.pid = os.fork()
        if self.pid == 0:
            self._become([*program, *words], environment)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
            self._reap(0)
        for side in (self._terminal, self._side):
            if side >= 0:
                os.close(side)

    def _become(self, command: list[str], environment: dict[str, str]) -> None:
        try:
            os.close(self._terminal)
            os.login_tty(self._side)
            os.chdir(ROOT)
            os.execve(command[0], command, {**os.environ, **environment})
        finally:
            os._exit(127)

    # ------------------------------------------------------------------------------------------------ what is seen

    @property
    def lines(self) -> list[str]:
        """The lines of the screen, each in its whole width; the second cell of a wide character is no character."""
        return [line.rstrip("\n") for line in self.screen.display]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def is_on_the_other_screen(self) -> bool:
        """Whether the alternate screen is on, as an interface has it."""
        return self.on("1049")

    def on(self, mode: str) -> bool:
        """Tell whether a private mode of the terminal was last switched on."""
        switched = [how for names, how in _MODES.findall(self.written) if mode.encode() in names.split(b";")]
        return bool(switched) and switched[-1] == b"h"

    @property
    def kitty_depth(self) -> int:
        """How many settings of the kitty keyboard protocol were pushed and not popped."""
        return sum(1 if way == b">" else -1 for way in _KITTY.findall(self.written))

    @property
    def modes(self) -> list[Any]:
        """The modes of the terminal's line, as the shell before and after sees them."""
        return termios.tcgetattr(self._side)

    # ------------------------------------------------------------------------------------------------ what is done

    def press(self, *keys: str) -> None:
        """Press keys by their names, or type texts; what begins with an arrow is waited for on the screen."""
        for key in keys:
            if key.startswith("→ "):
                self.until_shows(key.removeprefix("→ "))
            else:
                self.send(KEYS.get(key, key).encode())

    def send(self, keys: bytes) -> None:
        """Type bytes."""
        os.write(self._terminal, keys)
        self.read(0.0)

    def resize(self, size: tuple[int, int]) -> None:
        """Make the window of another size: the program is told."""
        columns, rows = size
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._side)
        os.close(self._terminal)
        self._terminal = self._side = -1

    def until_shows(self, words: str, *, seconds: float = 30) -> None:
        """Wait until the screen shows one of some words, which `|` parts."""
        self.until(lambda: any(one in self.text for one in words.split("|")), f"“{words}”", seconds=seconds)

    def until(self, is_so: Callable[[], object], what: str = "it", *, seconds: float = 30) -> None:
        """Read what the program writes until something is so."""
        end = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > end:
                raise AssertionError(f"{what} never came:\n{self.text}")
            self.read(0.05)

    def settle(self, quiet: float = 0.15, *, seconds: float = 5) -> None:
        """Read until nothing was written for a while: for looking everywhere, where no words tell that it is done."""
        end = time.monotonic() + seconds  # a cursor that blinks is never done
        while self.read(quiet) and time.monotonic() < end:
            pass

    def read(self, patience: float) -> bool:
        """Read what is there, or comes within `patience` seconds; tell whether anything was."""
        if self._terminal < 0 or not select.select([self._terminal], [], [], patience)[0]:
            return False
        got = os.read(self._terminal, 1 << 16)
        self.written += got
        self._draw(got)
        return bool(got)

    def _draw(self, got: bytes) -> None:
        known = _UNKNOWN.sub(b"", self._held + got)
        known = _OTHER_SCREEN.sub(b"\x1b[H\x1b[2J", known)  # pyte has but one: cleared for what comes next
        cut = _CUT_SHORT.search(known)
        self._held = known[cut.start() :] if cut else b""
        self._stream.feed(known[: cut.start()] if cut else known)

    # ------------------------------------------------------------------------------------------------- how it ends

    @property
    def ended(self) -> bool:
        """Whether the program has ended."""
        return self._status is not None or self._reap(os.WNOHANG)

    def code(self, *, seconds: float = 20) -> int:
        """Wait for the end, reading what is still written; return the exit code, that of a signal below zero."""
        self.until(lambda: self.ended, "the end", seconds=seconds)
        self.settle(0.05)
        assert self._status is not None
        return os.waitstatus_to_exitcode(self._status)

    def is_stopped(self) -> bool:
        """Tell whether the program was stopped, as by ctrl+z."""
        pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
        return pid == self.pid and os.WIFSTOPPED(status)

    def _reap(self, how: int) -> bool:
        pid, status = os.waitpid(self.pid, how)
        if pid:
            self._status = status
        return bool(pid)
