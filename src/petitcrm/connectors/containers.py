"""What a workbook says of itself before it is unpacked: that it is a bomb, or that a password locks it."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import BinaryIO

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

ENTRIES = 4_000
"""Files in an archive beyond which it is no list (a workbook has some ten, and one for each picture)."""

UNPACKED = 1 << 30
RATIO = 200
"""How many times larger than packed: text of workbooks comes to 30, a repeated character to 1,000."""

_DIRECTORY = ENTRIES * 256
_LONGEST_END = 22 + 65_535
_SMALL = 1 << 24
_ENVELOPE = "EncryptedPackage".encode("utf-16-le")
# The beginning of a workbook of Excel 97 (BOF, 16 bytes), with the record of a password right after it.
_PASSWORD = re.compile(rb"\x09\x08\x10\x00.{16}\x2f\x00", re.DOTALL)
_OVERLAP = 64


def refuse_bomb(stream: BinaryIO, name: str) -> None:
    """Raise UsageProblem where an archive is damaged, locked, or would become more than any list is.

    Only its directory is read. What that hides is met by the limits of the process that unpacks it; so are cells at the
    two ends of a sheet, for the size that sheets declare is no sign: real lists of two rows say that they fill it all.
    """
    if _directory(stream) > _DIRECTORY:  # before the library makes an object of each member
        raise excessive(name, _("more than {n} files in it", n=ENTRIES))
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            _refuse_sizes(members, name)
            if any(member.flag_bits & 1 for member in members) or _is_locked(archive):
                raise locked(name)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, EOFError, zlib.error) as error:
        raise damaged(name) from error
    finally:
        stream.seek(0)


def _directory(stream: BinaryIO) -> int:
    """Return how many bytes the directory of an archive says that it takes."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _LONGEST_END))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0


def _refuse_sizes(members: list[zipfile.ZipInfo], name: str) -> None:
    if len(members) > ENTRIES:
        raise excessive(name, _("more than {n} files in it", n=ENTRIES))
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > UNPACKED or (unpacked > _SMALL and unpacked > RATIO * packed):
        raise excessive(name, _("{n} MB once unpacked", n=unpacked >> 20))


def _is_locked(archive: zipfile.ZipFile) -> bool:
    """Tell whether the contents of an OpenDocument are enciphered, which its manifest says."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as opened:
        return b"encryption-data" in opened.read(1 << 16)


def is_enciphered(stream: BinaryIO) -> bool:
    """Tell whether an OLE file is a workbook that a password locks: an old one, or the envelope of a new one."""
    stream.seek(0)
    found, end = False, b""
    while not found and (piece := stream.read(1 << 20)):
        told = end + piece
        found = _ENVELOPE in told or _PASSWORD.search(told) is not None
        end = piece[-_OVERLAP:]
    stream.seek(0)
    return found


def locked(name: str) -> UsageProblem:
    """Return the refusal of a workbook that a password locks."""
    return UsageProblem(
        _("“{name}” is locked by a password.", name=name),
        advice=_("Open it in a spreadsheet, save it without its password, and import that."),
    )


def damaged(name: str) -> UsageProblem:
    """Return the refusal of what cannot be read as a workbook."""
    return UsageProblem(
        _("“{name}” cannot be read: it is damaged, or no workbook.", name=name),
        advice=_("Open it in a spreadsheet and save it anew, as XLSX or as CSV."),
    )


def excessive(name: str, what: str) -> UsageProblem:
    """Return the refusal of a workbook that takes more of something than any list does."""
    return UsageProblem(
        _("“{name}” was not read: no list needs that much ({what}).", name=name, what=what),
        advice=_("Copy its table to a new workbook and import that, or save it as CSV."),
    )
