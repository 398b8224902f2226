"""What speaks for two rows being one, and against: points for each reason, their sum, and what it is good for.

Reasons add up, contrary ones take away. 90 and more is **certain**: it may be merged without looking. 50 and more is
**possible**: it is suggested. What cannot be certain, however much adds up, has a ceiling:

* nothing personal in common (e-mail, mobile, a telephone that few have, LinkedIn page): namesakes at one company;
* names that a family shares (an initial, a part of the name, a letter more in the first name, another family name),
  or one name and one telephone at home but two mobiles or two addresses;
* something that speaks against it plainly: M. and Mme, two birthdays, two ids of one program;
* two different first names are two people, whatever they share.
"""

from __future__ import annotations

from petitcrm.formats.emails import domain_of, is_free_mail, is_generic
from petitcrm.i18n import N_, _
from petitcrm.rows import Row
from petitcrm.sales.names_alike import edits, firms_alike, how_alike, name_of
from petitcrm.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from petitcrm.store.queries.duplicates import Firm, Person

CERTAIN = 90
POSSIBLE = 50

REASONS = {
    "email": N_("same e-mail address"),
    "crowded_email": N_("same e-mail address, as several others"),
    "generic_email": N_("same general address"),
    "near_email": N_("e-mail addresses differ by a letter or so"),
    "mobile": N_("same mobile"),
    "phone": N_("same telephone"),
    "crowded_phone": N_("same telephone, as several others"),
    "linkedin": N_("same LinkedIn page"),
    "company": N_("same company"),
    "company_name": N_("companies of one name"),
    "postcode": N_("same postcode"),
    "city": N_("same town"),
    "street": N_("same street"),
    "name": N_("same name"),
    "turned_name": N_("same name, first and family name turned round"),
    "short_name": N_("one first name is short for the other"),
    "double_name": N_("one family name is a part of the other"),
    "family_slip": N_("family name differs by a letter or so"),
    "initial": N_("one first name is an initial"),
    "longer_name": N_("one first name has a word more"),
    "first_slip": N_("first name differs by a letter"),
    "two_slips": N_("names differ by a few letters"),
    "part_of_name": N_("one has only a part of the name"),
    "no_name": N_("one has no name"),
    "no_names": N_("neither has a name"),
    "spelled": N_("the address spells the name"),
    "other_family_name": N_("different family names"),
    "other_first_name": N_("different first names"),
    "other_name": N_("different names"),
    "other_civility": N_("M. and Mme"),
    "other_birthday": N_("different birthdays"),
    "other_external_id": N_("two ids of one program"),
    "other_emails": N_("different e-mail addresses"),
    "other_mobiles": N_("different mobiles"),
    "other_company": N_("different companies"),
    "other_place": N_("different towns"),
    "other_phone": N_("different telephones"),
    "siret": N_("same SIRET"),
    "siren": N_("same SIREN"),
    "establishments": N_("two SIRET of one SIREN"),
    "domain": N_("same web domain"),
    "near_name": N_("names alike"),
}
"""Every reason: stable key → what people read."""

_POINTS = {
    "email": 55, "crowded_email": 25, "generic_email": 0, "near_email": 30, "mobile": 50, "phone": 40,
    "crowded_phone": 15, "linkedin": 55, "company": 30, "company_name": 28, "postcode": 25, "city": 15, "street": 15,
    "name": 40, "turned_name": 40, "short_name": 36, "double_name": 30, "family_slip": 36, "initial": 28,
    "longer_name": 26, "first_slip": 22, "two_slips": 15, "part_of_name": 22, "no_name": 10, "no_names": 40,
    "spelled": 30, "other_family_name": 0, "other_first_name": -60, "other_name": -70, "other_civility": -30,
    "other_birthday": -50, "other_external_id": -40, "other_emails": -8, "other_mobiles": -7, "other_company": -15,
    "other_place": -10,
}  # fmt: skip
_POINTS_OF_FIRMS = {
    "siret": 80, "siren": 65, "establishments": 25, "email": 40, "domain": 40, "phone": 35, "postcode": 35, "city": 25,
    "name": 52, "near_name": 25, "other_name": -30, "other_place": -25, "other_external_id": -40,
    "other_phone": -5,
}  # fmt: skip
_PERSONAL = frozenset(("email", "mobile", "phone", "linkedin"))
_SHARED_BY_A_FAMILY = frozenset(
    (
        "initial", "longer_name", "first_slip", "two_slips", "part_of_name", "other_family_name",
    )
)  # fmt: skip
# Told only of who shares a telephone and nothing closer: a father and a son of one name.
_NAMESAKES_AT_HOME = frozenset(("other_emails", "other_mobiles"))
_PLAINLY_AGAINST = frozenset(("other_civility", "other_birthday", "other_external_id"))
_TWO_PEOPLE = frozenset(("other_first_name", "other_name"))
_IDENTITY = frozenset(("siret", "siren"))
_TOO_MANY = 3
"""Rows that may have one address or number before it says less of each."""
_WOMEN = ("mme", "mlle", "madame", "mademoiselle", "mrs", "ms", "miss")
_MEN = ("m", "mr", "monsieur")


