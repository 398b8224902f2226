"""What is understood of a field while it is typed: its normal form, as the verb will keep it, or what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.dates import read_when, show_when
from petitcrm.errors import UsageProblem
from petitcrm.formats.money import read_money, show_money
from petitcrm.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from petitcrm.crm import Crm


def listed(typed: str) -> list[str]:
    """Return what is typed between commas."""
    return [one.strip() for one in typed.split(",") if one.strip()]


def with_label(typed: str) -> str | tuple[str, str]:
    """Return an address with its label, typed as `jeanne@acme.example (work)`."""
    value, bracket, label = typed.partition(" (")
    return (value.strip(), label.rstrip(") ")) if bracket else typed


def _bare(typed: str) -> str:
    told = with_label(typed)
    return told if isinstance(told, str) else told[0]


def day(crm: Crm, typed: str) -> str:
    """Return a day in words as it is understood."""
    return show_when(read_when(typed, now=crm.now), today=crm.now.date())


def _money(_crm: Crm, typed: str) -> str:
    return show_money(read_money(typed))


def _phones(_crm: Crm, typed: str) -> str:
    from petitcrm.formats.phones import read_phone, show_phone

    shown = []
    for one in listed(typed):
        number = read_phone(_bare(one))
        shown.append(
            show_phone(number) if number else _("{value}: not a number that can be dialled", value=one)
        )
    return ", ".join(shown)


def _emails(_crm: Crm, typed: str) -> str:
    from petitcrm.formats.emails import read_email

    read = []
    for one in listed(typed):
        address = read_email(_bare(one))
        if address is None:
            raise UsageProblem(_("{value} is not an e-mail address.", value=one))
        read.append(address)
    return ", ".join(read)


def _siren(_crm: Crm, typed: str) -> str:
    from petitcrm.formats import companies

    siren = companies.read_siren(typed)
    return f"{_in_threes(siren)} · {_('VAT')} {companies.vat_number(siren)}"


def _siret(crm: Crm, typed: str) -> str:
    from petitcrm.formats import companies

    siret = companies.read_siret(typed)
    return f"{_in_threes(siret[:9])} {siret[9:]} · {_('SIREN')} {_siren(crm, siret[:9])}"


def _vat(_crm: Crm, typed: str) -> str:
    from petitcrm.formats import companies

    return companies.read_vat(typed)


def _naf(_crm: Crm, typed: str) -> str:
    from petitcrm import geo
    from petitcrm.formats import companies

    code = companies.read_naf(typed)
    return f"{code} · {geo.naf_label(code) or _('a code that INSEE does not list')}"


def _headcount(_crm: Crm, typed: str) -> str:
    from petitcrm.formats import companies

    told = typed.replace(" ", "")
    if not (told.isascii() and told.isdigit()):
        raise UsageProblem(_("“{value}” is not a number of people.", value=typed))
    return _("INSEE band: {band}", band=companies.show_band(companies.band_of(int(told))))


def _url(_crm: Crm, typed: str) -> str:
    from petitcrm.formats.urls import read_url

    read = read_url(typed)
    if read is None:
        raise UsageProblem(_("{value}: not the address of a site, kept as it is written", value=typed))
    return read


def _postcode(_crm: Crm, typed: str) -> str:
    from petitcrm import geo

    places = [place.commune for place in geo.communes_of(typed.replace(" ", ""))]
    if not places:
        return _("no French postcode; kept as it is written")
    more = f" +{len(places) - 4}" if len(places) > 4 else ""
    return ", ".join(places[:4]) + more


def _in_threes(digits: str) -> str:
    return " ".join(digits[at : at + 3] for at in range(0, len(digits), 3))


ECHOES: dict[str, Callable[[Crm, str], str]] = {
    "expected_on": day, "sleep_until": day, "amount_cents": _money, "revenue_cents": _money, "phones": _phones,
    "phone": _phones, "emails": _emails, "email": _emails, "siren": _siren, "siret": _siret, "vat_number": _vat,
    "naf_rev2": _naf, "headcount": _headcount, "website": _url, "linkedin_url": _url, "postcode": _postcode,
}  # fmt: skip
"""By field, the reading that the verb makes of it too."""
