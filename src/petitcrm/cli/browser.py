"""The interface in a browser of this machine: textual-serve, behind a key, with a page of our own.

Whoever may open the page may do all that the person at the terminal may, so that three doors are shut: the address is
of this machine only; every answer needs the key of this start, which the printed address holds and a cookie keeps; and
requests that another site sends (its `Origin`, or a name that it made mean this machine: `Host`) are refused.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
import shlex
import signal
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

from petitcrm.errors import NetworkFailed, UsageProblem
from petitcrm.i18n import _, language

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from petitcrm.config import Config

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE = Path(__file__).parent / "page"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src data:;"
        " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def serve(config: Config, *, host: str, port: int, told: Callable[[str], None]) -> None:
    """Serve the interface on `config`'s base until Ctrl-C; `told` gets the address, key included, once it answers.

    Port 0 is any free one. Raises UsageProblem for an address that other machines can reach, NetworkFailed where the
    port is taken.
    """
    if not is_of_this_machine(_written(host)):
        raise UsageProblem(
            _("{host} can be reached from other machines.", host=host),
            advice=_("From elsewhere, go through SSH: ssh -L 8321:127.0.0.1:8321 HOST"),
        )
    asyncio.run(_serve(config, host, port, told))


async def _serve(config: Config, host: str, port: int, told: Callable[[str], None]) -> None:
    door = Door()
    runner = web.AppRunner(
        await _Server(_command(config), door).application(), access_log=None, shutdown_timeout=2
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise NetworkFailed(
                _("{host}:{port} cannot be listened to: {error}", host=host, port=port, error=error.strerror),
                advice=_("Choose another: petitcrm web --port 0"),
            ) from error
        told(f"http://{_written(host)}:{runner.addresses[0][1]}/?{Door.WORD}={door.key}")
        stopped = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
        await stopped.wait()
    finally:
        await runner.cleanup()


class Door:
    """Lets in who has the key."""

    WORD = "key"

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(24)
        self._cookie = (
            f"petitcrm_{secrets.token_hex(4)}"  # a browser sends one port the cookies of all others
        )

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer those who came with the key, from this machine, for themselves; refuse the others in a sentence."""
        if not is_of_this_machine(request.host) or not self._is_own(request):
            return self._refused(_("This page is for the browser of this machine."))
        if self._fits(request.query.get(self.WORD, "")) and request.path == "/":
            found: web.StreamResponse = web.HTTPSeeOther("/")  # the key does not stay in the address
            found.set_cookie(self._cookie, self.key, httponly=True, samesite="Strict", path="/")
        elif self._fits(request.cookies.get(self._cookie, "")):
            found = await handler(request)
        else:
            return self._refused(_("The key is missing: open the address that petitcrm web printed."))
        if not found.prepared:
            found.headers.update(_HEADERS)
        return found

    def _fits(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.key.encode())

    @staticmethod
    def _is_own(request: web.Request) -> bool:
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == request.host

    @staticmethod
    def _refused(why: str) -> web.Response:
        return web.Response(status=403, text=why, headers=_HEADERS)


class _Server(Server):
    """textual-serve with our page and our guard."""

    def __init__(self, command: str, door: Door) -> None:
        super().__init__(command, title="petitcrm", templates_path=PAGE)
        self._door = door

    async def application(self) -> web.Application:
        """Return what answers, guarded."""
        app = await self._make_app()
        app.middlewares.append(self._door.guard)
        app.router.add_static("/page", PAGE)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the address is told where it is known."""

    async def handle_index(self, request: web.Request) -> web.Response:
        """Serve the page, in the language of the program."""
        text = (PAGE / "index.html").read_text("utf-8")
        told = {
            "language": language(), "socket": f"ws://{request.host}/ws",
            "ended": _("The page has left petitcrm."), "again": _("Open it again"), "opening": _("Opening…"),
        }  # fmt: skip
        for name, value in told.items():
            text = text.replace(f"{{{{{name}}}}}", _escaped(value))
        return web.Response(text=text, content_type="text/html")


def is_of_this_machine(host: str) -> bool:
    """Tell whether the name of an address (`127.0.0.1:8321`, `localhost`, `[::1]`) means this machine by itself."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _command(config: Config) -> str:
    """Return the command that opens the interface on the same base, as the same person, in the same language."""
    words = [sys.executable, "-m", "petitcrm", "--db", config.db, "--lang", config.lang]
    words += ["--as", config.user] if config.user else []
    words += ["--config", config.file] if config.file and os.path.exists(config.file) else []
    return shlex.join(words)


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _escaped(value: str) -> str:
    from html import escape

    return escape(value, quote=True)
