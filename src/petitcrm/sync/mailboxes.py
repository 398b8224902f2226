"""Mailboxes read into the base, some hundred mails a gesture, each from where the last reading of it stopped.

Nothing is held between two gestures but the network: whoever stops this, or pulls the plug, loses no mail and has none
twice, for where a folder has come to is what lies in the base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.connectors import mail_sources
from petitcrm.connectors.mail_sources import Seen
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import CrmError, NetworkFailed, NotFound, UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.sales import correspondence, receiving
from petitcrm.sales.receiving import Place
from petitcrm.store import mailboxes
from petitcrm.store.queries import mail as queries
from petitcrm.store.queries import users
from petitcrm.store.turns import turn
from petitcrm.sync import returned
from petitcrm.sync.reading import Read, arrived
from petitcrm.watch import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from petitcrm.config import Config
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_sources import Folder, Found, MailSource
    from petitcrm.crm import Crm

BATCH = 200
"""Mails of a gesture: a commit costs what storing five does."""
_BATCH_BYTES = 16 << 20
WORK = "mail"


class Progress(Row):
    """How far the reading of a folder is: mails read, of so many that were new when it began."""

    account: str
    folder: str
    read: int
    new: int


class Report(Row):
    """What became of one account. `seen` mails were new in its folders, `stored` new in the base, `failed` unreadable.

    Of those stored, `known` are of contacts and companies, `unmatched` of nobody known. `problem` says why it was not
    read to its end.
    """

    account: str
    seen: int = 0
    stored: int = 0
    known: int = 0
    unmatched: int = 0
    failed: int = 0
    problem: str = ""
    advice: str = ""
    exit_code: int = 0

    def and_also(self, other: receiving.Received) -> Report:
        """Return the sum."""
        return self._replace(
            seen=self.seen + other.seen, stored=self.stored + other.stored, known=self.known + other.known,
            unmatched=self.unmatched + other.unmatched, failed=self.failed + other.failed,
        )  # fmt: skip


def sync(
    config: Config,
    accounts: Sequence[Account],
    *,
    ours: Sequence[Account] = (),
    tell: Callable[[Progress], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> list[Report]:
    """Read what is new in some accounts, one after the other; what fails in one does not keep the others.

    `ours` are all accounts of the firm, by whose addresses it is told who wrote. Raise BaseUnavailable, with who does
    it, where another program is reading mail into this base. `tell` may raise Stopped between two batches: what was
    read stays.
    """
    with turn(config.db, WORK, "mail sync"):
        return [_Account(config, one, ours or accounts, tell, on_wait).read() for one in accounts if one.kind]


def forget(config: Config, name: str) -> None:
    """Say no more of the reading of an account that nobody reads any more; its mail stays.

    Raise UsageProblem where this machine still reads it, NotFound where nothing is known of it.
    """
    from petitcrm.connectors import mail_accounts

    if any(one.name == name for one in mail_accounts.accounts(config.file)):
        raise UsageProblem(
            _("This machine still reads {name}.", name=name),
            advice=_("Take [mail.accounts.{name}] out of {path} first.", name=name, path=config.file),
        )
    with open_crm(config) as crm:
        if not mailboxes.forget_account(crm.connection, name):
            raise NotFound(_("There is no mail account called {name}.", name=name))


def bring(
    config: Config,
    source: MailSource,
    name: str,
    *,
    ours: Sequence[Account] = (),
    tell: Callable[[Progress], None] | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Report:
    """Read once what a person hands over; the mails that are known already are passed over."""
    from petitcrm.connectors.mail_accounts import Account

    with turn(config.db, WORK, "mail import"):
        reading = _Account(config, Account(name, ""), ours, tell, on_wait)
        with source:
            for folder in source.folders():
                reading.read_folder(source, folder)
        return reading.report


def addresses_of(crm: Crm, accounts: Sequence[Account]) -> frozenset[str]:
    """Return every address by which a mail is from us: those of the accounts, and those of the people of the firm."""
    told = {address.lower() for one in accounts for address in one.addresses if address}
    return frozenset(told | {one.email.lower() for one in users.listing(crm) if one.email})


class _Account:
    """The reading of one account."""

    def __init__(
        self,
        config: Config,
        account: Account,
        ours: Sequence[Account],
        tell: Callable[[Progress], None] | None,
        on_wait: Callable[[str], None] | None,
    ) -> None:
        self.config = config
        self.account = account
        self.tell = tell
        self.on_wait = on_wait
        self.report = Report(account.name)
        with read_crm(config) as crm:
            self.ours = addresses_of(crm, ours)
            self.ignored = correspondence.ignored(crm)

    def read(self) -> Report:
        """Read every folder, what we sent first: what is answered already is no task then."""
        try:
            with mail_sources.opened(self.account) as source:
                folders = sorted(source.folders(), key=lambda one: one.role != "sent")
                self._note({"": {"problem": ""}}, keep=[one.name for one in folders])
                for folder in folders:
                    self._try_folder(source, folder)
        except Stopped:
            raise  # a person stopped it between two batches: nothing failed
        except CrmError as error:
            self._failed("", error)
        return self.report

    def _try_folder(self, source: MailSource, folder: Folder) -> None:
        """Read a folder; where the server itself fails, the others need not be tried."""
        try:
            self.read_folder(source, folder)
        except NetworkFailed as error:
            self._failed(folder.name, error)
            raise
        except Stopped:
            raise
        except CrmError as error:
            self._failed(folder.name, error)

    def read_folder(self, source: MailSource, folder: Folder) -> None:
        """Read what is new in a folder, a gesture for each batch; where it has come to is in the base after each."""
        validity = source.validity(folder.name)
        where = (self.account.name, folder.name, validity)
        seen, places = self._seen(source, where)
        new, done = source.waiting(folder.name, seen), 0
        is_sent = folder.role == "sent"
        while True:
            batch = _batch(source, folder.name, seen)
            if not batch:
                break
            reads = [
                arrived(
                    one,
                    Place(*where, str(one.place), one.place if isinstance(one.place, int) else 0),
                    is_sent=is_sent,
                )
                for one in batch
            ]
            done += len(batch)
            self._take(reads, folder, validity, max(new - done, 0))
            places.update(str(one.place) for one in batch)
            seen = Seen(max([seen.uid, *(one.place for one in batch if isinstance(one.place, int))]), places)
            if self.tell:
                self.tell(Progress(self.account.name, folder.name, done, max(new, done)))
        now: dict[str, str | int] = {"role": folder.role, "validity": validity, "behind": 0, "problem": ""}
        self._note({folder.name: now}, is_whole=True)

    def _seen(self, source: MailSource, where: tuple[str, str, str]) -> tuple[Seen, set[str]]:
        with read_crm(self.config) as crm:
            uid = queries.how_far(crm, *where)
            places = set() if source.is_numbered else {place for place, _known in queries.copies(crm, *where)}
        return Seen(uid, places), places

    def _take(self, reads: Sequence[Read], folder: Folder, validity: str, behind: int) -> None:
        with open_crm(self.config, who="mail sync", on_wait=self.on_wait) as crm:
            found = receiving.receive(
                crm,
                [one.arrived for one in reads],
                self.ours,
                ignored=self.ignored,
                account=self.account.name,
            )
            returned.take(crm, reads, found.ids)
            mailboxes.note(
                crm.connection, self.account.name, folder.name, role=folder.role, validity=validity,
                checked_at=crm.now_text, behind=behind,
            )  # fmt: skip
        self.report = self.report.and_also(found)

    def _failed(self, folder: str, error: CrmError) -> None:
        if not self.report.problem:
            self.report = self.report._replace(
                problem=error.message, advice=error.advice, exit_code=error.exit_code
            )
        self._note({folder: {"problem": error.message}})

    def _note(
        self, told: dict[str, dict[str, str | int]], *, keep: Sequence[str] = (), is_whole: bool = False
    ) -> None:
        """Keep how the reading of folders goes; `is_whole`: everything in them is read."""
        with open_crm(self.config, who="mail sync", on_wait=self.on_wait) as crm:
            for folder, values in told.items():
                read = {"read_at": crm.now_text} if is_whole else {}
                mailboxes.note(
                    crm.connection, self.account.name, folder, checked_at=crm.now_text, **read, **values
                )
            if keep:
                mailboxes.forget(crm.connection, self.account.name, list(keep))


def _batch(source: MailSource, folder: str, seen: Seen) -> list[Found]:
    """Return the next mails of a folder: a batch of them, or fewer where they are large."""
    return next(batches(source.after(folder, seen, BATCH)), [])


def batches(mails: Iterable[Found]) -> Iterator[list[Found]]:
    """Yield mails as many at a time as a gesture takes in, or fewer where they are large."""
    batch: list[Found] = []
    size = 0
    for found in mails:
        batch.append(found)
        size += len(found.raw)
        if len(batch) == BATCH or size > _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
