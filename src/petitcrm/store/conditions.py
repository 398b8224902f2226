"""Conditions on a contact `c` as pieces of SQL, for both engines: true, false, or NULL where the fact is missing.

Tables and columns are named here; every value is bound, its name handed in as `:w1`.
"""

from __future__ import annotations

from petitcrm.kinds import HUMAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

_FIRM = "(SELECT NULLIF(f.{column}, '') FROM companies f WHERE f.id = c.company_id)"
_PLACED = "COALESCE(NULLIF(c.{column}, ''), " + _FIRM + ")"
_HUMAN = ", ".join(f"'{kind}'" for kind in HUMAN)
_FROM_THEM = "'call.logged', 'meeting.logged', 'visit.logged', 'sms.logged', 'meeting.held'"

TEXTS = {
    "city": (_PLACED.format(column="city"), (("contacts", "city"), ("companies", "city"))),
    "postcode": (_PLACED.format(column="postcode"), (("contacts", "postcode"), ("companies", "postcode"))),
    "departement": (_PLACED.format(column="departement_code"), ()),
    "region": (_PLACED.format(column="region_code"), ()),
    "job": ("NULLIF(c.job_title, '')", (("contacts", "job_title"),)),
    "source": ("NULLIF(c.source, '')", (("contacts", "source"),)),
    "first": ("NULLIF(c.first_name, '')", (("contacts", "first_name"),)),
    "last": ("NULLIF(c.last_name, '')", (("contacts", "last_name"),)),
    "company": (_FIRM.format(column="name"), (("companies", "name"),)),
    "size": (_FIRM.format(column="size_class"), ()),
    "naf": (_FIRM.format(column="naf_rev2"), (("companies", "naf_rev2"),)),
    "country": (
        f"COALESCE({_PLACED.format(column='country')}, CASE WHEN {_PLACED.format(column='city')} IS NOT NULL"
        f" OR {_PLACED.format(column='postcode')} IS NOT NULL THEN 'France' END)",
        (("contacts", "country"), ("companies", "country")),
    ),
}
"""Fields that hold a text: what reads it, and the columns in which its spellings are found."""

NUMBERS = {
    "headcount": "(SELECT f.headcount FROM companies f WHERE f.id = c.company_id)",
    **{
        f"{status}_deals": f"(SELECT count(*) FROM deals d WHERE d.contact_id = c.id AND d.status = '{status}')"
        for status in ("open", "won", "lost")
    },
    **{
        f"{status}_amount": "(SELECT CAST(COALESCE(sum(d.amount_cents), 0) AS BIGINT) FROM deals d"
        f" WHERE d.contact_id = c.id AND d.status = '{status}')"
        for status in ("open", "won", "lost")
    },
}
"""Fields that hold a number; amounts in cents."""

_EVENTS = (
    "EXISTS (SELECT 1 FROM events e WHERE e.contact_id = c.id AND e.undone_by IS NULL AND e.kind IN ({kinds})"
    " AND e.at >= {at})"
)
_MAIL = (
    "EXISTS (SELECT 1 FROM correspondents p JOIN messages m ON m.id = p.message_id WHERE p.contact_id = c.id"
    " AND p.role = '{role}' AND m.direction = '{way}' AND m.is_automatic = 0 AND m.is_bulk = 0 AND m.at >= {{at}})"
)
_SIGNAL = (
    "EXISTS (SELECT 1 FROM signals s WHERE s.contact_id = c.id AND s.kind = '{kind}' AND s.is_machine = 0"
    " AND s.at >= {{at}})"
)
_REPLIED = _MAIL.format(role="from", way="in")
SINCE = {
    "created": "c.created_at >= {at}",
    "contacted": _EVENTS.replace("{kinds}", _HUMAN),
    "replied": _REPLIED,
    "heard": f"({_REPLIED} OR {_EVENTS.replace('{kinds}', _FROM_THEM)})",
    "written": _MAIL.format(role="to", way="out"),
    "opened": _SIGNAL.format(kind="opened"),
    "clicked": _SIGNAL.format(kind="clicked"),
    "visited": _SIGNAL.format(kind="visited"),
    "bought": _SIGNAL.format(kind="bought"),
}
"""Fields that hold an instant: whether it came at `{at}` or later."""
_MEASURED = {"opened": "measure", "clicked": "measure", "visited": "visits"}
_EVER = "'0001-01-01T00:00:00Z'"


