"""The file of a campaign: a header in TOML between two lines of `+++`, in French or in English, then its Markdown."""

from __future__ import annotations

import json

from petitcrm.i18n import LANGUAGES, _, language
from petitcrm.marketing import campaign_text, fenced, filling, flow_header, flow_steps
from petitcrm.marketing import flow_words as words
from petitcrm.marketing.campaign_text import KEYS as WHOLE
from petitcrm.marketing.campaign_text import USUAL_DELAY, Text
from petitcrm.marketing.flow_header import FENCE, Spot, Table
from petitcrm.marketing.flow_problems import FileRefused, Problem, in_order
from petitcrm.rows import Row
from petitcrm.text import fold
from petitcrm.text import words as word_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from petitcrm.store.queries.campaigns import Campaign

    Spots = dict[str, dict[str, Spot]]

WHO = {"lists": "listes", "topics": "sujets", "segments": "segments", "where": "filtre", "except": "sauf"}
EXCEPT = {"lists": "listes", "segments": "segments", "where": "filtre"}
_ALSO = {
    "sujet": "subject", "sujet_b": "subject_b", "list": "lists", "liste": "lists", "topic": "topics",
    "theme": "topics", "themes": "topics", "segment": "segments", "condition": "where",
}  # fmt: skip
"""What else people write."""
_WHOM = ("to", "for", "a", "pour", "public", "people", "recipients")
_WHEN = ("date", "when", "at", "send_at", "schedule", "quand", "le", "depart", "envoi")
_OF_PEOPLE = ("tag", "tags", "etiquette", "etiquettes", "city", "ville", "filter")
_MEANT = {"from": "account", "de": "account", "sender": "account", "expediteur": "account", "title": "subject",
          "titre": "subject"}  # fmt: skip
"""What other programs call a part of a campaign."""
_ALWAYS = ("key", "name", "subject", "lang", "purpose")
"""Keys that are written even where they say what is usual."""


class Read(Row):
    """A file that was read: what it says, what is wrong with it, and where in it things stand.

    `spots` are the places of its keys, those of who is left out as `except.lists`; `lost` are keys that cannot be read.
    """

    text: Text
    problems: list[Problem]
    spots: Mapping[str, Spot] = {}
    body_line: int = 1
    lost: frozenset[str] = frozenset()

    def at(self, key: str) -> Spot:
        """Return where a key stands."""
        return self.spots.get(key, Spot())


def read(text: str, *, name: str) -> Text:
    """Return the campaign of a file; FileRefused with everything that is wrong with it."""
    found = parsed(text, name=name)
    if found.problems:
        raise FileRefused(name, found.problems, "campaign")
    return found.text


def parsed(text: str, *, name: str) -> Read:
    """Return what can be read of a file, and what cannot.

    What the header does not say is taken from the name of the file, `rentree.fr.md`, or as usual.
    """
    lines, fences = flow_header.opened(text)
    outside = _outside(lines, fences)
    if outside:
        return Read(Text("", "", "", ""), [outside])
    start, end = fences or (-1, -1)
    header, body = lines[start + 1 : max(end, 0)], lines[end + 1 :]
    body_line = end + 2 + next((at for at, line in enumerate(body) if line.strip()), 0)
    told, problems = flow_header.loaded("\n".join(header), start + 2, f"[{_shown('audience')}]")
    lost = frozenset(_key_of(header[one.line - start - 2]) for one in problems)
    spots = _places("\n".join(header), start + 2)
    found = _text(told, spots, problems, name)._replace(body="\n".join(body))
    where = {**spots["audience"], **spots[""], **{f"except.{key}": at for key, at in spots["except"].items()}}
    said = Read(found, problems, where, body_line, lost)
    problems += _faults(said)
    return said._replace(problems=in_order(problems))


def written(text: Campaign | Text) -> str:
    """Return a campaign as a file that `read` reads as the same, its keys in its own language."""
    is_french = text.lang == "fr"
    usual = Text("", "", "", "", lang="")
    head = []
    for field, french in WHOLE.items():
        value = getattr(text, field)
        if field != "audience" and (field in _ALWAYS or value != getattr(usual, field)):
            told = flow_steps.purpose_in(value, text.lang) if field == "purpose" else value
            head.append(f"{french if is_french else field} = {fenced.quoted(told)}")
    told = json.loads(text.audience)
    barred = told.pop("except", {})
    place = WHOLE["audience"] if is_french else "audience"
    for table, one in ((place, told), (f"{place}.{WHO['except'] if is_french else 'except'}", barred)):
        if one:
            lines = (
                f"{WHO[key] if is_french else key} = {fenced.quoted(value)}" for key, value in one.items()
            )
            head += ["", f"[{table}]", *lines]
    return fenced.written("\n".join(head), text.body)


