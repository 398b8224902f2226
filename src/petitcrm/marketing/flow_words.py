"""Waits, conditions, hours and limits of a sequence as a person writes them, in French or in English."""

from __future__ import annotations

import re

from petitcrm.calendar_words import WEEKDAYS
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, language, spellings
from petitcrm.marketing.fenced import read_key
from petitcrm.marketing.flow import CONDITIONS, OPTIONAL, Condition, Wait, Window
from petitcrm.naming import OUTCOMES
from petitcrm.text import clean, fold
from petitcrm.working_time import read_hours, show_hours

LONGEST_KEY = 60
_UNITS: dict[str, tuple[str, ...]] = {
    "minutes": ("minute", "minutes", "min", "mn"),
    "hours": ("hour", "hours", "heure", "heures", "h"),
    "working_days": (
        "working day", "working days", "business day", "business days", "jour ouvre", "jours ouvres", "working_days",
    ),
    "days": ("day", "days", "jour", "jours", "d", "j"),
    "weeks": ("week", "weeks", "semaine", "semaines"),
    "months": ("month", "months", "mois"),
}  # fmt: skip
_UNIT_OF = {word: unit for unit, spelled in _UNITS.items() for word in spelled}
_SPOKEN = {
    "en": {
        "minutes": ("minute", "minutes"), "hours": ("hour", "hours"), "days": ("day", "days"),
        "working_days": ("working day", "working days"), "weeks": ("week", "weeks"), "months": ("month", "months"),
    },
    "fr": {
        "minutes": ("minute", "minutes"), "hours": ("heure", "heures"), "days": ("jour", "jours"),
        "working_days": ("jour ouvré", "jours ouvrés"), "weeks": ("semaine", "semaines"), "months": ("mois", "mois"),
    },
}  # fmt: skip
"""Not of the catalogue: a file is written in its own language, whatever the one in force."""
_ONE = ("a", "an", "one", "un", "une")
_AT = {"en": "at", "fr": "à"}
_WAIT = re.compile(r"(?:([0-9]{1,6}|an?|one|une?) ?([a-z_ ]+?))?(?: ?\b(?:at|a) ([0-9: h]+))?", re.ASCII)
_HOUR = re.compile(r"([0-9]{1,2}) ?(?:[:h] ?([0-9]{2})?)?", re.ASCII)
_HOURS_AFTER_DAYS = re.compile(r"(?<=[a-z]{3}) (?=[0-9])")
_CAP = re.compile(
    r"([0-9]{1,4}) (?:mails?|courriels?|e-?mails?) (?:in|en|per|par|sur) ([0-9]{1,4}) (?:days?|jours?)",
    re.ASCII,
)
_ASKED: dict[str, tuple[str, ...]] = {
    "replied": ("replied", "repondu", "reply", "reponse"), "clicked": ("clicked", "clique", "click", "clic"),
    "opened": ("opened", "ouvert", "open"), "visited": ("visited", "visite", "vu"),
    "bought": ("bought", "achete", "achat"), "outcome": ("outcome", "resultat"), "where": ("where", "fiche", "filtre"),
}  # fmt: skip
_ASKED_OF = {word: what for what, spelled in _ASKED.items() for word in spelled}
_WRITTEN = {
    "en": {what: what for what in CONDITIONS},
    "fr": {
        "replied": "répondu", "clicked": "cliqué", "opened": "ouvert", "visited": "visité", "bought": "acheté",
        "outcome": "résultat", "where": "fiche",
    },
}  # fmt: skip
_STAYING = {
    "won": ("won", "gagnee", "gagne"),
    "lost": ("lost", "perdue", "perdu"),
    "replied": ("replied", "repondu"),
}
_STAYED = {
    "en": {one: one for one in OPTIONAL},
    "fr": {"won": "gagnée", "lost": "perdue", "replied": "répondu"},
}
_AGAIN = {"never": ("never", "jamais"), "always": ("always", "toujours")}
_SPAN_DAYS = {
    "en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    "fr": ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
}


def key_of(told: str) -> str:
    """Return the name by which a step or a mail is known: letters, figures and hyphens; empty where there is none."""
    key = read_key(told)
    return key if len(key) <= LONGEST_KEY else ""


