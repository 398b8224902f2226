"""What the interface remembers by itself on this machine, a small file for each screen; any of it may be forgotten."""

from __future__ import annotations

import os
from typing import Any


def recall(folder: str, name: str) -> dict[str, Any]:
    """Return what was remembered under a name; nothing where there is none, or where it cannot be read."""
    path = _path(folder, name)
    if not os.path.exists(path):
        return {}
    import json

    try:
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def remember(folder: str, name: str, told: dict[str, Any]) -> None:
    """Keep something for another day; where it cannot be, it is of this day only."""
    import json

    path = _path(folder, name)
    unfinished = f"{path}.{os.getpid()}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(told, file)
        os.replace(unfinished, path)
    except OSError:
        return


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, f"{name}.json")
