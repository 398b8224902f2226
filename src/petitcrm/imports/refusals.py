"""Who refuses, as a list of another program says: an objection in the ledger of each, and never an agreement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from petitcrm.imports.wishes import REFUSES, strictness
from petitcrm.sales import address_hashes, consent
from petitcrm.store.journal import dumps
from petitcrm.store.queries import consents as queries
from petitcrm.text import fold

if TYPE_CHECKING:
    from petitcrm.imports.desk import Desk

_OF_MAIL = ("abonn", "inscri", "subscri", "unsub", "campaign", "spam")
"""Words of columns that speak of mail, though they do not name it."""


def channel_of(header: str, told: str) -> str:
    """Return what a column of refusals is about: `told` by its name, mail for a subscription, or everything."""
    if told in ("email", "phone"):
        return told
    return "email" if any(part in fold(header) for part in _OF_MAIL) else consent.ALL


def note(desk: Desk) -> None:
    """Write an objection for each contact whose own fields say that they refuse, unless the ledger has it already.

    What was said before this ledger was kept comes into it with the next list that has such a column.
    """
    for key, (kind, channel) in desk.refusals.items():
        desk.bulk.settle()
        refusing = _refusing(desk, key, kind)
        said = {
            (one.contact_id, each)
            for one in queries.ledger(desk.crm, refusing)
            if one.act in ("objected", "withdrawn")
            for each in ((channel,) if one.channel == consent.ALL else (one.channel,))
        }
        new = [contact_id for contact_id in refusing if (contact_id, channel) not in said]
        _object(desk, new, "objected" if kind == "opt_out" else "withdrawn", channel)


def _refusing(desk: Desk, key: str, kind: str) -> list[int]:
    rows = desk.crm.rows(
        "SELECT id, custom FROM contacts WHERE custom <> '{}' AND custom LIKE :key ORDER BY id",
        key=f"%{dumps(key)}%",
    )
    answers = ((row[0], json.loads(row[1]).get(key, "")) for row in rows)
    return [contact_id for contact_id, answer in answers if answer and strictness(kind, answer) == REFUSES]


def _object(desk: Desk, contact_ids: list[int], act: str, channel: str) -> None:
    told = {"channel": channel, "purpose": consent.ALL}
    for contact_id in contact_ids:
        line = {
            **told, "contact_id": contact_id, "act": act, "how": desk.file, "source": "import", "at": desk.now_text,
            "recorded_at": desk.now_text, "user_id": desk.crm.user_id,
        }  # fmt: skip
        desk.bulk.insert("consents", line)
        desk.bulk.event(f"consent.{act}", [], contact_id=contact_id, details=dumps(told))
    if act == "objected" and contact_ids:
        _bar(desk, contact_ids, channel)


def _bar(desk: Desk, contact_ids: list[int], channel: str) -> None:
    """Keep the addresses and numbers as hashes, so that they stay refused when the contact is gone."""
    key = address_hashes.hash_key(desk.crm)
    if not key:
        key = address_hashes.new_hash_key(desk.crm)
        desk.bulk.insert("settings", {"key": address_hashes.KEY, "value": key})
    for each in ("email", "phone") if channel == consent.ALL else (channel,):
        reached = queries.reached(desk.crm, contact_ids, each)
        hashes = {
            address_hashes.address_hash(key, each, value) for values in reached.values() for value in values
        }
        for one in sorted(hashes - set(queries.objections(desk.crm, sorted(hashes), consent.ALL))):
            row = {
                "hash": one,
                "channel": each,
                "purpose": consent.ALL,
                "reason": desk.file,
                "at": desk.now_text,
            }
            desk.bulk.insert("objections", row)
