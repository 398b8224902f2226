"""The choices in force for the command that runs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.config import Config

_in_force: list[Config] = []


def use(chosen: Config) -> None:
    """Run what follows with these choices."""
    _in_force[:] = [chosen]


def config() -> Config:
    """Return the choices in force."""
    return _in_force[0]
