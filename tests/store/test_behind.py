"""What is written behind the caller's back ends before anything else is done with the base."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from traceback import walk_stack
from types import FrameType

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.imports import importer
from petitcrm.imports.desk import Wish
from petitcrm.store.behind import Behind

CODE = Behind.start.__code__.co_filename


def a_list(folder: Path, rows: int) -> str:
    """Write a list of people; return its path."""
    path = folder / "people.csv"
    lines = [f"Prénom{number};Nom{number};p{number}@x.example" for number in range(rows)]
    path.write_text("\n".join(["Prénom;Nom;E-mail", *lines]), encoding="utf-8")
    return str(path)


def people(config: Config) -> int:
    """Return how many contacts the base has."""
    with read_crm(config) as crm:
        found: int = crm.rows("SELECT count(*) FROM contacts")[0][0]
        return found


def writers() -> list[str]:
    """Return the functions that threads still write with."""
    found = (frame for one in sys._current_frames().values() for frame, _line in walk_stack(one))
    return [frame.f_code.co_name for frame in found if frame.f_code.co_filename == CODE]


def wait_for_writers() -> None:
    """Return when no thread is in the code of a writer any more."""
    end = time.monotonic() + 30
    while found := writers():
        assert time.monotonic() < end, found
        time.sleep(0.001)


def test_what_went_wrong_is_told_to_whoever_waits() -> None:
    behind = Behind()

    def fail() -> None:
        raise OSError("the disk is full")

    behind.start(fail)
    with pytest.raises(OSError, match="full"):
        behind.wait()
    behind.wait()


def test_the_writer_is_waited_for_before_a_rollback() -> None:
    behind, begun, gate, done = Behind(), threading.Event(), threading.Event(), []
    behind.start(lambda: (begun.set(), gate.wait(10), done.append(1)))
    begun.wait(10)
    threading.Timer(0.05, gate.set).start()
    behind.finish()
    assert done == [1]


def test_wherever_an_interruption_falls_while_a_writer_is_started_nothing_is_written_after_the_end() -> None:
    line = 0
    was_interrupted = True
    while was_interrupted:
        line += 1
        behind, is_over, late = Behind(), threading.Event(), []

        def write(is_over: threading.Event = is_over, late: list[bool] = late) -> None:
            late.append(is_over.wait(0.01))

        was_interrupted = interrupted(lambda behind=behind, write=write: behind.start(write), line)
        behind.finish()
        is_over.set()
        wait_for_writers()
        assert True not in late, f"line {line}"
    assert line > 5


def interrupted(work: Callable[[], None], line: int) -> bool:
    """Do something, interrupted before its nth line of Python; tell whether it had that many."""
    lines = iter(range(1, line))

    def trace(_frame: FrameType, event: str, _told: object) -> object:
        if event == "line" and next(lines, None) is None:
            raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(None)
    return False


def test_an_import_that_is_interrupted_leaves_nothing_and_nobody_writing(
    config: Config, tmp_path: Path
) -> None:
    path = a_list(tmp_path, 3 * importer.PIECE)

    def interrupt(read: int) -> None:
        if read > importer.PIECE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_crm(config) as crm:
        importer.run(crm, path, on_progress=interrupt)
    assert people(config) == 0
    wait_for_writers()  # one that has written its last row may still be putting its pen away
    assert people(config) == 0
    with open_crm(config) as crm:
        assert importer.run(crm, path).created == 3 * importer.PIECE
    assert people(config) == 3 * importer.PIECE


def test_several_pieces_are_all_told_apart(config: Config, tmp_path: Path) -> None:
    path = Path(a_list(tmp_path, importer.PIECE + 10))
    first = path.read_text(encoding="utf-8").splitlines()[1]
    path.write_text(path.read_text(encoding="utf-8") + f"\n{first}\n", encoding="utf-8")
    with open_crm(config) as crm:
        report = importer.run(crm, str(path))
    assert (report.created, report.unchanged) == (importer.PIECE + 10, 1)


def test_tags_and_columns_of_later_pieces_are_made_while_the_first_is_written(
    config: Config, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    rows = 2 * importer.PIECE + 5
    lines = [
        f"Prénom{number};Nom{number};p{number}@x.example;{'vip' if number > rows - 3 else ''};"
        f"{'bleu' if number > importer.PIECE else ''}"
        for number in range(rows)
    ]
    path.write_text("\n".join(["Prénom;Nom;E-mail;Étiquettes;Couleur préférée", *lines]), encoding="utf-8")
    with open_crm(config) as crm:
        report = importer.run(crm, str(path), Wish(asked=("Prénom=first_name",)))
        assert report.created == rows
        assert crm.rows("SELECT count(*) FROM taggings") == [(2,)]
        assert crm.rows("SELECT count(*) FROM contacts WHERE custom <> '{}'") == [(importer.PIECE + 4,)]
