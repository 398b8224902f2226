"""How people name a row: `c12`, an e-mail address, or words that find exactly one."""

from __future__ import annotations

from petitcrm.errors import Ambiguous, NotFound, UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.store.queries import references as queries
from petitcrm.store.queries import search
from petitcrm.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm

LETTERS = {
    "contact": "c",
    "company": "f",
    "deal": "d",
    "task": "t",
    "stage": "s",
    "pipeline": "p",
    "user": "u",
    "lead": "l",
    "mail": "m",
}
"""The letter of each noun's references."""

_NOUNS = {letter: noun for noun, letter in LETTERS.items()}
_NAMES = {
    "contact": N_("contact"), "company": N_("company"), "deal": N_("deal"), "task": N_("task"), "stage": N_("stage"),
    "pipeline": N_("pipeline"), "user": N_("person of the firm"), "tag": N_("tag"),
    "lead": N_("lead"), "mail": N_("e-mail"),
}  # fmt: skip
_SEARCHED = ("contact", "company", "deal", "task")
_ANY = ("contact", "company", "deal")
_SHOWN = 8
_LOOKED_AT = 60


def show(noun: str, row_id: int) -> str:
    """Return the short reference of a row: `c12`."""
    return f"{LETTERS.get(noun, '')}{row_id}"


def resolve(crm: Crm, noun: str, reference: str) -> int:
    """Return the id of the one row of `noun` that `reference` names.

    An id with or without its letter (also that of a row merged since), an e-mail, or words that all begin words of
    one row only; a full name wins over a part of one. Raise NotFound, Ambiguous with up to eight candidates, or
    UsageProblem when the reference is empty or of another noun.
    """
    told = _bare(reference)
    found = _by_id(crm, noun, told)
    if found is not None:
        return found
    if noun == "lead":
        return _lead_of(crm, told)
    if noun == "mail":
        raise NotFound(_("There is no {noun} {reference}.", noun=_(_NAMES[noun]), reference=told))
    if noun not in _SEARCHED:
        return _among_few(crm, noun, told)
    return _only(crm, told, [(noun, row_id) for row_id in _by_words(crm, noun, told)])[1]


def resolve_any(crm: Crm, reference: str) -> tuple[str, int]:
    """Return the noun and the id of the one contact, company or deal that `reference` names; a task by `t3` only.

    A lead (`l5`) or a mail (`m12`) stands for its contact.
    """
    told = _bare(reference)
    letter, digits = told[:1].lower(), told[1:]
    if letter in _NOUNS and _is_number(digits):
        noun = _NOUNS[letter]
        found = _by_id(crm, noun, told)
        if found is not None:
            return _about(crm, noun, found, told)
    if _is_number(told):
        owners = [(noun, int(told)) for noun in (*_ANY, "task") if queries.exists(crm, noun, int(told))]
        if owners:
            return _only(crm, told, owners)
    candidates: list[tuple[str, int]] = []
    for noun in _ANY:
        ranked = _by_words(crm, noun, told)
        candidates += [(noun, row_id) for row_id in ranked]
    return _only(crm, told, _full_names(crm, told, candidates) or candidates)


def _about(crm: Crm, noun: str, row_id: int, told: str) -> tuple[str, int]:
    """Return what a row is, where it has a story of its own; for a lead or a mail, the contact that it is of."""
    if noun in (*_ANY, "task"):
        return noun, row_id
    contact_id = queries.contact_of(crm, noun, row_id) if noun in queries.OF_A_CONTACT else None
    if contact_id is None:
        wanted, other = _(_NAMES["contact"]), _(_NAMES[noun])
        raise UsageProblem(
            _("{reference} is a {other}; a {noun} is wanted here.", reference=told, other=other, noun=wanted)
        )
    return "contact", contact_id


def _bare(reference: str) -> str:
    told = reference.strip().lstrip("@#").strip()
    if not told:
        raise UsageProblem(
            _("The reference is empty."), advice=_("Give an id like c12, an e-mail, or words of the name.")
        )
    return told


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _by_id(crm: Crm, noun: str, told: str) -> int | None:
    letter, digits = told[:1].lower(), told[1:]
    if _is_number(told) and told[0] != "0":
        row_id = int(told)
    elif letter in _NOUNS and _is_number(digits):
        if _NOUNS[letter] != noun:
            raise UsageProblem(
                _("{reference} is a {other}; a {noun} is wanted here.", reference=told, other=_(_NAMES[_NOUNS[letter]]),
                  noun=_(_NAMES[noun]))
            )  # fmt: skip
        row_id = int(digits)
    else:
        return None
    return row_id if queries.exists(crm, noun, row_id) else queries.survivor(crm, noun, row_id)


