"""Who writes and is nobody of the base yet: made a contact from one of their mails, which then all attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import NotFound, RefusedByRule
from petitcrm.formats.emails import domain_of, is_free_mail, is_generic
from petitcrm.i18n import _
from petitcrm.imports import names
from petitcrm.sales import contacts
from petitcrm.store.queries import mail as queries
from petitcrm.store.queries import references
from petitcrm.text import fold

if TYPE_CHECKING:
    from typing import Any

    from petitcrm.crm import Crm


def welcome(crm: Crm, message_id: int) -> int:
    """Make a contact of who wrote a mail, or received it from us, and return it; who is one already is returned.

    Their company is the one of the base that has the domain of their address, where that says something.
    """
    found = queries.other_side(crm, [message_id])
    if not found:
        raise NotFound(_("There is no mail m{id}.", id=message_id))
    (one,) = found
    if not one.address:
        raise RefusedByRule("mail-without-address", _("Mail m{id} names nobody.", id=message_id))
    known = references.contacts_at(crm, one.address)
    if known:
        return known[0]
    return contacts.add(crm, _fields(crm, one.name, one.address), emails=[one.address])


def _fields(crm: Crm, name: str, address: str) -> dict[str, Any]:
    domain = domain_of(address)
    companies = [] if is_free_mail(domain) else references.companies_at(crm, domain)
    fields: dict[str, Any] = {"company_id": companies[0] if len(companies) == 1 else None, "source": "mail"}
    shown = " ".join(name.replace('"', "").split())
    if not shown or "@" in shown or names.is_company(shown):
        return fields
    if is_generic(address) and fold(shown) == fold(address.partition("@")[0]):
        return fields
    told = names.split(shown)
    return fields | {"civility": told.civility, "first_name": told.first, "last_name": told.last}
