"""One definition of the schema: what is migrated, what is described and what the journal knows are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, MetaData, create_engine, make_url
from sqlalchemy.exc import IntegrityError

from petitcrm.store.schema import CHILDREN, HEAD, PARENTS, TABLES, UNIQUES
from petitcrm.store.tables import Base
from tests.conftest import Databases

LATER = re.compile(r", (?=\w+ (?:INTEGER|TEXT)\b)")
JOURNAL = {"batches", "events", "spans"}
DERIVED = {"loose_deals", "mailboxes", "segment_members", "recipients", "passages", "signals", "automation"}
FIRST = "INSERT INTO contacts (sort_name, created_at) VALUES ('dupont', '2026-11-23T08:00:00Z')"


def url_of(base: str) -> URL:
    """Return the address by which SQLAlchemy opens a base of the tests."""
    if "://" in base:
        return make_url(base).set(drivername="postgresql+psycopg")
    return URL.create("sqlite", database=base)


@pytest.fixture
def core(base: str) -> Iterator[Connection]:
    """Return a connection of SQLAlchemy to a fresh base."""
    engine = create_engine(url_of(base))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def described(engine: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Return a connection to a base made of the tables' definition alone, without the migrations."""
    if engine == "sqlite":
        made = create_engine("sqlite://")
    else:
        databases: Databases = request.getfixturevalue("databases")
        name = databases.make("template0")
        made = create_engine(url_of(databases.url(name)))
    with made.connect() as connection:
        Base.metadata.create_all(connection)
        yield connection
    made.dispose()
    if engine != "sqlite":
        databases.drop(name)


def ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Leave out the search index, which each engine has in its own way, and Alembic's own table."""
    return not (kind == "table" and reflected and (name or "").startswith(("search_", "alembic_")))


def test_a_migrated_base_has_the_tables_that_are_described(core: Connection) -> None:
    # Alembic mistakes SQLite's defaults; there the test below compares them word for word.
    defaults = core.dialect.name != "sqlite"
    options = {"compare_type": True, "compare_server_default": defaults, "include_object": ours}
    context = MigrationContext.configure(core, opts=options)
    assert compare_metadata(context, Base.metadata) == []


@pytest.mark.engines("sqlite")
def test_a_migrated_file_is_word_for_word_what_is_described(core: Connection, described: Connection) -> None:
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"

    def laid_out(connection: Connection) -> dict[str, list[str]]:
        rows = connection.exec_driver_sql(query).fetchall()
        # Columns that came with a later revision stand on the line of the last one before them.
        lines = {name: LATER.sub("\n", sql) for name, sql in rows}
        return {name: sorted(part.strip(" ,\t") for part in sql.splitlines()) for name, sql in lines.items()}

    expected = laid_out(described)
    assert {name: sql for name, sql in laid_out(core).items() if name in expected} == expected


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize(
    "question",
    [
        "SELECT c.relname, conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c"
        " ON c.oid = conrelid WHERE c.relname = ANY(%s) ORDER BY 1, 2",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) ORDER BY 1, 2",
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
        " WHERE table_name = ANY(%s) ORDER BY 1, 2",
    ],
    ids=["constraints", "indexes", "columns"],
)
def test_a_migrated_server_base_has_what_is_described(
    question: str, core: Connection, described: Connection
) -> None:
    tables = (list(Base.metadata.tables),)
    expected = described.exec_driver_sql(question, tables).fetchall()
    assert core.exec_driver_sql(question, tables).fetchall() == expected
    assert expected


@pytest.mark.engines("sqlite")
def test_every_table_of_a_file_holds_its_columns_to_their_types(core: Connection) -> None:
    loose = core.exec_driver_sql(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0"
        " AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'alembic%'"
    ).fetchall()
    assert loose == []


