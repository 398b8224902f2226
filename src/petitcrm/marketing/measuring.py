"""What people did with mails and on the site: kept only of those who had agreed to be measured when they did it.

Scanners open and follow what passes by them. What they did is kept as theirs, and answers no question about a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from petitcrm.dates import instant_text
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.sales import consent
from petitcrm.store import running
from petitcrm.store.queries import signals as mails
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm
    from petitcrm.store.queries.signals import Left

KINDS = ("opened", "clicked", "visited", "bought")
SCAN_SECONDS = 5
"""Nobody reads a mail, and follows its link, within so many seconds of its leaving."""
SCANNERS = (
    "barracuda", "bitdefender", "bot", "cisco", "cloudmark", "crawler", "curl", "fortinet", "ggpht", "googleimageproxy",
    "headless", "mimecast", "office365", "preview", "proofpoint", "python-requests", "safelinks", "scan", "sophos",
    "spider", "symantec", "trendmicro", "urldefense", "wget", "yahoomailproxy",
)  # fmt: skip
"""Words of the names that scanners and mail proxies give themselves (of their User-Agent headers)."""
LONGEST_TARGET = 2000


class Told(Row):
    """Something that was seen. `external_id` is its number at its `source`; `agent` and `method` are of the request.

    What was done with a mail is of whom the mail was for: it is named by its Message-ID, which nobody else's ever has,
    not by a number, which is another mail's once an older copy of the base was put back. `contact_id` is who it is of
    otherwise, None where only the mail knows.
    """

    kind: str
    contact_id: int | None
    at: datetime
    source: str
    external_id: str
    message_id: str = ""
    target: str = ""
    amount_cents: int | None = None
    agent: str = ""
    method: str = "GET"


class Recorded(Row):
    """What became of some signals: kept and new, known already, of nobody known or of people who had not agreed."""

    kept: int
    known: int
    refused: int


def purpose_of(kind: str) -> str:
    """Return what somebody must have agreed to for a kind of signal to be known."""
    return "visits" if kind == "visited" else "measure"


def record(crm: Crm, signals: Sequence[Told]) -> Recorded:
    """Keep what was seen, each thing once, of those who had agreed by then; look at their sequences again."""
    for one in signals:
        if one.kind not in KINDS:
            raise UsageProblem(_("“{value}” is none of {known}.", value=one.kind, known=", ".join(KINDS)))
    left = mails.left(crm, {one.message_id for one in signals if one.message_id})
    told = [_Seen(one, left.get(one.message_id)) for one in signals]
    agreed = {
        kind: consent.agreed(
            crm,
            {one.contact_id for one in told if one.told.kind == kind and one.contact_id},
            purpose_of(kind),
        )
        for kind in {one.kind for one in signals}
    }
    kept = [one for one in told if _had_agreed(one, agreed[one.told.kind])]
    new = running.record(crm.connection, [_row(crm, one) for one in kept])
    running.look_again(crm.connection, {one.contact_id for one in kept if one.contact_id}, crm.now_text)
    return Recorded(new, len(kept) - new, len(signals) - len(kept))


def has_read(crm: Crm, kind: str, until: datetime) -> None:
    """Note up to when everything of a kind was read from its source: only then is what is not there a "no"."""
    running.remember(crm.connection, f"read:{kind}", instant_text(until))


def is_machine(one: Told, left_at: datetime | None) -> bool:
    """Tell whether it was a scanner that did it: by how it asked, what it calls itself, or how soon."""
    agent = one.agent.lower()
    if one.method.upper() != "GET" or any(word in agent for word in SCANNERS):
        return True
    return left_at is not None and one.at < left_at + timedelta(seconds=SCAN_SECONDS)


class _Seen(Row):
    """Something that was seen, and the mail that it is about, where the base has it."""

    told: Told
    mail: Left | None

    @property
    def contact_id(self) -> int | None:
        """Whose it is: of whom the mail was for, whoever was said."""
        return self.mail.contact_id if self.mail else self.told.contact_id


def _had_agreed(one: _Seen, since: dict[int, str]) -> bool:
    at = since.get(one.contact_id or 0)
    return at is not None and datetime.fromisoformat(at) <= one.told.at


def _row(crm: Crm, seen: _Seen) -> dict[str, object]:
    one, mail = seen.told, seen.mail
    machine = is_machine(one, datetime.fromisoformat(mail.at) if mail else None)
    return {
        "contact_id": seen.contact_id, "outgoing_id": mail.id if mail else None, "kind": one.kind,
        "target": clean(one.target)[:LONGEST_TARGET], "amount_cents": one.amount_cents, "is_machine": int(machine),
        "source": one.source, "external_id": one.external_id, "at": instant_text(one.at), "recorded_at": crm.now_text,
    }  # fmt: skip
