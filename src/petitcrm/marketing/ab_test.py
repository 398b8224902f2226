"""Which of two subjects is the better one, decided once by an exact rule: what chance does is not taken for an effect.

So many people in a hundred, fixed beforehand, get one subject or the other, half and half, by a hash of their address.
After the hours that were fixed beforehand too, and never before, those who answered or clicked are counted on both
sides: Fisher's exact test, two-sided, at 5 % (R. A. Fisher, 1922; “two-sided” as in R's `fisher.test`: the tables that
are no more likely than what was seen). Subject B wins only where it is surely better; in every other case it is A.
"""

from __future__ import annotations

import hashlib

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LEVEL = (1, 20)
"""How often chance alone may look like an effect: one time in twenty."""


class Arm(Row):
    """One subject: how many got it, and how many of them answered or clicked, each counted once."""

    sent: int
    reacted: int


class Decision(Row):
    """The subject for all others, `a` or `b`; why: `better`, `too_few`, `not_sure`; and how likely chance alone is.

    `too_few` answered or clicked for any split of them between these sides to be sure.
    """

    winner: str
    why: str
    p: float


def decide(a: Arm, b: Arm) -> Decision:
    """Return which subject the others get. Counts are those of people; what a scanner did is not among them."""
    extreme, least, every = _tables(a, b)
    p = extreme / every
    if extreme * LEVEL[1] > every * LEVEL[0]:
        is_rare = 2 * (a.reacted + b.reacted) <= a.sent + b.sent
        is_hopeless = is_rare and least * LEVEL[1] > every * LEVEL[0]
        return Decision("a", "too_few" if is_hopeless else "not_sure", p)
    return Decision("b" if b.reacted * a.sent > a.reacted * b.sent else "a", "better", p)


def split(key: str, addresses: Iterable[str], percent: int) -> dict[str, str]:
    """Return who gets subject `a` and who `b` in the test of a campaign; the others are not in it.

    The same addresses are always split alike, and the halves are equal.
    """
    ranked = sorted({one.lower() for one in addresses}, key=lambda one: (_hash(key, one), one))
    half = len(ranked) * percent // 200
    return {one: "a" if place % 2 == 0 else "b" for place, one in enumerate(ranked[: 2 * half])}


def _tables(a: Arm, b: Arm) -> tuple[int, int, int]:
    """Return the weights of the tables no more likely than the one seen, of the least likely ones, and of all.

    Whole numbers. All have the same margins: only how the reactions fall on the two sides changes.
    """
    from math import comb

    reacted = a.reacted + b.reacted
    low, high = max(0, reacted - b.sent), min(reacted, a.sent)
    weight = comb(a.sent, low) * comb(b.sent, reacted - low)
    weights = [weight]
    for on_a in range(low, high):
        weight = weight * (a.sent - on_a) * (reacted - on_a)
        weight //= (on_a + 1) * (b.sent - reacted + on_a + 1)
        weights.append(weight)
    seen = weights[a.reacted - low]
    least = min(weights)
    return sum(one for one in weights if one <= seen), least * weights.count(least), sum(weights)


def _hash(key: str, address: str) -> bytes:
    return hashlib.sha256(f"{key}\n{address}".encode()).digest()
