"""A full disk, a folder one may not write to, a damaged file: a sentence, and the base as it was."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.errors import CrmError
from petitcrm.sales import agenda, history, search, timeline
from petitcrm.store.queries import companies, contacts, deals, tasks
from petitcrm.store.queries import timeline as stories
from tests.support.firm import Firm
from tests.trust.killing import choices, state_of
from tests.trust.test_killed import ROOT

pytestmark = pytest.mark.engines("sqlite")
FULL = """
mount -t tmpfs -o size=1200k none "$1" && cp "$2" "$1/base.db" && chmod 600 "$1/base.db"
"$3" -m tests.trust.disk fill "$1/base.db" && "$3" -m tests.trust.disk look "$1/base.db" && cp "$1"/base.db* "$4"
"""


def on_the_disk(*words: str) -> dict[str, Any]:
    """Run the program that writes until the disk refuses; return what it tells."""
    command = [sys.executable, "-m", "tests.trust.disk", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_file_that_may_not_grow_is_a_sentence_and_every_acknowledged_note_is_there(
    config: Config, firm: Firm
) -> None:
    told = on_the_disk("fill", config.db, str(os.path.getsize(config.db) + 100_000))
    assert (told["code"], told["written"] > 3) == (6, True)
    assert config.db in told["said"]
    state_of(config)
    with read_crm(config) as crm:
        assert crm.rows("SELECT count(*) FROM events WHERE text LIKE 'plein %'") == [(told["written"],)]
    with open_crm(config) as crm:
        timeline.log(crm, "note", firm.contact, "il y a de nouveau de la place")


def test_a_full_disk_is_a_sentence_and_every_acknowledged_note_is_there(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    kept.mkdir()
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run(
        [*own, "mount", "-t", "tmpfs", "none", str(disk)], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount a small disk for a test")
    done = subprocess.run(
        [*own, "sh", "-ec", FULL, "sh", str(disk), config.db, sys.executable, str(kept)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    filled, looked = map(json.loads, done.stdout.splitlines())
    assert (filled["code"], looked["code"]) == (6, 0)
    assert filled["written"] > 10
    assert looked["notes"] == filled["written"] + 1
    (kept / "base.db-shm").unlink(missing_ok=True)
    state_of(choices(str(kept / "base.db")))


def test_a_base_cannot_be_made_where_there_is_no_room_and_nothing_is_left_behind(tmp_path: Path) -> None:
    told = on_the_disk("fill", str(tmp_path / "base.db"), "60000")
    assert (told["code"], told["written"]) == (6, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["base.db.lock"]


@pytest.fixture
def public() -> Iterator[Path]:
    """Return a folder that everybody may enter, for a base that somebody else looks at."""
    folder = Path(tempfile.mkdtemp(prefix="petitcrm-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_base_one_may_only_read_can_be_looked_at_but_not_written(
    config: Config, firm: Firm, public: Path
) -> None:
    folder = public
    base = folder / "base.db"
    shutil.copyfile(config.db, base)
    base.chmod(0o444)
    folder.chmod(0o555)
    before = base.read_bytes()
    assert on_the_disk("look", str(base), "stranger") == {"notes": 1, "code": 0}
    told = on_the_disk("write", str(base), "stranger")
    assert told["code"] == 6
    assert str(base) in told["said"]
    assert base.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["base.db"]


def test_a_base_one_may_not_read_is_a_sentence(config: Config, firm: Firm, public: Path) -> None:
    folder = public
    base = folder / "base.db"
    shutil.copyfile(config.db, base)
    base.chmod(0o000)
    assert (
        on_the_disk("look", str(base), "stranger")["code"],
        on_the_disk("write", str(base), "stranger")["code"],
    ) == (6, 6)
    base.chmod(0o600)


def test_a_folder_one_may_not_write_to_takes_no_base(public: Path) -> None:
    folder = public
    folder.chmod(0o555)
    told = on_the_disk("write", str(folder / "crm" / "base.db"), "stranger")
    assert told["code"] == 6
    assert list(folder.iterdir()) == []


def test_changes_still_in_the_log_are_seen_where_one_may_only_read(
    config: Config, firm: Firm, public: Path
) -> None:
    folder = public
    base = folder / "base.db"
    shutil.copyfile(config.db, base)
    killed = (
        "import os, sys\nfrom petitcrm.crm import open_crm\nfrom petitcrm.sales import timeline\n"
        "from tests.trust.killing import choices\nfrom petitcrm.store import database\n"
        "kept = database.connect(sys.argv[1])\n"
        "with open_crm(choices(sys.argv[1])) as crm:\n    timeline.log(crm, 'note', 1, 'dans le journal')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(base)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (folder / "base.db-wal").stat().st_size > 0
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    assert on_the_disk("look", str(base), "stranger") == {"notes": 2, "code": 0}


def test_a_thousand_damaged_bases_are_read_or_refused_and_never_changed(
    config: Config, firm: Firm, tmp_path: Path
) -> None:
    whole = Path(config.db).read_bytes()
    used = [place for place in range(len(whole)) if whole[place]]
    chance = random.Random(1)
    wrong, refused = [], 0
    for number in range(1000):
        place, bit = chance.choice(used), 1 << chance.randrange(8)
        damaged = bytearray(whole)
        damaged[place] ^= bit
        base = tmp_path / f"{number}.db"
        base.write_bytes(damaged)
        try:
            read_through(choices(str(base)), firm)
        except CrmError as error:
            refused += 1
            if error.exit_code not in (4, 6):
                wrong.append(f"byte {place} ^ {bit}: {error}")
        except Exception as error:
            wrong.append(f"byte {place} ^ {bit}: {error!r}")
        if base.read_bytes() != damaged:
            wrong.append(f"byte {place} ^ {bit}: the file was changed by reading it")
        for left in tmp_path.glob(f"{number}.db*"):
            left.unlink()
    assert not wrong, "\n".join(wrong)
    assert refused > 50


def read_through(config: Config, firm: Firm) -> None:
    """Look at everything there is to see."""
    with read_crm(config) as crm:
        agenda.day(crm)
        history.gestures(crm)
        deals.board(crm, 1)
        deals.sheet(crm, firm.deal)
        contacts.listing(crm)
        contacts.sheet(crm, firm.contact)
        companies.listing(crm)
        companies.sheet(crm, firm.company)
        tasks.listing(crm)
        stories.entries(crm, "contact", firm.contact)
        search.search(crm, "dupont")
        crm.rows("PRAGMA integrity_check")