def one_line(told: str) -> str:
    """Return a text of the header as it is kept."""
    return " ".join(clean(told).split())


# --------------------------------------------------------------------------------------------------------- waits


def read_wait(told: str) -> Wait:
    """Read `6 days`, `6 jours ouvrés`, `1 week at 9:00`, `à 9 h`; UsageProblem that says what to write."""
    found = _WAIT.fullmatch(fold(told))
    if found is None or not told.strip():
        raise _no_wait(told)
    amount, unit, at = found.groups()
    known = _UNIT_OF.get((unit or "day").strip())
    if known is None or len(told) > LONGEST_KEY:
        raise _no_wait(told)
    return Wait(1 if amount in _ONE else int(amount or 0), known, _hour(at, told) if at else "")


def written_wait(wait: Wait, lang: str) -> str:
    """Return a wait as `read_wait` reads it, in a language."""
    at = f"{_AT[lang]} {wait.at}" if wait.at else ""
    if not wait.amount and at and wait.unit == "days":
        return at
    one, many = _SPOKEN[lang][wait.unit]
    alone = wait.amount == 1 or (lang == "fr" and not wait.amount)
    return f"{wait.amount} {one if alone else many} {at}".rstrip()


def show_wait(wait: Wait) -> str:
    """Return a wait for people, in the language in force."""
    return written_wait(wait, language())


def _hour(told: str, whole: str) -> str:
    found = _HOUR.fullmatch(told.strip())
    hour, minute = (int(part or 0) for part in found.groups()) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise _no_wait(whole)
    return f"{hour:02}:{minute:02}"


def _no_wait(told: str) -> UsageProblem:
    return UsageProblem(
        _("“{value}” is no wait.", value=told[:LONGEST_KEY]),
        advice=_(
            "Write for example: {examples}", examples=_("6 days, 3 working days, 2 hours, 1 week at 9:00")
        ),
    )


# ---------------------------------------------------------------------------------------------------- conditions


def read_condition(told: str) -> Condition:
    """Read `opened premier`, `répondu`, `visité /tarifs`, `outcome appel = reached`, `where …`; else UsageProblem."""
    first, _space, rest = one_line(told).partition(" ")
    if fold(first) in ("a", "has") and rest:
        first, _space, rest = rest.partition(" ")
    what = _ASKED_OF.get(fold(first).rstrip(":"))
    if what is None:
        raise _no_condition(told)
    if what in ("visited", "bought", "where"):
        return _about_else(what, rest.strip(), told)
    if what == "outcome":
        return _about_task(rest, told)
    if rest and not key_of(rest):
        raise _no_condition(told)
    return Condition(what, key_of(rest))


def written_condition(condition: Condition, lang: str) -> str:
    """Return a condition as `read_condition` reads it, in a language."""
    said = _WRITTEN[lang][condition.what]
    if condition.what == "outcome":
        label = spellings(OUTCOMES[condition.value])[lang == "fr"]
        return f"{said} {condition.of} = {label}"
    return f"{said} {condition.of or condition.value}".rstrip()


def show_condition(condition: Condition) -> str:
    """Return a condition for people, in the language in force."""
    return written_condition(condition, language())


def _about_else(what: str, rest: str, told: str) -> Condition:
    if not rest and what != "bought":
        raise _no_condition(told)
    return Condition(what, of=rest) if what == "visited" else Condition(what, value=rest)


def _about_task(rest: str, told: str) -> Condition:
    from petitcrm.sales.tasks import read_outcome

    step, equals, outcome = rest.partition("=")
    if not equals or not key_of(step):
        raise _no_condition(told)
    return Condition("outcome", key_of(step), read_outcome(outcome.strip()))


def _no_condition(told: str) -> UsageProblem:
    return UsageProblem(
        _("“{value}” is no condition.", value=one_line(told)[:LONGEST_KEY]),
        advice=_(
            "Write for example: {examples}",
            examples=_(
                "opened first, clicked first, replied, visited /prices, bought, outcome call = reached,"
                " where city = Paris"
            ),
        ),
    )