def one_of(dialect: str, mark: str) -> str:
    """Return the values of a JSON list that is bound, as what IN takes: thousands of them are one value."""
    if dialect == "sqlite":
        return f"(SELECT value FROM json_each({mark}))"
    return f'(SELECT json_array_elements_text(CAST({mark} AS json)) COLLATE "C")'


def custom(dialect: str, mark: str) -> str:
    """Return the value of a field of the firm's own, whose key is bound (`custom_key`)."""
    read = (
        f"json_extract(c.custom, {mark})"
        if dialect == "sqlite"
        else f"json_extract_path_text(CAST(c.custom AS json), {mark})"
    )
    return f"NULLIF({read}, '')"


def custom_key(dialect: str, key: str) -> str:
    """Return how a key of a field of one's own is bound."""
    return f'$."{key}"' if dialect == "sqlite" else key


def since(field: str, mark: str) -> str:
    """Return whether something came at an instant or later: false where it came before alone, NULL where never.

    What is measured is false only of who agrees to be: of anybody else it is not known.
    """
    came, ever = SINCE[field].format(at=mark), SINCE[field].format(at=_EVER)
    if field == "created":
        return came
    if field in _MEASURED:
        ever = f"{ever} AND {agreed(chr(39) + _MEASURED[field] + chr(39))}"
    return f"(CASE WHEN {came} THEN TRUE WHEN {ever} THEN FALSE END)"


def never(field: str) -> str:
    """Return whether something never came; what is measured may have, unseen."""
    ever = SINCE[field].format(at=_EVER)
    return f"(CASE WHEN {ever} THEN FALSE END)" if field in _MEASURED else f"(NOT {ever})"


def agreed(mark: str) -> str:
    """Return whether a person's last word on mail for a purpose is an agreement, and no objection stands."""
    lines = f"k.contact_id = c.id AND k.channel IN ('email', '*') AND k.purpose IN ({mark}, '*')"
    last = (
        f"SELECT k.act FROM consents k WHERE {lines} AND k.act IN ('given', 'withdrawn', 'objected')"
        " ORDER BY k.at DESC, k.id DESC LIMIT 1"
    )
    return f"(COALESCE(({last}), '') = 'given' AND NOT {objected(mark)})"


def objected(mark: str) -> str:
    """Return whether a person objects to mail for a purpose and did not come back on it."""
    lines = "{k}.contact_id = c.id AND {k}.channel IN ('email', '*') AND {k}.purpose IN (" + mark + ", '*')"
    later = (
        f"SELECT 1 FROM consents g WHERE {lines.format(k='g')} AND g.act = 'given' AND g.source = 'asked'"
        " AND (g.at > o.at OR (g.at = o.at AND g.id > o.id))"
    )
    said = f"{lines.format(k='o')} AND o.act = 'objected'"
    return f"EXISTS (SELECT 1 FROM consents o WHERE {said} AND NOT EXISTS ({later}))"


def tagged(marks: str) -> str:
    """Return whether a contact bears one of some tags, told by their folded names."""
    return (
        "c.id IN (SELECT g.contact_id FROM taggings g JOIN tags t ON t.id = g.tag_id"
        f" WHERE g.contact_id IS NOT NULL AND t.folded IN {marks})"
    )


def on_list(mark: str, state: str, topics: Collection[str] = ()) -> str:
    """Return whether a contact stands so with a list, and wants one of some topics (bound patterns), or all of them.

    The state is one of our own words.
    """
    wanted = " OR ".join(["s.topics = '[]'", *(f"s.topics LIKE {topic}" for topic in topics)])
    chosen = f" AND ({wanted})" if topics else ""
    return (
        "c.id IN (SELECT s.contact_id FROM subscriptions s"
        f" WHERE s.list_id = {mark} AND s.state = '{state}'{chosen})"
    )


def pursued(marks: str) -> str:
    """Return whether a contact has a lead in one of some states."""
    return f"c.id IN (SELECT w.contact_id FROM leads w WHERE w.state IN {marks})"


def addressed(mark: str) -> str:
    """Return whether an e-mail address of a contact is like a bound pattern."""
    return (
        "EXISTS (SELECT 1 FROM contact_emails e WHERE e.contact_id = c.id"
        f" AND lower(e.address) LIKE {mark} ESCAPE '!')"
    )


def dialled(mark: str) -> str:
    """Return whether a telephone of a contact is like a bound pattern."""
    return (
        "EXISTS (SELECT 1 FROM contact_phones e WHERE e.contact_id = c.id"
        f" AND (e.number LIKE {mark} ESCAPE '!' OR e.raw LIKE {mark} ESCAPE '!'))"
    )