# -------------------------------------------------------------------------------------------------------- reading


def _shown(key: str) -> str:
    return {**WHO, **WHOLE}[key] if language() == "fr" else key


def example() -> str:
    """Return the least that is a campaign; not of the catalogue, for it is a file and not a sentence."""
    if language() == "fr":
        head = ('objet = "Votre chaudière avant l’hiver"', "", "[destinataires]", 'listes = ["lettre"]')
        return "\n".join((FENCE, *head, FENCE, "Bonjour {{ contact.prenom }},", "", "…"))
    head = ('subject = "Your boiler before winter"', "", "[audience]", 'lists = ["letter"]')
    return "\n".join((FENCE, *head, FENCE, "Good morning {{ contact.first_name }},", "", "…"))


def _outside(lines: list[str], fences: list[int]) -> Problem | None:
    """Return what is wrong with the lines around the header; a text without one is a campaign that says nothing yet."""
    above = lines[: fences[0]] if fences else lines
    first = next((at for at, line in enumerate(above) if line.strip()), None)
    if first is not None and (fences or _is_header(above[first])):
        told = _("a campaign begins with a line of +++, before its header.")
        return Problem("no-header", told, example(), first + 1)
    if len(fences) == 1:
        told = _("the header has no end, a line of +++.")
        return Problem("no-header", told, example(), fences[0] + 1)
    return None


def _is_header(line: str) -> bool:
    return line.strip() in ("---", "+++", "```", "```toml") or _key_of(line) in WHOLE


def _key_of(line: str) -> str:
    """Return the key that a line seems to tell, in English."""
    key = "".join(fold(line).replace(":", "=").partition("=")[0].split())
    return next(iter(_english({key: ""}, WHOLE | WHO, [])))


def _english(told: Mapping[str, Any], keys: Mapping[str, str], twice: list[str]) -> dict[str, Any]:
    """Return what is told by English keys; those told twice, under two names, are added to `twice`."""
    names = {french: name for name, french in keys.items()} | {
        also: name for also, name in _ALSO.items() if name in keys and also not in keys.values()
    }
    found: dict[str, Any] = {}
    for key, value in told.items():
        name = key if key in keys else names.get(key, key)
        if name in found:
            twice.append(key)
        found.setdefault(name, value)
    return found


def _places(header: str, first_line: int) -> Spots:
    found: Spots = {"": {}, "audience": {}, "except": {}}
    where = ""
    for name, spot in flow_header.marks(header, first_line):
        if name[0] == "[":
            table = name.strip("[")
            top, _dot, below = table.partition(".")
            known = next(iter(_english({top: ""}, WHOLE, [])))
            where = "except" if below else "audience" if known == "audience" else ""
            found[""].setdefault(known, spot)
            continue
        found[where].setdefault(name, spot)
    keys = {"": WHOLE, "audience": WHO, "except": EXCEPT}
    return {table: {**spots, **_english(spots, keys[table], [])} for table, spots in found.items()}


def _text(told: dict[str, Any], spots: Spots, problems: list[Problem], name: str) -> Text:
    """Read the header; `body` is left empty."""
    stem, _dot, end = name.rpartition("/")[2].removesuffix(".md").removesuffix(".txt").partition(".")
    stem = "" if name == _("standard input") else stem
    is_french = any(key in told for key in WHOLE.values() if key not in WHOLE)
    desk = _desk(told, WHOLE, spots, "", problems)
    usual = end if end in LANGUAGES else "fr" if is_french else language()
    lang = desk.text("lang") or usual
    if lang not in LANGUAGES:
        told_so = _("petitcrm speaks fr and en, not {lang}.", lang=lang)
        desk.wrong("lang", "bad-language", told_so, f'{desk.table.shown("lang")} = "{usual}"')
        lang = usual
    called = stem or desk.text("name") or desk.text("subject")
    key = (
        desk.text("key")
        or words.key_of(called)
        or words.key_of("-".join(word_list(called)[:4]))
        or "campagne"
    )
    hours = desk.number("ab_hours") if "ab_hours" in desk.table.told else USUAL_DELAY
    return Text(
        key, desk.text("name") or stem or key, desk.text("subject"), "", desk.text("subject_b"), lang,
        desk.text("account"), _purpose(desk), campaign_text.dumped(_audience(desk, spots)),
        desk.number("per_hour"), desk.number("ab_percent"), hours,
    )  # fmt: skip


