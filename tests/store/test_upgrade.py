"""A base is brought up to date whole or not at all, after a copy of it that is checked."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import BaseUnavailable
from petitcrm.sales import contacts
from petitcrm.store import upgrade
from petitcrm.store.schema import HEAD
from petitcrm.store.sqlite import SqliteConnection
from tests.support.firm import Firm
from tests.support.snapshots import difference, snapshot
from tests.trust.test_killed import ROOT
from tests.trust.upgrading import version

file_only = pytest.mark.engines("sqlite")
SECOND = '''"""A release to come: a column more, filled, and a table rebuilt."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("nickname", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE contacts SET nickname = first_name")
    with op.batch_alter_table("deals") as deals:
        deals.add_column(sa.Column("colour", sa.Text, nullable=False, server_default="red"))
        deals.drop_column("lost_words")
    op.execute("UPDATE deals SET colour = 'blue'")
'''


def next_release(folder: Path) -> str:
    """Write the migrations of a release to come, and return their folder."""
    scripts = folder / "migrations"
    shutil.copytree(Path(upgrade.__file__).parent / "migrations", scripts)
    (scripts / "versions" / "r9999_to_come.py").write_text(SECOND)
    return str(scripts)


def upgrading(*words: str) -> subprocess.CompletedProcess[str]:
    """Open bases with the release to come, in a process of its own."""
    command = [sys.executable, "-m", "tests.trust.upgrading", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@file_only
def test_an_older_base_is_upgraded_and_everything_in_it_kept(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    done = upgrading("once", config.db, next_release(tmp_path))
    assert done.returncode == 0, done.stderr
    assert version(config.db) == "9999"
    with sqlite3.connect(config.db) as driver:
        assert driver.execute("SELECT count(*) FROM contacts WHERE nickname = first_name").fetchone() == (2,)
        assert driver.execute("SELECT count(*) FROM stage_changes").fetchone() == (
            len(before["stage_changes"]),
        )
        assert driver.execute("SELECT count(*) FROM deals WHERE colour = 'blue'").fetchone() == (2,)
        assert driver.execute("PRAGMA foreign_key_check").fetchall() == []
    driver.close()


@file_only
def test_a_copy_of_the_base_before_the_upgrade_is_kept_and_is_whole(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    upgrading("once", config.db, next_release(tmp_path))
    copies = list((Path(config.db).parent / "backups").iterdir())
    assert [path.name for path in copies] == [f"base.db.{HEAD}.1"]
    with read_crm(config._replace(db=str(copies[0]))) as crm:
        assert difference(before, snapshot(crm.connection)) == []


@file_only
def test_this_release_refuses_the_base_that_the_next_has_upgraded(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    upgrading("once", config.db, next_release(tmp_path))
    with pytest.raises(BaseUnavailable), read_crm(config):
        pass


@file_only
def test_an_upgrade_killed_at_any_statement_leaves_the_old_base_or_the_new_one(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    done = upgrading("every", config.db, next_release(tmp_path))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert (told[HEAD], told["9999"]) == (told["statements"], 1)
    assert told["statements"] > 10


@file_only
def test_an_upgrade_that_fails_leaves_the_old_base(config: Config, firm: Firm, tmp_path: Path) -> None:
    scripts = next_release(tmp_path)
    (Path(scripts) / "versions" / "r9999_to_come.py").write_text(
        SECOND + '    op.execute("DELETE FROM contacts")\n'
    )
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    done = upgrading("once", config.db, scripts)
    assert json.loads(done.stdout)["code"] == 6
    with read_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == []


def test_a_making_killed_at_any_statement_leaves_no_base_or_a_whole_one() -> None:
    done = upgrading("making")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["wrong"] == []
    assert told["there"] == 1
    assert told["statements"] > 40


def test_a_server_that_is_killed_in_the_middle_of_an_upgrade_has_the_old_tables(
    config: Config, firm: Firm, engine: str, tmp_path: Path
) -> None:
    if engine == "sqlite":
        return
    with read_crm(config) as crm:
        before = snapshot(crm.connection)
    scripts = next_release(tmp_path)
    for number in (2, 5, 7):
        done = upgrading("once", config.db, scripts, str(number))
        assert done.returncode == -signal.SIGKILL, done.stderr
        with read_crm(config) as crm:
            assert difference(before, snapshot(crm.connection)) == []
    done = upgrading("once", config.db, scripts)
    assert done.returncode == 0, done.stderr


@file_only
def test_a_backup_is_closed_to_others_and_equal_to_the_base(config: Config, firm: Firm) -> None:
    before = os.umask(0)
    try:
        copy = Path(upgrade.back_up(config.db, "essai"))
    finally:
        os.umask(before)
    assert (stat.S_IMODE(copy.stat().st_mode), stat.S_IMODE(copy.parent.stat().st_mode)) == (0o600, 0o700)
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    with read_crm(config) as base, read_crm(config._replace(db=str(copy))) as backup:
        assert difference(snapshot(base.connection), snapshot(backup.connection)) == []


@file_only
def test_backups_do_not_replace_each_other(config: Config, firm: Firm) -> None:
    copies = [upgrade.back_up(config.db, "essai") for _time in range(3)]
    assert [os.path.basename(copy) for copy in copies] == [f"base.db.essai.{number}" for number in (1, 2, 3)]


@file_only
def test_a_backup_holds_what_another_process_is_still_writing_about(config: Config, firm: Firm) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Pas encore"})
        copy = upgrade.back_up(config.db, "essai")
    with read_crm(config._replace(db=copy)) as crm:
        assert crm.rows("SELECT count(*) FROM contacts") == [(2,)]


@file_only
def test_a_damaged_base_is_not_upgraded_and_its_copy_is_refused(config: Config, firm: Firm) -> None:
    connection = SqliteConnection(config.db, write=True)
    connection.write("PRAGMA foreign_keys = OFF")
    connection.write("UPDATE tasks SET contact_id = 999")
    connection.close()
    with pytest.raises(BaseUnavailable):
        upgrade.back_up(config.db, "essai")
