"""Taking everything away: lists for spreadsheets and programs, or the whole base in one file or folder.

What is exported can be imported into an empty base and exported again, to the letter. The whole base (`all`) is
everything but the journal: one JSON object a line, tables in order, rows by id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.exports.formats import BY_KEY, FOLDER, FORMATS, NOUNS, Format
from petitcrm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.exports.folders import Kept

__all__ = ["NOUNS", "export", "export_folder", "format_of"]


def export(crm: Crm, what: str, format: str, *, for_spreadsheet: bool = False) -> Iterator[str | bytes]:
    """Return the pieces of an export of contacts, companies, deals, tasks or all, in one of the formats of a file.

    `for_spreadsheet` makes a CSV that Excel opens and in which no cell acts. Raises UsageProblem on what cannot be.
    """
    found = format_of(what, format, for_spreadsheet=for_spreadsheet)
    if found.shape == FOLDER:
        raise UsageProblem(_("An export as {format} is a folder.", format=format))
    pieces: Iterator[str | bytes] = _pieces(crm, what, found, for_spreadsheet=for_spreadsheet)
    return pieces


def export_folder(crm: Crm, what: str, format: str, path: str) -> Kept:
    """Keep a folder equal to the base, in a format that is one; return how many files changed."""
    from petitcrm.exports import folders

    index, files = _pieces(crm, what, format_of(what, format), for_spreadsheet=False)
    return folders.keep(path, index, files)


def format_of(what: str, format: str, *, for_spreadsheet: bool = False) -> Format:
    """Return a format by its key; UsageProblem where there is none such, or not for this list."""
    found = BY_KEY.get(format)
    possible = [each.key for each in FORMATS if what in each.what]
    if found is None or what not in found.what:
        raise UsageProblem(
            _("There is no export of {what} as {format}.", what=what, format=format),
            advice=_("Formats of {what}: {names}.", what=what, names=", ".join(possible)) if possible else "",
        )
    if for_spreadsheet and not found.spreadsheet:
        raise UsageProblem(
            _(
                "--for-spreadsheet is for what a spreadsheet opens, and that does not open {format}.",
                format=format,
            ),
            advice=_("Formats: {names}.", names=", ".join(each.key for each in FORMATS if each.spreadsheet)),
        )
    return found


def _pieces(crm: Crm, what: str, format: Format, *, for_spreadsheet: bool) -> Any:
    module, _colon, name = format.does.partition(":")
    writes = getattr(__import__(module, fromlist=(name,)), name)
    return writes(crm, what, for_spreadsheet=for_spreadsheet)
