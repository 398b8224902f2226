"""A command run on a terminal of its own, and the bytes that reached its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from typing import NamedTuple

START = [sys.executable, "-c", "import sys; from petitcrm.cli.main import main; sys.exit(main())"]


class Screen(NamedTuple):
    """What a command wrote on its terminal (both streams), and its exit code."""

    code: int
    written: str


def on_terminal(words: list[str], environment: dict[str, str], *, columns: int = 80) -> Screen:
    """Run `petitcrm` with these words on a terminal of so many columns; nobody types anything."""
    screen, keyboard = pty.openpty()
    fcntl.ioctl(keyboard, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = subprocess.Popen(
        [*START, *words], stdin=keyboard, stdout=keyboard, stderr=keyboard, env={**os.environ, **environment}
    )
    os.close(keyboard)
    written = b""
    while True:
        try:
            read = os.read(screen, 65536)
        except OSError:  # Linux says so when the other side has closed
            break
        if not read:
            break
        written += read
    os.close(screen)
    return Screen(command.wait(60), written.decode("utf-8", "strict"))
