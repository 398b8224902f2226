"""The mail accounts of this machine, as the configuration file tells them, and their passwords, which it never holds.

[mail.accounts.shop]
address = "contact@firm.example"
imap = "imaps://contact%40firm.example@imap.firm.example"
password_command = "pass show mail/shop"
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.formats.emails import read_email
from petitcrm.i18n import _
from petitcrm.meant import did_you_mean, nearest
from petitcrm.rows import Row
from petitcrm.text import safe

if TYPE_CHECKING:
    from typing import Any

SOURCES = ("imap", "maildir", "mbox", "notmuch", "eml")
"""What mail may be read from; an account has one, or none where it only sends."""
KEYS = (
    "address", "aliases", "name", "signature", *SOURCES, "smtp", "password_command", "folders",
    "copy_sent", "morning", "tls_ca", "largest_mib",
)  # fmt: skip
_PORTS = {
    "imaps": 993, "imap+starttls": 143, "imap": 143, "smtps": 465, "smtp+starttls": 587, "smtp": 25,
}  # fmt: skip
LARGEST_MIB = 25
"""What most providers let through; of a larger mail only the head is read."""


class Server(Row):
    """A server to speak to: `security` is `tls`, `starttls` (required), or none, which only this machine may have."""

    kind: str
    host: str
    port: int
    user: str
    security: str


class Account(Row):
    """One account: `kind` is what its mail is read from (one of SOURCES, or empty), `place` where that is."""

    name: str
    address: str
    aliases: tuple[str, ...] = ()
    sender: str = ""
    """The name that recipients see."""
    signature: str = ""
    kind: str = ""
    place: str = ""
    server: Server | None = None
    smtp: Server | None = None
    password_command: str = ""
    folders: tuple[str, ...] = ()
    copy_sent: bool = True
    """Whether what is sent is copied to the folder of sent mail; no, where the server does it by itself."""
    morning: bool = False
    """Whether its address gets the day by mail, each morning of work."""
    tls_ca: str = ""
    """A file of authorities to trust beside the system's: a server of the firm's own."""
    largest: int = LARGEST_MIB << 20

    @property
    def copies(self) -> bool:
        """Whether each mail that leaves is copied into the folder of sent mail, by us."""
        return self.copy_sent and self.server is not None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address by which a mail is from us."""
        return (self.address, *self.aliases)


def accounts(path: str) -> tuple[Account, ...]:
    """Return the accounts that the configuration file at `path` tells, in its order; none where there is no file.

    Raise UsageProblem, with the line, on a key that does not exist and on a value that means nothing.
    """
    from petitcrm import config

    told = config.told_by(path).get("mail", {})
    return tuple(_account(_Table(path, name, table)) for name, table in _listed(path, told).items())


def _listed(path: str, told: Any) -> dict[str, Any]:
    listed = told.get("accounts", {}) if isinstance(told, dict) else None
    if not isinstance(listed, dict):
        raise UsageProblem(
            _(
                "{place}: a mail account is a table: [mail.accounts.NAME]",
                place=_place(path, "mail", "accounts"),
            )
        )
    # Other parts of the program have settings beside the accounts; a table that nearly bears their name is one of them.
    if key := nearest("accounts", (key for key in told if key != "accounts"), alike=0.8):
        raise UsageProblem(
            _("{place}: unknown key {key}.", place=_place(path, "mail", key), key=safe(key)),
            advice=_("Did you mean {key}?", key="mail.accounts"),
        )
    return listed


def named(path: str, name: str) -> Account:
    """Return the account of this name; raise NotFound, with the names there are."""
    found = accounts(path)
    for account in found:
        if account.name == name:
            return account
    known = ", ".join(account.name for account in found)
    advice = (
        _("Known accounts: {names}", names=known)
        if known
        else _("Add [mail.accounts.NAME] to {path}.", path=path)
    )
    raise NotFound(_("There is no mail account called {name}.", name=safe(name)), advice=advice)


# ------------------------------------------------------------------------------------------------ what the file says


class _Table:
    """One [mail.accounts.NAME], whose problems are told with their line."""

    def __init__(self, path: str, name: str, told: Any) -> None:
        self.path, self.name = path, name
        if not isinstance(told, dict):
            raise UsageProblem(
                _(
                    "{place}: a mail account is a table: [mail.accounts.NAME]",
                    place=_place(path, "mail", "accounts", name),
                )
            )
        self.told: dict[str, Any] = told

    def refused(self, key: str, message: str, advice: str = "") -> UsageProblem:
        place = _place(self.path, "mail", "accounts", self.name, key)
        return UsageProblem(_("{place}: {problem}", place=place, problem=message), advice=advice)

    def text(self, key: str) -> str:
        value = self.told.get(key, "")
        if not isinstance(value, str):
            raise self.refused(key, _("{key} must be a text in quotes.", key=key))
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.told.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.refused(key, _('{key} must be a list of texts: {key} = ["…", "…"]', key=key))
        return tuple(value)

    def switch(self, key: str, otherwise: bool) -> bool:
        value = self.told.get(key, otherwise)
        if not isinstance(value, bool):
            raise self.refused(key, _("{key} is true or false, without quotes.", key=key))
        return value

    def mib(self, key: str) -> int:
        value = self.told.get(key, LARGEST_MIB)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 200:
            raise self.refused(key, _("{key} is a number of mebibytes, from 1 to 200.", key=key))
        return value << 20

    def path_of(self, key: str) -> str:
        """Return a path; one that is relative starts from the folder of the configuration file."""
        told = os.path.expanduser(self.text(key))
        return (
            os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(self.path)), told)) if told else ""
        )


