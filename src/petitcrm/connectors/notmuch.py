"""Mail that notmuch has indexed, asked of its own program: ids and files by JSON, the files read where they lie.

`notmuch = "*"` reads everything, `notmuch = "folder:Clients or to:contact@firm.example"` what a search finds. The
place of a mail is its Message-ID as notmuch says it, without the angle brackets.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from petitcrm.connectors import mail_files
from petitcrm.connectors.mail_sources import Folder, Found, Listed
from petitcrm.errors import NetworkFailed, UsageProblem
from petitcrm.i18n import _
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_sources import Seen

_SECONDS = 120
_AT_ONCE = 100
"""Messages whose files are asked for in one call of the program, which costs 10 ms."""
_FOLDER = "notmuch"
_ALL = "--exclude=false"
_MADE_UP = "notmuch-sha1-"
"""What notmuch calls a mail that has no Message-ID."""


class Notmuch(mail_files.Local):
    """What one search of notmuch finds, as one folder."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._query = account.place or "*"
        self._waiting: list[str] = []
        self._count()

    def folders(self) -> list[Folder]:
        """Return the one folder."""
        return [Folder(_FOLDER)]

    def validity(self, folder: str) -> str:
        """Return nothing: a Message-ID means the same mail whatever index holds it."""
        del folder
        return ""

    def waiting(self, folder: str, seen: Seen) -> int:
        """Return how many mails are not seen."""
        del folder
        return sum(place not in seen.places for place in self._ids())

    def after(self, folder: str, seen: Seen, limit: int) -> Iterator[Found]:
        """Yield at most `limit` mails whose places are not known, the oldest first."""
        del folder
        if not self._waiting:
            self._waiting = [place for place in self._ids() if place not in seen.places][::-1]
        while self._waiting and limit > 0:
            several = self._waiting[-1 : -1 - min(limit, _AT_ONCE) : -1]
            paths = dict(self._files_of([place for place in several if place not in seen.places]))
            for place in several:
                self._waiting.pop()  # as it is given: who stops in the middle is given the rest by the next call
                if place not in seen.places:
                    limit -= 1
                    yield self._found(place, paths.get(place, []))

    def all_places(self, folder: str) -> Iterator[Listed]:
        """Yield every mail: its place is its Message-ID."""
        del folder
        for place in self._ids():
            yield Listed(place, "" if place.startswith(_MADE_UP) else f"<{place}>")

    def raw(self, folder: str, place: str | int) -> bytes:
        """Return one whole mail anew; raise NotFound where it is no longer there."""
        del folder
        for path in dict(self._files_of([str(place)])).get(str(place), []):
            found = mail_files.read(place, path, mail_files.MOST)
            if found and not found.problem:
                return found.raw
        raise mail_files.gone()

    def _found(self, place: str, paths: list[str]) -> Found:
        """Read the first file that is still there, of those which hold one mail."""
        for path in paths:
            found = mail_files.read(place, path, self._account.largest)
            if found:
                return found
        return Found(place, b"", _("notmuch knows this mail, and its file is gone: run notmuch new."))

    def _count(self) -> None:
        self._run("count", _ALL, "--", self._query)

    def _ids(self) -> list[str]:
        told = self._told(
            "search", "--format=json", "--output=messages", "--sort=oldest-first", _ALL, "--", self._query
        )  # fmt: skip
        return [place for place in told if isinstance(place, str)] if isinstance(told, list) else []

    def _files_of(self, places: list[str]) -> Iterator[tuple[str, list[str]]]:
        if not places:
            return
        query = " or ".join(_quoted(place) for place in places)
        try:
            told = self._told(
                "show", "--format=json", "--body=false", "--entire-thread=false", _ALL, "--", query
            )
        except NetworkFailed:
            # One file that is gone makes it refuse them all; a search reads no file, but does not say whose each is.
            for place in places:
                yield (
                    place,
                    _paths(
                        self._told("search", "--format=json", "--output=files", _ALL, "--", _quoted(place))
                    ),
                )
            return
        for message in _messages(told):
            names = message.get("filename")
            yield str(message.get("id")), _paths([names] if isinstance(names, str) else names)

    def _told(self, *words: str) -> Any:
        try:
            return json.loads(self._run(*words) or b"[]")
        except (ValueError, RecursionError):
            raise NetworkFailed(_("notmuch answered something else than its messages.")) from None

    def _run(self, *words: str) -> bytes:
        import subprocess

        try:
            done = subprocess.run(
                ["notmuch", *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except FileNotFoundError:
            raise UsageProblem(
                _(
                    "The mail account {name} is read by notmuch, which is not installed.",
                    name=safe(self._account.name),
                ),
                advice=_("Install it, or read the same files by maildir = …"),
            ) from None
        except (OSError, ValueError) as error:
            raise NetworkFailed(_("notmuch failed: {error}", error=safe(str(error)))) from None
        except subprocess.TimeoutExpired:
            raise NetworkFailed(
                _("notmuch failed: {error}", error=_("no answer within {n} seconds", n=_SECONDS))
            ) from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0][:200]
            raise NetworkFailed(
                _("notmuch failed: {error}", error=safe(said)),
                advice=_("Try it by hand: notmuch count {query}", query=safe(self._query)),
            )
        return done.stdout


def _paths(told: Any) -> list[str]:
    return (
        [path for path in told if isinstance(path, str) and os.path.isabs(path)]
        if isinstance(told, list)
        else []
    )


def _quoted(place: str) -> str:
    """Return the search that finds one id, whatever signs are in it (a quotation mark is doubled)."""
    return 'id:"' + place.replace('"', '""') + '"'


def _messages(told: Any) -> Iterable[dict[str, Any]]:
    """Yield the messages of the forest that `notmuch show` tells, without recursion: threads nest deeply."""
    waiting = [told]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            yield one
