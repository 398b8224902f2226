"""The file of a sequence: a header in TOML between two lines of `+++`, then its mails, each below a line `=== NAME`."""

from __future__ import annotations

import re
from itertools import pairwise

from petitcrm.i18n import LANGUAGES, _, language
from petitcrm.marketing import fenced, flow_header, flow_steps
from petitcrm.marketing import flow_words as words
from petitcrm.marketing.flow import Flow, Mail, Start, Step, Window
from petitcrm.marketing.flow_header import FENCE, START, STEP, WHOLE, Spot, Table, shown
from petitcrm.marketing.flow_problems import FileRefused, Problem
from petitcrm.text import words as word_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

LARGEST = 500_000
"""Characters of a file."""
MOST = 200
"""Steps of a sequence, and mails of it."""
_MARK = re.compile(r"={3,}[ \t]*([^=\s].*?)[ \t]*=*[ \t]*")
_NEARLY = re.compile(r"={1,2}[ \t]+\S.*|={1,2}[\w-]+")
_SUBJECT = re.compile(r"(?:subject|objet|sujet)[ \t\u00a0\u202f]*:[ \t\u00a0\u202f]*(.*)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\+={3,}[ \t]*[^=\s]")


def read(text: str, *, name: str = "", called: str = "") -> Flow:
    """Return the sequence of a file; FileRefused with everything that cannot be read in it.

    Steps without a name are called in the language of the file, or in another (`called`).
    """
    flow, problems = parsed(text, called)
    if problems:
        raise FileRefused(name or _("the text"), problems)
    return flow


def named(text: str, called: str = "") -> str:
    """Return a file with the name of each step that has none written in it: it stays when steps are moved about.

    The same text where nothing is to be written, or no place for it is found.
    """
    flow, problems = parsed(text, called)
    lines = flow_header.opened(text)[0]
    as_told = len(lines)
    for step in reversed([] if problems else flow.steps):
        if step.line and step.id != step.says("mail") and not _is_named(lines[step.line :]):
            lines.insert(step.line, f'id = "{step.id}"')
    written = "\n".join(lines)
    again, problems = parsed(written, called)
    is_same = not problems and [step.id for step in again.steps] == [step.id for step in flow.steps]
    return written if is_same and len(lines) > as_told else text


def _is_named(below: list[str]) -> bool:
    end = next((at for at, line in enumerate(below) if line.lstrip()[:1] in ("[", "+")), 0)
    return any(line.partition("=")[0].strip(" \t\"'") == "id" for line in below[:end])


def parsed(text: str, called: str = "") -> tuple[Flow, list[Problem]]:
    """Return what can be read of a file, and what cannot."""
    empty = Flow("", "", "")
    if len(text) > LARGEST:
        return empty, [Problem("too-long", _("the file is too long: {n} characters at most.", n=LARGEST))]
    lines, fences = flow_header.opened(text)
    above = lines[: fences[0]] if fences else lines
    if any(line.strip() for line in above):
        return empty, [_no_header(above)]
    if len(fences) < 2:
        told = _("the header has no end, a line of +++.")
        return empty, [Problem("no-header", told, _example(), (fences or [0])[0] + 1)]
    mails, problems = _mails(lines[fences[1] + 1 :], fences[1] + 2)
    header = "\n".join(lines[fences[0] + 1 : fences[1]])
    flow, others = _header(header, fences[0] + 2, called)
    return flow._replace(mails=mails), [*others, *problems]


def written(flow: Flow, *, lang: str = "") -> str:
    """Return a sequence as a file that `read` reads as the same, its keys in its own language or another."""
    spoken = lang or flow.lang
    head = [
        f"{_in(WHOLE, key, spoken)} = {fenced.quoted(value)}" for key, value in _whole(flow, spoken) if value
    ]
    start = [
        f"{_in(START, key, spoken)} = {fenced.quoted(value)}" for key, value in _start(flow, spoken) if value
    ]
    if start:
        head += ["", f"[{_in(WHOLE, 'start', spoken)}]", *start]
    for step in flow.steps:
        head += ["", f"[[{_in(WHOLE, 'step', spoken)}]]"]
        head += [
            f"{_in(STEP, key, spoken)} = {fenced.quoted(value)}"
            for key, value in flow_steps.told(step, spoken)
        ]
    subject = "Objet : " if spoken == "fr" else "Subject: "
    mails = [f"\n=== {mail.key}\n{subject}{mail.subject}\n\n{_guarded(mail.body)}" for mail in flow.mails]
    return "\n".join([FENCE, *head, FENCE, ""]) + "".join(mails)


# -------------------------------------------------------------------------------------------------------- reading


def _no_header(above: list[str]) -> Problem:
    line = next(at for at, line in enumerate(above, 1) if line.strip())
    return Problem(
        "no-header", _("a sequence begins with a line of +++, before its header."), _example(), line
    )


