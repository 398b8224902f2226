"""Two rows made one, and rows deleted with what hangs on them: what no single change of an act can say.

Everything goes through the act, lines of the timeline included, so that undo puts each thing back where it was.
"""

from __future__ import annotations

from petitcrm.store.journal import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.store.database import Connection
    from petitcrm.store.journal import Act

    Image = dict[str, Any]

_TABLES = {"contact": "contacts", "company": "companies"}
_SPELLED = {"contact_emails": "address", "contact_phones": "number"}
_NEVER_FILLED = ("id", "created_at", "external_id", "sort_name", "match_name")
_STRICTNESS = ("subscribed", "pending", "unsubscribed")
_NEAR = ("left_out", "waiting", "mailed")
"""How far somebody of a campaign is."""
_ADDRESS = ("street", "postcode", "city", "country", "commune_code", "departement_code", "region_code")


def merge_contacts(
    connection: Connection, act: Act, kept_id: int, merged_id: int, take: frozenset[str] = frozenset()
) -> Image:
    """Give contact `kept_id` all that `merged_id` has, and delete the latter; return the row that is left.

    Columns in `take` become those of the merged one, whose `emails` or `phones` then stand before the others.
    """
    for what, table in (("emails", "contact_emails"), ("phones", "contact_phones")):
        theirs = _rows(connection, table, "contact_id", merged_id) if what in take else []
        _hand_over_lines(connection, act, table, kept_id, merged_id)
        if theirs:
            _put_first(connection, act, table, kept_id, theirs)
    for table in ("deals", "tasks", "leads", "correspondents", "outbox", "consents"):
        _hand_over(connection, act, table, "contact_id", kept_id, merged_id)
    _hand_over_subscriptions(connection, act, kept_id, merged_id)
    _hand_over_enrolments(connection, act, kept_id, merged_id)
    _hand_over_campaigns(connection, act, kept_id, merged_id)
    return _merge(connection, act, "contact", kept_id, merged_id, take - {"emails", "phones"})


def merge_companies(
    connection: Connection, act: Act, kept_id: int, merged_id: int, take: frozenset[str] = frozenset()
) -> Image:
    """Give company `kept_id` all that `merged_id` has, and delete the latter; return the row that is left.

    Columns in `take` become those of the merged one.
    """
    for table in ("contacts", "deals"):
        _hand_over(connection, act, table, "company_id", kept_id, merged_id)
    return _merge(connection, act, "company", kept_id, merged_id, take)


def delete_contact(connection: Connection, act: Act, contact_id: int) -> None:
    """Delete a contact that has no deals, with its addresses, numbers, leads, tasks, tags and consents.

    Its mails stay, as those of a stranger.
    """
    for table in ("subscriptions", "enrolments"):
        for row in _rows(connection, table, "contact_id", contact_id):
            act.delete(table, row["id"])
    for lead in _rows(connection, "leads", "contact_id", contact_id):
        for table in ("lead_answers", "handovers"):
            for row in _rows(connection, table, "lead_id", lead["id"]):
                act.delete(table, row["id"])
        act.delete("leads", lead["id"])
    for table in ("correspondents", "outbox"):
        _hand_over(connection, act, table, "contact_id", None, contact_id)
    for table in ("tasks", "contact_emails", "contact_phones", "consents"):
        for row in _rows(connection, table, "contact_id", contact_id):
            act.delete(table, row["id"])
    _delete(connection, act, "contact", contact_id)


def delete_company(connection: Connection, act: Act, company_id: int) -> None:
    """Delete a company; its contacts and deals stay, without a company."""
    for table in ("contacts", "deals"):
        _hand_over(connection, act, table, "company_id", None, company_id)
    _delete(connection, act, "company", company_id)


def _merge(
    connection: Connection, act: Act, noun: str, kept_id: int, merged_id: int, take: frozenset[str]
) -> Image:
    table = _TABLES[noun]
    _hand_over_tags(connection, act, noun, kept_id, merged_id)
    _hand_over_aliases(connection, act, noun, kept_id, merged_id)
    _hand_over_distinctions(connection, act, noun, kept_id, merged_id)
    _hand_over_events(connection, act, f"{noun}_id", kept_id, merged_id)
    kept, merged = _rows(connection, table, "id", kept_id)[0], _rows(connection, table, "id", merged_id)[0]
    act.delete(table, merged_id)
    filled = what_is_filled(kept, merged, take)
    act.update(table, kept_id, **filled)
    return {**kept, **filled}


