"""The firm's own rules on whom it looks for and who gets what: conditions on facts, judged yes, no or unknown.

A condition is a field and some values, any of which will do: `size = ["pme", "eti"]`, `naf = ["43", "F"]`,
`postcode = ["35000-35999", "56*"]`, `job_title = ["gérant*"]`, `headcount = [">= 10"]`, `custom.surface = ["> 100"]`.
"""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import N_, _, spellings
from petitcrm.leads.facts import Facts
from petitcrm.meant import did_you_mean
from petitcrm.rows import Row
from petitcrm.sales import places
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    Values = tuple[Any, ...]

YES, NO, UNKNOWN = "yes", "no", "unknown"
_REMEMBERED = 50_000

SIZES = {
    "micro": N_("micro-enterprise"), "pme": N_("SME"), "eti": N_("mid-sized company"), "ge": N_("large company"),
}  # fmt: skip
"""Classes of size of décret n° 2008-1354: key → what people read."""

# Sections of activity: NAF rév. 2 (décret n° 2007-1888) by their divisions, first and last.
_SECTIONS = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (45, 47), "H": (49, 53),
    "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68), "M": (69, 75), "N": (77, 82), "O": (84, 84),
    "P": (85, 85), "Q": (86, 88), "R": (90, 93), "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
# NAF 2025, which follows NACE rév. 2.1 (règlement délégué (UE) 2023/137).
_SECTIONS_2025 = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (46, 47), "H": (49, 53),
    "I": (55, 56), "J": (58, 60), "K": (61, 63), "L": (64, 66), "M": (68, 68), "N": (69, 75), "O": (77, 82),
    "P": (84, 84), "Q": (85, 85), "R": (86, 88), "S": (90, 93), "T": (94, 96), "U": (97, 98), "V": (99, 99),
}  # fmt: skip


class Condition(Row):
    """A field with the values that will do, `told` as they were written, `wanted` as they are compared."""

    field: str
    told: tuple[str, ...]
    wanted: Values

    @property
    def label(self) -> str:
        """The field as people read it."""
        return (
            self.field.removeprefix("custom.")
            if self.field.startswith("custom.")
            else _(FIELDS[self.field].label)
        )


class Field(Row):
    """What may be asked of the facts: its name for people, how values are read, and how a fact meets them."""

    label: str
    fact: Callable[[Facts], Any]
    read: Callable[[str], Any]
    meets: Callable[[Any, Values], bool]
    is_known: Callable[[Any], bool] = bool


def read(field: str, values: Iterable[object] | object) -> Condition:
    """Return a condition from what a person wrote; UsageProblem, naming the field and the value, if it is wrong."""
    listed = [values] if isinstance(values, (str, int, float, bool)) else list(values)  # type: ignore[call-overload]
    told = tuple(_written(value) for value in listed)
    if not told:
        raise UsageProblem(_("{field} has no value: give at least one.", field=field))
    reading = _field(field).read
    return Condition(field, told, tuple(reading(value) for value in told))


def read_line(written: str) -> Condition:
    """Return a condition written in one line, its field by key or by name: `taille = pme, eti`, `headcount >= 10`."""
    field, values = split_line(written)
    return read(field, [value.strip() for value in values.split(",") if value.strip()])


def split_line(written: str) -> tuple[str, str]:
    """Return the key of the field of a line, and what is written after it; the first word where no field is known."""
    import re

    parts = re.match(r"\s*([^=:<>]+?)\s*(?:[=:]\s*|(?=[<>]))(.*)", written, re.DOTALL)
    name, values = parts.groups() if parts else (written.strip().partition(" ")[0], "")
    if name.startswith("custom."):
        return name, values
    told = fold(name)
    for key, field in FIELDS.items():
        if told in (key, *map(fold, spellings(field.label))):
            return key, values
    return name, values


def show(condition: Condition) -> str:
    """Return a condition as people read it."""
    return _("{field}: {value}", field=condition.label, value=_wanted(condition))


def show_line(condition: Condition) -> str:
    """Return a condition as `read_line` reads it."""
    name = condition.field if condition.field.startswith("custom.") else condition.label
    return f"{name} = {', '.join(condition.told)}"


