"""What a card says of somebody: names, firm, addresses, numbers, and everything else under its own name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from petitcrm.connectors.vcard_lines import Property, labels_of, read_property
from petitcrm.rows import Row
from petitcrm.text import clean, fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OURS = "X-PETITCRM-"
"""How the properties that petitcrm writes begin."""

# They tell of the card (who wrote it, when, for whom), not of the person.
OF_THE_CARD = frozenset(
    ("VERSION", "PRODID", "REV", "PROFILE", "BEGIN", "END", "X-ABLABEL", "CLIENTPIDMAP", "X-ABSHOWAS")
)
_LABELS = {
    "work": "work", "home": "home", "dom": "home", "cell": "mobile", "mobile": "mobile", "iphone": "mobile",
    "other": "other",
}  # fmt: skip
_LINKEDIN = re.compile(r"(?:https?://)?(?:[a-z]{2,3}\.)?linkedin\.com/", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_LONGEST_LABEL = 60
_MOST = 12
"""Addresses, and numbers, of one card that have columns; the others are kept in fields of the firm's own."""
# What petitcrm's own cards say under usual names, that other programs mean otherwise.
_OURS = {
    "REV": "created_at",
    "X-SOCIALPROFILE": "linkedin_url",
    "URL": "company_website",
    "FN": "",
    "UID": "uid",
}
_MANY = " ; "


class Told(Row):
    """What one card says. `fields` are petitcrm's own names; `emails` and `phones` are (value, label).

    `custom` holds the other properties by the name they are kept under; `groups` the identifiers of the members, when
    the card is that of a group.
    """

    fields: dict[str, str]
    emails: list[tuple[str, str]]
    phones: list[tuple[str, str]]
    notes: list[str]
    custom: dict[str, str]
    members: list[str] | None = None
    is_ours: bool = False

    @property
    def is_of_company(self) -> bool:
        """Tell whether the card is that of a company, with nobody's name."""
        person = ("first_name", "last_name", "name")
        return not self.is_ours and "company" in self.fields and not any(map(self.fields.get, person))

    @property
    def is_somebody(self) -> bool:
        """Tell whether the card names a person or a company, or says how to reach them."""
        known = ("first_name", "last_name", "name", "company", "linkedin_url")
        return bool(self.is_ours or self.emails or self.phones or any(map(self.fields.get, known)))


def told_by(lines: Iterable[str]) -> Told:
    """Return what a card says, by its unfolded lines."""
    properties = [one for line in lines if (one := read_property(line)) and one.raw.strip()]
    are_ours = _are_ours(properties)
    reader = _Reader(labels_of(properties, as_written=are_ours), is_ours=are_ours)
    for one in properties:
        reader.take(one)
    return reader.told()


def _are_ours(properties: list[Property]) -> bool:
    """Tell whether petitcrm wrote the card; one that went through another program since is that program's."""
    by_us = any(one.name == "PRODID" and "//petitcrm//" in one.raw for one in properties)
    return by_us and any(one.name == OURS + "ID" for one in properties)


def identifier(text: str) -> str:
    """Return a UID without the words that vCard 4.0 puts before it."""
    return text.removeprefix("urn:uuid:").removeprefix("URN:UUID:")


