"""The last results of the runs that are too long for every day, kept in tests/trust/LONG.md."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

KEPT = Path(__file__).parents[1] / "trust" / "LONG.md"


def keep(name: str, result: str) -> None:
    """Write the result of a long run in place of the one before."""
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    line = f"* {name}: {result} ({datetime.now(UTC):%Y-%m-%d})"
    others = [other for other in lines if not other.startswith(f"* {name}:")]
    KEPT.write_text("\n".join([*others, line]) + "\n", encoding="utf-8")