def read_all(table: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Return the conditions of a table of fields; `custom` holds a table of its own."""
    conditions = []
    for name, values in table.items():
        if name == "custom":
            conditions += [read(f"custom.{label}", wanted) for label, wanted in values.items()]
        else:
            conditions.append(read(name, values))
    return tuple(conditions)


def written(conditions: Iterable[Condition]) -> dict[str, Any]:
    """Return conditions as the table of fields that they were read from."""
    table: dict[str, Any] = {}
    for condition in conditions:
        if condition.field.startswith("custom."):
            table.setdefault("custom", {})[condition.field.removeprefix("custom.")] = list(condition.told)
        else:
            table[condition.field] = list(condition.told)
    return table


def fact_of(field: str, facts: Facts) -> Any:
    """Return the fact that a condition on `field` looks at."""
    if field.startswith("custom."):
        wanted = fold(field.removeprefix("custom."))
        return next((value for name, value in facts.custom if name == wanted), "")
    return FIELDS[field].fact(facts)


def judge_fact(condition: Condition, fact: Any) -> str:
    """Return YES, NO or UNKNOWN for the fact of one condition."""
    field = _field(condition.field)
    if not field.is_known(fact):
        return UNKNOWN
    return YES if field.meets(fact, condition.wanted) else NO


def judge(condition: Condition, facts: Facts) -> str:
    """Return whether the facts meet a condition: YES, NO, or UNKNOWN where the fact is missing."""
    return judge_fact(condition, fact_of(condition.field, facts))


def remembering(condition: Condition) -> Callable[[Facts], str]:
    """Return `judge` for one condition and many facts, of which many are alike: each is compared once."""
    known: dict[Any, str] = {}

    def judged(facts: Facts) -> str:
        fact = fact_of(condition.field, facts)
        found = known.get(fact)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[fact] = judge_fact(condition, fact)
        return found

    return judged


def explain(condition: Condition, facts: Facts) -> str:
    """Return in words what a condition found: "size: SME", "size: not known", "département: Morbihan (56), not …"."""
    fact = fact_of(condition.field, facts)
    verdict = judge_fact(condition, fact)
    if verdict == UNKNOWN:
        return _("{field}: not known", field=condition.label)
    shown = show_fact(condition.field, fact)
    shown = next(
        (told for told in condition.told if fold(told) == shown), shown
    )  # facts are folded, rules are not
    if verdict == YES:
        return _("{field}: {value}", field=condition.label, value=shown)
    return _("{field}: {fact}, not {wanted}", field=condition.label, fact=shown, wanted=_wanted(condition))


def show_fact(field: str, fact: Any) -> str:
    """Return a fact as people read it."""
    shown = {"departement": places.departement_name, "region": places.region_name}.get(field)
    if shown:
        return shown(fact)
    if field == "size":
        return _(SIZES[fact]) if fact in SIZES else fact
    if isinstance(fact, bool):
        return _("yes") if fact else _("no")
    return (", ".join(sorted(fact)) or "–") if isinstance(fact, frozenset) else str(fact)


# -------------------------------------------------------------------------------------------------- reading values


def _wanted(condition: Condition) -> str:
    told = zip(condition.told, condition.wanted, strict=False)
    return ", ".join(
        _("yes") if value is True else _("no") if value is False else word for word, value in told
    )


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _field(name: str) -> Field:
    if name.startswith("custom."):
        return _CUSTOM
    field = FIELDS.get(name)
    if field is None:
        advice = did_you_mean(name, FIELDS, ", ".join((*FIELDS, "custom.…")))
        raise UsageProblem(_("A rule cannot look at “{field}”.", field=name), advice=advice)
    return field


def _size(value: str) -> str:
    told = fold(value)
    sizes = {
        "tpe": "micro",
        "microentreprise": "micro",
        "micro-entreprise": "micro",
        "sme": "pme",
        "large": "ge",
    }
    size = sizes.get(told, told)
    if size not in SIZES:
        raise UsageProblem(_("“{value}” is no class of size.", value=value), advice=", ".join(SIZES))
    return size


def _yes_or_no(value: str) -> bool:
    told = fold(value)
    if told in ("yes", "oui", "true", "1"):
        return True
    if told in ("no", "non", "false", "0"):
        return False
    raise UsageProblem(_("“{value}” is neither yes nor no.", value=value))


def _activity(sections: dict[str, tuple[int, int]]) -> Callable[[str], Any]:
    def read_activity(value: str) -> tuple[str, ...]:
        code = value.upper().replace(".", "").replace(" ", "").rstrip("*")
        if code in sections:
            first, last = sections[code]
            return tuple(f"{division:02}" for division in range(first, last + 1))
        if not (code[:2].isdigit() and len(code) <= 5):
            raise UsageProblem(
                _(
                    "“{value}” is no activity: write a section (F), a division (43) or a code (43.22B).",
                    value=value,
                )
            )
        return (code,)

    return read_activity


def _postcodes(value: str) -> tuple[str, str]:
    low, dash, high = (part.strip() for part in value.replace("–", "-").partition("-"))
    if not dash:
        stem = low.rstrip("*")
        low, high = (stem, stem + "\uffff") if low.endswith("*") else (low, low)
    if not low or low > high or (dash and len(low) != len(high)):
        raise UsageProblem(_("“{value}” is no postcode, nor a range of them: 35000-35999, 56*.", value=value))
    return low, high


def _phrase(value: str) -> str:
    """Return a phrase as it is looked for: whole words, the last one perhaps cut short (`gérant*`)."""
    told = _spelled(value)
    if not told.strip("* "):
        raise UsageProblem(_("An empty word is in every text."))
    return f" {told[:-1].rstrip()}" if told.endswith("*") else f" {told} "


def _spelled(value: str) -> str:
    return " ".join("".join(sign if sign.isalnum() or sign == "*" else " " for sign in fold(value)).split())


def _number_test(value: str) -> tuple[float, float]:
    """Return the bounds, both included, that a comparison allows: `>= 10`, `< 50`, `10-49`, `12`."""
    told = value.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    for sign, bounds in _COMPARED.items():
        if told.startswith(sign):
            return bounds(_number(told.removeprefix(sign), value))
    low, dash, high = told.replace("–", "-").partition("-")
    return (_number(low, value), _number(high, value)) if dash and low else (_number(told, value),) * 2


_SMALL = 1e-9
_COMPARED: dict[str, Callable[[float], tuple[float, float]]] = {
    ">=": lambda number: (number, float("inf")), "<=": lambda number: (float("-inf"), number),
    ">": lambda number: (number + _SMALL, float("inf")), "<": lambda number: (float("-inf"), number - _SMALL),
    "=": lambda number: (number, number),
}  # fmt: skip


def _number(told: str, value: str) -> float:
    try:
        return float(told)
    except ValueError:
        raise UsageProblem(
            _("“{value}” is no number, nor a comparison: >= 10, 10-49.", value=value)
        ) from None


def _own_value(value: str) -> Any:
    """Return the test of a field of one's own: bounds where a comparison is written, else a word; `*` is anything."""
    return _number_test(value) if value[:1] in "<>=" else fold(value)


# ---------------------------------------------------------------------------------------------------- meeting them


def _is_one_of(fact: Any, wanted: Values) -> bool:
    return fact in wanted


def _starts_like(fact: str, wanted: Values) -> bool:
    code = fact.upper().replace(".", "")
    return any(code.startswith(stems) for stems in wanted)


def _within(fact: Any, wanted: Values) -> bool:
    return any(low <= fact <= high for low, high in wanted)


def _contains(fact: str, wanted: Values) -> bool:
    text = f" {_spelled(fact)} "
    return any(phrase in text for phrase in wanted)


def _shares(fact: frozenset[str], wanted: Values) -> bool:
    return not fact.isdisjoint(wanted)


def _own_meets(fact: str, wanted: Values) -> bool:
    return any(_own_meets_one(fact, value) for value in wanted)


def _own_meets_one(fact: str, value: Any) -> bool:
    if isinstance(value, str):
        return value == "*" or fact == value
    try:
        number = float(fact.replace(" ", "").replace(",", "."))
    except ValueError:
        return False
    return bool(value[0] <= number <= value[1])


def _area(value: str) -> str:
    told = fold(value)
    return told if told in (places.OVERSEAS, places.MAINLAND) else places.region(value)


def _region_meets(fact: str, wanted: Values) -> bool:
    area = places.OVERSEAS if fact.startswith(("0", "9")) and fact not in ("93", "94") else places.MAINLAND
    return fact in wanted or area in wanted


FIELDS: dict[str, Field] = {
    "departement": Field(N_("département"), lambda facts: facts.departement, places.departement, _is_one_of),
    "region": Field(N_("région"), lambda facts: facts.region, _area, _region_meets),
    "postcode": Field(N_("postcode"), lambda facts: facts.postcode, _postcodes, _within),
    "country": Field(N_("country"), lambda facts: facts.country, places.country, _is_one_of),
    "size": Field(N_("size"), lambda facts: facts.size, _size, _is_one_of),
    "headcount": Field(
        N_("headcount"), lambda facts: facts.headcount, _number_test, _within, lambda count: count >= 0
    ),
    "naf": Field(N_("activity"), lambda facts: facts.naf, _activity(_SECTIONS), _starts_like),
    "naf_2025": Field(
        N_("activity (NAF 2025)"), lambda facts: facts.naf_2025, _activity(_SECTIONS_2025), _starts_like
    ),
    "legal_form": Field(N_("legal form"), lambda facts: facts.legal_form, fold, _is_one_of),
    "product": Field(N_("product"), lambda facts: facts.product, fold, _is_one_of),
    "partner": Field(N_("partner"), lambda facts: facts.partner, fold, _is_one_of),
    "source": Field(N_("source"), lambda facts: facts.source, fold, _is_one_of),
    "campaign": Field(N_("campaign"), lambda facts: facts.campaign, fold, _is_one_of),
    "direction": Field(N_("direction"), lambda facts: facts.direction, fold, _is_one_of),
    "online": Field(N_("online"), lambda facts: facts.is_online, _yes_or_no, _is_one_of, lambda _fact: True),
    "company": Field(
        N_("has a company"), lambda facts: facts.is_company, _yes_or_no, _is_one_of, lambda _fact: True
    ),
    "tags": Field(N_("tags"), lambda facts: facts.tags, fold, _shares, lambda _fact: True),
    "job_title": Field(N_("job title"), lambda facts: facts.job_title, _phrase, _contains),
    "keywords": Field(N_("words"), lambda facts: facts.words, _phrase, _contains),
}
"""The fields a rule may look at: those that tell most apart, and cost least to look at, first."""

_CUSTOM = Field("", lambda _facts: "", _own_value, _own_meets)
