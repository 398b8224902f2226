"""What the name of a column says that it holds."""

from __future__ import annotations

import re

from petitcrm.i18n import spellings
from petitcrm.imports import synonyms
from petitcrm.imports.synonyms import (
    BARE,
    BY_NAME,
    CUSTOM,
    ENTITY_OF,
    LABEL,
    LABEL_OF,
    NOUN_OF,
    OTHERS,
    compact,
)
from petitcrm.rows import Row
from petitcrm.text import words

_HUMP = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_SUFFIX = re.compile(r"__c$", re.IGNORECASE)
_OWN_ENTITY = {noun: entity for entity, noun in NOUN_OF.items()}
_GLUED = ("billing", "mailing", "shipping", "business", "home", "work", "other", "mobile")
# What a list of one noun may say of another without naming it: a SIRET is a company's wherever it stands.
_TELLING: dict[str, dict[str, tuple[str, ...]]] = {
    "contacts": {
        "company": ("siret", "siren", "vat_number", "naf", "legal_form", "headcount", "revenue", "website"),
    },
    "companies": {"contact": ("first_name", "last_name", "civility", "job_title")},
    "deals": {
        "contact": (
            "first_name",
            "last_name",
            "civility",
            "job_title",
            "email",
            "phone",
            "street",
            "postcode",
            "city",
            "country",
        ),
        "company": ("siret", "siren"),
    },
    "tasks": {
        "contact": ("first_name", "last_name", "civility", "email", "phone"),
        "company": ("siret", "siren"),
    },
}

# A column without a name is called by its place, in the language of the person (and by Excel): no name of a stage.
_BY_PLACE = frozenset(compact(name.replace("{n}", "")) for name in spellings("Column {n}"))
_OTHER_THINGS = frozenset("address adresse website event relation custom im field evenement".split())


class Guess(Row):
    """What a name suggests: a field, the label of an address or a number, its rank (E-mail 2), and how surely."""

    field: str
    label: str = ""
    number: int = 0
    confidence: float = 1.0


def guess(header: str, noun: str) -> Guess | None:
    """Return what a column of that name is in a list of `noun`; None where the name says nothing.

    A guess of field `custom` means that the name says the column is something else (the date of a consent, the
    type of an address), so that its values must not be taken for an address.
    """
    tokens = words(_HUMP.sub(" ", _SUFFIX.sub("", header)))
    letters = [token for token in tokens if not token.isdigit()]
    number = next((int(token[:4]) for token in tokens if token.isdigit()), 0)
    joined = "".join(tokens)
    known = BY_NAME[noun]
    if joined in synonyms.OURS:
        return Guess(synonyms.IGNORED)
    if _is_by_place(tokens, letters):
        return None
    next_task = _next_task(letters, noun)
    if next_task:
        return next_task
    if joined in known:
        return _labelled(known[joined], letters, number, 0.8 if joined in synonyms.WEAK else 1.0)
    consent = _consent(joined, tokens)
    if consent:
        return consent
    without = "".join(letters)
    if without in known:
        return _labelled(known[without], letters, number, 0.95)
    return _about_another_column(letters, number) or _stripped(letters, noun, number) or _glued(without, noun)


def is_named(header: str) -> bool:
    """Tell whether a column has a name of its own, or is called by its place for want of one."""
    tokens = words(header)
    return not _is_by_place(tokens, [token for token in tokens if not token.isdigit()])


def _is_by_place(tokens: list[str], letters: list[str]) -> bool:
    return letters != tokens and "".join(letters) in _BY_PLACE


def _next_task(letters: list[str], noun: str) -> Guess | None:
    """Recognise the next thing to do for the person, the company or the deal of a row."""
    if noun == "tasks":
        return None
    bare = [token for token in letters if token not in synonyms.SMALL_WORDS]
    own = [token for token in bare if ENTITY_OF.get(token) != _OWN_ENTITY[noun]]
    for kept, confidence in ((letters, 1.0), (bare, 0.9), (own, 0.9)):
        field = synonyms.NEXT_BY_NAME.get("".join(kept), "")
        if field:
            return Guess(field, "", 0, confidence)
    return None


def _labelled(field: str, letters: list[str], number: int, confidence: float) -> Guess:
    """Give a telephone or an address the label that its own name holds (`mobile`, `gsm`)."""
    label = next((LABEL_OF[token] for token in letters if LABEL_OF.get(token)), "")
    if field == "phone" and not label and any(token in ("portable", "movil") for token in letters):
        label = "mobile"
    return Guess(field, label if field in ("phone", "email") else "", number, confidence)


