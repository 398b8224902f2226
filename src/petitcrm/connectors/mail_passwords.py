"""The password of a mail account: from a command, the environment or the keyring, and never from a file of ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from petitcrm.connectors.mail_accounts import variable_of
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.text import safe

if TYPE_CHECKING:
    from petitcrm.connectors.mail_accounts import Account

_COMMAND_SECONDS = 60
_KEYRING = "petitcrm"


class Secret:
    """A password that shows itself nowhere: not in a log, not in an error, not in a traceback with its values."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the password, to hand it to the server and to nobody else."""
        return self._value

    def __repr__(self) -> str:
        return "…"

    def __reduce__(self) -> str:
        raise TypeError("a password is not written anywhere")


def password(account: Account, environment: dict[str, str] | None = None) -> Secret:
    """Return the password of an account: from its command, else the environment, else the keyring of the system.

    Raise UsageProblem where there is none, and where the command fails or says nothing.
    """
    given = os.environ if environment is None else environment
    if account.password_command:
        return _from_command(account)
    variable = variable_of(account.name)
    if given.get(variable):
        return Secret(given[variable])
    kept = _from_keyring(account)
    if kept:
        return Secret(kept)
    raise UsageProblem(
        _("There is no password for the mail account {name}.", name=safe(account.name)),
        advice=_(
            "Give it by password_command in [mail.accounts.{name}], by the environment {variable}, or by the keyring:"
            " keyring set petitcrm {address}",
            name=safe(account.name), variable=variable, address=account.address,
        ),
    )  # fmt: skip


def _from_command(account: Account) -> Secret:
    import shlex
    import subprocess

    try:
        words = [os.path.expanduser(word) for word in shlex.split(account.password_command)]
    except ValueError as error:
        raise _command_failed(account, str(error)) from None
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _command_failed(account, _("no answer within {n} seconds", n=_COMMAND_SECONDS)) from None
    except FileNotFoundError:
        raise _command_failed(account, _("there is no program {name}", name=words[0])) from None
    except (OSError, ValueError, IndexError) as error:
        raise _command_failed(account, str(error)) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise _command_failed(account, said[:200] or _("exit code {code}", code=done.returncode))
    told = done.stdout.decode("utf-8", "replace").partition("\n")[0].rstrip("\r")
    if not told:
        raise _command_failed(account, _("it said nothing"))
    return Secret(told)


def _command_failed(account: Account, why: str) -> UsageProblem:
    return UsageProblem(
        _(
            "The password_command of the mail account {name} failed: {why}",
            name=safe(account.name),
            why=safe(why),
        ),
        advice=_("Run it by hand: {command}", command=safe(account.password_command)),
    )


def _from_keyring(account: Account) -> str:
    """Ask the system's keyring, where the extra `keyring` is installed; one that is locked or absent has nothing."""
    from importlib import import_module

    try:
        keyring = import_module("keyring")
    except ImportError:
        return ""
    try:
        return str(keyring.get_password(_KEYRING, account.address) or "")
    except Exception:  # its back ends raise what they like, and the next sentence says what to do
        return ""


def keep(account: Account, secret: Secret) -> bool:
    """Put the password of an account into the system's keyring; tell whether there is one that took it."""
    from importlib import import_module

    try:
        import_module("keyring").set_password(_KEYRING, account.address, secret.reveal())
    except Exception:  # the library is not installed, or its back ends raise what they like
        return False
    return True
