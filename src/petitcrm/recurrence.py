"""What comes back: "tous les lundis", "every 2 weeks", kept as the text of an RFC 5545 rule.

Only FREQ, INTERVAL, BYDAY and BYMONTHDAY are written. A month too short gives its last day, where RFC 5545 would
skip the month: a client billed on the 31st is billed in February too.
"""

from __future__ import annotations

from datetime import date, timedelta

from petitcrm.calendar_words import NUMBERS, WEEKDAYS, tokens
from petitcrm.dates import WEEKDAYS as WEEKDAY_NAMES
from petitcrm.dates import add_months, month_days
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, language

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKING = "MO,TU,WE,TH,FR"
_NAMED = {
    **dict.fromkeys(("daily", "quotidien", "quotidiennement", "journalier"), "FREQ=DAILY"),
    **dict.fromkeys(("weekly", "hebdomadaire", "hebdo"), "FREQ=WEEKLY"),
    **dict.fromkeys(("biweekly", "fortnightly", "bimensuel"), "FREQ=WEEKLY;INTERVAL=2"),
    **dict.fromkeys(("monthly", "mensuel", "mensuellement"), "FREQ=MONTHLY"),
    **dict.fromkeys(("bimestriel",), "FREQ=MONTHLY;INTERVAL=2"),
    **dict.fromkeys(("quarterly", "trimestriel"), "FREQ=MONTHLY;INTERVAL=3"),
    **dict.fromkeys(("semestriel", "biannual"), "FREQ=MONTHLY;INTERVAL=6"),
    **dict.fromkeys(("yearly", "annually", "annuel", "annuellement"), "FREQ=YEARLY"),
}
_UNITS = {
    **dict.fromkeys(("jour", "jours", "j", "day", "days"), ("DAILY", 1)),
    **dict.fromkeys(("semaine", "semaines", "sem", "week", "weeks"), ("WEEKLY", 1)),
    **dict.fromkeys(("quinzaine", "fortnight"), ("WEEKLY", 2)),
    **dict.fromkeys(("mois", "month", "months"), ("MONTHLY", 1)),
    **dict.fromkeys(("trimestre", "trimestres", "quarter", "quarters"), ("MONTHLY", 3)),
    **dict.fromkeys(("semestre", "semestres"), ("MONTHLY", 6)),
    **dict.fromkeys(("an", "ans", "annee", "annees", "year", "years"), ("YEARLY", 1)),
}
_EVERY = ("tous les", "toutes les", "chaque", "every", "each", "chacun des")
_WORKING_WORDS = (
    "jours ouvres",
    "jour ouvre",
    "jours ouvrables",
    "jour ouvrable",
    "working day",
    "working days",
    "weekday",
    "weekdays",
    "business day",
    "business days",
    "jours de semaine",
)
_RANKS = {
    "premier": 1,
    "1er": 1,
    "first": 1,
    "deuxieme": 2,
    "second": 2,
    "2e": 2,
    "troisieme": 3,
    "third": 3,
    "3e": 3,
    "quatrieme": 4,
    "fourth": 4,
    "4e": 4,
    "dernier": -1,
    "last": -1,
}
_FREQUENCIES = {
    "fr": {
        "DAILY": ("tous les jours", "tous les {} jours"),
        "WEEKLY": ("toutes les semaines", "toutes les {} semaines"),
        "MONTHLY": ("tous les mois", "tous les {} mois"),
        "YEARLY": ("tous les ans", "tous les {} ans"),
    },
    "en": {
        "DAILY": ("every day", "every {} days"),
        "WEEKLY": ("every week", "every {} weeks"),
        "MONTHLY": ("every month", "every {} months"),
        "YEARLY": ("every year", "every {} years"),
    },
}
_SAID = {
    "fr": {
        "working": "tous les jours ouvrés",
        "days": "tous les {}",
        "days_every": "le {1}, toutes les {0} semaines",
        "day": "le {} de chaque mois",
        "last": "le dernier jour du mois",
        "rank": "le {} {} du mois",
        "and": " et ",
        "every_months": "{}, tous les {} mois",
    },
    "en": {
        "working": "every working day",
        "days": "every {}",
        "days_every": "on {1}, every {0} weeks",
        "day": "on day {} of every month",
        "last": "on the last day of the month",
        "rank": "on the {} {} of the month",
        "and": " and ",
        "every_months": "{}, every {} months",
    },
}
_RANK_NAMES = {
    "fr": {1: "premier", 2: "deuxième", 3: "troisième", 4: "quatrième", -1: "dernier"},
    "en": {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"},
}


def read_recurrence(words: str) -> str:
    """Read a repetition in French or English words as the text of a rule; UsageProblem when it is not one.

    "Tous les 15 jours" is every second week, as it is said in French, not every fifteenth day.
    """
    said = [token.text for token in tokens(words) if token.text not in (",", ".", "-")]
    text = " ".join(said)
    if text in _NAMED:
        return _NAMED[text]
    for reader in (_month_days, _one_in_two, _every):
        rule = reader(text)
        if rule:
            return rule
    raise UsageProblem(
        _("“{words}” is not a repetition that can be read.", words=words),
        advice=_(
            "Examples: {examples}.",
            examples="tous les lundis, toutes les 2 semaines, chaque mois, "
            "le 15 de chaque mois, every year, every working day",
        ),
    )


def show_recurrence(rule: str) -> str:
    """Say a rule in words: "tous les lundis", "toutes les 2 semaines"."""
    parts, spoken = _parts(rule), language()
    said = _SAID[spoken]
    every, day, month_day = parts["INTERVAL"], parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    if month_day or (day and parts["FREQ"] == "MONTHLY"):
        shown = _show_in_month(day, month_day, spoken)
        return shown if every == "1" else said["every_months"].format(shown, every)
    if day == _WORKING and every == "1":
        return said["working"]
    if day:
        names = _show_days(day, spoken, plural=spoken == "fr" and every == "1")
        return said["days"].format(names) if every == "1" else said["days_every"].format(every, names)
    return _FREQUENCIES[spoken][parts["FREQ"]][every != "1"].format(every)


def next_occurrence(rule: str, after: date, *, anchor: date) -> date:
    """Return the first day of the rule that is after `after` and not before `anchor`, from which it counts.

    Days are counted from the anchor, never from the previous one, so the 31st comes back after a 28 February.
    ValueError if the rule is not one of ours.
    """
    parts = _parts(rule)
    every, after = int(parts["INTERVAL"]), max(after, anchor - timedelta(days=1))
    if parts["FREQ"] == "DAILY":
        return anchor + timedelta(days=((after - anchor).days // every + 1) * every)
    if parts["FREQ"] == "WEEKLY":
        return _next_weekly(parts.get("BYDAY") or _CODES[anchor.weekday()], every, after, anchor)
    if parts["FREQ"] == "YEARLY":
        every *= 12
    return _next_monthly(parts, every, after, anchor)


def standard(rule: str, *, anchor: date) -> tuple[str, bool]:
    """Return a rule as RFC 5545 means it, counted from `anchor`, and whether that day is itself one of its days.

    A month too short gives its last day, which takes `BYSETPOS` to say. ValueError if the rule is not one of ours.
    """
    parts = _parts(rule)
    told = [_rule(parts["FREQ"], int(parts["INTERVAL"]))]
    if parts["FREQ"] == "WEEKLY":
        told.append(f"BYDAY={parts.get('BYDAY') or _CODES[anchor.weekday()]}")
    elif parts["FREQ"] in ("MONTHLY", "YEARLY"):
        told += [f"BYMONTH={anchor.month}"] if parts["FREQ"] == "YEARLY" else []
        told.append(_standard_day(parts, anchor))
    return ";".join(told), next_occurrence(rule, anchor - timedelta(days=1), anchor=anchor) == anchor


def _standard_day(parts: dict[str, str], anchor: date) -> str:
    if "BYDAY" in parts:
        return f"BYDAY={parts['BYDAY']}"
    number = int(parts.get("BYMONTHDAY", anchor.day))
    if number < 0:
        return "BYMONTHDAY=-1"
    if number <= 28:
        return f"BYMONTHDAY={number}"
    return f"BYMONTHDAY={','.join(map(str, range(28, min(number, 31) + 1)))};BYSETPOS=-1"


# ------------------------------------------------------------------------------------------------------- reading


def _every(text: str) -> str | None:
    rest = next((text[len(start) :].strip() for start in _EVERY if text.startswith(start + " ")), None)
    if rest is None:
        return None
    if rest in _WORKING_WORDS:
        return f"FREQ=WEEKLY;BYDAY={_WORKING}"
    if rest.startswith(("other ", "second ")):
        return _every_other(rest.split(" ", 1)[1])
    return _days(rest, 1) or _counted(rest)


def _every_other(rest: str) -> str | None:
    if rest in _UNITS:
        frequency, times = _UNITS[rest]
        return _rule(frequency, 2 * times)
    return _days(rest, 2)


def _counted(rest: str) -> str | None:
    words = rest.split()
    if len(words) == 1:
        words = ["1", *words]
    if len(words) != 2 or words[1] not in _UNITS:
        return None
    count = int(words[0]) if words[0].isdigit() and len(words[0]) < 4 else NUMBERS.get(words[0], 0)
    frequency, times = _UNITS[words[1]]
    if frequency == "DAILY" and count in (8, 15):
        return _rule("WEEKLY", count // 7)
    return _rule(frequency, count * times) if count > 0 else None


def _days(rest: str, every: int) -> str | None:
    words = [word for word in rest.split() if word not in ("et", "and", "les", "le", "&")]
    if not words or any(word not in WEEKDAYS for word in words):
        return None
    days = ",".join(_CODES[number] for number in sorted({WEEKDAYS[word] for word in words}))
    return f"{_rule('WEEKLY', every)};BYDAY={days}"


def _one_in_two(text: str) -> str | None:
    words = text.split()
    if (
        len(words) == 5
        and words[0] in ("un", "une", "1")
        and words[2:] in (["sur", "deux", ""], ["sur", "2", ""])
    ):
        return None
    if len(words) == 4 and words[0] in ("un", "une", "1") and words[2] == "sur" and words[3] in ("deux", "2"):
        return _every_other(words[1])
    return None


def _month_days(text: str) -> str | None:
    for end in (
        " de chaque mois",
        " du mois",
        " of the month",
        " of every month",
        " of each month",
        " tous les mois",
    ):
        if text.endswith(end):
            return _in_month(text.removesuffix(end))
    return None


def _in_month(text: str) -> str | None:
    words = [
        word
        for word in text.split()
        if word not in ("le", "the", "on", "tous", "les", "every", "chaque", "day")
    ]
    words = [word for word in words if word not in ("er", "st", "nd", "rd", "th")]
    if words in (["fin"], ["dernier", "jour"], ["last"], ["end"]):
        return "FREQ=MONTHLY;BYMONTHDAY=-1"
    if len(words) == 1 and words[0].isdigit() and len(words[0]) < 3 and 1 <= int(words[0]) <= 31:
        return f"FREQ=MONTHLY;BYMONTHDAY={int(words[0])}"
    if len(words) == 2 and words[0] in _RANKS and words[1] in WEEKDAYS:
        return f"FREQ=MONTHLY;BYDAY={_RANKS[words[0]]}{_CODES[WEEKDAYS[words[1]]]}"
    return None


def _rule(frequency: str, every: int) -> str:
    return f"FREQ={frequency}" if every == 1 else f"FREQ={frequency};INTERVAL={every}"


# ------------------------------------------------------------------------------------------------------ counting


def _parts(rule: str) -> dict[str, str]:
    parts = {"INTERVAL": "1", **dict(part.split("=", 1) for part in rule.split(";"))}
    known = parts.get("FREQ") in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") and parts["INTERVAL"].isdigit()
    if not known or int(parts["INTERVAL"]) < 1 or set(parts) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY"}:
        raise ValueError(f"not a rule of ours: {rule}")
    return parts


def _next_weekly(days: str, every: int, after: date, anchor: date) -> date:
    wanted = [_CODES.index(code) for code in days.split(",")]
    first = anchor - timedelta(days=anchor.weekday())
    weeks = max(0, (after - first).days // 7 // every * every)
    for start in (first + timedelta(days=7 * weeks), first + timedelta(days=7 * (weeks + every))):
        for weekday in wanted:
            on = start + timedelta(days=weekday)
            if on > after:
                return on
    return first + timedelta(days=7 * (weeks + 2 * every) + wanted[0])


def _next_monthly(parts: dict[str, str], every: int, after: date, anchor: date) -> date:
    gone = (after.year - anchor.year) * 12 + after.month - anchor.month
    step = max(0, gone // every)
    while True:
        on = _in_this_month(parts, add_months(anchor.replace(day=1), step * every), anchor)
        if on > after:
            return on
        step += 1


def _in_this_month(parts: dict[str, str], first: date, anchor: date) -> date:
    last = month_days(first.year, first.month)
    if "BYDAY" in parts:
        rank, weekday = int(parts["BYDAY"][:-2]), _CODES.index(parts["BYDAY"][-2:])
        if rank < 0:
            end = first.replace(day=last)
            return end - timedelta(days=(end.weekday() - weekday) % 7)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (rank - 1))
    number = int(parts.get("BYMONTHDAY", anchor.day))
    return first.replace(day=last if number < 0 else min(number, last))


# ------------------------------------------------------------------------------------------------------- showing


def _show_days(days: str, spoken: str, *, plural: bool) -> str:
    names = [WEEKDAY_NAMES[spoken][_CODES.index(code)] + ("s" if plural else "") for code in days.split(",")]
    return _SAID[spoken]["and"].join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _show_in_month(day: str, month_day: str, spoken: str) -> str:
    said = _SAID[spoken]
    if day:
        weekday = WEEKDAY_NAMES[spoken][_CODES.index(day[-2:])]
        return said["rank"].format(_RANK_NAMES[spoken][int(day[:-2])], weekday)
    if month_day == "-1":
        return said["last"]
    return said["day"].format("1er" if month_day == "1" and spoken == "fr" else month_day)
