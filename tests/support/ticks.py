"""The program that runs by itself, run once, as `petitcrm tick` does it."""

from __future__ import annotations

from petitcrm.config import Config
from petitcrm.sync import ticking


def tick(config: Config) -> list[str]:
    """Do all that is due; return what went wrong."""
    return [f"{part.name}: {problem}" for part in ticking.tick(config) for problem in part.problems]
