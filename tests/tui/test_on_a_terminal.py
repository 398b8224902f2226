"""The bytes that reach a real terminal: nothing of the data acts on it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from petitcrm.config import Config, state_folder
from tests.conftest import NOW
from tests.tui.pseudo_terminal import Terminal

pytestmark = pytest.mark.engines("sqlite")
START = "import sys; from petitcrm.config import load; from petitcrm.tui import run; sys.exit(run(load()))"
KEYS = (
    b"j" * 12,
    b"\r",
    b"c",
    b"\x1b",
    b"e",
    b"\x1b",
    b"\x1b",
    b"2",
    b"j" * 8,
    b"l",
    b"\r",
    b"\x1b",
    b"/foo",
    b"\x1b",
    b"U",
)


def _bytes_on_a_terminal(environment: dict[str, str]) -> tuple[bytes, int]:
    """Run the interface on a pseudo-terminal, press keys, leave with q; return what it wrote and its exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-c", START], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 150, 0, 0))
    written = bytearray()
    _read_until_quiet(terminal, written, patience=20, wanted=b"[/foo]")
    for keys in (*KEYS, b"\x1b", b"q"):
        os.write(terminal, keys)
        _read_until_quiet(terminal, written, patience=0.4)
    _read_until_quiet(terminal, written, patience=20, wanted=b"\x1b[?1049l")
    _pid, status = os.waitpid(pid, 0)
    os.close(terminal)
    return bytes(written), os.waitstatus_to_exitcode(status)


def _read_until_quiet(terminal: int, written: bytearray, *, patience: float, wanted: bytes = b"") -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end and not (wanted and wanted in written):
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                written += os.read(terminal, 65536)
            except OSError:
                return


def test_no_sequence_hidden_in_a_name_reaches_the_terminal(hostile: Config) -> None:
    environment = {**os.environ, "PETITCRM_DB": hostile.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "en"}
    written, code = _bytes_on_a_terminal(environment)
    assert code == 0
    assert b"[/foo] SARL" in written
    assert "␛]52;c;".encode() in written
    for payload in (b"\x1b]52", "\x9d".encode(), "\u202e".encode()):
        assert payload not in written


def test_kill_9_between_two_keys_loses_nothing(firm: Config) -> None:
    environment = {**os.environ, "PETITCRM_DB": firm.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "en"}
    pid, terminal = _started(environment)
    os.write(terminal, b"j")
    _wait_for(terminal, "▸".encode())
    os.write(terminal, b"N")
    _wait_for(terminal, b"LinkedIn")
    os.write(terminal, "likes tea, dit Zoé".encode())
    held = Path(state_folder()) / "drafts.json"
    _until(lambda: held.exists() and "likes tea, dit Zoé" in held.read_text(encoding="utf-8"))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    pid, terminal = _started(environment)
    _wait_for(terminal, b"opens it again")
    os.write(terminal, b"\x07")
    _wait_for(terminal, "likes tea, dit Zoé".encode())
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)


def test_bytes_that_are_no_text_are_shown_as_such_and_end_nothing(firm: Config) -> None:
    environment = {**os.environ, "PETITCRM_DB": firm.db, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "en"}
    with Terminal(environment, lines=24, columns=80) as terminal:
        terminal.until(b"Overdue")
        terminal.press(b"a")
        terminal.until(b"Add a task")
        terminal.press(b"\x1b[200~caf\xe9 \xec\x1b[201~")
        terminal.until("caf\ufffd".encode())
        terminal.press(b"\x1b2")
        terminal.until(b"Prospect")
        terminal.press(b"q")
        assert terminal.end() == 0


def _started(environment: dict[str, str]) -> tuple[int, int]:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-c", START], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 150, 0, 0))
    _wait_for(terminal, b"Dupont")
    return pid, terminal


def _wait_for(terminal: int, wanted: bytes) -> None:
    written = bytearray()
    _read_until_quiet(terminal, written, patience=20, wanted=wanted)
    assert wanted in written


def _until(is_so: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