class Reason(Row):
    """One reason: its key in REASONS, and the points it gives or takes away."""

    key: str
    points: int

    @property
    def words(self) -> str:
        """The reason as people read it."""
        return _(REASONS[self.key])


class Weighed(Row):
    """What two rows have in common: a score out of 100, and every reason, the strongest first, contrary ones last."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def band(self) -> str:
        """`certain`, `possible`, or `unlikely`."""
        return band_of(self.score)

    @property
    def because(self) -> str:
        """Every reason in words."""
        return in_words(self.reasons)


def in_words(reasons: tuple[Reason, ...]) -> str:
    """Return reasons as people read them, those that speak against it after a `but`."""
    told = ", ".join(reason.words for reason in reasons if reason.points >= 0)
    against = ", ".join(reason.words for reason in reasons if reason.points < 0)
    return (
        _("{reasons}, but {against}", reasons=told, against=against) if told and against else told or against
    )


def band_of(score: int) -> str:
    """Return what a score is good for: `certain`, `possible`, or `unlikely`."""
    return "certain" if score >= CERTAIN else "possible" if score >= POSSIBLE else "unlikely"


def weigh_people(one: Person, other: Person) -> Weighed:
    """Weigh whether two contacts are one person."""
    shared = [*_personal(one, other)]
    name = how_alike(name_of(one.first_name, one.last_name), name_of(other.first_name, other.last_name))
    if name == "no_names" and "generic_email" in shared:  # the address is all there is, and it is the same
        shared = ["email" if key == "generic_email" else key for key in shared]
    keys = [*shared, name, *_places(one, other), *_against(one, other)]
    is_spelled = name == "no_name" and _spells_the_name(one, other)
    keys += ["spelled"] if is_spelled else []
    if _PERSONAL.intersection(shared) <= {"phone"}:
        keys += _apart(one, other)
    return _weighed(keys, _POINTS, _ceiling_of_people(frozenset(keys)))


def _ceiling_of_people(keys: frozenset[str]) -> int:
    if keys & _TWO_PEOPLE:
        return POSSIBLE - 1
    if keys & _PLAINLY_AGAINST or not keys & _PERSONAL:
        return CERTAIN - 5
    unsure = keys & (_SHARED_BY_A_FAMILY | _NAMESAKES_AT_HOME) or (
        "no_name" in keys and "spelled" not in keys
    )
    return CERTAIN - 1 if unsure else 100


def _weighed(keys: list[str], points: dict[str, int], ceiling: int) -> Weighed:
    reasons = [Reason(key, points[key]) for key in dict.fromkeys(keys)]
    reasons.sort(key=lambda reason: -reason.points)
    total = sum(reason.points for reason in reasons)
    return Weighed(max(0, min(total, ceiling)), tuple(reasons))


def _personal(one: Person, other: Person) -> Iterator[str]:
    """Yield what two people have in common that one reaches them by."""
    for address, holders in one.emails.items():
        if address in other.emails:
            yield _kind_of_email(address, max(holders, other.emails[address]))
    for number, holders in one.phones.items():
        if number in other.phones:
            crowd = max(holders, other.phones[number]) > _TOO_MANY
            yield "crowded_phone" if crowd else "mobile" if _is_mobile(number) else "phone"
    if one.linkedin_url and fold(one.linkedin_url).rstrip("/") == fold(other.linkedin_url).rstrip("/"):
        yield "linkedin"


def _kind_of_email(address: str, holders: int) -> str:
    if is_generic(address):
        return "generic_email"
    return "crowded_email" if holders > _TOO_MANY else "email"


def _is_mobile(number: str) -> bool:
    return number.startswith(("+336", "+337"))


def _places(one: Person, other: Person) -> Iterator[str]:
    """Yield where two people are both found; who works at one company is at one place already."""
    if one.company_id is not None and one.company_id == other.company_id:
        yield "company"
        return
    if one.company and one.company == other.company:
        yield "company_name"
        return
    if one.postcode and one.postcode == other.postcode:
        yield "postcode"
    elif one.city and fold(one.city) == fold(other.city):
        yield "city"
    else:
        return
    if one.street and words(one.street) == words(other.street):
        yield "street"


def _against(one: Person, other: Person) -> Iterator[str]:
    """Yield what speaks against two people being one whatever they share."""
    if {_sex(one.civility), _sex(other.civility)} == {"m", "w"}:
        yield "other_civility"
    if one.birthday and other.birthday and one.birthday != other.birthday:
        yield "other_birthday"
    if _are_two_ids(one.external_id, other.external_id):
        yield "other_external_id"


def _sex(civility: str) -> str:
    said = fold(civility).rstrip(".")
    return "w" if said in _WOMEN else "m" if said in _MEN else ""


def _are_two_ids(one: str | None, other: str | None) -> bool:
    """Tell whether one program gave two identifiers: then it knows two."""
    return bool(one and other and one != other and one.rpartition(":")[0] == other.rpartition(":")[0])


def _apart(one: Person, other: Person) -> Iterator[str]:
    """Yield what sets namesakes apart who share nothing personal, or a telephone at most."""
    mine, theirs = ([each for each in known.emails if not is_generic(each)] for known in (one, other))
    if any(_is_near_email(address, another) for address in mine for another in theirs):
        yield "near_email"
    elif mine and theirs:
        yield "other_emails"
    if any(map(_is_mobile, one.phones)) and any(map(_is_mobile, other.phones)):
        yield "other_mobiles"
    is_elsewhere = one.company_id != other.company_id and one.company != other.company
    if one.company_id and other.company_id and is_elsewhere:
        yield "other_company"
    if (
        one.postcode
        and other.postcode
        and one.postcode != other.postcode
        and (is_elsewhere or not one.company)
    ):
        yield "other_place"


def _is_near_email(one: str, other: str) -> bool:
    """Tell whether two addresses are one but for a slip: in the domain, in the name, or what follows a +."""
    mine, theirs = _local(one), _local(other)
    domain, another = domain_of(one), domain_of(other)
    if mine == theirs:
        same_host = domain.partition(".")[0] == another.partition(".")[0]
        slip = edits(domain, another) <= 2 and (is_free_mail(domain) or is_free_mail(another))
        return domain == another or slip or (same_host and is_free_mail(domain) == is_free_mail(another))
    digits = [letter for letter in mine if letter.isdigit()] != [
        letter for letter in theirs if letter.isdigit()
    ]
    return domain == another and not digits and len(mine) > 5 and edits(mine, theirs) <= 1


def _local(address: str) -> str:
    return address.rpartition("@")[0].lower().partition("+")[0].replace(".", "")


def _spells_the_name(one: Person, other: Person) -> bool:
    """Tell whether an address that both have spells the whole name of the one who has a name."""
    named = one if one.first_name or one.last_name else other
    first, last = "".join(words(named.first_name)), "".join(words(named.last_name))
    if not first or len(last) < 2:
        return False
    ways = {first + last, last + first, first[0] + last, last + first[0]}
    return any(
        "".join(words(address.rpartition("@")[0].partition("+")[0])).rstrip("0123456789") in ways
        for address in one.emails
        if address in other.emails
    )


def weigh_firms(one: Firm, other: Firm) -> Weighed:
    """Weigh whether two companies are one firm. Two different SIREN never are."""
    if one.siren and other.siren and one.siren != other.siren:
        return Weighed(0, ())
    keys = [*_identity(one, other), _named(one, other), *_reached(one, other), *_placed(one, other)]
    if _are_two_ids(one.external_id, other.external_id):
        keys.append("other_external_id")
    return _weighed(keys, _POINTS_OF_FIRMS, _ceiling_of_firms(frozenset(keys)))


def _ceiling_of_firms(keys: frozenset[str]) -> int:
    """Let a number of identity make certain where the names agree; a name only with a place and one thing more."""
    if keys & {"other_external_id", "establishments", "other_place", "other_name"}:
        return CERTAIN - 5
    if keys & _IDENTITY:
        return 100
    is_placed, is_reached = keys & {"postcode", "city"}, keys & {"domain", "email", "phone"}
    is_one_shop = (
        "name" in keys and is_placed and is_reached and "other_phone" not in keys
    )  # no two of a chain
    return 100 if is_one_shop else CERTAIN - 5


def _identity(one: Firm, other: Firm) -> Iterator[str]:
    if one.siret and one.siret == other.siret:
        yield "siret"
    elif one.siren and one.siren == other.siren:
        yield "establishments" if one.siret and other.siret else "siren"


def _named(one: Firm, other: Firm) -> str:
    return {"same": "name", "near": "near_name", "other": "other_name"}[
        firms_alike(one.match_name, other.match_name)
    ]


def _reached(one: Firm, other: Firm) -> Iterator[str]:
    if one.domain and one.domain == other.domain:
        yield "domain"
    elif one.email and one.email == other.email:
        yield "email"
    if one.phone_number and other.phone_number:
        yield "phone" if one.phone_number == other.phone_number else "other_phone"


def _placed(one: Firm, other: Firm) -> Iterator[str]:
    if one.postcode and one.postcode == other.postcode:
        yield "postcode"
    elif one.city and fold(one.city) == fold(other.city):
        yield "city"
    elif one.postcode and other.postcode:
        yield "other_place"