def _by_words(crm: Crm, noun: str, told: str) -> list[int]:
    """Return the rows that answer best to `told`: exact ones if there are any, else all that begin so."""
    if "@" in told:
        return _by_address(crm, noun, told)
    groups = [[term] for term in search.terms(told)]
    if not groups:
        return []
    if noun in ("contact", "company"):
        exact = queries.sorted_as(crm, noun, _orders(told))
        if exact:
            return exact
    for whole in (True, False):
        found = search.names(crm, groups, limit=_LOOKED_AT, noun=noun, whole=whole)
        if found:
            return _best(found, groups) if len(found) < _LOOKED_AT else [named.id for named in found]
    return []


def _by_address(crm: Crm, noun: str, told: str) -> list[int]:
    from petitcrm.formats.emails import domain_of, is_free_mail, known_as

    address = known_as(told) or told.lower()
    if noun == "contact":
        found = queries.contacts_at(crm, address)
        if found:
            return found
    elif noun == "company" and not is_free_mail(domain_of(address)):
        return queries.companies_at(crm, domain_of(address))
    groups = [[term] for term in search.loose_terms(told)]
    return (
        [named.id for named in search.names(crm, groups, limit=_SHOWN + 1, noun=noun, whole=True)]
        if groups
        else []
    )


def _orders(told: str) -> list[str]:
    """Return the ways to read a full name as the base sorts it: "jean le goff" is "le goff jean" or "goff jean le"."""
    parts = fold(told).split()[:6]
    return [" ".join(parts[cut:] + parts[:cut]) for cut in range(len(parts))]


def _best(found: list[search.Named], groups: list[list[str]]) -> list[int]:
    """Keep the rows where the words are in the name itself, which the index holds first, when there are any."""
    count = len(groups)
    in_name = [
        named.id
        for named in found
        if all(any(word.startswith(group[0]) for word in named.body.split()[: count + 1]) for group in groups)
    ]
    return in_name or [named.id for named in found]


def _full_names(crm: Crm, told: str, candidates: list[tuple[str, int]]) -> list[tuple[str, int]]:
    wanted = sorted(words(told))
    exact = []
    for noun, row_id in candidates[: 3 * _LOOKED_AT]:
        named = queries.presented(crm, noun, [row_id])
        if named and sorted(words(named[0].name)) == wanted:
            exact.append((noun, row_id))
    return exact


def _lead_of(crm: Crm, told: str) -> int:
    """Return the newest lead of the one contact that is named; NotFound where there is none."""
    from petitcrm.store.queries.leads import latest_of

    is_id = _is_number(told.lower().removeprefix("l"))
    found = [] if is_id else latest_of(crm, resolve(crm, "contact", told))
    if not found:
        raise NotFound(_("There is no {noun} {reference}.", noun=_(_NAMES["lead"]), reference=told))
    return found[0][0]


def _among_few(crm: Crm, noun: str, told: str) -> int:
    everything = queries.all_named(crm, noun)
    by_key = [row for row in everything if told.casefold() in (row.key.casefold(), row.email)]
    by_name = [row for row in everything if fold(row.name) == fold(told)]
    for found in (by_key, by_name, [row for row in everything if _begins_so(row, words(told))]):
        if len(found) == 1:
            return found[0].id
        if found:
            raise _ambiguous(
                told,
                [(show(noun, row.id), _presented(row)) for row in found[:_SHOWN]],
                more=len(found) > _SHOWN,
            )
    known = ", ".join(row.key or row.name for row in everything[:20])
    raise NotFound(
        _("There is no {noun} {reference}.", noun=_(_NAMES[noun]), reference=told),
        advice=_("There are: {names}", names=known) if known else "",
    )


def _begins_so(row: queries.Named, parts: list[str]) -> bool:
    in_name = words(row.name)
    return bool(parts) and all(any(word.startswith(part) for word in in_name) for part in parts)


def _only(crm: Crm, told: str, found: list[tuple[str, int]]) -> tuple[str, int]:
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(_("Nothing answers to {reference}.", reference=told), advice=_near(crm, told))
    candidates = []
    for noun, row_id in found[:_SHOWN]:
        candidates += [
            (show(noun, row_id), _presented(row)) for row in queries.presented(crm, noun, [row_id])
        ]
    raise _ambiguous(told, candidates, more=len(found) > _SHOWN)


def _presented(row: queries.Named) -> str:
    return f"{row.name} ({row.extra})" if row.extra else row.name


def _ambiguous(told: str, candidates: list[tuple[str, str]], *, more: bool = False) -> Ambiguous:
    advice = _("Give one of these ids, or more words.")
    if more:
        advice = _("There are more. Give more words, or an id.")
    return Ambiguous(
        _("Several answer to {reference}:", reference=told), candidates=candidates[:_SHOWN], advice=advice
    )


def _near(crm: Crm, told: str) -> str:
    """Propose what search, which forgives typing errors, would find."""
    from petitcrm.sales.search import search as look

    hits = [hit for hit in look(crm, told, limit=3) if not hit.note_id] if "@" not in told else []
    if not hits:
        return _("Look for it with: petitcrm search WORDS")
    return _(
        "Did you mean {names}?", names=", ".join(f"{show(hit.noun, hit.id)} {hit.title}" for hit in hits)
    )
