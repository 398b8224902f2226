"""A place for bases that are made, killed and thrown away by the hundred."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SHARED = Path("/dev/shm")


@contextmanager
def in_memory() -> Iterator[Path]:
    """Lend a folder in memory where the system has one: most of the time would go to the disk."""
    folder = Path(tempfile.mkdtemp(prefix="petitcrm-", dir=_SHARED if os.access(_SHARED, os.W_OK) else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def base_in_memory(location: str) -> Iterator[tuple[str, Path]]:
    """Lend such a folder, and in it a copy of the base at `location`; one on a server stays where it is."""
    with in_memory() as folder:
        if "://" not in location:
            location = shutil.copyfile(location, folder / "base.db").as_posix()
        yield location, folder
