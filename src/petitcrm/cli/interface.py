"""The door from the command line to the interface."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.config import Config


def start(config: Config) -> int:
    """Open the interface on the base of `config`; return the exit code."""
    from petitcrm import tui

    return tui.run(config)
