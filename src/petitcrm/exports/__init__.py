"""Taking everything away: lists for spreadsheets and programs, or the whole base in one file.

What is exported can be imported into an empty base and exported again, to the letter. The whole base (`all`) is
everything but the journal: one JSON object a line, tables in order, rows by id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.crm import Crm

NOUNS = ("contacts", "companies", "deals", "tasks")


def export(crm: Crm, what: str, format: str, *, for_spreadsheet: bool = False) -> Iterator[str]:
    """Return the pieces of an export of contacts, companies, deals, tasks or all, as csv, ndjson or vcard (contacts).

    `for_spreadsheet` makes a CSV that Excel opens and in which no cell acts; only the default comes back to the letter.
    Raises UsageProblem on a list or a format that there is not.
    """
    from petitcrm.exports import lists, whole

    if what == "all" and format == "ndjson":
        return whole.pieces(crm)
    if what in NOUNS and format == "csv":
        return lists.csv_pieces(crm, what, for_spreadsheet=for_spreadsheet)
    if what in NOUNS and format == "ndjson":
        return lists.ndjson_pieces(crm, what)
    if what == "contacts" and format == "vcard":
        from petitcrm.exports import vcards

        return vcards.pieces(crm)
    if what == "all":
        raise UsageProblem(
            _("The whole base cannot be written as {format}.", format=format),
            advice=_("Use --format ndjson, or export one list at a time: {names}.", names=", ".join(NOUNS)),
        )
    raise UsageProblem(
        _("There is no export of {what} as {format}.", what=what, format=format),
        advice=_("Formats: csv, ndjson; vcard for contacts."),
    )
