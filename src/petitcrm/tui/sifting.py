"""The funnel narrowed by one line: `dupont #vip @helene ~ ?`, and the sums of what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from petitcrm.text import fold, words

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.deals import Board, Card


class Sought(NamedTuple):
    """What a deal must have to be shown, all of it at once."""

    words: tuple[str, ...] = ()
    """Beginnings of words of the title, the contact, the company."""
    tags: tuple[str, ...] = ()
    """Tags of the deal, of its contact or of its company."""
    owners: tuple[str, ...] = ()
    """Beginnings of the name of who owns it."""
    silent: bool = False
    idle: bool = False
    """Without a next step."""


def read(line: str) -> Sought:
    """Read a line: `#tag`, `@owner`, `~` silent ones, `?` those without a next step, and any other word."""
    plain: list[str] = []
    tags: list[str] = []
    owners: list[str] = []
    for piece in line.split():
        if piece[:1] in "#@" and len(piece) > 1:
            (tags if piece[0] == "#" else owners).append(fold(piece[1:]))
        elif piece not in ("~", "?"):
            plain += words(piece)
    return Sought(tuple(plain), tuple(tags), tuple(owners), "~" in line.split(), "?" in line.split())


def sift(crm: Crm, board: Board, sought: Sought) -> Board:
    """Return a board that was read whole with only the deals sought, counted and added up anew."""
    from petitcrm.store.queries import tags

    bearing = [tags.deals_bearing(crm, tag, " ".join(words(tag))) for tag in sought.tags]
    columns = []
    for column in board.columns:
        cards = [
            card for card in column.cards if _answers(card, sought) and all(card.id in ids for ids in bearing)
        ]
        total = sum(card.amount_cents or 0 for card in cards)
        columns.append(column._replace(cards=cards, number=len(cards), total_cents=total))
    return board._replace(columns=columns)


def _answers(card: Card, sought: Sought) -> bool:
    if (sought.silent and not card.rotting) or (sought.idle and card.next_task_id is not None):
        return False
    said = words(" ".join((card.title, card.contact, card.company or "")))
    owner = words(card.owner or "")
    return all(_begins(said, word) for word in sought.words) and all(
        _begins(owner, word) for name in sought.owners for word in words(name)
    )


def _begins(said: list[str], beginning: str) -> bool:
    return any(word.startswith(beginning) for word in said)
