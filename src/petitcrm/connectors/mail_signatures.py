"""What signs a mail and says nothing: cards, telephones' own lines, notices of lawyers, footers of lists.

A card without a mark before it is left out only where it follows a closing formula, is short lines to the end, and
holds a telephone or an address; the formula and the name below it stay, as what the person wrote.
"""

from __future__ import annotations

import re

_DEVICE = re.compile(
    r"^[\s*_]*(?:envoyé (?:de(?:puis)? (?:mon|ma|l['’]application|outlook|yahoo)|à partir de|avec)"
    r"|sent (?:from (?:my|a |the |outlook|mail|yahoo|samsung|an? )|via|with)|get outlook for"
    r"|obtenez outlook|télécharg(?:er|ez) outlook|von meinem|gesendet von|enviado desde|inviato da"
    r"|verzonden (?:vanaf|met)"
    r"|provenance\s*: courrier)[^\n,.;!?]{0,80}(?:<[^>\n]*>)?[.*_\s]*$"
    r"|^[\s*_]*(?:sent|envoyé|gesendet|inviato|enviado) \w[^\n<>]{1,60}<https?://[^>\n]*>[.*_\s]*$",
    re.IGNORECASE,
)
_DELIMITER = re.compile(r"^\s*--\s*$")
_DASHES = re.compile(r"^\s*[\u2013\u2014]+\s*$")
_FOOTER = re.compile(r"^\s*_{2,}\s*$")
_LIST = re.compile(r"mailing[ -]?list|liste de (?:diffusion|discussion)", re.IGNORECASE)
_NOTICE = re.compile(
    r"^\W*(?:(?:ce|cet|this) (?:message|courriel|courrier|e-?mail|mail|communication)\b"
    r"|les informations contenues dans|the information (?:contained )?in|avant d['’]imprimer"
    r"|(?:pensez|pensons) à l['’]environnement|please consider the environment|save a tree"
    r"|afin de (?:contribuer|respecter|préserver).{0,40}environnement)"
    r"(?=.*(?:confidenti|destin[ée]|pièces? jointes?|intended|privileged|imprim|print|environ))",
    re.IGNORECASE,
)
_SCANNED = re.compile(
    r"^\W*(?:(?:garanti )?sans virus|virus[- ]free|l['’]absence de virus dans ce (?:courrier|courriel|message))\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\W*(?:(?:(?:très|bien) )?cordialement|cdlt|cdt|(?:bien|sincèrement) à (?:vous|toi)|amicalement|respectueusement"
    r"|(?:(?:avec )?(?:mes|nos) )?(?:(?:meilleures|sincères|cordiales|respectueuses|bonnes) )?salutations"
    r"(?: distinguées)?"
    r"|merci(?: (?:d['’]avance|beaucoup|à vous))?|(?:belle|bonne) (?:journée|soirée|fin de \w+)(?: à vous)?"
    r"|(?:(?:kind|best|warm|with best|many) )?(?:regards|wishes)|best|cheers|(?:yours )?sincerely(?: yours)?"
    r"|(?:many )?thanks|thank you|mit freundlichen grüßen|(?:viele|beste|liebe) grüße|(?:un )?saludos?|atentamente"
    r"|(?:cordiali|distinti) saluti|met vriendelijke groet(?:en)?"
    r"|(?:je vous prie|nous vous prions|veuillez|recevez|dans l['’]attente).{0,200}"
    r"(?:salutations|sentiments|considération|retour)[^.]{0,40})\W*$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:\+|\b0)\d(?:[ .()/-]{0,2}\d){7,13}\b|https?://|\bwww\.|[^\s@]@[^\s@]+\.\w|^\W*(?:t[ée]l|mob|port|phone)\b",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(r"^\W*(?:p\.? ?s\b|n\.? ?b\b|post-scriptum)", re.IGNORECASE)
_MOST_LINES = 15
_LONGEST_LINE = 100
_MOST_WORDS = 11


def unsigned(lines: list[str]) -> list[str]:
    """Leave out the signature after its mark (RFC 3676, 4.3), and what telephones, programs and firms add."""
    begun = False
    for at, line in enumerate(lines):
        if begun and (_DELIMITER.match(line) or _is_of_a_device(line) or _is_added(lines, at)):
            return _without_card(lines[:at])
        begun = begun or bool(line.strip())
    return _without_card(lines)


def _is_of_a_device(line: str) -> bool:
    return len(line) <= 2 * _LONGEST_LINE and bool(_DEVICE.match(line))


def _is_added(lines: list[str], at: int) -> bool:
    line = lines[at]
    if _DASHES.match(line):
        below = [one for one in lines[at + 1 :] if one.strip()]
        return 0 < len(below) <= _MOST_LINES and all(map(_may_be_of_a_card, below))
    if _FOOTER.match(line):
        return any(_LIST.search(one) for one in lines[at + 1 : at + 3])
    return bool(_NOTICE.match(line) or _SCANNED.match(line))


def _without_card(lines: list[str]) -> list[str]:
    """Leave out the card below a closing formula, all but the name."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 3 * _MOST_LINES), -1):
        if _CLOSING.match(lines[at]):
            below = [number for number in range(at + 1, len(lines)) if lines[number].strip()]
            told = [lines[number] for number in below]
            if len(told) > _MOST_LINES or not all(map(_may_be_of_a_card, told)):
                return lines
            if not any(map(_CONTACT.search, told)):
                return lines
            has_name = not _CONTACT.search(told[0])
            return lines[: below[0] + 1] if has_name else lines[: at + 1]
    return lines


def _may_be_of_a_card(line: str) -> bool:
    """Tell whether a line is as those of a card are: short, no sentence, no question, no afterthought."""
    told = line.strip()
    return (
        len(told) <= _LONGEST_LINE
        and not told.endswith("?")
        and not _AFTERTHOUGHT.match(told)
        and not (told.endswith((".", "!")) and len(told.split()) > _MOST_WORDS)
    )
