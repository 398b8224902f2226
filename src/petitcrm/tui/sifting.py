"""The funnel narrowed by one line, `dupont #vip @helene ~ ?`, read as the list of deals reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.sales import browsing

if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.store.queries.deals import Board


def sift(crm: Crm, board: Board, line: str) -> Board:
    """Return a board that was read whole with only the deals that a line leaves, counted and added up anew."""
    left = set(browsing.browse(crm, "deal", line).ids)
    columns = []
    for column in board.columns:
        cards = [card for card in column.cards if card.id in left]
        total = sum(card.amount_cents or 0 for card in cards)
        columns.append(column._replace(cards=cards, number=len(cards), total_cents=total))
    return board._replace(columns=columns)
