"""Whom a mail server is trusted by, and why it is not reached, told as a person would say it, to read or to send."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from petitcrm.errors import NetworkFailed, UsageProblem
from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.text import safe

if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account, Server


class Advice(Row):
    """What may be tried: the scheme that asks for STARTTLS, and for a slow and an unknown server what to look at."""

    starttls: str
    slow: str
    unknown: str = ""


def unreachable(server: Server, error: Exception, advice: Advice) -> NetworkFailed | None:
    """Return the sentence for what kept a server from being reached; None where it was, and something else is wrong."""
    where = {"host": safe(server.host), "port": server.port}
    if isinstance(error, TimeoutError):
        return NetworkFailed(
            _("{host} does not answer (port {port}), or too slowly.", **where), advice=advice.slow
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return NetworkFailed(
            _("{host} does not prove who it is: {error}", error=safe(error.verify_message or str(error)), **where),
            advice=_('Check the name of the server. One of your own with its own certificate: tls_ca = "FILE.pem".'),
        )  # fmt: skip
    if isinstance(error, ssl.SSLError):
        return NetworkFailed(
            _("{host} does not speak TLS on port {port}: {error}", **where, error=safe(str(error.reason or error))),
            advice=advice.starttls,
        )  # fmt: skip
    if isinstance(error, socket.gaierror):
        return NetworkFailed(
            _("There is no server called {host}.", host=where["host"]), advice=advice.unknown
        )
    if isinstance(error, ConnectionRefusedError):
        return NetworkFailed(
            _("Nothing answers at {host}, port {port}.", **where),
            advice=_("Check the name and the port of the server."),
        )
    return None


def context_of(account: Account) -> ssl.SSLContext:
    """Return who is believed when a server says who it is: the system's authorities, and the account's own beside."""
    context = ssl.create_default_context()
    if account.tls_ca:
        try:
            context.load_verify_locations(account.tls_ca)
        except OSError as error:
            raise UsageProblem(
                _("{path} cannot be read: {error}", path=safe(account.tls_ca), error=error.strerror or error),
                advice=_("Correct {key} in [mail.accounts.{name}].", key="tls_ca", name=safe(account.name)),
            ) from None
    return context
