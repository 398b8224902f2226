"""The interface on a terminal of its own: what it is sent, and the bytes that it writes."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

START = "import sys; from petitcrm.config import load; from petitcrm.tui import run; sys.exit(run(load()))"


class Terminal:
    """A pseudo-terminal in which the interface runs."""

    def __init__(self, environment: dict[str, str], *, lines: int, columns: int) -> None:
        self.written = bytearray()
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.execve(sys.executable, [sys.executable, "-c", START], environment)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_problem: object) -> None:
        os.close(self._terminal)

    def press(self, keys: bytes) -> None:
        """Send keys; what is awaited afterwards is looked for in what is written from now on."""
        self.written.clear()
        os.write(self._terminal, keys)

    def until(self, wanted: bytes, *, patience: float = 20) -> None:
        """Wait until some bytes were written."""
        end = time.monotonic() + patience
        while wanted not in self.written:
            assert time.monotonic() < end, bytes(self.written[-2000:])
            if select.select([self._terminal], [], [], 0.05)[0]:
                self.written += os.read(self._terminal, 65536)

    def end(self) -> int:
        """Read until it ends; return its exit code."""
        while True:
            try:
                if not os.read(self._terminal, 65536):
                    break
            except OSError:
                break
        _pid, status = os.waitpid(self._pid, 0)
        return os.waitstatus_to_exitcode(status)
