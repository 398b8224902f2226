"""The word that was meant by one that is not known: the nearest of those that are."""

from __future__ import annotations

from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_NEAR = 0.6
"""How alike two words are, from 0 to 1, for one to be meant by the other."""


def nearest(word: str, known: Iterable[str], *, alike: float = _NEAR) -> str:
    """Return the known word that is most like this one, or "" where none is `alike` enough (0 to 1)."""
    import difflib  # half a millisecond that only mistakes cost

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=alike)), "")


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", *, alike: float = _NEAR) -> str:
    """Return the question whether the nearest known word was meant; `otherwise` where none is near."""
    near = nearest(word, known, alike=alike)
    return _("Did you mean {key}?", key=near) if near else otherwise
