"""A base is made whole and closed to others, and a file that is none of ours is recognised and left as it is."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import BaseUnavailable, NetworkFailed, UsageProblem
from petitcrm.sales import contacts, timeline
from petitcrm.store import database
from petitcrm.store.sqlite import refuse_network_file_system
from tests.conftest import Databases
from tests.support.firm import Firm
from tests.trust.killing import choices
from tests.trust.test_killed import ROOT

ADD = """
import sys
from petitcrm.crm import open_crm
from petitcrm.sales import contacts
from tests.trust.killing import choices
with open_crm(choices(sys.argv[1])) as crm:
    contacts.add(crm, {"last_name": sys.argv[2]})
"""
file_only = pytest.mark.engines("sqlite")


def command(base: str, name: str) -> None:
    """Add a contact from another process."""
    subprocess.run([sys.executable, "-c", ADD, base, name], cwd=ROOT, check=True)


def mode(path: Path) -> int:
    """Return the rights on a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


@file_only
def test_an_interface_that_stays_open_sees_what_commands_write_after_it_has_written_itself(
    config: Config,
) -> None:
    interface = database.connect(config.db)
    try:
        with open_crm(config) as crm:
            contacts.add(crm, {"last_name": "Un"})
        command(config.db, "Deux")
        command(config.db, "Trois")
        assert interface.rows("SELECT count(*) FROM contacts") == [(3,)]
        with open_crm(config) as crm:
            contacts.add(crm, {"last_name": "Quatre"})
        assert interface.rows("SELECT count(*) FROM contacts") == [(4,)]
        assert interface.rows("PRAGMA integrity_check") == [("ok",)]
    finally:
        interface.close()


def test_an_interface_notices_that_something_has_changed(config: Config) -> None:
    interface = database.connect(config.db)
    try:
        before = interface.version_of_data()
        assert interface.version_of_data() == before
        with open_crm(config) as crm:
            contacts.add(crm, {"last_name": "Un"})
        assert interface.version_of_data() != before
    finally:
        interface.close()


def test_who_only_looks_cannot_write(config: Config, firm: Firm) -> None:
    connection = database.connect(config.db)
    try:
        with pytest.raises(Exception, match=r"read|écri"):
            connection.write("DELETE FROM contacts")
        assert connection.rows("SELECT count(*) FROM contacts") == [(2,)]
    finally:
        connection.close()


def test_a_base_is_made_closed_to_others_whatever_the_mask(tmp_path: Path) -> None:
    base = tmp_path / "one" / "two" / "base.db"
    before = os.umask(0)
    try:
        with open_crm(choices(str(base))) as crm:
            contacts.add(crm, {"last_name": "Un"})
            made = {path.name: mode(path) for path in base.parent.iterdir()}
        folders = [mode(base.parent), mode(base.parent.parent)]
    finally:
        os.umask(before)
    assert folders == [0o700, 0o700]
    assert {"base.db", "base.db-wal", "base.db-shm", "base.db.lock"} == {*made}
    assert {*made.values()} == {0o600}


@pytest.mark.parametrize("name", ["Société à 100 % ?#é&mode=ro.db", "a b'c\"d.db", "%3f.db", "😀.db"])
def test_a_base_may_be_called_anything(name: str, tmp_path: Path) -> None:
    base = tmp_path / name
    with open_crm(choices(str(base))) as crm:
        contacts.add(crm, {"last_name": "Un"})
    with read_crm(choices(str(base))) as crm:
        assert crm.rows("SELECT count(*) FROM contacts") == [(1,)]
    beside = {path.name.removeprefix(name) for path in tmp_path.iterdir()}
    assert beside <= {"", ".lock", "-wal", "-shm"}


