"""A mail in the hands of a sender, as the program itself begins it."""

from __future__ import annotations

from petitcrm.crm import Crm
from petitcrm.marketing import posting_many


def intend(crm: Crm, number: int, who: str, message_id: str) -> str:
    """Note that a server is about to be given a claimed mail; return why not, or nothing."""
    begun = posting_many.intend_all(crm, {number: message_id}, who)
    return dict(begun.stopped).get(number, "")
