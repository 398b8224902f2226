"""However a list is written, each of its rows is read as it was written, refused, or told to be left aside.

The lists are those of tests/support/written_lists.py: 400 of them by default, 10,000 with --long. One in forty (one in
ten with --long) is also imported, imported again, and taken back.
"""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.connectors.csv_files import open_csv
from petitcrm.crm import Crm, open_crm
from petitcrm.exchange import Source
from petitcrm.imports.desk import Wish
from petitcrm.imports.importer import run_source
from petitcrm.imports.report import Report
from petitcrm.sales import history
from petitcrm.store import health
from tests.support.long_runs import keep
from tests.support.snapshots import difference, snapshot
from tests.support.written_lists import Written, trimmed, written

LISTS = 10_000


def opened(made: Written) -> Source:
    return open_csv(made.content, name="clients.csv", encoding=made.encoding)


def how_many(request: pytest.FixtureRequest, few: int) -> int:
    return LISTS if request.config.getoption("--long") else few


def test_each_row_is_whole_or_refused_or_left_aside_with_its_line(request: pytest.FixtureRequest) -> None:
    count = how_many(request, 400)
    for number in range(count):
        made = written(number)
        source = opened(made)
        records = list(source.records)
        told = f"list {number}: {made.how}"
        assert [(one.line, trimmed(one.values)) for one in records if not one.surplus] == list(made.rows), (
            told
        )
        assert [one.line for one in records if one.surplus] == list(made.surplus), told
        assert [one.line for one in source.refused] == list(made.refused), told
        assert sorted(note.line for note in source.notes if note.line) == sorted(made.aside), told
        assert bool(source.header_line) == bool(made.headers), told
    if count == LISTS:
        keep("lists written in every way", f"{count:,} files, each row accounted for, 0 cells differ")


def test_each_row_is_in_the_report_a_second_import_brings_nothing_and_undo_leaves_nothing(
    config: Config, engine: str, request: pytest.FixtureRequest
) -> None:
    count = how_many(request, 400)
    every = 10 if count == LISTS else 40
    for number in range(0, count, every):
        imported_twice_and_taken_back(config, number)
    if count == LISTS:
        keep(
            f"imports of lists written in every way, {engine}",
            f"{count // every:,} files taken and taken back",
        )


def imported_twice_and_taken_back(config: Config, number: int) -> None:
    made = written(number)
    with open_crm(config) as crm:
        before = snapshot(crm.connection)
        first = taken(crm, made)
    with open_crm(config) as crm:
        second = taken(crm, made)
        assert not any(health.problems(crm.connection, all_events=True).values())
    assert first.read == len(made.rows) + len(made.surplus) + len(made.refused), number
    odd = len(made.surplus) + len(made.refused)
    if made.headers:
        assert first.rejected == odd, (number, first.problems)
    else:  # nobody knows which column of theirs is a name: a row without e-mail may name nobody
        assert first.rejected >= odd, (number, first.problems)
    assert (second.created, second.updated, second.rejected) == (0, 0, first.rejected), number
    if first.batch is not None:
        with open_crm(config) as crm:
            assert history.undo(crm, first.batch).kept == []
    with open_crm(config) as crm:
        assert difference(before, snapshot(crm.connection)) == [], number


def taken(crm: Crm, made: Written) -> Report:
    report = run_source(crm, opened(made), Wish())
    assert report.read == report.created + report.updated + report.unchanged + report.rejected
    return report
