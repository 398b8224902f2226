"""The command that sets an account up: `petitcrm mail setup`, asked step by step, tried before it is written."""

from __future__ import annotations

import os
import tempfile
from typing import Annotated
from urllib.parse import quote

import typer

from petitcrm.cli import output, session
from petitcrm.cli import words as typed
from petitcrm.cli.options import Json, Yes
from petitcrm.cli.output import Painted
from petitcrm.cli.typed import group, verb
from petitcrm.connectors import mail_accounts, mail_passwords, mail_providers
from petitcrm.connectors.mail_passwords import Secret
from petitcrm.errors import CrmError, NetworkFailed, UsageProblem
from petitcrm.formats.emails import domain_of, read_email
from petitcrm.i18n import N_, _
from petitcrm.rows import Row
from petitcrm.sync import checking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.connectors.mail_providers import Provider

app = group(_("Mail accounts of this machine."))

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("what the account is called here: shop"))]
Address = Annotated[
    str,
    typer.Option(
        "--address", metavar=_("EMAIL"), help=_("the address that mail is from"), show_default=False
    ),
]
Sender = Annotated[
    str, typer.Option("--name", metavar=_("TEXT"), help=_("the name that people see"), show_default=False)
]
Preset = Annotated[
    str,
    typer.Option("--provider", metavar=_("KEY"), help=", ".join(one.key for one in mail_providers.PROVIDERS),
                 show_default=False),
]  # fmt: skip
Login = Annotated[
    str,
    typer.Option(
        "--login", metavar=_("TEXT"), help=_("the login, where it is not the address"), show_default=False
    ),
]
Smtp = Annotated[
    str,
    typer.Option("--smtp", metavar="URL", help=_("smtps://host, smtp+starttls://host"), show_default=False),
]
Imap = Annotated[str, typer.Option("--imap", metavar="URL", help=_("imaps://host"), show_default=False)]
Command = Annotated[
    str,
    typer.Option("--password-command", metavar=_("COMMAND"), help=_("what prints the password: pass show mail"),
                 show_default=False),
]  # fmt: skip
Check = Annotated[bool, typer.Option("--check", help=_("try an account that is written already"))]
Untried = Annotated[bool, typer.Option("--untried", help=_("write it without trying it"))]


_TRIED = {"password": N_("password"), "imap": "IMAP", "smtp": "SMTP"}


class _Told(Row):
    """What was typed, or answered."""

    name: str
    address: str
    sender: str = ""
    provider: str = ""
    login: str = ""
    smtp: str = ""
    imap: str = ""
    password_command: str = ""


@verb(app, "setup", _("Set up a mail account: asked step by step, tried, then written into the file of choices."),
      examples="""petitcrm mail setup
    petitcrm mail setup shop --address contact@firme.fr --provider ovh --password-command "pass show mail" --yes
    petitcrm mail setup shop --check""")  # fmt: skip
def _setup(
    name: Name = "", address: Address = "", sender: Sender = "", provider: Preset = "", login: Login = "",
    smtp: Smtp = "", imap: Imap = "", password_command: Command = "", check: Check = False, untried: Untried = False,
    yes: Yes = False, json: Json = False,
) -> None:  # fmt: skip
    config = session.config()
    if check:
        for account in (
            [mail_accounts.named(config.file, name)] if name else mail_accounts.accounts(config.file)
        ):
            _report(account, checking.check(account), json=json)
        return
    told = _asked(_Told(name, address, sender, provider, login, smtp, imap, password_command))
    values = _values(told)
    account = _account(config.file, told.name, values)
    secret = None if untried else _secret(account, told)
    found = () if untried else checking.check(account, secret)
    works = all(one.works for one in found)
    if not json:
        _tell(account, found, told)
    if yes and not works and not untried and not output.may_ask():
        raise UsageProblem(
            _("Nothing was written: the account does not work yet."),
            advice=_("--untried writes it all the same."),
        )
    question = _("Write it into {path}? (y/n)", path=config.file)
    if not works:
        question = _("It does not work yet. Write it all the same? (y/n)")
    if not typed.confirmed(question, yes=yes and (works or untried)):
        raise UsageProblem(_("Nothing was written."))
    _write(config.file, told.name, values, account, secret)
    if json:
        output.document(
            {"account": told.name, "file": config.file, "checks": [one._asdict() for one in found]}
        )
    else:
        output.line(_("[mail.accounts.{name}] · written in {path}", name=told.name, path=config.file))


def _asked(told: _Told) -> _Told:
    """Ask for what was not typed, each with a likely answer."""
    address = _address(told.address)
    told = told._replace(address=address)
    if not (told.provider or told.smtp):
        told = _ask_provider(told)
    if not told.sender:
        told = told._replace(sender=output.ask(_("The name that people see (empty for none):")))
    if not told.name:
        usual = domain_of(address).partition(".")[0] or "mail"
        told = told._replace(
            name=output.ask(_("What the account is called here [{usual}]:", usual=usual)) or usual
        )
    if not told.name.replace("-", "").replace("_", "").isalnum() or not told.name.isascii():
        raise UsageProblem(_("An account is called by letters, figures and hyphens: {name}", name=told.name))
    return told


