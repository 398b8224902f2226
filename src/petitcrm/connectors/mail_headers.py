"""Headers of a mail to send, as lines: ASCII where they are, encoded words (RFC 2047) where they are not, folded.

Written here because `EmailMessage` folds what must not be: a long address to unsubscribe at, a long id, and a name with
a comma or a bracket in it may come back as something else (CPython 3.11 to 3.13). It is also several times as quick.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

from petitcrm.connectors.mail_addresses import Address
from petitcrm.errors import UsageProblem
from petitcrm.formats.emails import read_email
from petitcrm.i18n import _
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_TOKEN = re.compile(r"[!-;=?-~]{1,900}")
"""What may stand between angle brackets."""
_LINE = 76
_LONGEST_WORD = 900
_IN_A_WORD = 63
"""Characters that an encoded word holds, of the 75 that it may have."""
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_READABLE = bytes([*_PLAIN, 0x20])
_QUOTED = tuple(
    chr(byte) if byte in _PLAIN else "_" if byte == 0x20 else f"={byte:02X}" for byte in range(256)
)


@lru_cache(maxsize=256)  # a mailing says most of them again and again
def unstructured(name: str, value: str) -> str:
    """Return a header of words, as a subject is; UsageProblem where it would be another header too."""
    check(name, value)
    words = clean(value).split()
    text = " ".join(words)
    if not text.isascii() or "=?" in text or max(map(len, words), default=0) > _LONGEST_WORD:
        return _folded(name, _encoded(text))
    return _folded(name, words)


@lru_cache(maxsize=256)  # a mailing says most of them again and again
def mailbox(name: str, one: Address) -> str:
    """Return a header that names one person; UsageProblem where it would name another, or is no address."""
    check(name, f"{one.name} {one.address}")
    spelled = read_email(one.address) or one.address
    if not _ADDRESS.fullmatch(spelled):
        raise UsageProblem(_("“{value}” is not an address that can be written to.", value=one.address))
    return _folded(name, [*_phrase(one.name), f"<{spelled}>"] if one.name.strip() else [spelled])


def token(name: str, value: str) -> str:
    """Return a header of one word, as an id is."""
    short = len(name) + 2 + len(value) <= _LINE and _TOKEN.fullmatch(value) and "=?" not in value
    return f"{name}: {value}\r\n" if short else unstructured(name, value)


def bracketed(name: str, values: Iterable[str], between: str = "") -> str:
    """Return a header of ids or addresses between angle brackets, each whole; those that are not ASCII are left out."""
    several = list(values)
    check(name, "".join(several))
    kept = [f"<{one}>" for one in several if _TOKEN.fullmatch(one)]
    return _folded(name, [*(one + between for one in kept[:-1]), *kept[-1:]]) if kept else ""


@lru_cache(maxsize=256)  # a mailing says most of them again and again
def named(name: str, value: str) -> str:
    """Return a header of a name and an id between brackets, as the one of a list: `Lettre d'été <ete.firme.fr>`."""
    check(name, value)
    words, bracket, rest = clean(value).rpartition("<")
    token = rest.strip(" <>") if bracket else value.strip()
    return (
        _folded(name, [*(_phrase(words) if words.strip() else []), f"<{token}>"]) if token.isascii() else ""
    )


def check(name: str, value: str) -> None:
    """Refuse what would be another header, or another mail."""
    found = _FORBIDDEN.search(value)
    if found:
        raise UsageProblem(
            _(
                "{header} holds a character that no header may: U+{code:04X}.",
                header=name,
                code=ord(found.group()),
            ),
            advice=_("Write it on one line."),
        )


def _phrase(name: str) -> list[str]:
    """Return a person's name as words that no program takes for an address."""
    text = " ".join(clean(name).split())
    if not text.isascii() or "=?" in text or len(text) > _LINE:
        return list(_encoded(text))
    if _ATOMS.fullmatch(text):
        return text.split(" ")
    return ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"']


def _folded(name: str, words: Iterable[str]) -> str:
    """Join words by spaces, in lines as long as they may be; a longer word has its own."""
    lines: list[str] = []
    line = f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > _LINE and line.strip() and not line.endswith(":"):
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"


def _encoded(text: str) -> Iterator[str]:
    """Cut text in encoded words, between letters: quoted-printable where most of it can be read so, else base64."""
    raw = text.encode()
    is_readable = (len(raw) - len(raw.translate(None, _READABLE))) * 3 >= 2 * len(raw)
    quote, most = (_quoted, _IN_A_WORD) if is_readable else (_based, _IN_A_WORD // 4 * 3)
    whole = quote(text)
    if len(whole if is_readable else raw) <= most:
        yield f"=?utf-8?{'q' if is_readable else 'b'}?{whole}?="
        return
    word, length = "", 0
    for letter in text:
        size = len(_quoted(letter)) if is_readable else len(letter.encode())
        if length + size > most:
            yield f"=?utf-8?{'q' if is_readable else 'b'}?{quote(word)}?="
            word, length = "", 0
        word, length = word + letter, length + size
    if word:
        yield f"=?utf-8?{'q' if is_readable else 'b'}?{quote(word)}?="


def _quoted(text: str) -> str:
    return "".join(map(_QUOTED.__getitem__, text.encode()))


def _based(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode()
