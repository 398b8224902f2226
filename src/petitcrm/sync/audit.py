"""Proof that the base has what the mailboxes have: every mail of every folder, compared by its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.connectors import mail_sources
from petitcrm.connectors.mail_sources import Found
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import CrmError, NotFound
from petitcrm.rows import Row
from petitcrm.sales import correspondence, receiving
from petitcrm.sales.receiving import Place
from petitcrm.store.queries import mail as queries
from petitcrm.store.turns import turn
from petitcrm.sync import mailboxes, returned
from petitcrm.sync.reading import Read, arrived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from petitcrm.config import Config
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_sources import Folder, MailSource


class Hole(Row):
    """A mail that lies in a mailbox and is not in the base; `message_id` as it is written, empty where it has none."""

    account: str
    folder: str
    validity: str
    place: str | int
    message_id: str
    is_sent: bool = False


class Audit(Row):
    """What was compared: how many mails, those that are missing, and the accounts that could not be looked at."""

    compared: int
    missing: tuple[Hole, ...]
    filled: int
    failed: tuple[tuple[str, str], ...]


def audit(
    config: Config,
    accounts: Sequence[Account],
    *,
    ours: Sequence[Account] = (),
    fill: bool = False,
    tell: Callable[[mailboxes.Progress], None] | None = None,
) -> Audit:
    """Compare the list of every mailbox with the base; with `fill`, read what is missing.

    What came since the last reading is missing too. A mail that cannot be read is accounted for by its problem.
    """
    with turn(config.db, mailboxes.WORK, "mail audit"):
        result = Audit(0, (), 0, ())
        for account in (one for one in accounts if one.kind):
            try:
                with mail_sources.opened(account) as source:
                    for folder in source.folders():
                        found = _compared(config, source, account.name, folder, tell)
                        done = _filled(config, source, found[1], ours or accounts) if fill else 0
                        result = Audit(
                            result.compared + found[0],
                            (*result.missing, *([] if fill else found[1])),
                            result.filled + done,
                            result.failed,
                        )
            except CrmError as error:
                result = result._replace(failed=(*result.failed, (account.name, error.message)))
        return result


def _compared(
    config: Config,
    source: MailSource,
    account: str,
    folder: Folder,
    tell: Callable[[mailboxes.Progress], None] | None,
) -> tuple[int, list[Hole]]:
    validity = source.validity(folder.name)
    with read_crm(config) as crm:
        known = dict(queries.copies(crm, account, folder.name, validity))
    number, missing = 0, []
    for listed in source.all_places(folder.name):
        number += 1
        if not known.get(str(listed.place), False):
            missing.append(
                Hole(account, folder.name, validity, listed.place, listed.message_id, folder.role == "sent")
            )
        if tell and number % 500 == 0:
            tell(mailboxes.Progress(account, folder.name, number, number))
    return number, missing


def _filled(config: Config, source: MailSource, holes: Sequence[Hole], ours: Sequence[Account]) -> int:
    """Read what is missing, as much at a time as a reading of mail does; return how many are there now."""
    done, listed = 0, {hole.place: hole for hole in holes}
    for mails in mailboxes.batches(_still_there(source, holes)):
        reads = [_read_again(found, listed[found.place]) for found in mails]
        with open_crm(config, who="mail audit") as crm:
            places = [one.arrived.place for one in reads if one.arrived.place]
            correspondence.forget_copies(crm, places)
            found = receiving.receive(
                crm, [one.arrived for one in reads], mailboxes.addresses_of(crm, ours),
                ignored=correspondence.ignored(crm), account=holes[0].account,
            )  # fmt: skip
            returned.take(crm, reads, found.ids)
        done += len(reads)
    return done


def _still_there(source: MailSource, holes: Sequence[Hole]) -> Iterator[Found]:
    """Yield what lies in the holes; a mail that was removed since they were listed is none."""
    for hole in holes:
        try:
            raw = source.raw(hole.folder, hole.place)
        except NotFound:
            continue
        yield Found(hole.place, raw)


def _read_again(found: Found, hole: Hole) -> Read:
    uid = hole.place if isinstance(hole.place, int) else 0
    place = Place(hole.account, hole.folder, hole.validity, str(hole.place), uid)
    return arrived(found, place, is_sent=hole.is_sent)