@pytest.mark.engines("sqlite")
def test_no_id_is_ever_given_twice(core: Connection) -> None:
    sql = dict(core.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
    assert [name for name in (*TABLES, *JOURNAL) if "AUTOINCREMENT" not in sql[name]] == []


@pytest.mark.parametrize(
    "refused",
    [
        "UPDATE contacts SET created_at = '2026-11-23'",
        "UPDATE contacts SET created_at = '2026-11-23T08:00:00+01'",
        "UPDATE contacts SET sort_name = NULL",
        "UPDATE stages SET probability = 101",
        "UPDATE contacts SET company_id = 999",
        "INSERT INTO tasks (kind, contact_id, created_at, due_time) VALUES ('call', 1, '2026-11-23T08:00:00Z', '9:00')",
        "INSERT INTO tasks (kind, contact_id, created_at, due_on) VALUES ('call', 1, '2026-11-23T08:00:00Z', '23/11')",
        "INSERT INTO tasks (kind, contact_id, created_at) VALUES ('call', 999, '2026-11-23T08:00:00Z')",
        "INSERT INTO deals (title, contact_id, stage_id, status, created_at, touched_at, entered_stage_at) VALUES"
        " ('x', 1, 1, 'asleep', '2026-11-23T08:00:00Z', '2026-11-23T08:00:00Z', '2026-11-23T08:00:00Z')",
        "INSERT INTO deals (title, contact_id, stage_id, currency, created_at, touched_at, entered_stage_at) VALUES"
        " ('x', 1, 1, 'euro', '2026-11-23T08:00:00Z', '2026-11-23T08:00:00Z', '2026-11-23T08:00:00Z')",
        "INSERT INTO stages (pipeline_id, key, name) VALUES (1, 'prospect', 'x')",
        "INSERT INTO pipelines (key, name) VALUES ('sales', 'x')",
    ],
)
def test_the_base_itself_refuses_what_is_wrong(refused: str, core: Connection) -> None:
    if core.dialect.name == "sqlite":
        core.exec_driver_sql("PRAGMA foreign_keys = ON")
    core.exec_driver_sql(FIRST)
    with pytest.raises(IntegrityError):
        core.exec_driver_sql(refused)


@pytest.mark.parametrize("subjects", [(), ("contact_id", "company_id")])
def test_a_tag_is_put_on_one_thing(subjects: tuple[str, ...], core: Connection) -> None:
    core.exec_driver_sql(FIRST)
    core.exec_driver_sql(
        "INSERT INTO companies (name, sort_name, match_name, created_at) VALUES ('x', 'x', 'x', '2026-11-23T08:00:00Z')"
    )
    core.exec_driver_sql("INSERT INTO tags (name, folded) VALUES ('x', 'x')")
    columns = ", ".join(("tag_id", *subjects))
    with pytest.raises(IntegrityError):
        core.exec_driver_sql(f"INSERT INTO taggings ({columns}) VALUES (1{', 1' * len(subjects)})")


def test_the_journal_knows_every_table() -> None:
    assert {*TABLES} == {*Base.metadata.tables} - JOURNAL - DERIVED


def test_the_journal_knows_every_key_between_tables() -> None:
    assert {table: {*keys} for table, keys in PARENTS.items()} == _keys(Base.metadata)
    assert {
        (child, column, parent) for parent, children in CHILDREN.items() for child, column in children
    } == {(table, column, parent) for table, keys in PARENTS.items() for column, parent in keys}


def _keys(metadata: MetaData) -> dict[str, set[tuple[str, str]]]:
    keys = {
        name: {(key.parent.name, key.column.table.name) for key in table.foreign_keys}
        for name, table in metadata.tables.items()
        if name not in JOURNAL
    }
    return {name: found for name, found in keys.items() if found}


def test_the_journal_knows_what_may_be_there_only_once() -> None:
    described = {
        name: {tuple(column.name for column in index.columns) for index in table.indexes if index.unique}
        for name, table in Base.metadata.tables.items()
        if name not in JOURNAL | DERIVED
    }
    assert {table: {*columns} for table, columns in UNIQUES.items()} == {
        name: found for name, found in described.items() if found
    }


def test_parents_come_before_children() -> None:
    place = {table: number for number, table in enumerate(TABLES)}
    assert all(place[parent] < place[table] for table, keys in PARENTS.items() for _column, parent in keys)


def test_the_last_migration_is_the_one_that_bases_are_brought_to() -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", "petitcrm:store/migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_views_for_questions_of_the_person_can_be_read(core: Connection) -> None:
    kind = (
        "sqlite_master WHERE type = 'view'"
        if core.dialect.name == "sqlite"
        else "pg_views WHERE schemaname = 'public'"
    )
    name = "name" if core.dialect.name == "sqlite" else "viewname"
    views = [row[0] for row in core.exec_driver_sql(f"SELECT {name} FROM {kind}")]
    assert len(views) >= 5
    for view in views:
        core.exec_driver_sql(f"SELECT * FROM {view}")
