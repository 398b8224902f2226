"""Columns that the firm adds to its contacts, companies and deals."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.store.queries import custom_fields as queries
from petitcrm.text import clean, fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from petitcrm.crm import Crm

NOUNS = ("contact", "company", "deal")


def find_or_add(crm: Crm, noun: str, label: str) -> str:
    """Return the key of the field that bears this label, made if need be; the key never changes."""
    if noun not in NOUNS:
        raise UsageProblem(_("Only contacts, companies and deals take fields of your own."))
    name = clean(label).strip()
    if not name:
        raise UsageProblem(_("The name of a field is empty."))
    known, folded = queries.defined(crm, noun), fold(name)
    for key, shown in known.items():
        if fold(shown) == folded or key == name:
            return key
    key = _key(name, known)
    with crm.act("field.added", label=name) as act:
        act.insert("custom_fields", noun=noun, key=key, label=name)
    return key


def _key(label: str, known: Mapping[str, str]) -> str:
    stem = "_".join(words(label))[:40] or "field"
    key, number = stem, 1
    while key in known:
        number += 1
        key = f"{stem}_{number}"
    return key


def packed(crm: Crm, noun: str, before: Mapping[str, str], given: Mapping[str, str] | None) -> str:
    """Return the fields of a row as the base keeps them: `before`, changed by `given`; an empty value takes one away.

    Raise UsageProblem on a key that no field has.
    """
    if not given:
        after = dict(before)
    else:
        known = queries.defined(crm, noun)
        missing = [key for key in given if key not in known]
        if missing:
            raise UsageProblem(
                _("There is no field {name}.", name=missing[0]),
                advice=_("Known fields: {names}", names=", ".join(known)) if known else "",
            )
        values = {key: clean(str(value)).strip() for key, value in given.items() if value is not None}
        after = {key: value for key, value in {**before, **values}.items() if value}
    if not after:
        return "{}"
    from petitcrm.store.journal import dumps

    return dumps(after)