def _desk(
    told: Any, keys: dict[str, str], spots: Spots, table: str, problems: list[Problem]
) -> flow_steps.Desk:
    """Return a table to read from, with what is no key of it told."""
    twice: list[str] = []
    place = spots[""].get("audience" if table else "", Spot())
    found = Table(_english(told, keys, twice), spots[table], place, keys)
    for key in twice:
        spot = found.at(key)
        message = _("“{key}” stands in both languages: take one away.", key=key)
        problems.append(Problem("said-twice", message, key, spot.line, spot.column))
    problems += flow_header.unknown_keys(found, keys, _elsewhere(keys, table))
    return flow_steps.Desk(found, problems)


def _elsewhere(keys: dict[str, str], table: str) -> dict[str, str]:
    """Return what people write in a table and belongs in another place: the key, and what to do."""
    audience = f"[{_shown('audience')}]"
    above = _("What is said of the whole campaign stands above {table}.", table=audience)
    below = _("Who it is for stands below {table}.", table=audience)
    below += f'\n{audience}\n{_shown("lists")} = ["…"]'
    others = {**WHOLE, **_ALSO} if table else {**WHO, **_ALSO}
    found = dict.fromkeys({*others, *others.values()}, above if table else below)
    found |= dict.fromkeys(_WHOM, below)
    found |= dict.fromkeys(
        _WHEN, _("It leaves when it is told to: {command}", command="petitcrm campaign schedule")
    )
    found |= dict.fromkeys(_OF_PEOPLE, f'{_shown("where")} = "tag = vip"')
    found |= {other: _("Did you mean {key}?", key=_shown(key)) for other, key in _MEANT.items()}
    return {key: told for key, told in found.items() if key not in (*keys, *keys.values())}


def _purpose(desk: flow_steps.Desk) -> str:
    return (desk.purpose() if "purpose" in desk.table.told else "") or "newsletter"


def _audience(desk: flow_steps.Desk, spots: Spots) -> dict[str, Any]:
    example_line = f'{_shown("lists")} = ["…"]'
    told = _inner(desk, "audience", example_line)
    who = _desk(told, WHO, spots, "audience", desk.problems)
    barred = _desk(_inner(who, "except", example_line), EXCEPT, spots, "except", desk.problems)
    found: dict[str, Any] = {
        name: list(who.several(name, str))
        for name in ("lists", "topics", "segments")
        if name in who.table.told
    }
    found |= {"where": who.text("where"), "except": {
        **{name: list(barred.several(name, str)) for name in ("lists", "segments") if name in barred.table.told},
        "where": barred.text("where"),
    }}  # fmt: skip
    return campaign_text.lean(found)


def _inner(desk: flow_steps.Desk, key: str, example_line: str) -> dict[str, Any]:
    told = desk.table.told.get(key, {})
    if isinstance(told, dict):
        return told
    table = f"{_shown('audience')}.{desk.table.shown(key)}" if key == "except" else _shown(key)
    desk.wrong(
        key, "not-a-table", _("“{key}” is a table of its own.", key=desk.table.shown(key)),
        f"[{table}]\n{example_line}",
    )  # fmt: skip
    return {}


def _faults(said: Read) -> Iterator[Problem]:
    """Yield what cannot be kept as it is, with its place."""
    known = {(one.line, one.column) for one in said.problems}
    for key, rule, error in campaign_text.faults(said.text):
        spot = Spot(said.body_line) if key == "body" else said.at(key)
        if spot.line and (spot.line, spot.column) in known:
            continue
        if isinstance(error, filling.Unfit):
            yield Problem(rule, error.what, error.advice, spot.line + error.line - 1)
        else:
            yield Problem(rule, error.message, error.advice, spot.line, spot.column)
