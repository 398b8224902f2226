"""What is wrong with the texts of a sequence: fields that are not there or may be empty, subjects that mislead."""

from __future__ import annotations

import re

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _, language
from petitcrm.marketing import content_lint, filling, merge_fields
from petitcrm.marketing.flow import FILLED, Flow, Mail, Step
from petitcrm.marketing.flow_header import shown
from petitcrm.marketing.flow_problems import Problem
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ALWAYS = {
    ("contact", "email"), ("contact", "name"), ("user", "name"), ("user", "email"), ("firm", "name"), ("day", "today"),
}  # fmt: skip
"""Fields that nobody is without who can be written to."""
_NOT_OPENED = re.compile(
    r"(?:pas|jamais|toujours pas)\s+(?:encore\s+)?(?:ouvert|lu|cliqu\w+|consult\w+)\b"
    r"|\b(?:did\s?n[o'\u2019]t|did not|have\s?n[o'\u2019]t|have not|never)\s+(?:yet\s+)?"
    r"(?:open|read|click|opened|clicked)\b",
    re.IGNORECASE,
)  # fmt: skip


class Said(Row):
    """Some words of a mail, and their line in the file."""

    words: str
    line: int


def problems(flow: Flow) -> Iterator[Problem]:
    """Yield what is wrong with the texts of steps and with the mails, in their order."""
    for step in flow.steps:
        yield from _step(flow, step)
    sent = {step.says("mail") for step in flow.steps if step.kind == "send"}
    for mail in flow.mails:
        yield from _mail(flow, mail)
        if flow.steps and mail.key not in sent:
            told = _("no step sends the mail “{name}”.", name=mail.key)
            yield Problem("mail-not-sent", told, f'{shown("send")} = "{mail.key}"', mail.line, is_grave=False)


def says_not_opened(mail: Mail) -> Said | None:
    """Return the words by which a mail says that somebody did not open, read or click."""
    for line, text in ((mail.line + 1, mail.subject), (mail.body_line, mail.body)):
        found = _NOT_OPENED.search(text)
        if found:
            return Said(" ".join(found[0].split()), line + text.count("\n", 0, found.start()))
    return None


def bare_fields(flow: Flow) -> Iterator[tuple[Mail, tuple[str, ...], int]]:
    """Yield the fields that mails write with nothing to stand for them, and their lines; none of an unreadable text."""
    for mail in flow.mails:
        for text, line in ((mail.subject, mail.line + 1), (mail.body, mail.body_line)):
            try:
                found = filling.bare(text, where="")
            except UsageProblem:
                continue
            for names, at in dict.fromkeys(found):
                yield mail, names, line + at - 1


def field_in(names: tuple[str, ...], lang: str) -> str:
    """Return a field as a template names it in a language: `contact.ville`."""
    noun, field, *custom = names
    spoken = (
        (merge_fields.NOUNS[noun], merge_fields.FIELDS[noun][field][0]) if lang == "fr" else (noun, field)
    )
    return ".".join((*spoken, *custom))


def stands_for(field: str, other: str = '"…"') -> str:
    """Return how a template writes a field with something that stands for it."""
    return f"{{{{ {field} | default({other}) }}}}"


def _step(flow: Flow, step: Step) -> Iterator[Problem]:
    def told(field: str) -> str:
        return _(
            "{field} is empty for some people, for whom “{id}” would not be done.", field=field, id=step.id
        )

    for key in FILLED.get(step.kind, ()):
        text = step.says(key)
        for problem in _fields(text, step.line, shown(key), flow.lang, told) if "{" in text else ():
            yield problem._replace(
                advice=problem.advice.replace('"…"', "'…'")
            )  # it stands between quotes there


def _mail(flow: Flow, mail: Mail) -> Iterator[Problem]:
    if flow.purpose != "service" and (answer := content_lint.FALSE_ANSWER.match(mail.subject)):
        told = _(
            "“{what}” makes “{name}” look like an answer, which it is not.", what=answer[0], name=mail.key
        )
        word = "Objet :" if language() == "fr" else "Subject:"
        advice = f"{word} {mail.subject[answer.end() :].strip() or '…'}"
        yield Problem("misleading-subject", told, advice, mail.line + 1)
    subject, body = _("The subject"), _("The body")

    def nobody_gets(field: str) -> str:
        return _(
            "{field} is empty for some people, who would not get the mail “{name}”.",
            field=field,
            name=mail.key,
        )

    for text, line, where in ((mail.subject, mail.line + 1, subject), (mail.body, mail.body_line, body)):
        yield from _fields(text, line, where, flow.lang, nobody_gets)


def _fields(text: str, line: int, where: str, lang: str, empty: Callable[[str], str]) -> Iterator[Problem]:
    """Yield what is wrong with the fields of a text that begins at a line; `empty` says that one may be empty."""
    try:
        filling.check(text, where=where)
        bare = filling.bare(text, where=where)
    except filling.Unfit as error:
        yield Problem("bad-field", error.what, error.advice, line + error.line - 1)
        return
    except UsageProblem as error:
        yield Problem("bad-field", error.message, error.advice, line)
        return
    for names, at in dict.fromkeys(bare):
        if names[:2] not in _ALWAYS:
            field = field_in(names, lang)
            yield Problem("field-can-be-empty", empty(field), stands_for(field), line + at - 1)
