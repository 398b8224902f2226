"""x."""

from __future__ import annotations

from petitcrm.cli.typed import add_daily, group

app = group("")
add_daily(app, "deal")