def _example() -> str:
    """Return the least that is a sequence; not of the catalogue, for it is a file and not a sentence."""
    name, purpose, step, send, subject = (
        (
            'nom = "Après un salon"',
            'finalite = "prospection"',
            "[[etape]]",
            'envoyer = "premier"',
            "Objet : …",
        )
        if language() == "fr"
        else (
            'name = "After a fair"',
            'purpose = "prospecting"',
            "[[step]]",
            'send = "premier"',
            "Subject: …",
        )
    )
    return "\n".join(("+++", name, purpose, "", step, send, "+++", "", "=== premier", subject, "", "…"))


def _header(header: str, first_line: int, called: str) -> tuple[Flow, list[Problem]]:
    told, broken = flow_header.loaded(header, first_line, f"[[{shown('step')}]]")
    if broken:
        return Flow("", "", ""), broken
    found = flow_header.places(header, first_line)
    problems = [
        Problem("said-twice", _("“{key}” stands in both languages: take one away.", key=key), key, first_line)
        for key in flow_header.both(told, WHOLE)
    ]
    whole = _table(told, WHOLE, found[0][2], found[0][1])
    problems += flow_header.unknown_keys(whole, WHOLE, {})
    is_french = any(name in told for name in WHOLE.values() if name not in WHOLE)
    return _flow(whole, found, ("fr" if is_french else "en", called), problems), problems


def _table(told: dict[str, Any], keys: dict[str, str], spots: dict[str, Spot], spot: Spot) -> Table:
    return Table(flow_header.english(told, keys), flow_header.english(spots, keys), spot, keys)


def _flow(
    whole: Table,
    found: list[tuple[str, Spot, dict[str, Spot]]],
    languages: tuple[str, str],
    problems: list[Problem],
) -> Flow:
    """Read the header; what it does not say is read from it alone, so that a file means the same wherever it lies."""
    spoken, called = languages
    desk = flow_steps.Desk(whole, problems, called or spoken)
    name = desk.text("name")
    if not name:
        called = 'nom = "Après un salon"' if spoken == "fr" else 'name = "After a fair"'
        desk.wrong("name", "no-name", _("it has no name."), called)
    key = (
        words.key_of(desk.text("key"))
        or "-".join(word_list(name))[: words.LONGEST_KEY].strip("-")
        or "sequence"
    )
    if "key" in whole.told and not words.key_of(desk.text("key")):
        desk.wrong(
            "key",
            "bad-key",
            _("a key is letters, figures and hyphens."),
            f'{desk.table.shown("key")} = "{key}"',
        )
    lang = desk.text("lang") or spoken
    if lang not in LANGUAGES:
        desk.wrong(
            "lang",
            "bad-language",
            _("petitcrm speaks fr and en, not {lang}.", lang=lang),
            f'{desk.table.shown("lang")} = "{spoken}"',
        )
        lang = spoken
    return Flow(
        key, name or key, desk.purpose(), lang, desk.text("account"), desk.text("description"),
        _window(desk), _started(desk, found), desk.several("exit", words.read_condition),
        desk.several("stay_on", words.read_staying), desk.read("cap", words.read_cap), desk.number("per_day"),
        _steps(desk, found),
    )  # fmt: skip


def _window(desk: flow_steps.Desk) -> Window | None:
    from petitcrm.text import fold

    if fold(desk.text("window")) in ("always", "toujours"):
        return None
    return desk.read("window", words.read_window) or Window(())


def _started(desk: flow_steps.Desk, found: list[tuple[str, Spot, dict[str, Spot]]]) -> Start:
    told = desk.table.told.get("start")
    if told is None:
        return Start()
    spot, spots = next(
        ((spot, spots) for name, spot, spots in found if name == "start"), (desk.table.at("start"), {})
    )
    if not isinstance(told, dict):
        desk.wrong(
            "start",
            "not-a-table",
            _("“{key}” is a table of its own.", key=shown("start")),
            f'[{shown("start")}]\n{shown("segment")} = "…"',
        )
        return Start()
    inner = flow_steps.Desk(_table(told, START, spots, spot), desk.problems)
    desk.problems += flow_header.unknown_keys(inner.table, START, {})
    again = inner.read("again", words.read_again) or "never"
    return Start(inner.text("segment"), inner.text("list"), inner.text("where"), again)


def _steps(desk: flow_steps.Desk, found: list[tuple[str, Spot, dict[str, Spot]]]) -> tuple[Step, ...]:
    told = desk.table.told.get("step", [])
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        desk.wrong(
            "step",
            "not-a-table",
            _("each step is a table of its own."),
            f'[[{shown("step")}]]\n{shown("send")} = "…"',
        )
        return ()
    if len(told) > MOST:
        desk.wrong("step", "too-many", _("a sequence has {n} steps at most.", n=MOST), "")
        return ()
    spots = [(spot, each) for name, spot, each in found if name == "step"]
    if len(spots) != len(told):
        spots = [(Spot(), {})] * len(told)
    tables = [_table(one, STEP, each, spot) for one, (spot, each) in zip(told, spots, strict=True)]
    return flow_steps.read(tables, desk.problems, desk.lang)


