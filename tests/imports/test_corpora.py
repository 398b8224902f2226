"""Every list that others made is accounted for, taken once, and taken back without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.imports.importer import run
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


def everything(crm: Crm) -> dict[str, list[tuple[object, ...]]]:
    return {table: crm.rows(f"SELECT * FROM {table} ORDER BY id") for table in schema.TABLES}


@pytest.mark.corpora
@pytest.mark.parametrize("path", LISTS, ids=name_of)
def test_a_list_of_others_is_taken_once_and_taken_back(config: Config, path: Path) -> None:
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