def read_staying(told: str) -> str:
    """Read the name of a standing exit that a sequence may lift."""
    for key, spelled in _STAYING.items():
        if fold(told) in spelled:
            return key
    raise UsageProblem(
        _("“{value}” is no exit that a sequence can do without.", value=one_line(told)[:LONGEST_KEY]),
        advice=_("Write one or several of: {names}", names=", ".join(_STAYED[language()].values())),
    )


def written_staying(key: str, lang: str) -> str:
    """Return the name of a standing exit as `read_staying` reads it."""
    return _STAYED[lang][key]


# ------------------------------------------------------------------------------------------------ hours and limits


def read_window(told: str) -> Window:
    """Read `mon-fri`, `lun-ven, 9h-12h, 14h-18h`, `9:00-17:00`; UsageProblem that says what to write."""
    days: set[int] = set()
    spans: list[str] = []
    for part in _HOURS_AFTER_DAYS.sub(", ", fold(told)).split(","):
        if any(character.isdigit() for character in part):
            spans.append(part)
        else:
            days |= _days(fold(part), told)
    try:
        read = read_hours(",".join(spans)) if spans else ()
    except UsageProblem:
        raise _no_window(told) from None
    return Window(tuple(sorted(days)), read)


def written_window(window: Window, lang: str) -> str:
    """Return a window as `read_window` reads it, in a language."""
    runs: list[list[int]] = []
    for day in window.weekdays:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    named = _SPAN_DAYS[lang]
    days = [named[run[0]] if len(run) == 1 else f"{named[run[0]]}-{named[run[-1]]}" for run in runs]
    return ", ".join([*days, *([show_hours(window.spans)] if window.spans else [])])


def _days(told: str, whole: str) -> set[int]:
    words = [word for word in re.split(r"[- ]|\ba\b|\bto\b|\bau\b|\bet\b|\band\b", told) if word]
    numbers = [WEEKDAYS.get(word, 7) for word in words]
    if not numbers or 7 in numbers or len(numbers) > 7:
        raise _no_window(whole)
    if len(numbers) == 2 and " et " not in told and " and " not in told:
        first, last = numbers
        return {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    return set(numbers)


def _no_window(told: str) -> UsageProblem:
    return UsageProblem(
        _("“{value}” are no days and hours.", value=one_line(told)[:LONGEST_KEY]),
        advice=_("Write for example: {examples}", examples=_("mon-fri, 9-12, 14-18")),
    )


def read_cap(told: str) -> tuple[int, int]:
    """Read `2 mails in 7 days`; UsageProblem that says what to write."""
    found = _CAP.fullmatch(fold(told))
    if found is None or not int(found[1]) or not int(found[2]):
        raise UsageProblem(
            _("“{value}” is no limit.", value=one_line(told)[:LONGEST_KEY]),
            advice=_("Write for example: {examples}", examples=_("2 mails in 7 days")),
        )
    return int(found[1]), int(found[2])


def written_cap(cap: tuple[int, int], lang: str) -> str:
    """Return a limit as `read_cap` reads it, in a language."""
    mails, days = cap
    if lang == "fr":
        return f"{mails} e-mail{'s' if mails > 1 else ''} en {days} jour{'s' if days > 1 else ''}"
    return f"{mails} mail{'s' if mails != 1 else ''} in {days} day{'s' if days != 1 else ''}"


def read_again(told: str) -> str:
    """Read `never`, `always` or `after 90 days`, as a sequence keeps it; UsageProblem that says what to write."""
    folded = fold(told)
    for key, spelled in _AGAIN.items():
        if folded in spelled:
            return key
    try:
        wait = read_wait(folded.removeprefix("after ").removeprefix("apres "))
    except UsageProblem:
        wait = Wait(0, "days", "-")
    if wait.at or not wait.amount:
        raise UsageProblem(
            _("“{value}” does not say when somebody may begin again.", value=one_line(told)[:LONGEST_KEY]),
            advice=_("Write for example: {examples}", examples=_("never, always, after 90 days")),
        )
    return written_wait(wait, "en")


def written_again(again: str, lang: str) -> str:
    """Return when somebody may begin again as `read_again` reads it, in a language."""
    if again in _AGAIN:
        return _AGAIN[again][lang == "fr"]
    return f"{'après' if lang == 'fr' else 'after'} {written_wait(read_wait(again), lang)}"
