"""What the person wrote in a mail, without what they quote nor what signs it.

Written here: `mail-parser-reply`, tried on the same French and English mails, takes lists for signatures and loses what
is written between quotes; here what is not surely a quote stays.
"""

from __future__ import annotations

import re

from petitcrm.connectors.mail_signatures import unsigned

_MONTHS_AND_DAYS = r"\d{1,2}[:hH.]\d{2}|\d{4}|\d{1,2}[/.-]\d{1,2}"
_WROTE = (
    r"a écrit|à écrit|wrote|writes|schrieb|geschreven|schreef|escribió|escreveu|ha scritto|scrisse"
    r"|napisał|skrev|kirjoitti"
    r"|написал|пише|写道|のメッセージ|napsal|írta|yazdı|a scris"
)
_VERBS = tuple(_WROTE.split("|"))
_DAY = re.compile(_MONTHS_AND_DAYS)
_ENDS_WITH_WROTE = re.compile(rf"(?:{_WROTE})(?:\(a\))?\s?:?$", re.IGNORECASE)
_AFTER_AT = re.compile(r"[^\s<>@]{1,200}[>)\]]?.{0,100}:$")
_LONGEST_ANNOUNCEMENT = 500
_LEAD = re.compile(r"^[\s>*_-]*(?:le|on|am|el|il|em|op|den|dne|w dniu|dnia|in data)\s", re.IGNORECASE)
_AROUND = "> \t*_-"
"""What mail programs put around these words."""
_ORIGINAL = re.compile(
    r"^[\s>*_]*[-_=*]{2,}\s*(?:message d['’]origine|message original|original message|originalnachricht"
    r"|ursprüngliche nachricht|mensaje original|messaggio originale|oorspronkelijk bericht|message transféré"
    r"|forwarded message|message transmis|reply above this line|répondre au-dessus de cette ligne)[^\n]{0,80}$",
    re.IGNORECASE,
)
_NAMES = (
    r"de|from|von|van|da|fra|från|lähettäjä|от|envoyé(?: le)?|sent|gesendet|verzonden|inviato|enviado"
    r"|skickat|sendt"
    r"|lähetetty|date|datum|data|fecha|dato|päiväys|дата|à|a|to|an|aan|para|till|til|vastaanottaja|кому"
    r"|cc|copie à|objet|sujet"
    r"|subject|betreff|onderwerp|oggetto|asunto|assunto|ämne|emne|aihe|тема|répondre à|reply-to|importance"
)
_HEADER = re.compile(rf"^[\s>*_|]*(?:{_NAMES})[\s*_]*:[\s*_]*\S.*$", re.IGNORECASE)
_FROM = re.compile(
    r"^[\s>*_|]*(?:message du|de|from|von|van|da|fra|från|lähettäjä|от)[\s*_]*:[\s*_]*\S", re.IGNORECASE
)
_RULE = re.compile(r"^[\s>]*(?:[-_=*]{4,}|-{4,}\s?\S[^-\n]{0,40}\s?-{4,})\s*$")
"""A line of dashes, with words between them in any language: what follows may be the headers of another mail."""
_MOST_LINES = 5_000
_LONGEST_LINE = 500
_BROKEN_AT = 60
"""Characters of a line from which on programs break it."""
_LONGEST_RULE = 200
_RULES = tuple("-_=*>")


