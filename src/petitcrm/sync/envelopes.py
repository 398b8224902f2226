"""A mail of the outbox as the bytes that leave, its attachments as they were when it was written."""

from __future__ import annotations

import hashlib
import json
import os
import secrets

from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.formats.emails import domain_of
from petitcrm.i18n import _
from petitcrm.marketing.outbox import Attached, Letter
from petitcrm.marketing.wording import Wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.store.queries.outbox import Outgoing

LARGEST_ATTACHMENTS = 25 << 20
"""Bytes of all of them: more is refused by most servers."""


def new_message_id(outgoing_id: int, address: str) -> str:
    """Return a Message-ID that nobody else makes, of the sender's domain: the machine's name stays here."""
    return f"<o{outgoing_id}.{secrets.token_hex(12)}@{domain_of(address)}>"


def attach(path: str) -> Attached:
    """Return what is to be known of a file that is sent along; UsageProblem where it cannot be read."""
    content = _content(path)
    name = os.path.basename(path)
    return Attached(os.path.abspath(path), name, len(content), hashlib.sha256(content).hexdigest())


def raw(account: Account, mail: Outgoing | Letter, message_id: str, at: str) -> bytes:
    """Return the bytes of a mail. `at` is an aware instant in ISO form, shown in its own zone.

    Raise RefusedByRule (`attachment-changed`) where a file is not what it was when the mail was written.
    """
    from datetime import datetime
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    wording = Wording(mail.body, is_markdown=bool(mail.template))
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    made["From"] = Address(account.sender, addr_spec=account.address)
    made["To"] = Address(mail.name, addr_spec=mail.address)
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(datetime.fromisoformat(at))
    made["Message-ID"] = message_id
    made["X-Petitcrm-Id"] = message_id.strip("<>").partition("@")[0]
    if mail.in_reply_to:
        made["In-Reply-To"] = mail.in_reply_to
        made["References"] = " ".join([*_listed(mail.refs), mail.in_reply_to])
    made.set_content(wording.text, cte="quoted-printable")
    if wording.html:
        made.add_alternative(_page(wording.html), subtype="html", cte="quoted-printable")
    for attached, content in _attachments(mail.attachments):
        kind, _slash, subtype = _kind_of(attached.name).partition("/")
        made.add_attachment(content, maintype=kind, subtype=subtype, filename=attached.name)
    return made.as_bytes()


def _listed(refs: str | tuple[str, ...]) -> list[str]:
    return [str(one) for one in (json.loads(refs) if isinstance(refs, str) else refs)][-10:]


def _attachments(told: str | tuple[Attached, ...]) -> list[tuple[Attached, bytes]]:
    """Read the files that are sent along, none of which may have changed since."""
    listed = [Attached(*one) for one in (json.loads(told) if isinstance(told, str) else told)]
    found = []
    for one in listed:
        content = _content(one.path)
        if hashlib.sha256(content).hexdigest() != one.sha256:
            raise RefusedByRule(
                "attachment-changed", _("{path} has changed since the mail was written.", path=one.path)
            )
        found.append((one, content))
    return found


def _content(path: str) -> bytes:
    try:
        if os.path.getsize(path) > LARGEST_ATTACHMENTS:
            raise UsageProblem(
                _("{path} is too large to be sent: {n} MiB at most.", path=path, n=LARGEST_ATTACHMENTS >> 20)
            )
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error.strerror)) from error


def _kind_of(name: str) -> str:
    import mimetypes

    kind, encoding = mimetypes.guess_type(name)
    return (
        kind
        if kind and not encoding and not kind.startswith(("message/", "multipart/"))
        else "application/octet-stream"
    )


def _page(html: str) -> str:
    return f'<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n{html}</body></html>\n'


def copy_to_sent(account: Account, content: bytes, at: str) -> bool:
    """Lay a copy of a mail into the folder of sent mail of an account, where it has one. `at` is an instant text."""
    from petitcrm.connectors import mail_passwords
    from petitcrm.connectors.imap import Imap

    with Imap(account, mail_passwords.password(account)) as box:
        folder = box.sent_folder()
        if folder:
            box.append(folder, content, at)
        return bool(folder)
