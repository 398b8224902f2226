"""`python -m petitcrm`: the program, where its script is not in the path."""

from __future__ import annotations

from petitcrm.cli.main import main

raise SystemExit(main())
