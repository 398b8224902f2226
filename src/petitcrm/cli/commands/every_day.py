"""The gestures of every day that are no noun's: the day, a task in words, a note, a story, a search."""

from __future__ import annotations

from petitcrm.cli.typed import add_daily, group

app = group("")
add_daily(app)
