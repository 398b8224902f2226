"""Which columns of a list of leads speak of the pursuit, by their names and by what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.i18n import spellings
from petitcrm.imports.column_values import ANSWERS_NO, ANSWERS_YES
from petitcrm.imports.synonyms import CUSTOM, LEADS, LEADS_BY_NAME, OF_LEADS, SMALL_WORDS, compact
from petitcrm.leads import leads as leads_of
from petitcrm.naming import DIRECTIONS
from petitcrm.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.imports.column import Column

_DIRECTIONS = {
    "inbound": "in|entrante|demande entrante|lead entrant|appel entrant|formulaire|inbound lead",
    "outbound": "out|sortante|prospection|cold|lead sortant|appel sortant|demarchage|outbound lead",
}
# Only what says so for good closes a lead for good: “perdu” and “non qualifié” may mean for now.
_STATES = {
    "new": "nouvelle|open|ouvert|ouverte|a traiter|non traite|non traitee|a contacter|a qualifier|non qualifie"
    "|not contacted|untouched|a appeler",
    "working": "working|en cours|contacte|contactee|contacted|in progress|en traitement|attempted to contact"
    "|attempting|connected|pris en charge|encours|open deal",
    "qualified": "qualifiee|sql|mql|sales qualified|pre qualified|hot|chaud",
    "later": "later|a recontacter|a relancer|reporte|reportee|contact in future|bad timing|a rappeler|differe",
    "warm": "warm|tiede|nurturing|nurture|a entretenir|en maturation",
    "never": "jamais client|disqualified|disqualifie|disqualifiee|unqualified|ne plus contacter|ne pas recontacter"
    "|junk|junk lead|spam|hors cible",
}
_TAKEN = frozenset((CUSTOM, "source", "tags", *OF_LEADS))
"""What a column of a list of people may be and yet speak of the pursuit, when its name says so."""


def _by_spelling(told: dict[str, str], labels: dict[str, str]) -> dict[str, str]:
    known = {word: key for key, listed in told.items() for word in listed.split("|")}
    for key in told:
        known |= {fold(spelled): key for spelled in (key, *spellings(labels[key]))}
    return known


def direction_of(cell: str) -> str:
    """Return the direction that a cell says, or an empty text."""
    return _DIRECTION_OF.get(_plain(cell), "")


def state_of(cell: str) -> str:
    """Return the state that a cell says, or an empty text; what is handed over is told by its deal, not by a list."""
    return _STATE_OF.get(_plain(cell), "")


def named(simple: str, name: str) -> list[str]:
    """Return the field of the pursuit that a person's own word means, in a list of at most one."""
    found = OF_LEADS.get(simple) or next((field for field in LEADS if field == f"lead.{simple}"), "")
    found = found or LEADS_BY_NAME.get(compact(name), "")
    return [found] if found else []


def settled(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> list[Column]:
    """Read the columns of the pursuit among those of the people."""
    found = [_of_lead(column, cells[column.place]) for column in columns]
    if any(column.field == "lead.direction" for column in found):
        return found
    for place, column in enumerate(found):
        if column.field == CUSTOM and _share(cells[column.place], direction_of) == 1:
            found[place] = column._replace(field="lead.direction", confidence=0.8, reason="values")
            break
    return found


def _of_lead(column: Column, cells: Sequence[str]) -> Column:
    joined = compact(column.header)
    bare = "".join(word for word in words(column.header) if word not in SMALL_WORDS)
    field = LEADS_BY_NAME.get(joined) or LEADS_BY_NAME.get(bare, "")
    if field and column.field in _TAKEN and not (column.field == "source" and field != "lead.source"):
        if _contradict(field, cells):
            return column if column.field != CUSTOM else column._replace(reason="values")
        return column._replace(
            field=field, label="", confidence=1.0 if joined in LEADS_BY_NAME else 0.9, reason="name"
        )
    if column.field in OF_LEADS:
        return column._replace(field=OF_LEADS[column.field])
    return column


def _contradict(field: str, cells: Sequence[str]) -> bool:
    """Tell whether the cells of a column cannot be what its name says: “Direction: Direction générale”."""
    tests = {"lead.direction": direction_of, "lead.state": state_of, "lead.online": _is_answer}
    test = tests.get(field)
    return test is not None and _share(cells, test) < 0.5 and any(cell.strip() for cell in cells)


def _share(cells: Sequence[str], holds: object) -> float:
    filled = [cell for cell in cells if cell.strip()]
    return sum(bool(holds(cell)) for cell in filled) / len(filled) if filled else 0.0  # type: ignore[operator]


def _is_answer(cell: str) -> bool:
    return _plain(cell) in ANSWERS_YES | ANSWERS_NO


def _plain(cell: str) -> str:
    return " ".join(fold(cell).strip(" .").replace("_", " ").split())


_DIRECTION_OF = _by_spelling(_DIRECTIONS, DIRECTIONS)
_STATE_OF = _by_spelling(_STATES, leads_of.STATES)