def _address(typed_address: str) -> str:
    """Return the address that was typed, asked for until it is one where somebody is there to answer."""
    given = typed_address or output.ask(_("Your e-mail address:"))
    while given and not read_email(given):
        wrong = _("{address} is no e-mail address.", address=given)
        if typed_address:
            raise UsageProblem(wrong, advice="--address")
        output.say(Painted(wrong, "yellow"))
        given = output.ask(_("Your e-mail address:"))
    if not given:
        raise UsageProblem(_("An account needs its address."), advice="--address")
    return read_email(given) or given


def _ask_provider(told: _Told) -> _Told:
    found = mail_providers.of_address(told.address)
    if found:
        return told._replace(provider=found.key)
    if not output.may_ask():
        raise UsageProblem(
            _("By which provider?"), advice=", ".join(one.key for one in mail_providers.PROVIDERS)
        )
    for number, one in enumerate(mail_providers.PROVIDERS, 1):
        output.say(Painted(f"{number:>3}  ", "dim"), one.name)
    output.say(Painted("  0  ", "dim"), _("another one"))
    answer = output.ask(_("Who keeps your mail?"))
    if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(mail_providers.PROVIDERS):
        return told._replace(provider=mail_providers.PROVIDERS[int(answer) - 1].key)
    domain = domain_of(told.address)
    smtp = (
        output.ask(_("Server to send by [smtps://smtp.{domain}]:", domain=domain)) or f"smtps://smtp.{domain}"
    )
    imap = (
        output.ask(_("Server to read from [imaps://imap.{domain}]:", domain=domain))
        or f"imaps://imap.{domain}"
    )
    return told._replace(smtp=smtp, imap=imap)


def _values(told: _Told) -> dict[str, str | bool]:
    """Return the account as the file tells it."""
    provider = _provider(told.provider)
    user = quote(told.login or told.address, safe="")
    smtp = told.smtp or (provider.smtp.format(user=user) if provider else "")
    imap = told.imap or (provider.imap.format(user=user) if provider else "")
    values: dict[str, str | bool] = {"address": told.address}
    for key, value in (
        ("name", told.sender), ("imap", _named(imap, user)), ("smtp", _named(smtp, user)),
        ("password_command", told.password_command),
    ):  # fmt: skip
        if value:
            values[key] = value
    if provider and provider.copies:
        values["copy_sent"] = False
    return values


def _provider(key: str) -> Provider | None:
    found = mail_providers.of_key(key) if key else None
    if key and not found:
        known = ", ".join(one.key for one in mail_providers.PROVIDERS)
        raise UsageProblem(_("There is no provider {key}.", key=key), advice=known)
    return found


def _named(url: str, user: str) -> str:
    """Put the login into the address of a server that names none."""
    scheme, slashes, rest = url.partition("://")
    return f"{scheme}{slashes}{user}@{rest}" if slashes and "@" not in rest else url


def _account(path: str, name: str, values: dict[str, str | bool]) -> Account:
    """Return the account as it will be read, before it is in the file."""
    import tomlkit

    text = tomlkit.dumps({"mail": {"accounts": {name: values}}})
    with tempfile.TemporaryDirectory(prefix="petitcrm-") as folder:
        written = os.path.join(folder, os.path.basename(path) or "config.toml")
        with open(written, "w", encoding="utf-8") as file:
            file.write(text)
        return mail_accounts.named(written, name)


def _secret(account: Account, told: _Told) -> Secret | None:
    """Return the password: where the account says, else typed now, on a terminal that does not show it."""
    try:
        return mail_passwords.password(account)
    except CrmError:
        if told.password_command or not output.may_ask():
            return None
    provider = _provider(told.provider)
    if provider and provider.password:
        output.say(Painted(_("Password: {what}", what=_(provider.password)), "yellow"))
    import getpass

    value = getpass.getpass(
        _("Password of {address} (not shown, not written):", address=account.address) + " "
    )
    return Secret(value) if value else None


def _tell(account: Account, found: tuple[checking.Checked, ...], told: _Told) -> None:
    _report(account, found, json=False, ends=False)
    provider = _provider(told.provider)
    if provider and any(not one.works for one in found):
        if provider.password:
            output.say(_("{name} wants: {what}", name=provider.name, what=_(provider.password)))
        output.say(Painted(provider.source, "dim"))


def _report(account: Account, found: tuple[checking.Checked, ...], *, json: bool, ends: bool = True) -> None:
    """Say what works and what does not, and why."""
    if json:
        output.document({"account": account.name, "checks": [one._asdict() for one in found]})
    for one in found if not json else ():
        mark = Painted("✓", "green") if one.works else Painted("✗", "red")
        output.line(mark, f" {account.name} · {_(_TRIED[one.what])} · ", one.words)
        if one.advice:
            output.say("  ", one.advice)
    if ends and not all(one.works for one in found):
        raise NetworkFailed(_("The mail account {name} does not work yet.", name=account.name))


def _write(
    path: str, name: str, values: dict[str, str | bool], account: Account, secret: Secret | None
) -> None:
    from petitcrm import config_file

    config_file.write_account(path, name, values)
    if secret is None or account.password_command or os.environ.get(mail_accounts.variable_of(name)):
        return
    if mail_passwords.keep(account, secret):
        output.say(_("The password is in the keyring of this system."))
    else:
        output.say(
            _(
                "The password was not written anywhere. For petitcrm to find it: password_command, or {variable}.",
                variable=mail_accounts.variable_of(name),
            )
        )