def _mails(lines: list[str], first_line: int) -> tuple[tuple[Mail, ...], list[Problem]]:
    marks = [at for at, line in enumerate(lines) if _MARK.fullmatch(line)]
    problems = list(_before_mails(lines[: marks[0]] if marks else lines, first_line))
    if len(marks) > MOST:
        problems.append(Problem("too-many", _("a sequence has {n} mails at most.", n=MOST)))
        marks = marks[:MOST]
    mails: dict[str, Mail] = {}
    for at, end in pairwise([*marks, len(lines)]):
        mail = _mail(lines[at:end], first_line + at, problems)
        if mail.key in mails:
            told = _("there are two mails “{name}”.", name=mail.key)
            problems.append(Problem("same-mail", told, f"=== {mail.key}-2", mail.line))
        if mail.key:
            mails.setdefault(mail.key, mail)
    return tuple(mails.values()), problems


def _before_mails(lines: list[str], first_line: int) -> Iterator[Problem]:
    for number, line in enumerate(lines, first_line):
        if line.strip():
            told = _("this belongs to no mail: a mail begins with a line === and its name.")
            yield Problem("no-mail-mark", told, mail_example(), number)
            return


def _mail(lines: list[str], line: int, problems: list[Problem]) -> Mail:
    found = _MARK.fullmatch(lines[0])
    named = found[1] if found else ""
    key = words.key_of(named)
    if not key:
        told = _("“{name}” is no name of a mail: letters, figures and hyphens.", name=named[:60])
        problems.append(Problem("bad-key", told, mail_example(), line))
    at = next((at for at, each in enumerate(lines[1:], 1) if each.strip()), 0)
    subject = _SUBJECT.fullmatch(lines[at]) if at else None
    body = lines[at + 1 :] if subject else lines[1:]
    if subject is None or not words.one_line(subject[1]):
        told = _("the mail “{name}” has no subject.", name=key or named[:60])
        problems.append(Problem("no-subject", told, mail_example(key), line))
    elif not any(each.strip() for each in body):
        problems.append(
            Problem("no-body", _("the mail “{name}” says nothing.", name=key), mail_example(key), line)
        )
    for number, each in enumerate(body, line + len(lines) - len(body)):
        if _NEARLY.fullmatch(each):
            told = _("this looks like the beginning of a mail: it has three =.")
            problems.append(
                Problem("mail-mark", told, f"=== {words.key_of(each.strip('= ')) or '…'}", number)
            )
    body_line = line + len(lines) - len(body) + next((at for at, each in enumerate(body) if each.strip()), 0)
    return Mail(key, words.one_line(subject[1]) if subject else "", _free(body), line, body_line)


def mail_example(key: str = "") -> str:
    """Return how a mail begins, as the reader would write it."""
    subject = "Objet : …" if language() == "fr" else "Subject: …"
    return f"=== {key or _('first')}\n{subject}"


def _free(lines: list[str]) -> str:
    while lines and not lines[0].strip():
        lines = lines[1:]
    return "\n".join(line[1:] if _ESCAPED.match(line) else line for line in lines).strip("\n").rstrip() + "\n"


# -------------------------------------------------------------------------------------------------------- writing


def _whole(flow: Flow, lang: str) -> Iterator[tuple[str, Any]]:
    for key in ("key", "name", "purpose", "lang", "account", "description"):
        value = getattr(flow, key)
        yield key, flow_steps.purpose_in(value, lang) if key == "purpose" else value
    always = "toujours" if lang == "fr" else "always"
    yield "window", words.written_window(flow.window, lang) if flow.window else always
    yield "cap", words.written_cap(flow.cap, lang) if flow.cap else ""
    yield "per_day", flow.per_day
    yield "exit", [words.written_condition(one, lang) for one in flow.exits]
    yield "stay_on", [words.written_staying(one, lang) for one in flow.stay_on]


def _start(flow: Flow, lang: str) -> Iterator[tuple[str, str]]:
    start = flow.start
    yield from (("segment", start.segment), ("list", start.list), ("where", start.where))
    yield "again", words.written_again(start.again, lang) if start.again != "never" else ""


def _guarded(body: str) -> str:
    return "\n".join(
        f"\\{line}" if _MARK.fullmatch(line) or _ESCAPED.match(line) else line for line in body.split("\n")
    )


def _in(keys: dict[str, str], key: str, lang: str) -> str:
    return keys[key] if lang == "fr" else key
