"""What every test stands on: a fixed clock and environment, and a fresh base on each engine.

`--engine sqlite` or `--engine postgresql` runs one engine, both is the default. A test that asks for `base` or `crm`
runs once an engine; `@pytest.mark.engines("sqlite")` is for what only one engine has.
"""

from __future__ import annotations

import itertools
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import settings

from petitcrm import i18n
from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm
from petitcrm.store import database
from tests.support.firm import Firm, settle
from tests.support.postgresql import ServerDidNotStart, server_url

# Speed is for the benchmark: here others use the machine too.
settings.register_profile("petitcrm", deadline=None)
settings.load_profile("petitcrm")

pytest_plugins = ["tests.support.corpora", "tests.support.dovecot"]

ENGINES = ("sqlite", "postgresql")
NOW = "2026-11-23T09:00:00+01:00"  # a Monday
ENVIRONMENT = {"LANG": "fr_FR.UTF-8", "TZ": "Europe/Paris", "TERM": "xterm-256color"}
_FORGOTTEN = ("LC_", "LANGUAGE", "XDG_", "PG", "PETITCRM_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
_SERVER_OF_THE_PERSON = os.environ.get("PETITCRM_TEST_PG_URL", "")
_RUN = "TESTS_OF_PETITCRM"  # the process whose end stops the server; handed down to the workers


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person choose the engine."""
    parser.addoption(
        "--engine", choices=[*ENGINES, "both"], default="both", help="run the tests of one engine only"
    )
    parser.addoption(
        "--long", action="store_true", help="give the tests of tests/trust the numbers of their last long run"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Note which process is the run, and what the markers mean."""
    config.addinivalue_line("markers", "engines(*names): this behaviour exists on these engines only")
    if not hasattr(config, "workerinput"):
        os.environ[_RUN] = str(os.getpid())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that needs a base once an engine."""
    if "engine" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("engines")
        metafunc.parametrize("engine", marker.args if marker else ENGINES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count as deselected, what is for the engine that was not chosen."""
    wanted = config.getoption("--engine")
    if wanted == "both":
        return
    left_out = [item for item in items if _engine_of(item) not in {None, wanted}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _engine_of(item) in {None, wanted}]


def _engine_of(item: pytest.Item) -> str | None:
    called = getattr(item, "callspec", None)
    return called.params.get("engine") if called else None


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home folder of the tests; it is emptied after each."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    """Stand in Paris, at home in an empty folder, with nothing of the person's own settings.

    The texts are those of the code until a test, or the fixture it asks for, says another language: `config` French.
    """
    for name in [name for name in os.environ if name.startswith(_FORGOTTEN)]:
        monkeypatch.delenv(name)
    for name, value in {**ENVIRONMENT, "HOME": str(home)}.items():
        monkeypatch.setenv(name, value)
    time.tzset()
    i18n.use("en")  # whatever a fixture of the session spoke last
    yield
    i18n.use("en")
    for left in home.iterdir():
        shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty, migrated base in a file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "base.db"
    _make_base(str(path))
    return path


def _make_base(location: str) -> None:
    """Make a base in French (its stages are named in the language of who makes it); the test in hand keeps its own."""
    language = i18n.language()
    i18n.use("fr")
    database.connect(location, write=True).close()
    i18n.use(language)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """Return the URL of the server of this run, or of the one that PETITCRM_TEST_PG_URL names."""
    if _SERVER_OF_THE_PERSON:
        return _SERVER_OF_THE_PERSON
    folder = tmp_path_factory.getbasetemp()
    try:
        return server_url(folder if worker_id == "master" else folder.parent, int(os.environ[_RUN]))
    except ServerDidNotStart as problem:
        pytest.fail(str(problem), pytrace=False)


class Databases:
    """The databases that one worker makes on the server, dropped when it ends."""

    def __init__(self, server: str) -> None:
        import psycopg

        self.server = server
        self._driver = psycopg.connect(server, autocommit=True)
        self._numbers = itertools.count()
        self._made: list[str] = []
        self.template = self.make("template0")
        _make_base(self.url(self.template))

    def make(self, template: str) -> str:
        """Make a database like `template` and return its name."""
        name = f"petitcrm_tests_{os.getpid()}_{next(self._numbers)}"
        self._create(name, template)
        return name

    def fill(self, name: str, template: str) -> None:
        """Make a database anew, like `template`, under the name it has."""
        self.drop(name)
        self._create(name, template)

    def _create(self, name: str, template: str) -> None:
        # file_copy: 12 ms instead of 27 with the default strategy
        self._driver.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        self._made.append(name)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._driver.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.remove(name)

    def url(self, name: str) -> str:
        """Return the URL of one of them."""
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def close(self) -> None:
        """Leave the server as it was."""
        for name in list(self._made):
            self.drop(name)
        self._driver.close()


@pytest.fixture(scope="session")
def databases(postgresql_server: str) -> Iterator[Databases]:
    """Return the maker of databases of this worker."""
    made = Databases(postgresql_server)
    yield made
    made.close()


@pytest.fixture(scope="session")
def firms() -> dict[str, tuple[str, Firm]]:
    """Return, for each engine that was asked for one, the base with a small firm to be copied, and its ids."""
    return {}


@pytest.fixture
def firm(
    engine: str, config: Config, firms: dict[str, tuple[str, Firm]], request: pytest.FixtureRequest
) -> Firm:
    """Return the ids of a small firm (tests/support/firm.py) that the base of `config` then holds."""
    if engine == "sqlite":
        if engine not in firms:
            template = request.getfixturevalue("sqlite_template").with_name("firm.db")
            shutil.copyfile(config.db, template)
            firms[engine] = (str(template), settle(config._replace(db=str(template))))
        template, settled = firms[engine]
        shutil.copyfile(template, config.db)
        return settled
    databases = request.getfixturevalue("databases")
    if engine not in firms:
        made = databases.make(databases.template)
        firms[engine] = (made, settle(config._replace(db=databases.url(made))))
    template, settled = firms[engine]
    databases.fill(urlsplit(config.db).path[1:], template)
    return settled


@pytest.fixture
def base(engine: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the path or URL of a fresh, migrated, empty base."""
    if engine == "sqlite":
        path = request.getfixturevalue("tmp_path") / "base.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        path.chmod(0o600)
        yield str(path)
        return
    databases = request.getfixturevalue("databases")
    name = databases.make(databases.template)
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
def config(base: str) -> Config:
    """Return the choices of a solo founder on a Monday morning: open them as often as the test has gestures."""
    i18n.use("fr")
    return Config(db=base, user="", lang="fr", file="", now=NOW)


@pytest.fixture
def crm(config: Config) -> Iterator[Crm]:
    """Return a Crm open for one gesture, committed when the test ends.

    It holds the right to write until then: a test of several gestures asks for `config` and calls `open_crm(config)`
    for each.
    """
    with open_crm(config) as opened:
        yield opened
