"""How an input becomes another one, a little or very wrong: as bytes, in the words of its format, in its archive."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Sequence

LONGEST = 1 << 18
"""Bytes of an input beyond which it is cut; repetitions go that far, to meet what grows with the square."""

_COMMON = (
    b"\0", b"\r", b"\n", b"\r\n", b"\t", b" ", b'"', b"'", b";", b",", b"|", b":", b"=", b"\\",
    b"\x1b]52;c;x\x07",
    b"\x85", b"\x9b", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", "é".encode(), "œ€".encode("cp1252"),
    "\u202e\u2066\u200b".encode(
        ), "\u2028".encode(), b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"9" * 40, b"-1", b"1e999",
    b"NaN", "٣".encode(), "²".encode(), "İ".encode(), "ﬀ".encode(), "\U0001f469\u200d\U0001f52c".encode(),
    b"[/foo]",
)  # fmt: skip
WORDS: dict[str, Sequence[bytes]] = {
    "csv": (b"sep=;\n", b'"a";"b"\n', b'\\"', b'""', b"Total;;3\n", b"Nom;Ville\n", b";;;\n", b' "'),
    "vcard": (
        b"BEGIN:VCARD\n", b"END:VCARD\n", b"VERSION:2.1\n", b"VERSION:4.0\n", b"\n ", b"=\n", b"=C3=A9",
        b"=0D=0A",
        b";ENCODING=QUOTED-PRINTABLE", b";ENCODING=b", b";CHARSET=utf-7", b";CHARSET=utf-16",
        b";TYPE=WORK,pref", b"N:;",
        b"item1.", b"X-ABLabel:", b"KIND:group\n", b"MEMBER:urn:uuid:x\n", b"AGENT:", b"PHOTO;ENCODING=b:",
        b"CATEGORIES:",
        b"ADR;TYPE=HOME:;;", b"GEO:", b"BDAY:", b"URL:", b"IMPP:", b"TEL;PREF=1:tel:", b"^n", b"^'", b"\\n",
        b"\\,",
    ),
    "json": (
        b"{", b"}", b"[", b"]", b'"', b"null", b"true", b'{"a":', b"\\ud800", b"\\u0000", b"1e400", b"{}\n",
        b"\n",
    ),
    "base": (
        b'"type":"stages"', b'"type":"contacts"', b'"type":"entries"', b'"id":', b"-1",
        b"9223372036854775808", b"null",
        b'"kind":', b'{"type":"settings"}\n', b'"type":[]', b"\\ud800", b"\\u0000", b"1.5", b"true", b"[]",
        b"{}", b'"custom":',
    ),
    "addresses": (
        b"@", b"<", b">", b'"', b",", b";", b"To: ", b"=?utf-8?b?w6k=?=", b"=?x?q?=00?=", b"a@b.fr",
        b"<a@b.fr>",
    ),
    "cells": (
        b"demain", b"lundi prochain", b"dans 3 ", b"tous les ", b"mois", b"31/02/", b"29/02/2028", b"12h",
        b"99999999999",
        b"+33 6", b"(0)", b"poste 12", b"tel:", b"https://", b"xn--", b"a@", b"\xe2\x82\xac",
        b"k\xe2\x82\xac", b"1,5E+13", b"1 200,50",
        b"FR40", b"43.22B", b"@[127.0.0.1]", b"http://[::1", b"//", b"?", b"#", b"%00", b"e", b"-", b"/", b".",
    ),
    "sequence": (
        b"+++\n", b"=== ", b"Subject: ", b"Objet : ", b"[[step]]\n", b"[[etape]]\n", b"[start]\n", b'send = "',
        b'if = "opened ', b'within = "6 days"\n', b'yes = "', b'no = "end"\n', b'unknown = "', b'next = "',
        b'wait = "', b'"' * 3, b"'" * 3, b"{{ contact.", b" | default('", b"{% if ", b"%}", b"= true\n",
        b"= 1e999\n", b"= [[[[", b"= 2026-13-45\n", b"a.b.c = ", b"\\=== ", b"====\n", b'lead = ""\n',
        b'hand_over = "', b"per_day = -1\n", b'again = "always"\n', b'window = "18-9"\n',
    ),
    "zip": (
        b"<c ", b' t="s"', b' t="d"', b' r="XFD1048576"', b' r="A0"', b"<v>", b"</v>", b"<f>", b"1e308",
        b"-1", b"4294967296",
        b"&#0;", b"&lt;", b"&x;", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<![CDATA[", b' s="999999"', b"<row ",
        b"</row>", b"<is><t>",
        b' table:number-columns-repeated="1000000"', b' table:number-rows-repeated="1048576"',
        b"<mergeCell ref='A1:XFD1048576'/>",
        b"../../", b"_x000D_",
    ),
}  # fmt: skip


def mutated(data: bytes, others: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> bytes:
    """Return an input near `data`: some pieces changed, or a part of another one put in."""
    if data[:2] == b"PK" and chance.random() < 0.8:
        return _in_archive(data, chance)
    told = bytearray(data)
    for _time in range(chance.choice((1, 1, 2, 3, 8, 20))):
        _change(told, others, words, chance)
    return bytes(told[:LONGEST])


def _change(told: bytearray, others: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> None:
    at = chance.randint(0, len(told))
    until = min(len(told), at + chance.choice((1, 2, 4, 16, 64, 1024)))
    kind = chance.randrange(9)
    if kind == 0 and at < len(told):
        told[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        told[at:until] = b""
    elif kind == 2:
        told[at:at] = told[at:until] * chance.choice((1, 2, 50))
    elif kind in (3, 4, 5):
        told[at : chance.choice((at, until))] = chance.choice((*words, *_COMMON))
    elif kind == 6 and others:
        other = chance.choice(others)
        begins = chance.randint(0, len(other))
        told[at:until] = other[begins : begins + chance.choice((8, 64, 4096))]
    elif kind == 7:
        told[at:at] = chance.randbytes(chance.choice((1, 4, 32)))
    elif kind == 8 and chance.random() < 0.05:
        told[at:at] = chance.choice((*words, *_COMMON)) * (LONGEST // chance.choice((8, 32, 512)) // 8)


def _in_archive(data: bytes, chance: random.Random) -> bytes:
    """Change one file of an archive and pack it again, so that the change gets past the checksum."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()[:100]}
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        KeyError,
    ):
        return data[: chance.randint(0, len(data))]
    likely = [name for name in parts if name.endswith((".xml", ".bin", ".rels"))] or list(parts)
    if likely:
        name = chance.choice(likely)
        parts[name] = mutated(parts[name], list(parts.values()), WORDS["zip"], chance)
        if chance.random() < 0.05:
            del parts[chance.choice(likely)]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()
