"""A terminal of 80 columns and 24 lines that nobody sees: what is sent to it, and what of it would act."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
import unicodedata

from tests.support.terminal import START

# What our own screens send: colours, places, parts erased, modes of the screen, of the mouse, of the keys.
_OURS = re.compile(
    r"\x1b\[[0-9;:]*m"  # SGR
    r"|\x1b\[[0-9;]*[HABCDGJKX]"  # cursor and erasing
    r"|\x1b\[\?[0-9;]*[hl]|\x1b\[\?[0-9]*\$p"  # modes, and the question whether one is known
    r"|\x1b\[[<>=?][0-9;]*u"  # the keyboard protocol
    r"|\x1b\]22;[a-z-]+\x07"  # the shape of the mouse's pointer, in Textual's own words
    r"|\x1b\(B"
)
_BIDI_AND_WIDTHLESS = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def acting(written: str) -> list[str]:
    """Return what a terminal would obey, or hide, in `written`, once what our screens send is taken away."""
    left = _OURS.sub("", written).replace("\r\n", "\n").replace("\r", "")
    found = [one for one in left if unicodedata.category(one) == "Cc" and one != "\n"]
    return found + _BIDI_AND_WIDTHLESS.findall(left)


def interface(environment: dict[str, str], keys: list[str], *, quiet: float = 0.6) -> str:
    """Open the interface, press keys one after another as soon as the screen is quiet, and return all it was sent."""
    screen, keyboard = pty.openpty()
    fcntl.ioctl(keyboard, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    running = subprocess.Popen(
        START, stdin=keyboard, stdout=keyboard, stderr=keyboard, env={**os.environ, **environment}
    )
    os.close(keyboard)
    written = _until_quiet(screen, 3.0)
    for key in keys:
        os.write(screen, key.encode())
        written += _until_quiet(screen, quiet)
    deadline = time.monotonic() + 10
    while running.poll() is None and time.monotonic() < deadline:
        written += _until_quiet(screen, 0.2)
    running.kill()
    running.wait()
    os.close(screen)
    return written.decode("utf-8", "replace")


def _until_quiet(screen: int, quiet: float) -> bytes:
    written = b""
    while select.select([screen], [], [], quiet)[0]:
        try:
            read = os.read(screen, 65536)
        except OSError:  # Linux says so when the other side has closed
            break
        if not read:
            break
        written += read
    return written
