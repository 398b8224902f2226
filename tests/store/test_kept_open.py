"""A program that writes again and again keeps the base open, and is as polite as one that opens it each time."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import kept_open, open_crm, read_crm
from petitcrm.errors import BaseUnavailable
from petitcrm.sales import contacts
from petitcrm.store import database, schema

file_only = pytest.mark.engines("sqlite")


def names(config: Config) -> list[str]:
    """Return who is in the base, in the order in which they came."""
    with read_crm(config) as crm:
        return [row[0] for row in crm.rows("SELECT last_name FROM contacts ORDER BY id")]


def test_each_gesture_is_committed_and_sees_what_others_wrote_in_between(config: Config) -> None:
    with kept_open(config) as gesture:
        with gesture() as crm:
            contacts.add(crm, {"last_name": "Éloïse"})
        with open_crm(config) as other:
            contacts.add(other, {"last_name": "Zoé"})
        with gesture() as crm:
            assert crm.rows("SELECT count(*) FROM contacts") == [(2,)]
            contacts.add(crm, {"last_name": "Noël"})
        assert names(config) == ["Éloïse", "Zoé", "Noël"]
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(DISTINCT batch_id) FROM events") == [(3,)]


def test_a_gesture_that_fails_leaves_nothing_and_the_next_one_goes_on(config: Config) -> None:
    with kept_open(config) as gesture:
        with pytest.raises(ZeroDivisionError), gesture() as crm:
            contacts.add(crm, {"last_name": "Éloïse"})
            raise ZeroDivisionError
        with gesture() as crm:
            contacts.add(crm, {"last_name": "Zoé"})
    assert names(config) == ["Zoé"]


def test_two_who_keep_a_base_open_lose_nothing_of_each_other(config: Config) -> None:
    def write(name: str) -> None:
        with kept_open(config) as gesture:
            for number in range(20):
                with gesture() as crm:
                    contacts.add(crm, {"last_name": f"{name}{number}"})

    both = [threading.Thread(target=write, args=(name,)) for name in ("é", "à")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(names(config)) == sorted(f"{name}{number}" for name in "éà" for number in range(20))


@file_only
def test_a_base_that_was_put_back_meanwhile_is_the_one_that_is_written_to(
    config: Config, tmp_path: Path
) -> None:
    with open_crm(config) as crm:
        contacts.add(crm, {"last_name": "Éloïse"})
    older = shutil.copy(config.db, tmp_path / "older.db")
    with kept_open(config) as gesture:
        with gesture() as crm:
            contacts.add(crm, {"last_name": "Forgotten"})
        for end in ("-wal", "-shm"):
            Path(config.db + end).unlink(missing_ok=True)
        os.replace(older, config.db)
        with gesture() as crm:
            contacts.add(crm, {"last_name": "Zoé"})
    assert names(config) == ["Éloïse", "Zoé"]


def test_a_base_that_a_newer_program_has_made_its_own_meanwhile_is_refused(config: Config) -> None:
    with kept_open(config) as gesture:
        with gesture() as crm:
            contacts.add(crm, {"last_name": "Éloïse"})
        with open_crm(config) as crm:
            crm.connection.write("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(BaseUnavailable, match="9999"), gesture() as crm:
            contacts.add(crm, {"last_name": "Zoé"})
        connection = database._connect_as_it_is(config.db, write=True, who="", on_wait=None)
        connection.begin()
        connection.write(f"UPDATE alembic_version SET version_num = '{schema.HEAD}'")
        connection.commit()
        connection.close()
    assert names(config) == ["Éloïse"]


def test_who_keeps_a_base_open_and_writes_nothing_leaves_it_as_it_was(config: Config) -> None:
    with kept_open(config):
        pass
    with kept_open(config) as gesture, gesture():
        pass
    assert names(config) == []
