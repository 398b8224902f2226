"""What leaves a sheet for the rest of the machine: a value copied as text, an address opened by the system."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from petitcrm.formats.phones import read_phone
from petitcrm.formats.urls import read_url
from petitcrm.i18n import _, said_of
from petitcrm.text import safe

if TYPE_CHECKING:
    from petitcrm.tui.app import Interface
    from petitcrm.tui.facts import Fact, Sheet


def copy(app: Interface, text: str) -> None:
    """Put a text into the clipboard of the terminal."""
    if not text:
        app.complain(_("Put the cursor on a value to copy it."))
        return
    # Control characters are made visible: a line end in a name would be a command where it is pasted.
    shown = safe(text, lines=True)
    app.copy_to_clipboard(shown)
    app.tell(_("Copied: {value}", value=shown.partition("\n")[0]), hint=_("paste it where you like"))


def as_text(sheet: Sheet) -> str:
    """Return a sheet as lines of text: its title, then what is known."""
    known = [said_of(fact.label, bare(fact)).replace("\n", " ") for fact in sheet.facts if fact.value]
    return "\n".join([sheet.title.replace("\n", " "), *known])


def open_outside(app: Interface, fact: Fact | None) -> None:
    """Let the system open a mail, a call or a web page for the value under the cursor."""
    address = address_of(fact) if fact else ""
    if not address:
        app.complain(_("Put the cursor on an e-mail, a telephone or a web site to open it."))
        return
    app.open_url(address)
    app.tell(_("Opened: {value}", value=address), hint=_("by the system"))


def bare(fact: Fact) -> str:
    """Return the value of a fact on one line, without the label of an address: `06 12 34 56 78  (mobile)`."""
    value = fact.value.partition("  (")[0] if fact.field in ("emails", "phones", "") else fact.value
    return value.replace("\n", " ")


def address_of(fact: Fact) -> str:
    """Return what the system opens for a value, or an empty text: only mail, telephone, http and https."""
    value = bare(fact).strip()
    if "@" in value and " " not in value:
        return f"mailto:{quote(value, safe='@.+-_')}"
    if fact.field in ("website", "linkedin_url"):
        return read_url(value) or ""
    number = read_phone(value) if value and fact.label == _("Phone") else None
    return f"tel:{number}" if number else ""
