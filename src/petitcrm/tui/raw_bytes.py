"""Bytes that are no text: a paste that was cut inside a letter, a terminal that does not speak UTF-8.

Textual (8, `LinuxDriver.run_input_thread`) reads strictly: its thread, and the interface with it, would end at the
first of them. They are shown as �, which the person sees and takes away.
"""

from __future__ import annotations

import codecs
import sys
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver

_DECODER = "getincrementaldecoder"
"""What the module of a driver that reads bytes calls for its decoder."""


def forgiven(driver: type[Driver]) -> type[Driver]:
    """Return a driver, made to read whatever its terminal sends."""
    module = sys.modules[driver.__module__]
    if hasattr(module, _DECODER):
        setattr(module, _DECODER, _forgiving)
    return driver


def _forgiving(name: str) -> Callable[[], codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(name), "replace")
