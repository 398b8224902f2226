"""The choices of this machine: `petitcrm config …`."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from petitcrm import config as choices
from petitcrm.cli import output, session
from petitcrm.cli.options import Csv, Json, Ndjson
from petitcrm.cli.output import Column, Painted, Style
from petitcrm.cli.typed import group, verb
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

app = group(_("The choices of this machine. An option beats the environment, which beats the file."))

Key = Annotated[str, typer.Argument(metavar=_("KEY"), help=", ".join(choices.KEYS) + ", keys.ID")]
Value = Annotated[str, typer.Argument(metavar=_("VALUE"), help=_("what it shall be"))]


@verb(app, "path", _("Print where the file of choices is, or would be."))
def _path(json: Json = False) -> None:
    config = session.config()
    if json:
        output.document({"path": config.file, "exists": os.path.exists(config.file)})
        return
    output.line(config.file)
    if not os.path.exists(config.file):
        output.say(_("There is no such file; none is needed."))


@verb(app, "list", _("Print the choices in force."))
def _list(json: Json = False) -> None:
    config = session.config()
    told = _told()
    if json:
        output.document({**told, "keys": dict(config.keys), "file": config.file})
        return
    shown = {**told, **{f"keys.{name}": keys for name, keys in config.keys}}
    if not output.on_terminal():
        output.tabbed(shown.items())
        return
    wide = max(map(len, shown))
    for key, value in shown.items():
        meaning = f"   {_(choices.KEYS[key])}" if key in choices.KEYS else ""
        output.line(Painted(f"{key:<{wide}}  ", "bold"), value or "—", Painted(meaning, "dim"))


@verb(app, "get", _("Print one choice in force."), examples="petitcrm config get lang")
def _get(key: Key, json: Json = False) -> None:
    name = key.removeprefix("keys.")
    if name == key:
        choices.known_key(key)
        value = _told()[key]
    else:
        value = dict(session.config().keys).get(name, "")
    if json:
        output.document({"key": key, "value": value})
    else:
        output.line(value)


@verb(app, "keys", _("List the keys of the interface: the id of each, to choose another, and what it does."))
def _keys(json: Json = False, ndjson: Ndjson = False, csv: Csv = False) -> None:
    from petitcrm.cli import interface

    columns = [
        Column("id", _("Id"), lambda line: line[0], lambda line: Painted(line[0], "bold")),
        Column("keys", _("Keys"), lambda line: line[1]),
        Column("does", "", lambda line: line[2], shrink=True),
    ]
    lines = interface.keys(dict(session.config().keys))
    output.listing(
        columns,
        lines,
        lambda line: dict(zip(("id", "keys", "does"), line, strict=True)),
        Style(json, ndjson, csv),
    )


@verb(
    app,
    "set",
    _("Write a choice into the file; its comments, its order and everything else in it stay."),
    examples="petitcrm config set lang en\npetitcrm config set screen funnel\npetitcrm config set keys.app.add B",
)
def _set(key: Key, value: Value, json: Json = False) -> None:
    _write(key, value, json=json)


@verb(app, "unset", _("Take a choice out of the file: what petitcrm chooses by itself holds again."))
def _unset(key: Key, json: Json = False) -> None:
    _write(key, None, json=json)


def _write(key: str, value: str | None, *, json: bool) -> None:
    from petitcrm import config_file

    config = session.config()
    if key.startswith("keys.") and value is not None:
        _check_keys({**dict(config.keys), key.removeprefix("keys."): value}, key.removeprefix("keys."))
    changed = config_file.write(config.file, key, value)
    if json:
        output.document({"key": key, "value": value, "file": config.file, "changed": changed})
    else:
        told = f"{key} = {value}" if value is not None else key
        output.line(
            f"{told} · ", _("written in {path}", path=config.file) if changed else _("nothing is different")
        )
    if key in config.fixed:
        output.say(_("An option or the environment decides now: what the file says of {key} waits.", key=key))


def _check_keys(chosen: dict[str, str], name: str) -> None:
    """Refuse a key that means nothing; say where one is now for two things."""
    from petitcrm.cli import interface

    problems, _clashes = interface.wrong_keys({name: chosen[name]})
    if problems:
        raise UsageProblem(problems[0])
    for clash in interface.wrong_keys(chosen)[1]:
        if name in clash:
            output.say(clash)


def _told() -> dict[str, str]:
    """Return the choices in force, the password of a base not shown."""
    from petitcrm.store.database import is_server

    config = session.config()
    told = {key: str(getattr(config, key)) for key in choices.KEYS}
    if is_server(config.db):
        from petitcrm.store.postgresql import hide_password

        told["db"] = hide_password(config.db)
    return told