def visible(text: str) -> str:
    """Return what the person wrote, without the mail they answer nor signature; all of it where that is nothing."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:_MOST_LINES]
    kept = unsigned(_unquoted(lines))
    written = "\n".join(kept).strip()
    return re.sub(r"\n{3,}", "\n\n", written) or text.strip()


def _unquoted(lines: list[str]) -> list[str]:
    """Leave out quotes and what announces them; stop where a whole mail is quoted without marks."""
    announces = _may_announce(lines)
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _begins_original(lines, at):
            break
        length = _attribution(lines, at, announces)
        if length:
            if not _is_quoted_next(lines, at + length):
                break
            at += length
        elif _is_quoted(line) or _goes_on(lines, at):
            at += 1
        else:
            kept.append(line)
            at += 1
    return kept


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _goes_on(lines: list[str], at: int) -> bool:
    """Tell whether a line is the end of a quoted one that was broken: within the quote, and begun in its middle."""
    return (
        0 < at < len(lines) - 1
        and lines[at][:1].islower()
        and len(lines[at - 1]) >= _BROKEN_AT
        and _is_quoted(lines[at - 1])
        and _is_quoted(lines[at + 1])
    )


def _may_announce(lines: list[str]) -> list[bool]:
    """Tell of each line whether an announcement may end there: with a colon, or with "wrote" in some language."""
    low = "\n".join(lines).lower()
    verbs = [verb for verb in _VERBS if verb in low]
    return [
        0 < len(line) <= _LONGEST_LINE
        and (
            line.rstrip(_AROUND)[-1:] == ":" or (bool(verbs) and any(verb in line.lower() for verb in verbs))
        )
        for line in lines
    ]


def _begins_original(lines: list[str], at: int) -> bool:
    """Tell whether the mail that is answered begins here, as Outlook and others copy it: a rule, or its headers."""
    line = lines[at]
    may_be_a_rule = len(line) <= _LONGEST_RULE and line.lstrip()[:1] in _RULES
    if may_be_a_rule and _ORIGINAL.match(line):
        return True
    if may_be_a_rule and _RULE.match(line):
        following = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at)
        return following > at and _are_headers(lines, following)
    return ":" in line and _are_headers(lines, at)


def _are_headers(lines: list[str], at: int) -> bool:
    if not _FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 9] if line.strip()][:4]
    return sum(bool(_HEADER.match(line)) for line in following) >= 2


def _attribution(lines: list[str], at: int, announces: list[bool]) -> int:
    """Return how many lines say "on such a day, so-and-so wrote:" from here on; it is often broken in two or three."""
    if not lines[at].strip() or True not in announces[at : at + 4]:
        return 0
    for length in (1, 2, 3, 4):
        last = lines[at + length - 1] if at + length <= len(lines) else ""
        if not last.strip() or len(last) > _LONGEST_LINE:
            return 0
        if announces[at + length - 1] and _is_announced(lines, at, at + length):
            return 0 if _begins_later(lines, at, at + length) else length
    return 0


def _is_announced(lines: list[str], begin: int, end: int) -> bool:
    """Tell whether these lines say who wrote what follows, and when: a day, an address or a name, most often a colon.

    Without regular expressions that go back and forth: a mail of lines that nearly say so must cost their length.
    """
    said = " ".join(line.strip() for line in lines[begin:end]).strip(_AROUND)
    if len(said) > _LONGEST_ANNOUNCEMENT or not any(map(str.isdigit, said)) or _is_a_sentence(said):
        return False
    before, at, after = said.rpartition("@")
    has_colon = said.endswith(":")
    if _ENDS_WITH_WROTE.search(said[-40:]):
        return has_colon or bool(at)
    if not has_colon:
        return False
    if at and before[-1:].strip(" <>@\t") and _AFTER_AT.match(after) and _DAY.search(said):
        return True
    low = said.lower()
    return bool(_LEAD.match(said)) and any(low.find(verb) > len("le 1 ") for verb in _VERBS)


def _begins_later(lines: list[str], begin: int, end: int) -> bool:
    """Tell whether the first of these lines is the person's own, and only those below it announce a quote."""
    has_no_day = not any(character.isdigit() for character in lines[begin])
    return any(
        (has_no_day or _LEAD.match(lines[at])) and _is_announced(lines, at, end)
        for at in range(begin + 1, end)
    )


def _is_a_sentence(said: str) -> bool:
    """Tell whether words that look like an attribution are the person's own: several sentences, or a link."""
    return "://" in said.split("<")[0] or len(re.findall(r"[.!?]\s+[A-ZÀ-Ý]\w+\s+\w+\s+\w+", said)) > 1


def _is_quoted_next(lines: list[str], at: int) -> bool:
    following = next((line for line in lines[at : at + 4] if line.strip()), "")
    return _is_quoted(following)