def _consent(joined: str, tokens: list[str]) -> Guess | None:
    """Recognise a wish about being written to; its date, place or reason is not the wish itself."""
    refused = any(part in joined for part in synonyms.OPT_OUT)
    if not refused and not any(part in joined for part in synonyms.OPT_IN):
        return None
    tells_of = ("ip", "reason", "raison", "motif", "campaign", "title", "source", "wording")
    dated = joined.endswith(("time", "date", "at", "on", "le"))
    if joined.endswith(tells_of) or (
        dated and not refused and not joined.endswith(("optin", "subscription"))
    ):
        return Guess(CUSTOM)
    email = any(part in joined for part in ("mail", "newsletter", "infolettre"))
    phone = "tel" in tokens or any(part in joined for part in ("call", "phone", "bloctel", "sms", "appel"))
    channel = "email" if email and not phone else "phone" if phone else ""
    return Guess("opt_out" if refused else "opt_in", channel, 0, 0.9)


def _about_another_column(letters: list[str], number: int) -> Guess | None:
    said = set(letters)
    reaches = said & (synonyms.EMAIL_WORDS | synonyms.PHONE_WORDS)
    if said & synonyms.FAX_WORDS:
        return Guess(CUSTOM)
    if said & synonyms.OWNER_WORDS:
        return Guess(CUSTOM) if reaches else Guess("owner", "", 0, 0.8)
    if reaches and said & {"type", "label", "libelle"}:
        return Guess(LABEL, "email" if said & synonyms.EMAIL_WORDS else "phone", number, 0.9)
    if said & {"type", "label", "libelle"} and said & _OTHER_THINGS:
        return Guess(CUSTOM)
    if reaches and said & synonyms.TELLS_OF and "".join(letters) not in BY_NAME["contacts"]:
        return Guess(CUSTOM)
    return None


def _stripped(letters: list[str], noun: str, number: int) -> Guess | None:
    """Set aside articles, labels (work, home) and the name of a noun, and look at what is left."""
    own = _OWN_ENTITY[noun]
    bare = [token for token in letters if token not in synonyms.SMALL_WORDS]
    label = next((LABEL_OF[token] for token in bare if LABEL_OF.get(token)), "")
    plain = [token for token in bare if token not in LABEL_OF]
    others = [token for token in plain if ENTITY_OF.get(token) != own]
    core = [token for token in others if token not in ENTITY_OF]
    for kept in (bare, plain):
        if "".join(kept) in BARE[noun]:
            return Guess(BARE[noun]["".join(kept)], label, number, 0.9)
    entity = next((ENTITY_OF[token] for token in others if token in ENTITY_OF), "")
    if entity in OTHERS[noun]:
        field = _field_of(core, entity, NOUN_OF[entity])
        if field:
            return Guess(field, label, number, 0.9)
    for kept in (others, core, [token for token in core if token not in ("address", "adresse")]):
        if "".join(kept) in BARE[noun]:
            return Guess(BARE[noun]["".join(kept)], label, number, 0.9)
    if not plain and label == "mobile" and "phone" in BARE[noun].values():
        return Guess("phone", label, number, 0.9)
    return _telling("".join(plain), noun, label, number)


def _field_of(core: list[str], entity: str, noun: str) -> str:
    """Return `company`, `company.phone`…: a field of another noun, by the name left once the noun is taken out."""
    if not core:
        return entity
    field = BARE[noun].get("".join(core), "")
    if not field:
        return ""
    return entity if field in ("name", "title") else f"{entity}.{field}"


def _telling(joined: str, noun: str, label: str, number: int) -> Guess | None:
    for entity, fields in _TELLING[noun].items():
        field = BY_NAME[NOUN_OF[entity]].get(joined, "")
        if field in fields:
            return Guess(f"{entity}.{field}", label, number, 0.9)
    return None


def _glued(joined: str, noun: str) -> Guess | None:
    """Cut `BILLINGPOSTALCODE` and `ACCOUNTID`, as programs write them that know no space."""
    for prefix in _GLUED:
        field = BY_NAME[noun].get(joined.removeprefix(prefix), "") if joined.startswith(prefix) else ""
        if field:
            return Guess(field, LABEL_OF.get(prefix, ""), 0, 0.85)
    for prefix in ("account", "company", "contact"):
        entity = ENTITY_OF[prefix]
        if joined.startswith(prefix) and entity in OTHERS[noun]:
            field = _field_of([joined.removeprefix(prefix)], entity, NOUN_OF[entity])
            if field:
                return Guess(field, "", 0, 0.85)
    return None
