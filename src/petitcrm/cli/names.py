"""Completion of real names: the contacts, companies, deals, stages and tags of the base that begin as typed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def completing(noun: str) -> Callable[[str], list[tuple[str, str]]] | None:
    """Return the function that completes a reference to this noun; None where there is nothing to propose."""
    return lambda incomplete: proposals(noun, incomplete)


def proposals(noun: str, typed: str) -> list[tuple[str, str]]:
    """Return (what to type, what it is) for the rows of `noun` whose name begins as typed."""
    return []
