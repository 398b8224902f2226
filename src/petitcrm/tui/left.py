"""How the funnel was left on a base: which pipeline was shown, which stages were folded. Nothing of Textual here."""

from __future__ import annotations

from typing import NamedTuple

from petitcrm.config import state_folder
from petitcrm.tui.remembered import recall, remember

_NAME = "funnel"
_MOST = 30
"""Bases that are remembered; the demo opens another one each time."""


class Left(NamedTuple):
    """The pipeline that was shown last (None: the first one), and the stages that the person folded, by their ids."""

    pipeline: int | None = None
    folded: frozenset[int] = frozenset()


def read(base: str) -> Left:
    """Return how the funnel was left on a base."""
    kept = recall(state_folder(), _NAME)
    told = kept.get(_called(base)) if kept else None
    if not isinstance(told, dict):
        return Left()
    pipeline, folded = told.get("pipeline"), told.get("folded")
    return Left(
        pipeline if isinstance(pipeline, int) else None,
        frozenset(one for one in folded if isinstance(one, int)) if isinstance(folded, list) else frozenset(),
    )


def keep(base: str, left: Left) -> None:
    """Keep how the funnel is left on a base."""
    kept = recall(state_folder(), _NAME)
    called = _called(base)
    kept.pop(called, None)
    kept[called] = {"pipeline": left.pipeline, "folded": sorted(left.folded)}
    remember(state_folder(), _NAME, dict(list(kept.items())[-_MOST:]))


def _called(base: str) -> str:
    """Return what a base is called in the file: never its address, which may hold a password."""
    import hashlib

    return hashlib.sha256(base.encode()).hexdigest()[:16]