def what_is_filled(kept: Image, merged: Image, take: frozenset[str] = frozenset()) -> Image:
    """Return what `kept` gets of `merged`: its blanks, and the columns in `take`; an address whole or not at all."""
    is_placed = any(kept[name] for name in _ADDRESS[:3])
    skipped = {*_NEVER_FILLED, "custom", *(_ADDRESS if is_placed else ())}
    filled = {
        name: value
        for name, value in merged.items()
        if name in take or (name not in skipped and value not in ("", None) and kept[name] in ("", None))
    }
    if kept["external_id"] is None and merged["external_id"] is not None:
        filled["external_id"] = merged["external_id"]
    if merged["custom"] != "{}":
        import json

        mine, theirs = json.loads(kept["custom"]), json.loads(merged["custom"])
        filled["custom"] = dumps({**mine, **theirs} if "custom" in take else {**theirs, **mine})
    return filled


def _hand_over(
    connection: Connection, act: Act, table: str, column: str, kept_id: int | None, old_id: int
) -> None:
    for row in _rows(connection, table, column, old_id):
        act.update(table, row["id"], **{column: kept_id})


def _hand_over_lines(connection: Connection, act: Act, table: str, kept_id: int, merged_id: int) -> None:
    """Hand over addresses or numbers after those that the kept contact has, but for equal ones."""
    spelled = _SPELLED[table]
    lines = _rows(connection, table, "contact_id", kept_id)
    known = {row[spelled] or row["raw"] for row in lines}
    position = max((row["position"] for row in lines), default=-1)
    for row in sorted(
        _rows(connection, table, "contact_id", merged_id), key=lambda row: (row["position"], row["id"])
    ):
        if (row[spelled] or row["raw"]) in known:
            act.delete(table, row["id"])
        else:
            position += 1
            act.update(table, row["id"], contact_id=kept_id, position=position)


def _put_first(connection: Connection, act: Act, table: str, kept_id: int, theirs: list[Image]) -> None:
    """Put some addresses or numbers before the others of a contact, in their order."""
    spelled = _SPELLED[table]
    order = {row[spelled] or row["raw"]: row["position"] for row in theirs}
    lines = _rows(connection, table, "contact_id", kept_id)
    lines.sort(
        key=lambda row: (
            order.get(row[spelled] or row["raw"], len(order) + row["position"] + 1_000),
            row["id"],
        )
    )
    for position, row in enumerate(lines):
        act.update(table, row["id"], position=position)


def _hand_over_tags(connection: Connection, act: Act, noun: str, kept_id: int, merged_id: int) -> None:
    column = f"{noun}_id"
    known = {row["tag_id"] for row in _rows(connection, "taggings", column, kept_id)}
    for row in _rows(connection, "taggings", column, merged_id):
        if row["tag_id"] in known:
            act.delete("taggings", row["id"])
        else:
            act.update("taggings", row["id"], **{column: kept_id})


def _hand_over_subscriptions(connection: Connection, act: Act, kept_id: int, merged_id: int) -> None:
    """Hand over who is on which list; where both stand with one, who left it or has not confirmed decides."""
    mine = {row["list_id"]: row for row in _rows(connection, "subscriptions", "contact_id", kept_id)}
    for row in _rows(connection, "subscriptions", "contact_id", merged_id):
        known = mine.get(row["list_id"])
        if known is None:
            act.update("subscriptions", row["id"], contact_id=kept_id)
            continue
        if _STRICTNESS.index(row["state"]) > _STRICTNESS.index(known["state"]):
            act.update("subscriptions", known["id"], state=row["state"], changed_at=row["changed_at"])
        act.delete("subscriptions", row["id"])


