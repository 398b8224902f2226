"""What petitcrm works with on this machine, and what could be better, in advice."""

from __future__ import annotations

import os
import sys

from petitcrm.errors import CrmError, NotFound
from petitcrm.i18n import _, ngettext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.crm import Crm

_LIBRARIES = ("textual", "typer", "sqlmodel", "SQLAlchemy", "alembic", "rich", "psycopg", "phonenumberslite")


def diagnose(config: Config) -> dict[str, Any]:
    """Return the facts by name, and `advice`: sentences on what could be better."""
    import platform
    from importlib import metadata

    from petitcrm import __version__
    from petitcrm.store.schema import HEAD

    versions: dict[str, str] = {}
    for name in _LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = _("missing")
    told: dict[str, Any] = {
        "petitcrm": __version__,
        "schema": HEAD,
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": versions,
        "program": os.path.realpath(sys.argv[0]),
        "config": config.file if os.path.exists(config.file) else None,
        "language": config.lang,
        "user": config.user or None,
        "screen": config.screen,
        "theme": config.theme,
        "linear": config.linear,
        "encoding": getattr(sys.stdout, "encoding", None),
    }
    advice = _keys(config, told)
    told["mail_accounts"] = _accounts(config, advice)
    told |= _base(config, advice)
    told["advice"] = advice
    return told


def _keys(config: Config, told: dict[str, Any]) -> list[str]:
    """Note the keys that were chosen; return what is wrong with them."""
    told["keys"] = dict(config.keys)
    if not config.keys:
        return []
    from petitcrm.cli import interface

    problems, clashes = interface.wrong_keys(dict(config.keys))
    return [f"[keys] {one}" for one in (*problems, *clashes)]


def _base(config: Config, advice: list[str]) -> dict[str, Any]:
    from petitcrm.crm import read_crm
    from petitcrm.sales import mail_state
    from petitcrm.store import health
    from petitcrm.store.database import is_server

    server = is_server(config.db)
    facts: dict[str, Any] = {"base": None if server else config.db}
    if not server:
        if not os.path.exists(config.db):
            advice.append(_("There is no base yet at {path}: the first command makes it.", path=config.db))
            return facts
        facts |= _file(config.db, advice)
    try:
        with read_crm(config) as crm:
            facts["base"] = crm.connection.path
            facts["engine"] = health.engine(crm.connection)
            facts["counts"] = health.counts(crm.connection)
            facts["now"] = crm.now.isoformat()
            facts["outbox"] = _outbox(crm, advice)
            facts["mail"] = mail_state.troubles(crm)
            advice += _lists(crm, config.file)
        if facts["mail"]:
            advice += [*facts["mail"], mail_state.advice()]
    except CrmError as error:
        advice.append(str(error))
    return facts


def _accounts(config: Config, advice: list[str]) -> dict[str, str]:
    """Return the mail accounts, what each reads and sends by; note what is wrong with them."""
    from petitcrm.connectors import mail_accounts, mail_passwords

    try:
        found = mail_accounts.accounts(config.file)
    except CrmError as error:
        advice.append(str(error))
        return {}
    for account in found:
        if account.smtp is not None and account.smtp.security and not account.password_command:
            try:
                mail_passwords.password(account)
            except CrmError as error:
                advice.append(str(error))
    if found:
        advice += [_("To try a mail account: petitcrm mail setup NAME --check")] if advice else []
    return {
        one.name: " + ".join(filter(None, (one.kind, f"smtp {one.smtp.host}" if one.smtp else "")))
        for one in found
    }


def _outbox(crm: Crm, advice: list[str]) -> dict[str, int]:
    from petitcrm.store.queries import outbox

    counted = outbox.counts(crm)
    if counted["uncertain"]:
        n = counted["uncertain"]
        advice.append(
            ngettext("{n} mail may have left or not: petitcrm mail uncertain",
                     "{n} mails may have left or not: petitcrm mail uncertain", n)
        )  # fmt: skip
    return counted


def _lists(crm: Crm, path: str) -> list[str]:
    """Return which lists write by an account that this machine does not have: what asks to confirm would stay."""
    from petitcrm.connectors import mail_accounts
    from petitcrm.store.queries import audiences

    found = []
    for line in audiences.lists(crm):
        if line.account and not line.is_archived:
            try:
                mail_accounts.named(path, line.account)
            except NotFound as error:
                mended = f"petitcrm list edit {line.key} --account …"
                told = _("The list {name}: {what}", name=line.name, what=f"{error.message} {error.advice}")
                found.append(f"{told} · {mended}")
            except CrmError:  # told with the accounts
                break
    return found


def _file(path: str, advice: list[str]) -> dict[str, Any]:
    state = os.stat(path)
    log = f"{path}-wal"
    mode = state.st_mode & 0o777
    if mode & 0o077:
        advice.append(_("Others on this machine can read the base: chmod 600 {path}", path=path))
    folder = os.path.join(os.path.dirname(os.path.abspath(path)), "backups")
    copies = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return {
        "size_bytes": state.st_size,
        "log_bytes": os.path.getsize(log) if os.path.exists(log) else 0,
        "rights": f"{mode:o}",
        "writable": os.access(path, os.W_OK),
        "backups": len(copies),
    }
