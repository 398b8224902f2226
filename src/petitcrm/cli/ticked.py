"""What `petitcrm tick` did, as cron mails it to a person: a line for each part that did something."""

from __future__ import annotations

from petitcrm.cli import output
from petitcrm.i18n import _, ngettext
from petitcrm.sync import ticking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petitcrm.sync.ticking import Part

    Counts = Mapping[str, int]


def tell(parts: Sequence[Part]) -> None:
    """Say what was done on stdout, nothing where nothing was, and what went wrong on stderr."""
    told = [(part, ", ".join(_words(part.name, part.counts))) for part in parts]
    for part, words in told:
        if words:
            output.paragraph(_line(part, words))
    if not any(words for _part, words in told) and output.talk_on_terminal():
        output.say(_("Nothing was due."))
    for part in parts:
        for problem in dict.fromkeys(part.problems):
            output.complain(_line(part, problem))


def _words(name: str, counts: Counts) -> Iterator[str]:
    """Yield what a part did, in words; what it only looked at, or holds for later, is nothing done."""
    way = {
        "kept": _kept, "mail": _mail, "segments": _segments, "starts": _starts, "sequences": _sequences,
        "settled": _sequences, "reminders": _reminders, "sends": _sends,
    }[name]  # fmt: skip
    for n, words in way(counts):
        if n:
            yield words


def _kept(counts: Counts) -> Iterator[tuple[int, str]]:
    n = counts.get("put_back", 0)
    yield n, ngettext("{n} objection", "{n} objections", n)


def _mail(counts: Counts) -> Iterator[tuple[int, str]]:
    n, failed = counts.get("stored", 0), counts.get("failed", 0)
    yield n, ngettext("{n} new mail", "{n} new mails", n)
    yield failed, ngettext("{n} could not be read", "{n} could not be read", failed)


def _segments(counts: Counts) -> Iterator[tuple[int, str]]:
    came, left = counts.get("came", 0), counts.get("left", 0)
    yield came, ngettext("{n} person came", "{n} people came", came)
    yield left, ngettext("{n} person left", "{n} people left", left)


def _starts(counts: Counts) -> Iterator[tuple[int, str]]:
    n = counts.get("begun", 0)
    yield n, ngettext("{n} person begins", "{n} people begin", n)


def _sequences(counts: Counts) -> Iterator[tuple[int, str]]:
    decided, queued, acted = (counts.get(name, 0) for name in ("decided", "queued", "acted"))
    left, ended = counts.get("left", 0), counts.get("ended", 0)
    yield queued, ngettext("{n} mail ready to leave", "{n} mails ready to leave", queued)
    yield decided, ngettext("{n} question decided", "{n} questions decided", decided)
    yield acted, ngettext("{n} other step done", "{n} other steps done", acted)
    yield left, ngettext("{n} person out before the end", "{n} people out before the end", left)
    yield ended, ngettext("{n} person at the end", "{n} people at the end", ended)


def _reminders(counts: Counts) -> Iterator[tuple[int, str]]:
    n = counts.get("queued", 0)
    yield n, ngettext("{n} mail ready to leave", "{n} mails ready to leave", n)


def _sends(counts: Counts) -> Iterator[tuple[int, str]]:
    sent, refused, unknown = (counts.get(name, 0) for name in ("sent", "refused", "unknown"))
    begun, stopped, ended = (counts.get(f"campaigns_{name}", 0) for name in ("begun", "stopped", "ended"))
    decided = counts.get("campaigns_decided", 0)
    yield begun, ngettext("{n} campaign begun", "{n} campaigns begun", begun)
    yield sent, ngettext("{n} mail sent", "{n} mails sent", sent)
    yield (
        refused,
        ngettext(
            "{n} not sent: petitcrm mail outbox --all", "{n} not sent: petitcrm mail outbox --all", refused
        ),
    )
    yield (
        unknown,
        ngettext("{n} uncertain: petitcrm mail uncertain", "{n} uncertain: petitcrm mail uncertain", unknown),
    )
    yield decided, ngettext("{n} better subject chosen", "{n} better subjects chosen", decided)
    yield (
        stopped,
        ngettext("{n} campaign stopped: petitcrm today", "{n} campaigns stopped: petitcrm today", stopped),
    )
    yield ended, ngettext("{n} campaign ended", "{n} campaigns ended", ended)


def _line(part: Part, what: str) -> str:
    named = _(ticking.PARTS[part.name])
    return _("{part}: {what}", part=named[:1].upper() + named[1:], what=what)
