"""What ends every mail to many people: who writes, where they are, and how to receive no more of them.

Sources: article 19 of the law of 21 June 2004 (who writes says so), article L34-5 of the Code des postes et des
communications électroniques (a valid address at which to ask for an end of it, in every such mail). Not legal advice.
"""

from __future__ import annotations

from petitcrm.i18n import _
from petitcrm.marketing.merge_fields import spoken
from petitcrm.marketing.wording import SIGNATURE, escaped, text_of
from petitcrm.rows import Row
from petitcrm.sales.may_contact import SERVICE

WAY_OUT = "STOP"
"""The subject of a mail that asks for no more."""


class Identity(Row):
    """Who writes: the name and the postal address of the firm, and the address that answers come to."""

    firm: str
    place: str
    sender: str


def signed(body: str, who: Identity, *, lang: str, purpose: str, is_markdown: bool = True) -> str:
    """Return a body, in Markdown or as text, with what ends it; what carries out an order needs no way out."""
    named = " · ".join(escaped(part) if is_markdown else part for part in (who.firm, who.place) if part)
    with spoken(lang):
        way_out = _("To receive no more of these mails, [answer STOP]({address}).", address=way_out_of(who))
    way_out = way_out if is_markdown else text_of(way_out)
    ends = [named, *([way_out] if who.sender and purpose != SERVICE else [])]
    words, line, signature = body.partition(SIGNATURE)  # a foot after it would be a part of the signature
    foot = "\n\n".join([words.rstrip(), "---" if is_markdown else "—", *filter(None, ends)]) + "\n"
    return f"{foot}{line}{signature.strip()}\n" if line else foot


def way_out_of(who: Identity) -> str:
    """Return the address to leave by, as a link has it."""
    return f"mailto:{who.sender}?subject={WAY_OUT}"
