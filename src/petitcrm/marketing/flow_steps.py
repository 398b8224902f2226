"""The steps in the header of a sequence: each table read as the one thing that it does, and written back."""

from __future__ import annotations

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, figure, language, spellings
from petitcrm.marketing import flow_header
from petitcrm.marketing import flow_words as words
from petitcrm.marketing.flow import END, Step, Wait
from petitcrm.marketing.flow_header import ACTIONS, OF_ACTION, STEP, WHOLE, Table, shown
from petitcrm.marketing.flow_problems import Problem
from petitcrm.meant import nearest
from petitcrm.naming import TASK_KINDS
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    T = TypeVar("T")

LONGEST = 500
"""Characters of a text of the header."""
_MOST = 999_999
_PURPOSES = {
    "newsletter": ("newsletter", "lettre", "lettre d'information"), "prospecting": ("prospecting", "prospection"),
    "service": ("service",),
}  # fmt: skip
_ENDS = ("end", "fin")
_ACTIONS = {"add": ("add", "ajouter", "inscrire"), "remove": ("remove", "retirer", "desinscrire")}
_TEXT_OF = {
    "send": "mail", "task": "text", "tag": "tag", "untag": "tag", "lead": "source", "list": "list", "stop": "reason",
    "hand_over": "owner",
}  # fmt: skip
"""Action of the header → which text of the step its own value is."""
_COMMON = ("id", "wait", "next")
_CALLED = {
    "wait": "attente", "task": "tache", "tag": "etiquette", "untag": "sans-etiquette", "hand_over": "transmission",
    "list": "liste", "stop": "sortie", "send": "envoi",
}  # fmt: skip
"""Kind of step → how one that has no name is called in a French file."""


def purpose_in(purpose: str, lang: str) -> str:
    """Return a purpose as it is written in a language."""
    told = _PURPOSES.get(purpose, ("", ""))
    return told[1] if lang == "fr" and len(told) > 1 else purpose


class Desk:
    """A table of the header that is read, and what is wrong with it."""

    def __init__(self, table: Table, problems: list[Problem], lang: str = "en") -> None:
        self.table, self.problems, self.lang = table, problems, lang

    def wrong(self, key: str, rule: str, message: str, advice: str) -> None:
        """Note what is wrong with a key."""
        spot = self.table.at(key)
        self.problems.append(Problem(rule, message, advice, spot.line, spot.column))

    def text(self, key: str) -> str:
        """Return a text, on one line."""
        value = self.table.told.get(key, "")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)[:LONGEST]
        if not isinstance(value, str):
            self.wrong(
                key,
                "not-a-text",
                _("“{key}” is a text between quotes.", key=self.table.shown(key)),
                f'{self.table.shown(key)} = "…"',
            )
            return ""
        if len(value) > LONGEST:
            told = _("“{key}” is too long: {n} characters at most.", key=self.table.shown(key), n=LONGEST)
            self.wrong(key, "too-long", told, _("What is said to the person stands in a mail."))
            return ""
        return words.one_line(value)

    def read(self, key: str, reader: Callable[[str], T], *, may_be_empty: bool = True) -> T | None:
        """Return what a text says; None where there is none, or where it cannot be read."""
        told = self.text(key)
        if not told and (may_be_empty or not isinstance(self.table.told.get(key), str)):
            return None
        try:
            return reader(told)
        except UsageProblem as error:
            self.wrong(key, "unreadable", error.message, error.advice)
            return None

    def several(self, key: str, reader: Callable[[str], T]) -> tuple[T, ...]:
        """Return what each text of a list says; one text is a list of one."""
        told = self.table.told.get(key, [])
        listed = [told] if isinstance(told, str) else told
        if (
            not isinstance(listed, list)
            or not all(isinstance(one, str) for one in listed)
            or len(listed) > LONGEST
        ):
            self.wrong(
                key,
                "not-a-list",
                _("“{key}” is a list of texts.", key=self.table.shown(key)),
                f'{self.table.shown(key)} = ["…", "…"]',
            )
            return ()
        found = []
        for one in listed:
            try:
                found.append(reader(one[:LONGEST]))
            except UsageProblem as error:
                self.wrong(key, "unreadable", error.message, error.advice)
        return tuple(dict.fromkeys(found))

    def number(self, key: str) -> int:
        """Return a whole number, not negative."""
        value = self.table.told.get(key, 0)
        told = str(value).strip() if type(value) in (int, str) else ""
        if told.isascii() and told.isdigit() and len(told) < 7:
            return int(told)
        shown_key = self.table.shown(key)
        self.wrong(key, "not-a-number", _no_number(told, shown_key), f"{shown_key} = 50")
        return 0

    def purpose(self) -> str:
        """Return what the sequence is for."""
        told = self.text("purpose")
        for key, spelled in _PURPOSES.items():
            if fold(told).replace("\u2019", "'") in spelled:
                return key
        what = (
            _("“{value}” is no purpose.", value=told[:60]) if told else _("it does not say what it is for.")
        )
        advice = _(
            'purpose = "prospecting", or "newsletter", or "service" (an order or a contract of theirs)'
        )
        self.wrong("purpose", "no-purpose", what, advice)
        return ""

    def place(self, key: str) -> str:
        """Return the step that a key names, as it is known."""
        told = self.text(key)
        if fold(told) in _ENDS:
            return END
        known = words.key_of(told)
        if told and not known:
            self.wrong(
                key,
                "bad-key",
                _("“{value}” is no name of a step.", value=told[:60]),
                f'{self.table.shown(key)} = "{_("first")}"',
            )
        return known


