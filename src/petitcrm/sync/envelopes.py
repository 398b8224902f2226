"""A mail of the outbox as the bytes that leave, its attachments as they were when it was written."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from functools import lru_cache

from petitcrm.connectors import mail_bodies, mail_writer
from petitcrm.connectors.mail_addresses import Address
from petitcrm.connectors.mail_bodies import lines_of
from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.formats.emails import domain_of
from petitcrm.i18n import _
from petitcrm.marketing.outbox import Attached, Letter, is_to_ourselves
from petitcrm.marketing.wording import Wording, page_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.marketing.campaign_mails import Draft, Mailing
    from petitcrm.marketing.merging_mail import Layout
    from petitcrm.store.queries.outbox import Outgoing

_MOST_REFERENCES = 10


def new_message_id(outgoing_id: int, address: str) -> str:
    """Return a Message-ID that nobody else makes, of the sender's domain: the machine's name stays here."""
    return f"<o{outgoing_id}.{secrets.token_hex(12)}@{domain_of(address)}>"


def attach(path: str) -> Attached:
    """Return what is to be known of a file that is sent along; UsageProblem where it cannot be read."""
    content = _content(path)
    name = os.path.basename(path)
    return Attached(os.path.abspath(path), name, len(content), hashlib.sha256(content).hexdigest())


def raw(
    account: Account,
    mail: Outgoing | Letter,
    message_id: str,
    at: datetime,
    unsubscribe: tuple[str, ...] = (),
) -> bytes:
    """Return the bytes of a mail, dated `at`, an aware instant.

    Raise RefusedByRule (`attachment-changed`) where a file is not what it was when the mail was written, and
    (`field-is-empty`) where the mail of a campaign can no longer be written for whom it is.
    """
    if mail.template and not mail.body.strip():
        raise RefusedByRule("field-is-empty", _("a field of theirs is empty by now"))
    wording = Wording(mail.body, is_markdown=bool(mail.template))
    refs = json.loads(mail.refs) if isinstance(mail.refs, str) else mail.refs
    return mail_writer.write(
        mail_writer.Letter(
            message_id=_bare(message_id), at=at, sender=Address(account.sender, account.address),
            to=Address(mail.name, mail.address), subject=mail.subject, text=wording.text, html=wording.page,
            in_reply_to=_bare(mail.in_reply_to), references=tuple(_bare(one) for one in refs[-_MOST_REFERENCES:]),
            files=tuple(_files(mail.attachments)), own_id=_bare(message_id).partition("@")[0],
            unsubscribe=unsubscribe, is_automatic=is_to_ourselves(mail),
        )
    )  # fmt: skip


class ToMany:
    """The mails of one batch of a campaign, as bytes: who gets one can leave by it, a program by its headers."""

    def __init__(self, account: Account, mailing: Mailing, at: datetime, site: str = "") -> None:
        self._account, self._mailing, self._site = account, mailing, site
        list_id = f"{mailing.firm or account.sender} <{mailing.found.key}.{domain_of(account.address)}>"
        self._head = mail_writer.Head(at, Address(account.sender, account.address), list_id)

    def raw(self, draft: Draft) -> bytes:
        """Return the bytes of one of them; UsageProblem where no server could be given it."""
        row, mail = draft.row, draft.mail
        token = self._mailing.token(row.address)
        ways = ways_out(self._account.address, token, self._site) if token else ()
        to = Address(row.name, row.address)
        headers = self._head.headers(_bare(row.message_id or ""), to, mail.subject, ways).encode("ascii")
        if mail.values:
            return headers + _cast(mail.layout).filled(mail.values)
        return headers + mail_bodies.written(lines_of(mail.text), lines_of(page_of(mail.html)))


@lru_cache(maxsize=32)  # as many as a campaign keeps of its layouts
def _cast(layout: Layout) -> mail_bodies.Cast:
    head, tail = page_of("\0").split("\0")
    return mail_bodies.Cast(layout.text, (head, *layout.html, tail))


def ways_out(address: str, token: str, site: str = "") -> tuple[str, ...]:
    """Return how a program leaves for its reader (RFC 8058): by the site where there is one, and by a mail."""
    by_mail = f"mailto:{address}?subject=unsubscribe%20{token}"
    return (f"{site.rstrip('/')}/unsubscribe/{token}", by_mail) if site else (by_mail,)


def _bare(message_id: str) -> str:
    """Return a Message-ID without its brackets: the base keeps them, and the connectors do not."""
    return message_id.strip("<>")


def _files(told: str | tuple[Attached, ...]) -> Iterator[mail_writer.File]:
    """Read the files that are sent along, none of which may have changed since."""
    for one in [Attached(*one) for one in (json.loads(told) if isinstance(told, str) else told)]:
        content = _content(one.path)
        if hashlib.sha256(content).hexdigest() != one.sha256:
            raise RefusedByRule(
                "attachment-changed", _("{path} has changed since the mail was written.", path=one.path)
            )
        yield mail_writer.File(one.name, content)


def _content(path: str) -> bytes:
    try:
        if os.path.getsize(path) > mail_writer.MOST_BYTES:
            raise UsageProblem(
                _(
                    "{path} is too large to be sent: {n} MB at most.",
                    path=path,
                    n=mail_writer.MOST_BYTES // 1_000_000,
                )
            )
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.", path=path)) from None
    except OSError as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error.strerror)) from error


def copy_to_sent(account: Account, content: bytes, at: str) -> bool:
    """Lay a copy of a mail into the folder of sent mail of an account, where it has one. `at` is an instant text."""
    from petitcrm.connectors import mail_passwords
    from petitcrm.connectors.imap import Imap

    with Imap(account, mail_passwords.password(account)) as box:
        folder = box.sent_folder()
        if folder:
            box.append(folder, content, at)
        return bool(folder)
