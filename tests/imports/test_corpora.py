"""Every list that others made is accounted for, taken once, and taken back without a trace.

Of the workbooks a third is tried on each engine, always the same, and all of them with `--long`; so are the lists that
are others in another alphabet.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.errors import UsageProblem
from petitcrm.imports.importer import run
from petitcrm.imports.opening import open_file
from petitcrm.sales import history
from petitcrm.store import health, schema
from tests.support.corpora import corpora, name_of

LISTS = [
    *corpora("crm-exports/**/*.csv"),
    *corpora("csv-dataloader/*.csv"),
    *corpora("csv-spectrum/*.csv"),
    *corpora("csv-french/validateur-bal/*.csv"),
    *corpora("csv-french/csv-detective/*.csv"),
    *corpora("csv-french/transcoded/*.utf-8.lf.csv"),
    *corpora("vcard/*.vcf"),
]
OTHERS = sorted({*corpora("csv-*/**/*.csv")} - {*LISTS})
WORKBOOKS = [*corpora("xlsx/*"), *corpora("csv-french/csv-detective/*.[xo]*s*")]


def everything(crm: Crm) -> dict[str, list[tuple[object, ...]]]:
    return {table: crm.rows(f"SELECT * FROM {table} ORDER BY id") for table in schema.TABLES}


@pytest.mark.corpora
def test_a_list_of_others_is_taken_once_and_taken_back(config: Config, path: Path) -> None:
    take_and_take_back(config, path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    long = metafunc.config.getoption("--long")
    if "path" in metafunc.fixturenames:
        metafunc.parametrize("path", [*LISTS, *OTHERS] if long else LISTS, ids=name_of)
    if "workbook" in metafunc.fixturenames:
        metafunc.parametrize("workbook", WORKBOOKS[:: 1 if long else 3], ids=name_of)


@pytest.mark.corpora
def test_a_workbook_of_others_is_taken_once_and_taken_back_or_refused(config: Config, workbook: Path) -> None:
    began = time.monotonic()
    try:
        open_file(str(workbook))
    except UsageProblem as refusal:
        assert refusal.advice
        return
    finally:
        assert time.monotonic() - began < 2
    take_and_take_back(config, workbook)


def take_and_take_back(config: Config, path: Path) -> None:
    with open_crm(config) as crm:
        before = everything(crm)
        first = run(crm, str(path))
    assert first.read == first.created + first.updated + first.unchanged + first.rejected
    with open_crm(config) as crm:
        second = run(crm, str(path))
        assert not any(health.problems(crm.connection, all_events=True).values())
    assert (second.created, second.updated) == (0, 0), second
    assert (second.read, second.rejected) == (first.read, first.rejected)
    if first.batch is not None:
        with open_crm(config) as crm:
            assert history.undo(crm, first.batch).kept == []
    with open_crm(config) as crm:
        assert everything(crm) == before
