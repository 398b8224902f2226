"""The files made by others on which petitcrm is tried; they lie beside the repository, not in it.

Where they are absent (an ordinary clone), the tests marked `corpora` are deselected, and the report's first lines say
so. Each behaviour they try has also a small case of our own.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("PETITCRM_CORPORA", "") or Path(__file__).resolve().parents[3] / "shared" / "corpora"
)


def corpora(pattern: str) -> list[Path]:
    """Return the files of the corpora that a pattern names, or one that does not exist where there are none."""
    return sorted(FOLDER.glob(pattern)) or [FOLDER / "absent"]


def attack_strings() -> list[str]:
    """Return the naughty strings that others collected, one of each; none where there are no corpora."""
    told = [path.read_text(encoding="utf-8") for path in FOLDER.glob("attack/**/*.txt")]
    found = [line for text in told for line in text.split("\n")]
    return list(dict.fromkeys(line for line in found if line.strip() and not line.startswith("#")))


def name_of(path: object) -> str:
    """Name a file in a test's id."""
    return path.name if isinstance(path, Path) else str(path)


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means."""
    config.addinivalue_line(
        "markers", "corpora: this test reads files of ../shared/corpora (PETITCRM_CORPORA)"
    )


def pytest_report_header() -> str:
    """Say whether the corpora are there."""
    if FOLDER.is_dir():
        return f"files of others: {FOLDER}"
    return f"no files of others at {FOLDER}: the tests that read them are deselected"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count as deselected, the tests whose files are absent."""
    if FOLDER.is_dir():
        return
    left_out = [item for item in items if item.get_closest_marker("corpora")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("corpora")]
