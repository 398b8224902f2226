"""What is wrong with a mail to many people before it leaves: each problem says what to write instead.

What a law asks (who writes, where, how to get out, no false answer), what filters and mailboxes punish, what makes a
reader think less of the firm. A text is looked at as it is written: both sides of each choice, whatever fills a field.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from petitcrm.i18n import _, ngettext
from petitcrm.marketing import wording
from petitcrm.marketing.flow_problems import Problem
from petitcrm.marketing.identity import Identity
from petitcrm.naming import SPOKEN
from petitcrm.rows import Row
from petitcrm.text import fold, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST_SUBJECT = 90
"""Characters: a telephone shows 40 of them, a mailbox on a desk about 70."""
LARGEST = 100_000
"""Bytes of HTML: Gmail cuts a mail at 102 kB, and with it the way out at its end."""
FALSE_ANSWER = re.compile(r"\s*(?:re|ré|rép|tr|fw|fwd|aw|sv)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
"""How a subject begins that looks like an answer, or like something that was passed on."""
_FIELD = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_CHOICE = re.compile(r"\{%.*?%\}", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]\n]*\]\(")
_FOREIGN = re.compile(r"\*\|[A-Z_:]+\|\*|%[A-Z]{3,}%|\[\[[\w .]+\]\]|(?<!\{)\{[a-z_]{3,}\}(?!\})")
"""Fields as other programs write them: here they would be read as they stand."""
_LEFT_OVER = re.compile(r"lorem ipsum|\bx{3,}\b|\bà compléter\b|\btodo\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:[/?#]\S*)?", re.IGNORECASE)
SHORTENERS = frozenset(
    "bit.ly tinyurl.com goo.gl t.co ow.ly is.gd buff.ly rebrand.ly cutt.ly lnkd.in tiny.cc shorturl.at rb.gy".split()
)
OF_SUBJECT = ("no-subject", "same-subjects", "false-answer", "long-subject", "capitals", "exclamations")
"""Problems of a subject; those of the text have a line, or are of all of it."""
_HERE = ("localhost", "127.", "10.", "192.168.", "0.", "169.254.")
_COMMON = {
    "fr": frozenset(
        "le la les des une est et vous nous votre vos notre pour avec dans sur que qui pas plus ce".split()
    ),
    "en": frozenset(
        "the and you your our for with that this are have from will not more can is of to in we".split()
    ),
}
_ENOUGH = 8


class Draft(Row):
    """A mail to many people: its texts with their fields, who it is from, and to how many it goes.

    `empty` tells for each field how many people it is empty for, `archived` which of its lists are put away, by name
    and key, `left_out` how many do not get it for which reason; `people` and `who` are None where they are not known;
    `line` is where the body begins in its file; `leaves` where it is about to leave at the moment for which people were
    counted.
    """

    subject: str
    body: str
    who: Identity | None
    subject_b: str = ""
    lang: str = "fr"
    empty: tuple[tuple[str, int], ...] = ()
    people: int | None = None
    line: int = 1
    archived: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    leaves: bool = False

    def counting(self, counts: Mapping[str, int]) -> Draft:
        """Return it with how many get it (under an empty key), and how many do not for which reason."""
        left_out = tuple((reason, people) for reason, people in counts.items() if reason)
        return self._replace(people=counts.get("", 0), left_out=left_out)


def check(draft: Draft) -> tuple[Problem, ...]:
    """Return what is wrong with a mail, in the order in which a person mends it; nothing where it may leave."""
    found = [*_whom(draft), *(_identity(draft.who) if draft.who else ())]
    for subject in dict.fromkeys((draft.subject, *filter(None, (draft.subject_b,)))):
        found += _subject(subject)
    if draft.subject_b.strip() and fold(draft.subject_b) == fold(draft.subject):
        found.append(
            Problem(
                "same-subjects", _("Both subjects are the same: there is nothing to try. Write another B.")
            )
        )
    found += _body(draft)
    return tuple(dict.fromkeys(found))


def _whom(draft: Draft) -> Iterator[Problem]:
    for name, key in draft.archived:
        yield list_is_archived(name, key)
    if draft.people == 0 and draft.left_out:
        yield _everybody_left_out(draft)
    elif draft.people == 0 and not draft.archived:
        yield Problem(
            "nobody", _("It is for nobody: name a list, a segment or a condition under [audience].")
        )
    for field, people in draft.empty:
        told = _("write {{{{ {field} | default('…') }}}}, or choose with if", field=field)
        yield Problem(
            "empty-field",
            ngettext(
                "{field} is empty for {n} person: {what}", "{field} is empty for {n} people: {what}", people,
                field=field, what=told,
            ),
            line=_line_of(draft, field),
        )  # fmt: skip


def list_is_archived(name: str, key: str) -> Problem:
    """Return that nothing is sent to a list that is put away, with what takes it back."""
    told = _("The list {name} is archived, nobody on it is written to: {command}")
    return Problem("list-is-archived", told.format(name=name, command=f"petitcrm list archive {key} --back"))


def _everybody_left_out(draft: Draft) -> Problem:
    """Return why nobody gets it; where some have only had enough mails for now, it may still be let leave later."""
    from petitcrm.marketing import audience

    why = ", ".join(f"{_(audience.WHY.get(reason, reason))} ({n})" for reason, n in draft.left_out)
    told = _("Nobody whom it is for would get it: {why}.", why=why)
    is_for_now = any(reason == audience.CAP for reason, _n in draft.left_out)
    if is_for_now:
        told += " " + _("Let it leave some days later, or see petitcrm sequence cap.")
    return Problem("nobody", told, is_grave=draft.leaves or not is_for_now)


def nobody_signs(firm: str) -> Iterator[Problem]:
    """Yield that a mail is from nobody, where the firm has no name: a law asks who writes."""
    if not firm:
        yield Problem("no-identity", _('Nobody signs it: petitcrm setup --firm "Plomberie Dupont"'))


def _identity(who: Identity) -> Iterator[Problem]:
    yield from nobody_signs(who.firm)
    if not who.place:
        told = _(
            'It says nowhere where the firm is: petitcrm setup --address "12 rue des Lilas, 75002 Paris"'
        )
        yield Problem("no-address", told)
    if not who.sender:
        yield Problem(
            "no-way-out", _("Nobody can answer it, nor get out: no account sends. petitcrm mail setup")
        )


def _subject(subject: str) -> Iterator[Problem]:
    if not subject.strip():
        yield Problem("no-subject", _('It has no subject: subject = "…"'))
        return
    letters = [one for one in _FIELD.sub("", subject) if one.isalpha()]
    if FALSE_ANSWER.match(subject):
        told = _("“{subject}” looks like an answer, and is none: take what is before the colon away.")
        yield Problem("false-answer", told.format(subject=subject))
    if len(_FIELD.sub("x" * 10, subject)) > LONGEST_SUBJECT:
        told = _("“{subject}…” is too long: {n} characters at most, about 50 are read.")
        yield Problem("long-subject", told.format(subject=subject[:30], n=LONGEST_SUBJECT))
    if len(letters) >= 8 and all(one.isupper() or one == one.swapcase() for one in letters):
        yield Problem("capitals", _("“{subject}” shouts: write it in small letters.", subject=subject))
    if subject.count("!") > 1 or "??" in subject:
        yield Problem(
            "exclamations", _("“{subject}” shouts: one ! or ? is enough, none is better.", subject=subject)
        )
    yield from _foreign(subject, 0)


def _body(draft: Draft) -> Iterator[Problem]:
    plain = _CHOICE.sub("", _FIELD.sub("x", draft.body))
    text = wording.text_of(plain)
    if len(words(re.sub(r"\S+://\S+", "", text))) < 3:
        yield Problem("no-text", _("It says nothing in words: a reader without pictures has an empty mail."))
    size = len(wording.html_of(plain).encode())
    if size > LARGEST:
        told = _(
            "It is {size} kB: mailboxes cut it at 100, and its end with it. Write less, and link to the rest."
        )
        yield Problem("too-large", told.format(size=size // 1000))
    for number, line in enumerate(draft.body.splitlines(), draft.line):
        if _PICTURE.search(line):
            told = _("mails hold no picture (nothing is fetched to read them): link to it instead.")
            yield Problem("picture", told, line=number)
        yield from _foreign(line, number)
    yield from _links(plain, draft.line - 1)
    yield from _language(text, draft.lang)


def _foreign(line: str, number: int) -> Iterator[Problem]:
    for found in _FOREIGN.findall(line):
        told = _("“{what}” is no field here, and would be read as it stands: petitcrm template fields")
        yield Problem("foreign-field", told.format(what=found), line=number)
    for found in _LEFT_OVER.findall(line):
        yield Problem("left-over", _("“{what}” was left over: finish the text.", what=found), line=number)


def _links(plain: str, above: int) -> Iterator[Problem]:
    for at, address, shown in wording.links(plain):
        line, link = above + at, urlsplit(address) if _is_address(address) else None
        if link is None:
            yield Problem("bad-link", _("“{link}” is no address.", link=address), line=line)
        elif link.scheme != "mailto":
            yield from _link(line, address, (link.hostname or "").lower(), shown)


def _link(line: int, address: str, host: str, shown: str) -> Iterator[Problem]:
    if address.lower().startswith("http:"):
        yield Problem("not-https", _("write {link} with https.", link=address), line=line)
    if not host or "." not in host or host.startswith(_HERE):
        told = _("{link} leads nowhere outside this machine or this house.", link=address)
        yield Problem("local-link", told, line=line)
    elif host.removeprefix("www.") in SHORTENERS:
        yield Problem(
            "shortener", _("{host} hides where it leads: write the whole address.", host=host), line=line
        )
    named = _ADDRESS.fullmatch(shown.strip())
    if named and named[1].lower().removeprefix("www.") != host.removeprefix("www."):
        told = _("the text says {shown}, and the link leads to {host}: name one of the two.")
        yield Problem("other-address", told.format(shown=named[1], host=host), line=line)


def _is_address(address: str) -> bool:
    try:
        return bool(urlsplit(address).scheme)
    except ValueError:
        return False


def _language(text: str, lang: str) -> Iterator[Problem]:
    told = fold(text).split()
    counts = {one: sum(word in common for word in told) for one, common in _COMMON.items()}
    other = "en" if lang == "fr" else "fr"
    if counts[other] >= _ENOUGH and counts[other] > 2 * counts[lang]:
        told_words = _('It is written {seen} and says that it is {said}: lang = "{lang}"')
        yield Problem("language", told_words.format(seen=_(SPOKEN[other]), said=_(SPOKEN[lang]), lang=other))


def _line_of(draft: Draft, field: str) -> int:
    lines = enumerate(draft.body.splitlines(), draft.line)
    return next((number for number, line in lines if field in line), 0)