def read(tables: list[Table], problems: list[Problem], lang: str) -> tuple[Step, ...]:
    """Return the steps of the tables, in their order, with what is wrong with them; `lang` is that of the file."""
    named = {words.key_of(str(one.told["id"])) for one in tables if "id" in one.told}
    of_whole = {*WHOLE, *WHOLE.values()} - {*STEP, *STEP.values()}
    above = _("What is said of the whole sequence stands above the first [[step]].")
    steps: list[Step] = []
    for number, table in enumerate(tables, 1):
        desk = Desk(table, problems, lang)
        problems += flow_header.unknown_keys(table, STEP, dict.fromkeys(of_whole, above))
        step = _step(desk)
        step_id = _id(desk, step, number, named)
        if step_id in {one.id for one in steps}:
            desk.wrong(
                "id", "same-step", _("there are two steps “{name}”.", name=step_id), f'id = "{step_id}-2"'
            )
            step_id = f"{step_id}-{number}"
        named.add(step_id)
        steps.append(step._replace(id=step_id))
    return tuple(steps)


def _step(desk: Desk) -> Step:
    told = desk.table.told
    action = _action(desk)
    wait = desk.read("wait", words.read_wait)
    line = desk.table.spot.line
    following = desk.place("next")
    if action == "if":
        within = desk.read("within", words.read_wait) or wait
        asked = desk.read("if", words.read_condition, may_be_empty=False)
        yes, no, unknown = (desk.place(answer) for answer in ("yes", "no", "unknown"))
        return Step("", "branch", following, within, asked, yes, no, unknown, line=line)
    if not action:
        if wait is None and "wait" not in told:
            advice = ", ".join(f'{shown(key)} = "…"' for key in ("send", "wait", "if", "task", "tag", "stop"))
            desk.wrong("", "no-action", _("this step does nothing."), advice)
        return Step("", "wait", following, wait or Wait(1, "days"), line=line)
    _of_others(desk, action)
    return Step("", action, following, wait, told=_texts(desk, action), line=line)


def _action(desk: Desk) -> str:
    found = [key for key in ACTIONS if key in desk.table.told]
    if len(found) > 1:
        told = _("a step does one thing: “{one}” or “{other}”.", one=shown(found[0]), other=shown(found[1]))
        desk.wrong(found[1], "two-actions", told, f'[[{shown("step")}]]\n{shown(found[1])} = "…"')
    return found[0] if found else ""


def _of_others(desk: Desk, action: str) -> None:
    """Refuse what only another kind of step has: it would be lost."""
    allowed = {action, *_COMMON, *OF_ACTION.get(action, ())}
    for key in desk.table.told:
        if key in STEP and key not in allowed and key not in ACTIONS:
            owner = next((name for name, keys in OF_ACTION.items() if key in keys), "if")
            told = _(
                "“{key}” goes with “{other}”, not with “{action}”.",
                key=shown(key),
                other=shown(owner),
                action=shown(action),
            )
            desk.wrong(key, "not-of-this-step", told, _("Take it away."))


def _texts(desk: Desk, action: str) -> tuple[tuple[str, str], ...]:
    found = {_TEXT_OF[action]: desk.text(action)}
    if action == "send":
        found["mail"] = words.key_of(found["mail"]) or found["mail"]
    for key in OF_ACTION.get(action, ()):
        found[key] = _text(desk, key)
    if action == "list":
        found["action"] = found["action"] or "add"
    return tuple((key, value) for key, value in found.items() if value)


