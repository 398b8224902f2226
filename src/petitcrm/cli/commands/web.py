"""The interface elsewhere than in a terminal."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from petitcrm.cli import output, session
from petitcrm.cli.typed import count, group, verb
from petitcrm.errors import UsageProblem
from petitcrm.i18n import _

app = group("")

Host = Annotated[str, typer.Option("--host", metavar=_("ADDRESS"), help=_("of this machine"))]
Port = Annotated[int, typer.Option("--port", metavar="N", parser=count, help=_("0: any free one"))]
Open = Annotated[bool, typer.Option("--open", help=_("open the browser, too"))]


@verb(
    app, "web",
    _("Show the interface in a browser of this machine; who has the address has the base. Ctrl-C ends."),
    examples="petitcrm web --open",
)  # fmt: skip
def _web(host: Host = "127.0.0.1", port: Port = 8321, open_browser: Open = False) -> None:
    try:
        from petitcrm.cli import browser
    except ModuleNotFoundError as error:
        raise UsageProblem(
            _("The browser needs a package that is not installed: {name}.", name=error.name),
            advice=_('Install it: pip install "petitcrm[web]"'),
        ) from None

    def told(address: str) -> None:
        output.line(address)
        sys.stdout.flush()
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    browser.serve(session.config(), host=host, port=port, told=told)
