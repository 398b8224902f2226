"""Cards that nobody writes but to do harm, or by a program gone wrong."""

from __future__ import annotations


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


HOSTILE = {
    "a bomb of folds": card("FN:A B", "NOTE:x" + "\r\n x" * 200_000),
    "a property of 3 MB": card("FN:A B", "NOTE:" + "x" * 3_000_000),
    "100,000 numbers": card("FN:A B", *(f"TEL:0241{number:06}" for number in range(100_000))),
    "3,000 properties of one's own": card("FN:A B", *(f"X-P{number}:{number}" for number in range(3_000))),
    "a thousand agents": "BEGIN:VCARD\nFN:A B\n"
    + "AGENT:\nBEGIN:VCARD\nFN:C\n" * 1000
    + "END:VCARD\n" * 1001,
    "agents never closed": "BEGIN:VCARD\nFN:A B\n" + "AGENT:\nBEGIN:VCARD\nFN:C\n" * 1000,
    "quoted-printable without end": card(
        "FN:A B", "NOTE;QUOTED-PRINTABLE:" + "=\r\n" * 100_000, version="2.1"
    ),
    "quoted-printable that swallows": card("FN:A B", "NOTE;QUOTED-PRINTABLE:abc=", version="2.1"),
    "commas in a parameter": card("FN:A B", "X;a=" + "b," * 100_000 + '"', 'TEL;TYPE="' * 10_000 + ":1"),
    "backslashes": card("FN:A B", "N:" + "\\" * 100_001 + ";b", "CATEGORIES:" + "\\,;" * 100_000),
    "carets": card("FN:A B", "ADR;LABEL=" + "^" * 100_000 + ":;;x"),
    "an alphabet that is slow": card("FN:A B", "NOTE;CHARSET=punycode;QUOTED-PRINTABLE:" + "a" * 900_000),
    "an alphabet that is none": card("FN:A B", "NOTE;CHARSET=rot13;QUOTED-PRINTABLE:abc"),
    "NUL and bidi": card("FN:A\0 B\u202e", "X-\0:\u2066", "NOTE:\x1b]52;c;x\x07"),
    "begin alone": "BEGIN:VCARD\n" * 20_000,
    "end alone": "BEGIN:VCARD\n" + "END:VCARD\n" * 20_000,
    "no colon": card("FN:A B", "A" * 100_000, ";" * 100_000, "=" * 1000),
    "base64 that is none": card("FN:A B", "NOTE;ENCODING=BASE64:!!!!", "NOTE;ENCODING=B:" + "/w" * 1000),
    "zeros for wide letters": "BEGIN:VCARD\nFN:A".encode("utf-16-le") + b"\xd8\n\0",
}
