"""How the mail servers of well-known providers are reached, as their own help pages say (read in 2026).

Each names its page. What a password is there is the commonest reason why an account does not work.
"""

from __future__ import annotations

from petitcrm.formats.emails import domain_of
from petitcrm.i18n import N_
from petitcrm.rows import Row


class Provider(Row):
    """A provider: `{user}` in its addresses is the login. `copies`: what is sent is kept by the server itself."""

    key: str
    name: str
    smtp: str
    imap: str = ""
    domains: tuple[str, ...] = ()
    copies: bool = False
    password: str = ""
    """What it wants for a password, where it is not that of the mailbox."""
    source: str = ""


PROVIDERS = (
    Provider(
        "gmail", "Gmail", "smtps://{user}@smtp.gmail.com", "imaps://{user}@imap.gmail.com",
        ("gmail.com", "googlemail.com"), copies=True,
        password=N_("an application password (two-step verification must be on): myaccount.google.com/apppasswords"),
        source="https://support.google.com/mail/answer/7126229",
    ),
    Provider(
        "outlook", "Outlook.com, Microsoft 365", "smtp+starttls://{user}@smtp-mail.outlook.com",
        "imaps://{user}@outlook.office365.com",
        ("outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr", "msn.com"), copies=True,
        password=N_("Microsoft has taken no password from other programs since 2024: read this mail from the folder of"
                    " Thunderbird, and send by another provider or a relay"),
        source="https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
    ),
    Provider(
        "ovh", "OVHcloud", "smtps://{user}@ssl0.ovh.net", "imaps://{user}@ssl0.ovh.net",
        source="https://help.ovhcloud.com/csm/fr-mx-plan-general-information",
    ),
    Provider(
        "orange", "Orange", "smtps://{user}@smtp.orange.fr", "imaps://{user}@imap.orange.fr",
        ("orange.fr", "wanadoo.fr"), source="https://assistance.orange.fr",
    ),
    Provider(
        "free", "Free", "smtps://{user}@smtp.free.fr", "imaps://{user}@imap.free.fr", ("free.fr",),
        password=N_("that of the mailbox; authenticated SMTP must be switched on in your account at Free"),
        source="https://assistance.free.fr",
    ),
    Provider(
        "infomaniak", "Infomaniak", "smtps://{user}@mail.infomaniak.com", "imaps://{user}@mail.infomaniak.com",
        ("ik.me", "etik.com"), password=N_("one made for this device, in the Infomaniak manager"),
        source="https://www.infomaniak.com/fr/support/faq/2427",
    ),
    Provider(
        "gandi", "Gandi", "smtps://{user}@mail.gandi.net", "imaps://{user}@mail.gandi.net",
        source="https://docs.gandi.net/fr/gandimail/configuration_standard",
    ),
    Provider(
        "brevo", "Brevo", "smtp+starttls://{user}@smtp-relay.brevo.com",
        password=N_("an SMTP key, made in Brevo under SMTP and API; the login is the one shown there"),
        source="https://help.brevo.com/hc/fr/articles/7924908994450",
    ),
)  # fmt: skip
"""In the order in which they are offered."""


def of_address(address: str) -> Provider | None:
    """Return the provider whose domain an address has; None for a domain of the firm's own."""
    domain = domain_of(address)
    return next((one for one in PROVIDERS if domain in one.domains), None)


def of_key(key: str) -> Provider | None:
    """Return a provider by its key."""
    return next((one for one in PROVIDERS if one.key == key), None)