def test_what_a_making_that_was_killed_left_is_swept_away_by_the_next(tmp_path: Path) -> None:
    base = tmp_path / "base.db"
    for suffix in ("", "-wal", "-shm", "-journal"):
        (tmp_path / f"base.db.new{suffix}").write_bytes(b"half")
    with open_crm(choices(str(base))) as crm:
        contacts.add(crm, {"last_name": "Un"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base.db", "base.db.lock"]


def test_four_who_open_a_base_that_is_not_there_make_one(tmp_path: Path) -> None:
    base = str(tmp_path / "base.db")
    names = ("Un", "Deux", "Trois", "Quatre")
    running = [subprocess.Popen([sys.executable, "-c", ADD, base, name], cwd=ROOT) for name in names]
    assert [one.wait() for one in running] == [0, 0, 0, 0]
    with read_crm(choices(base)) as crm:
        assert {row[0] for row in crm.rows("SELECT last_name FROM contacts")} == {*names}


def test_two_who_find_a_server_without_tables_make_them_once(databases: Databases) -> None:
    name = databases.make("template0")
    url = databases.url(name)
    running = [subprocess.Popen([sys.executable, "-c", ADD, url, who], cwd=ROOT) for who in ("Un", "Deux")]
    assert [one.wait() for one in running] == [0, 0]
    with read_crm(choices(url)) as crm:
        assert crm.rows("SELECT count(*) FROM contacts") == [(2,)]
    databases.drop(name)


def foreign(path: Path) -> None:
    """Write the SQLite file of another program."""
    with sqlite3.connect(path) as driver:
        driver.execute("CREATE TABLE bookmarks (url TEXT)")
    driver.close()


def truncated(path: Path) -> None:
    """Cut a base in the middle of a page."""
    made = path.with_name("whole.db")
    with open_crm(choices(str(made))) as crm:
        contacts.add(crm, {"last_name": "Un"})
    path.write_bytes(made.read_bytes()[:-5000])


def without_tables(path: Path) -> None:
    """Leave of a base only its first page, without any table."""
    with sqlite3.connect(path) as driver:
        driver.execute(f"PRAGMA application_id = {0x50435231}")
        driver.execute("CREATE TABLE kept (id INTEGER)")
    driver.close()


NOT_OURS = {
    "an empty file": lambda path: path.write_bytes(b""),
    "a text": lambda path: path.write_text("Nom;Prénom\nDupont;Jean\n"),
    "a few bytes": lambda path: path.write_bytes(b"SQLite"),
    "zeros": lambda path: path.write_bytes(bytes(8192)),
    "the header alone": lambda path: path.write_bytes(b"SQLite format 3\x00" + bytes(84)),
    "another program's": foreign,
    "a folder": lambda path: path.mkdir(),
    "a base cut short": truncated,
    "a base without tables": without_tables,
}


@pytest.mark.parametrize("case", NOT_OURS)
@pytest.mark.parametrize("way", [read_crm, open_crm])
def test_a_file_that_is_no_base_is_refused_in_a_sentence_and_left_as_it_is(
    case: str, way: object, tmp_path: Path
) -> None:
    path = tmp_path / "clients.db"
    NOT_OURS[case](path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(BaseUnavailable) as refused, way(choices(str(path))):  # type: ignore[operator]
        pass
    assert refused.value.exit_code == 6
    assert str(path) in refused.value.message
    assert refused.value.advice
    assert (path.read_bytes() if path.is_file() else None) == before
    assert not (tmp_path / "backups").exists()


def test_the_base_of_a_newer_petitcrm_is_refused_and_left_as_it_is(config: Config, firm: Firm) -> None:
    connection = database.connect(config.db, write=True)
    connection.write("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    for way in (read_crm, open_crm):
        with pytest.raises(BaseUnavailable) as refused, way(config):
            pass
        assert "0999" in refused.value.message
    if "://" not in config.db:
        assert sqlite3.connect(config.db).execute("SELECT count(*) FROM contacts").fetchone() == (2,)


def test_a_schema_that_nobody_has_made_is_refused(config: Config, firm: Firm) -> None:
    connection = database.connect(config.db, write=True)
    connection.write("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    with pytest.raises(BaseUnavailable), read_crm(config):
        pass


def test_a_lock_is_free_again_after_a_refusal(config: Config, firm: Firm) -> None:
    connection = database.connect(config.db, write=True)
    connection.write("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    refused = []
    for _attempt in range(2):
        try:
            database.connect(config.db, write=True)
        except BaseUnavailable as error:
            refused.append(error)  # kept with its traceback, as an interface would
    assert len(refused) == 2


def test_an_address_that_is_none_is_refused_as_a_wrong_word() -> None:
    with pytest.raises(UsageProblem), read_crm(choices("postgresql://host:port:port/x?y=z")):
        pass


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://anne:s3cret@/nothing?host={tmp_path}"
    with pytest.raises(NetworkFailed) as refused, read_crm(choices(url)):
        pass
    assert refused.value.exit_code == 7
    assert "s3cret" not in str(refused.value)


@pytest.mark.engines("postgresql")
def test_a_role_that_may_make_no_table_is_told_so(engine: str, databases: Databases) -> None:
    import psycopg

    name = databases.make("template0")
    url = databases.url(name)
    with psycopg.connect(url, autocommit=True) as driver:
        driver.execute("DROP ROLE IF EXISTS visitor")
        driver.execute("CREATE ROLE visitor LOGIN")
    with pytest.raises(BaseUnavailable), read_crm(choices(url.replace("postgres@", "visitor@"))):
        pass
    databases.drop(name)


def test_a_number_too_large_for_a_base_is_refused_in_a_sentence(config: Config, firm: Firm) -> None:
    with pytest.raises(UsageProblem), open_crm(config) as crm, crm.act("deal.edited", title="") as act:
        act.update("deals", firm.deal, amount_cents=10**30)


def test_a_network_disk_is_refused_with_the_advice_to_use_a_server(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"rootfs / ext4 rw 0 0\nserver:/home {tmp_path}/share nfs4 rw 0 0\n")
    (tmp_path / "share").mkdir()
    with pytest.raises(BaseUnavailable) as refused:
        refuse_network_file_system(str(tmp_path / "share" / "base.db"), str(mounts))
    assert "postgresql://" in refused.value.advice
    refuse_network_file_system(str(tmp_path / "base.db"), str(mounts))


@file_only
def test_who_gives_up_waiting_is_told_who_writes_and_nothing_is_changed(
    config: Config, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    from petitcrm.store import lock

    monkeypatch.setattr(lock, "GIVE_UP_AFTER_SECONDS", 0.2)
    with open_crm(config, who="import clients.csv"):
        with pytest.raises(BaseUnavailable) as refused, open_crm(config) as crm:
            timeline.log(crm, "note", firm.contact, "jamais")
        assert f"import clients.csv ({os.getpid()})" in refused.value.message