def _text(desk: Desk, key: str) -> str:
    readers: dict[str, Callable[[str], str]] = {
        "due": lambda told: words.written_wait(words.read_wait(told), "en"),
        "kind": lambda told: _kind(told, desk.lang), "action": _list_action,
        "score": lambda told: _score(told, desk.table.shown("score")),
    }  # fmt: skip
    return (desk.read(key, readers[key]) or "") if key in readers else desk.text(key)


def _kind(told: str, lang: str) -> str:
    from petitcrm.sales.tasks import read_kind

    try:
        return read_kind(told)
    except UsageProblem as problem:
        known = [_spoken(TASK_KINDS[one], lang) for one in TASK_KINDS]
        meant = nearest(fold(told), known) or known[0]
        key = STEP["kind"] if lang == "fr" else "kind"
        others = _("One of: {names}", names=", ".join(known))
        raise UsageProblem(problem.message, advice=f'{key} = "{meant}"\n{others}') from None


def _spoken(label: str, lang: str) -> str:
    return spellings(label)[lang == "fr"].lower()


def _score(told: str, key: str) -> str:
    if told.isascii() and told.isdigit() and len(told) < 7:
        return str(int(told))
    raise UsageProblem(_no_number(told, key), advice=f'{key} = "10"')


def _no_number(told: str, key: str) -> str:
    """Return what is wrong with a number: one below nought is a whole number too."""
    if told.isascii() and told.lstrip("+-").isdigit():
        return _("“{key}” goes from 1 to {n}.", key=key, n=figure(_MOST))
    return _("“{key}” is a whole number.", key=key)


def _list_action(told: str) -> str:
    for key, spelled in _ACTIONS.items():
        if fold(told) in spelled:
            return key
    add = _ACTIONS["add"][language() == "fr"]
    raise UsageProblem(_("“{value}” is neither add nor remove.", value=told[:60]), advice=f'action = "{add}"')


def _id(desk: Desk, step: Step, number: int, named: set[str]) -> str:
    """Return the name of a step; one that has none is called like its mail, or after what it does."""
    if "id" in desk.table.told:
        told = desk.text("id")
        known = words.key_of(told)
        if known and fold(told) not in _ENDS:
            return known
        advice = f'id = "{_called(step.kind, desk)}-{number}"'
        desk.wrong("id", "bad-key", _("“{value}” is no name of a step.", value=told[:60]), advice)
    mail = step.says("mail")
    if mail and mail not in named and words.key_of(mail):
        return mail
    while (name := f"{_called(step.kind, desk)}-{number}") in named:
        number += 1
    return name


def _called(kind: str, desk: Desk) -> str:
    """Return how a step of a kind is called that has no name. Without a place in the file its name cannot be kept."""
    if desk.lang == "fr" and desk.table.spot.line and kind in _CALLED:
        return _CALLED[kind]
    return {"branch": "question"}.get(kind, kind.replace("_", "-"))


# -------------------------------------------------------------------------------------------------------- writing


def told(step: Step, lang: str) -> Iterator[tuple[str, Any]]:
    """Yield the keys of a step in the order in which it is read aloud, with their texts in a language."""
    yield "id", step.id
    if step.kind == "branch" and step.condition:
        yield "if", words.written_condition(step.condition, lang)
        if step.wait:
            yield "within", words.written_wait(step.wait, lang)
        answers = (("yes", step.yes), ("no", step.no), ("unknown", step.unknown), ("next", step.next))
        yield from ((key, end_in(value, lang)) for key, value in answers if value)
        return
    if step.wait:
        yield "wait", words.written_wait(step.wait, lang)
    if step.kind != "wait":
        own = _TEXT_OF[step.kind]
        yield step.kind, step.says(own)
        for key, value in step.told:
            if key != own and not (key == "action" and value == "add"):
                yield key, _in(key, value, lang)
    if step.next:
        yield "next", end_in(step.next, lang)


def _in(key: str, value: str, lang: str) -> str:
    if key == "due":
        return words.written_wait(words.read_wait(value), lang)
    if key == "kind" and value in TASK_KINDS:
        return _spoken(TASK_KINDS[value], lang)
    if key == "action":
        return _ACTIONS[value][lang == "fr"]
    return value


def end_in(step_id: str, lang: str) -> str:
    """Return the name of a step as it is written in a language: the end has one in each."""
    return "fin" if step_id == END and lang == "fr" else step_id
