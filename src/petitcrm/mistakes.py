"""A fault of the program itself: what is said of it in one sentence, and where its trace is kept."""

from __future__ import annotations

import os

from petitcrm.i18n import _

MOST_BYTES = 256 << 10
"""A program that runs every minute and fails each time fills no disk: above it, the file begins anew."""
_LONGEST = 300


def sentence(error: BaseException) -> str:
    """Return that the program made a mistake, which, and where: `KeyError: 'x', tokens.py:12`."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else ""
    return _("petitcrm made a mistake ({error}, {place}). What it had done is in: petitcrm history",
             error=f"{type(error).__name__}: {error}"[:_LONGEST], place=place)  # fmt: skip


def path() -> str:
    """Return where traces are kept."""
    from petitcrm.config import state_folder

    return os.path.join(state_folder(), "mistakes.log")


def keep(error: BaseException, doing: str, at: str) -> str:
    """Add the trace of an error to the file, without what it says, which may be of a person; return its path or ""."""
    import traceback

    from petitcrm import __version__

    lines = "".join(traceback.format_tb(error.__traceback__))
    told = f"{at} petitcrm {__version__}, {doing}: {type(error).__name__}\n{lines}\n"
    file = path()
    try:
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        anew = os.O_TRUNC if os.path.exists(file) and os.path.getsize(file) > MOST_BYTES else os.O_APPEND
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | anew, 0o600), "w", encoding="utf-8") as log:
            log.write(told)
    except OSError:
        return ""  # what failed is told all the same
    return file