def _hand_over_enrolments(connection: Connection, act: Act, kept_id: int, merged_id: int) -> None:
    """Hand over who is in which sequence, counted on: whoever is, or was, in it goes on or stays out as one person.

    The strictest wins: what the merged one had begun ends where the other ever was, and whoever of the two was taken
    out by hand stays out.
    """
    ended: Image = {"state": "ended", "exit": "merged", "due_at": None, "paused_at": None}
    mine = _rows(connection, "enrolments", "contact_id", kept_id)
    for row in _rows(connection, "enrolments", "contact_id", merged_id):
        same = [one for one in mine if one["sequence_id"] == row["sequence_id"]]
        told: Image = {
            "contact_id": kept_id,
            "run": row["run"] + max((one["run"] for one in same), default=0),
        }
        if row["state"] != "ended" and same:
            told |= ended
        act.update("enrolments", row["id"], **told)
        for one in same:
            if row["exit"] == "by_hand" and one["state"] != "ended":
                act.update("enrolments", one["id"], **ended)


def _hand_over_campaigns(connection: Connection, act: Act, kept_id: int, merged_id: int) -> None:
    """Hand over whom campaigns are for: of two in one campaign, who has a mail stays, then who waits for one.

    Where a mail left to both, the merged one stays written down under their old number: it is found by their alias.
    """
    mine = {row["campaign_id"]: row for row in _rows(connection, "recipients", "contact_id", kept_id)}
    for row in _rows(connection, "recipients", "contact_id", merged_id):
        known = mine.get(row["campaign_id"])
        if known is None:
            act.update("recipients", row["id"], contact_id=kept_id)
        elif _NEAR.index(row["state"]) > _NEAR.index(known["state"]):
            act.delete("recipients", known["id"])
            act.update("recipients", row["id"], contact_id=kept_id)
        elif row["state"] != "mailed":
            act.delete("recipients", row["id"])


def _hand_over_aliases(connection: Connection, act: Act, noun: str, kept_id: int, merged_id: int) -> None:
    for row in _aliases(connection, noun, merged_id):
        act.update("aliases", row["id"], new_id=kept_id)
    act.insert("aliases", noun=noun, old_id=merged_id, new_id=kept_id)


def _hand_over_distinctions(
    connection: Connection, act: Act, noun: str, kept_id: int, merged_id: int
) -> None:
    """Let whoever was told apart from the merged row be told apart from the kept one."""
    known = {_other(row, kept_id) for row in _distinctions(connection, noun, kept_id)}
    for row in _distinctions(connection, noun, merged_id):
        other = _other(row, merged_id)
        act.delete("distinctions", row["id"])
        if other != kept_id and other not in known:
            act.insert("distinctions", noun=noun, first_id=min(other, kept_id), second_id=max(other, kept_id))


def _distinctions(connection: Connection, noun: str, row_id: int) -> list[Image]:
    sql = "SELECT * FROM distinctions WHERE noun = :noun AND (first_id = :id OR second_id = :id) ORDER BY id"
    return connection.dicts(sql, {"noun": noun, "id": row_id})


def _other(row: Image, row_id: int) -> int:
    return int(row["second_id"] if row["first_id"] == row_id else row["first_id"])


def _hand_over_events(connection: Connection, act: Act, column: str, kept_id: int, merged_id: int) -> None:
    """Move the lines of a timeline, noted in the act one by one so that they can be sorted out again."""
    values = {"kept": kept_id, "merged": merged_id}
    for (event_id,) in connection.rows(
        f"SELECT id FROM events WHERE {column} = :merged", {"merged": merged_id}
    ):
        act.changes["events", event_id] = ["~", "events", event_id, {column: [merged_id, kept_id]}]
    connection.write(f"UPDATE events SET {column} = :kept WHERE {column} = :merged", values)


def _delete(connection: Connection, act: Act, noun: str, row_id: int) -> None:
    for row in _rows(connection, "taggings", f"{noun}_id", row_id):
        act.delete("taggings", row["id"])
    for row in _aliases(connection, noun, row_id):
        act.delete("aliases", row["id"])
    for row in _distinctions(connection, noun, row_id):
        act.delete("distinctions", row["id"])
    act.delete(_TABLES[noun], row_id)


def _aliases(connection: Connection, noun: str, new_id: int) -> list[Image]:
    return [row for row in _rows(connection, "aliases", "new_id", new_id) if row["noun"] == noun]


def _rows(connection: Connection, table: str, column: str, value: int) -> list[Image]:
    return connection.dicts(f"SELECT * FROM {table} WHERE {column} = :value ORDER BY id", {"value": value})
