"""Rows that say by an id which rows of the base they are: petitcrm's own lists, and corrected plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.imports.drafts import MAIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from petitcrm.imports.desk import Desk
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.held import Held


class OwnRows:
    """The ids of one part (`person`, `firm`, `deal`, `task`) of a piece of the file; does nothing where none are told.

    In a base that never had such rows the ids are kept, so that what is exported again is the same. In another one they
    are believed only when the row they name also has the same name.
    """

    def __init__(self, desk: Desk, part: str, drafts: list[Draft]) -> None:
        self._part = part
        self._is_main = part == MAIN[desk.mapping.noun]
        self._own = desk.own
        self._met: dict[int, Held] = {}
        self.base_ids: set[int] = set()
        if self._own is not None:
            known = self._own.rows[part]
            told = {draft.own[part] for draft in drafts if part in draft.own}
            fresh = self._own.is_fresh[part]
            self.base_ids = {known.get(own, own) for own in told if own in known or not fresh}
        if self._is_main:
            self.base_ids |= {draft.into for draft in drafts if draft.into}

    def decides(self, draft: Draft) -> bool:
        """Tell whether the id alone says which row this is: no other way to recognise it is to be tried."""
        return (self._is_main and draft.is_another) or self._keeps_id(draft)

    def _keeps_id(self, draft: Draft) -> bool:
        return self._own is not None and self._part in draft.own and self._own.is_fresh[self._part]

    def find(self, draft: Draft, by_id: Callable[[int], Held | None], name: Any, column: str) -> Held | None:
        """Return the row that this one was: met before in the file, or in the base with the same name."""
        if self._is_main and draft.into:
            return by_id(draft.into)
        own = draft.own.get(self._part)
        if self._own is None or own is None or (self._is_main and draft.is_another):
            return None
        if own in self._met:
            return self._met[own]
        known = self._own.rows[self._part].get(own)
        if known is not None:
            return by_id(known)
        held = None if self._own.is_fresh[self._part] else by_id(own)
        return held if held and held.row.get(column) == name else None

    def give_id(self, draft: Draft, held: Held) -> None:
        """Let a new row keep the id it had, where no row ever had one."""
        if self._keeps_id(draft) and not draft.is_another:
            held.row["id"] = draft.own[self._part]

    def remember(self, draft: Draft, held: Held) -> None:
        """Note which row of the base an id of the file means."""
        if self._own is not None and self._part in draft.own:
            self._met[draft.own[self._part]] = held

    def settle(self) -> None:
        """Once they are written, keep the ids for the pieces to come."""
        if self._own is not None:
            self._own.rows[self._part] |= {own: held.id for own, held in self._met.items()}