def _account(table: _Table) -> Account:
    for key in table.told:
        if key not in KEYS:
            raise table.refused(key, _("unknown key {key}.", key=safe(key)), _near(key))
    sources = [key for key in SOURCES if key in table.told]
    if len(sources) > 1:
        raise table.refused(
            sources[1], _("an account reads its mail from one place, not from {several}.", several=" + ".join(sources)),
            _("Write a second [mail.accounts.NAME] for the other."),
        )  # fmt: skip
    kind = sources[0] if sources else ""
    address = _address(table, "address", table.text("address"))
    return Account(
        name=table.name,
        address=address,
        aliases=tuple(_address(table, "aliases", one) for one in table.texts("aliases")),
        sender=_one_line(table, "name"),
        signature=table.text("signature"),
        kind=kind,
        place=table.text(kind)
        if kind == "notmuch"
        else table.path_of(kind)
        if kind and kind != "imap"
        else "",
        server=_server(table, "imap", address) if kind == "imap" else None,
        smtp=_server(table, "smtp", address) if "smtp" in table.told else None,
        password_command=_one_line(table, "password_command"),
        folders=table.texts("folders"),
        copy_sent=table.switch("copy_sent", otherwise=True),
        morning=_morning(table),
        tls_ca=table.path_of("tls_ca"),
        largest=table.mib("largest_mib"),
    )


def _morning(table: _Table) -> bool:
    wants = table.switch("morning", otherwise=False)
    if wants and "smtp" not in table.told:
        raise table.refused("morning", _("the day leaves by the account itself: it needs smtp."))
    return wants


def _near(key: str) -> str:
    # “password” is near to password_command, but who writes it has a password in mind.
    if "pass" in key and not nearest(key, KEYS, alike=0.8):
        return _("A password is never in this file: use password_command, the environment or the keyring.")
    return did_you_mean(key, KEYS, _("Known keys: {keys}", keys=", ".join(KEYS)))


def _one_line(table: _Table, key: str) -> str:
    value = table.text(key)
    if not value.isprintable():
        raise table.refused(key, _("{key} is one line of text.", key=key))
    return value


def _address(table: _Table, key: str, told: str) -> str:
    if not told:
        raise table.refused(key, _('an account needs its address: address = "you@firm.example"'))
    found = read_email(told)
    if not found:
        raise table.refused(key, _("“{value}” is not an e-mail address.", value=safe(told)))
    return found


def _server(table: _Table, key: str, address: str) -> Server:
    """Read `imaps://user%40firm.example@host:993`; who is not named logs in by the address."""
    from urllib.parse import unquote, urlsplit

    told = _one_line(table, key)
    usual = {
        "imap": "imaps://you%40firm.example@imap.firm.example",
        "smtp": "smtps://you%40firm.example@smtp.firm.example",
    }
    advice = _('Write for instance: {key} = "{usual}"', key=key, usual=usual[key])
    try:
        url = urlsplit(told)
        port, host, password = url.port, url.hostname or "", url.password
    except ValueError as error:
        raise table.refused(
            key, _("this is not the address of a server ({error}).", error=safe(str(error))), advice
        ) from None
    if password is not None:
        raise table.refused(
            key, _("no password in this file, please."),
            _(
                "Take it out, and use password_command, the environment {variable} or the keyring.",
                variable=variable_of(table.name),
            ),
        )  # fmt: skip
    if url.scheme not in _PORTS or not url.scheme.startswith(key) or not host or url.path.strip("/"):
        raise table.refused(key, _("this is not the address of a server: {value}", value=safe(told)), advice)
    if port == 0:
        raise table.refused(key, _("this is not the address of a server: {value}", value=safe(told)), advice)
    security = "tls" if url.scheme in ("imaps", "smtps") else url.scheme.partition("+")[2]
    if not security and not is_this_machine(host):
        raise table.refused(
            key, _("{scheme}:// sends the password in clear, so only this machine may be named.", scheme=url.scheme),
            _("Use {tls}:// or {scheme}+starttls://", tls=f"{key}s", scheme=key),
        )  # fmt: skip
    user = unquote(url.username or "") or address
    if not user.isprintable():
        raise table.refused(key, _("this is not the address of a server: {value}", value=safe(told)), advice)
    return Server(key, _ascii(host), port or _PORTS[url.scheme], user, security)


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return host


def is_this_machine(host: str) -> bool:
    """Tell whether a host is the machine itself, by its name or its number."""
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _place(path: str, *keys: str) -> str:
    """Return where a key stands in the file, in words; where its table does, if it is not written by itself."""
    import tomllib

    best = found = 0
    table: tuple[str, ...] = ()
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            bare = line.strip()
            try:
                if bare.startswith("["):
                    here = table = _path_in(tomllib.loads(bare))
                else:
                    here = (
                        (*table, *_path_in(tomllib.loads(bare.partition("=")[0] + "= 0")))
                        if "=" in bare
                        else ()
                    )
            except tomllib.TOMLDecodeError:
                continue
            common = min(len(here), len(keys))
            if common > best and here[:common] == keys[:common]:
                best, found = common, number
    return _("{path}, line {line}", path=path, line=found) if found else path


def _path_in(nested: Any) -> tuple[str, ...]:
    """Return the names that lead to the one value of nested tables."""
    names = []
    while isinstance(nested, dict) and nested:
        name, nested = next(iter(nested.items()))
        names.append(name)
    return tuple(names)


def variable_of(name: str) -> str:
    """Return the environment variable that may hold the password of the account of this name."""
    shown = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in name.upper())
    return f"PETITCRM_PASSWORD_{shown}"