class _Reader:
    """One card being understood."""

    def __init__(self, labels: dict[str, str], *, is_ours: bool) -> None:
        self._labels = labels
        self._is_ours = is_ours
        self._preferred: set[str] = set()
        self._fields: dict[str, str] = {}
        self._emails: list[tuple[str, str]] = []
        self._phones: list[tuple[str, str]] = []
        self._notes: list[str] = []
        self._custom: dict[str, list[str]] = {}
        self._addresses: list[tuple[int, str, list[str]]] = []
        self._sites: list[tuple[bool, str]] = []
        self._members: list[str] = []
        self._kind = self._formatted = ""
        self._is_company = False

    def take(self, one: Property) -> None:
        """Take one property."""
        if self._is_ours and one.name.startswith(OURS):
            self._take_ours(one)
        elif self._is_ours and one.name in _OURS:
            self._fields |= {_OURS[one.name]: one.text} if _OURS[one.name] else {}
        elif one.name in ("KIND", "X-ADDRESSBOOKSERVER-KIND"):
            self._kind = one.text.lower()
        elif one.name == "X-ABSHOWAS":
            self._is_company = one.text.upper() == "COMPANY"
        elif one.name in ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"):
            self._members.append(identifier(one.text))
        elif one.name not in OF_THE_CARD:
            _TAKES.get(one.name, _Reader._keep)(self, one)

    # ------------------------------------------------------------------------------------------- one property each

    def _take_ours(self, one: Property) -> None:
        if one.group in self._labels:
            self._custom[self._labels[one.group]] = [one.text]
        else:
            self._fields[one.name.removeprefix(OURS).lower().replace("-", "_")] = one.text

    def _take_name(self, one: Property) -> None:
        parts = [*one.parts(), "", "", "", "", ""]
        for field, part in zip(("last_name", "first_name", "", "civility"), parts, strict=False):
            if field and part and field not in self._fields:
                self._fields[field] = part
        for header, part in (("Middle name", parts[2]), ("Suffix", parts[4])):
            if part:
                self._add(header, part)

    def _take_formatted(self, one: Property) -> None:
        self._formatted = self._formatted or one.text

    def _take_organisation(self, one: Property) -> None:
        name, *units = one.parts()
        if "company" in self._fields or not name:
            self._add("ORG", ", ".join(part for part in (name, *units) if part))
            return
        self._fields["company"] = name
        for unit in filter(None, units):
            self._add("ORG unit", unit)

    def _take_title(self, one: Property) -> None:
        if one.text and self._fields.setdefault("job_title", one.text) != one.text:
            self._add("TITLE", one.text)

    def _take_email(self, one: Property) -> None:
        address = one.text if self._is_ours else _without(one.text, "mailto:")
        self._take_reach(self._emails, (address, self._label(one)), one)

    def _take_phone(self, one: Property) -> None:
        if self._is_ours:
            number = one.text
        elif one.types & {"fax", "pager"}:
            self._add("FAX" if "fax" in one.types else "PAGER", _without(one.text, "tel:"))
            return
        else:
            number = _without(one.text, "tel:").replace(";ext=", " ext. ")
        self._take_reach(self._phones, (number, self._label(one)), one)

    def _take_reach(self, listed: list[tuple[str, str]], line: tuple[str, str], one: Property) -> None:
        """Add an address or a number, the preferred one first; those beyond what a list has columns for are kept."""
        if not line[0] or any(line[0] == known for known, _label in listed):
            return
        if len(listed) >= _MOST and not self._is_ours:
            self._add(f"X-OTHER-{one.name}", line[0])
        elif self._is_preferred(one) and one.name not in self._preferred:
            self._preferred.add(one.name)
            listed.insert(0, line)
        else:
            listed.append(line)

    def _take_address(self, one: Property) -> None:
        parts = [*one.parts(), "", "", "", "", "", "", ""][:7]
        rank = (2 if "work" in one.types else 0) + self._is_preferred(one)
        if any(parts):
            self._addresses.append((rank, self._label(one), parts))

    def _take_note(self, one: Property) -> None:
        if one.text and one.text not in self._notes:
            self._notes.append(one.text)

    def _take_categories(self, one: Property) -> None:
        known = self._fields.get("tags", "")
        self._fields["tags"] = "\n".join(filter(None, (known, *one.members())))

    def _take_site(self, one: Property) -> None:
        if _LINKEDIN.match(one.text) and "linkedin_url" not in self._fields:
            self._fields["linkedin_url"] = one.text
        elif one.text:
            self._sites.append(("work" in one.types, one.text))

    def _take_profile(self, one: Property) -> None:
        is_linkedin = "linkedin" in one.types or _LINKEDIN.match(one.text)
        if is_linkedin and "linkedin_url" not in self._fields:
            self._fields["linkedin_url"] = one.text
        else:
            network = next(iter(sorted(one.types - {"pref", "home", "work"})), "")
            self._add(f"{one.name} ({network})" if network else one.name, one.text)

    def _take_identifier(self, one: Property) -> None:
        self._fields.setdefault("uid", identifier(one.text))

    def _take_siret(self, one: Property) -> None:
        self._fields.setdefault(one.name.removeprefix("X-").lower(), one.text)

    def _keep(self, one: Property) -> None:
        """Keep a property that petitcrm has no field for under its own name, and what its group is called."""
        label = self._labels.get(one.group, "")
        self._add(f"{one.name} ({label})" if label else one.name, one.text)

    # ------------------------------------------------------------------------------------------------- what is common

    def _add(self, header: str, value: str) -> None:
        name = _SPACES.sub(" ", clean(header)).strip()[:_LONGEST_LABEL]
        listed = self._custom.setdefault(name, [])
        if value and value not in listed:
            listed.append(value)

    def _label(self, one: Property) -> str:
        named = self._labels.get(one.group, "")
        if named and self._is_ours:
            return named
        if named:
            said = _SPACES.sub(" ", clean(named)).strip()[:_LONGEST_LABEL]
            return _LABELS.get(said.lower(), said)
        return next((label for word, label in _LABELS.items() if word in one.types), "")

    @staticmethod
    def _is_preferred(one: Property) -> bool:
        return "pref" in one.types or "1" in one.told.get("PREF", ())

    # ------------------------------------------------------------------------------------------------------- the whole

    def told(self) -> Told:
        """Return what the card says, once it is read to its end."""
        if not self._is_ours:
            self._settle_name()
        self._settle_address()
        self._settle_sites()
        custom = {
            name: _MANY.join(values) if not self._is_ours else values[0]
            for name, values in self._custom.items()
            if values
        }
        members = self._members if self._kind == "group" and self._members else None
        fields = {field: value for field, value in self._fields.items() if value}
        return Told(fields, self._emails, self._phones, self._notes, custom, members, self._is_ours)

    def _settle_name(self) -> None:
        """Know a company's card by its kind, or by its only name; keep a displayed name that says something else."""
        fields = self._fields
        is_named = "first_name" in fields or "last_name" in fields
        shown, company = self._formatted, fields.get("company", "")
        is_company = self._is_company or self._kind in ("org", "organization", "group")
        if is_company and not self._members:
            fields.setdefault("company", shown or fields.get("last_name", ""))
            for field in ("first_name", "last_name"):
                fields.pop(field, None)
            if shown and fold(shown) != fold(fields["company"]):
                self._add("FN", shown)
        elif not is_named and shown and fold(shown) != fold(company):
            fields["name"] = shown
        elif not is_named and not company and "NICKNAME" in self._custom:
            fields["name"] = self._custom["NICKNAME"][0]
        elif is_named:
            known = {
                word
                for field in ("first_name", "last_name", "civility")
                for word in words(fields.get(field, ""))
            }
            known |= {
                word
                for name in ("Middle name", "Suffix")
                for word in words(_MANY.join(self._custom.get(name, [])))
            }
            if set(words(shown)) - known - set(words(company)):
                self._add("FN", shown)
        if "role" in fields and fields.setdefault("job_title", fields["role"]) != fields["role"]:
            self._add("ROLE", fields["role"])

    def _settle_address(self) -> None:
        """Take the address of work, else the preferred one, else the first; keep the others in full."""
        best = max(self._addresses, key=lambda one: one[0], default=None)
        for address in self._addresses:
            _rank, label, (box, extended, street, city, region, postcode, country) = address
            if address is best:
                lines = "\n".join(filter(None, (street, extended, box)))
                given = {"street": lines, "postcode": postcode, "city": city, "country": country}
                self._fields |= {field: value for field, value in given.items() if value}
                if region:
                    self._add("Region", region)
            else:
                whole = (extended, box, street, f"{postcode} {city}".strip(), region, country)
                name = f"ADR ({label})" if label else "ADR"
                self._add(name, ", ".join(part.replace("\n", ", ") for part in whole if part))

    def _settle_sites(self) -> None:
        """Give the company the site told to be that of work, or whose domain is that of an e-mail; keep the others."""
        company = self._fields.get("company", "")
        domains = {address.rpartition("@")[2].lower() for address, _label in self._emails}
        for is_work, site in self._sites:
            host = site.lower().partition("://")[2].partition("/")[0].removeprefix("www.")
            is_firm = company and (is_work or host in domains or self._is_company or not self._has_person())
            if is_firm and "company_website" not in self._fields:
                self._fields["company_website"] = site
            else:
                self._add("URL", site)

    def _has_person(self) -> bool:
        return any(map(self._fields.get, ("first_name", "last_name", "name")))

    def _take_role(self, one: Property) -> None:
        self._fields.setdefault("role", one.text)


def _without(text: str, scheme: str) -> str:
    return text[len(scheme) :] if text[: len(scheme)].lower() == scheme else text


_TAKES: dict[str, Callable[[_Reader, Property], None]] = {
    "N": _Reader._take_name,
    "FN": _Reader._take_formatted,
    "ORG": _Reader._take_organisation,
    "TITLE": _Reader._take_title,
    "ROLE": _Reader._take_role,
    "EMAIL": _Reader._take_email,
    "TEL": _Reader._take_phone,
    "ADR": _Reader._take_address,
    "NOTE": _Reader._take_note,
    "CATEGORIES": _Reader._take_categories,
    "URL": _Reader._take_site,
    "X-SOCIALPROFILE": _Reader._take_profile,
    "SOCIALPROFILE": _Reader._take_profile,
    "UID": _Reader._take_identifier,
    "X-SIRET": _Reader._take_siret,
    "X-SIREN": _Reader._take_siret,
}
