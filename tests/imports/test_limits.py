"""The command takes each file of others, or refuses it in a sentence, in little memory; its base stays in order.

One file in twenty-five is tried, always the same, all of them with `--long`, which also notes the most that one took.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.corpora import corpora, name_of
from tests.support.long_runs import keep

FILES = [
    path
    for pattern in ("csv-*/**/*.*", "crm-exports/**/*.*", "vcard/*", "xlsx/*")
    for path in corpora(pattern)
    if path.suffix not in (".json", ".md", ".LICENSE")
]
MEMORY = 256  # MiB, of the program or of the process that reads a workbook for it
PROGRAM = Path(sys.executable).with_name("petitcrm")
# A child's peak begins with the size of its parent (Linux keeps it through exec), so a small program must be that.
MEASURED = """import json, resource, subprocess, sys
done = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
out, err = done.communicate()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = used.ru_utime + used.ru_stime
print(json.dumps([done.returncode, out.decode(), err.decode(), used.ru_maxrss / 1024, seconds]))"""


class Ran(NamedTuple):
    """What became of one run of the command: MiB at most, and seconds of work."""

    code: int
    out: str
    err: str
    memory: float
    seconds: float


class Largest:
    """The most that any file took."""

    files = 0
    memory = (0.0, "")
    seconds = (0.0, "")

    @classmethod
    def see(cls, path: Path, ran: Ran) -> None:
        cls.files += 1
        cls.memory = max(cls.memory, (ran.memory, path.name))
        cls.seconds = max(cls.seconds, (ran.seconds, path.name))


def ran(base: Path, *words: str) -> Ran:
    command = [sys.executable, "-c", MEASURED, str(PROGRAM), "--db", str(base), *words]
    return Ran(*json.loads(subprocess.run(command, capture_output=True, check=True).stdout))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "file" in metafunc.fixturenames:
        metafunc.parametrize("file", FILES[:: 1 if metafunc.config.getoption("--long") else 25], ids=name_of)


@pytest.mark.corpora
def test_the_command_takes_a_file_or_says_why_not_within_256_mebibytes(
    file: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base.db"
    shutil.copyfile(sqlite_template, base)
    os.chmod(base, 0o600)
    first = ran(base, "import", str(file), "--json")
    Largest.see(file, first)
    assert first.memory < MEMORY
    if not first.out:
        assert first.code == 2
        assert first.err.strip()
        assert "Traceback" not in first.err
        return
    accounted_for(first)
    second = accounted_for(ran(base, "import", str(file), "--json"))
    assert (second["created"], second["updated"]) == (0, 0)
    assert ran(base, "check").code == 0


def accounted_for(done: Ran) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(done.out)
    assert told["read"] == told["created"] + told["updated"] + told["unchanged"] + told["rejected"]
    assert done.code == (3 if told["rejected"] else 0)
    return told


def test_the_most_that_a_file_took_is_noted(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--long") or Largest.files < len(FILES):
        return
    (memory, largest), (seconds, longest) = Largest.memory, Largest.seconds
    keep(
        "the command on each file of others",
        f"{Largest.files} files, at most {memory:.0f} MiB ({largest}) and {seconds:.2f} s of work ({longest})",
    )
