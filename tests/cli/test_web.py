"""The interface in a browser of this machine: the real server and a real WebSocket; whoever has no key sees nothing."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp
import psutil
import pytest

from petitcrm.cli import browser
from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.errors import NetworkFailed, UsageProblem
from petitcrm.sales import contacts
from tests.cli.conftest import Shell

pytestmark = pytest.mark.engines("sqlite")


class Site(NamedTuple):
    """A running server: its address without the key, and with it."""

    process: subprocess.Popen[str]
    base: str
    address: str


@pytest.fixture
def site(base: str) -> Iterator[Site]:
    """Start `petitcrm web` as a person does, on a free port; end it as the system does."""
    with open_crm(Config(base, "", "fr", "")) as crm:
        contacts.add(crm, {"last_name": "Dupont"})  # a base that is in use: nothing greets
    words = [sys.executable, "-m", "petitcrm", "--db", base, "--lang", "fr", "web", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        yield Site(process, address.partition("/?")[0], address)
        process.send_signal(signal.SIGTERM)
        process.wait(20)


async def answer(url: str, **told: str) -> tuple[int, str, dict[str, str]]:
    """Return the code, the text and the headers of an answer to somebody without cookies."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers=told, allow_redirects=False) as found,
    ):
        return found.status, await found.text(), dict(found.headers)


async def visit(site: Site) -> aiohttp.ClientSession:
    """Return a visitor who has opened the printed address."""
    session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    async with session.get(site.address) as page:
        assert page.status == 200
    return session


async def shown(socket: aiohttp.ClientWebSocketResponse, words: bytes) -> None:
    """Wait until the interface has painted these words."""
    painted = b""
    async with asyncio.timeout(40):
        while words not in painted:
            painted += await socket.receive_bytes()


async def test_the_interface_paints_and_answers_keys(site: Site) -> None:
    async with (
        await visit(site) as session,
        session.ws_connect(f"{site.base}/ws?width=80&height=24") as socket,
    ):
        await shown(socket, b"Jour")
        await socket.send_json(["stdin", "2"])
        await shown(socket, b"Prospect")


async def test_the_address_opens_once_and_the_key_does_not_stay_in_it(site: Site) -> None:
    status, _text, headers = await answer(site.address)
    assert (status, headers["Location"]) == (303, "/")
    assert re.search(r"HttpOnly; Path=/; SameSite=Strict", headers["Set-Cookie"])


@pytest.mark.parametrize(
    "path", ["/", "/ws", "/static/js/textual.js", "/page/page.js", "/download/x", "/?key=", "/?key=x"]
)
async def test_without_the_key_nothing_is_served(site: Site, path: str) -> None:
    status, text, _headers = await answer(site.base + path)
    assert (status, "petitcrm web" in text) == (403, True)


@pytest.mark.parametrize("told", [{"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example"},
                                  {"Origin": "http://evil.example"}, {"Origin": "null"}])  # fmt: skip
async def test_another_site_is_refused_even_with_the_key(site: Site, told: dict[str, str]) -> None:
    assert (await answer(site.address, **told))[0] == 403


async def test_another_site_cannot_open_the_socket_of_a_visitor(site: Site) -> None:
    async with await visit(site) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(f"{site.base}/ws", origin="http://evil.example")


async def test_the_page_speaks_french_and_asks_nothing_of_other_machines(site: Site) -> None:
    async with await visit(site) as session, session.get(f"{site.base}/") as page:
        text = await page.text()
        assert 'lang="fr"' in text and "Rouvrir" in text
        assert {urlsplit(told).netloc for told in re.findall(r'(?:src|href)="([^"]*)"', text)} == {""}
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        for name in re.findall(r'(?:src|href)="(/[^"]*)"', text):
            async with session.get(site.base + name) as part:
                assert part.status == 200
    assert "http" not in (Path(browser.PAGE) / "page.css").read_text("utf-8")


async def test_the_end_of_the_server_ends_what_it_started(site: Site) -> None:
    async with (
        await visit(site) as session,
        session.ws_connect(f"{site.base}/ws?width=80&height=24") as socket,
    ):
        await socket.receive_bytes(timeout=20)
        children = psutil.Process(site.process.pid).children(recursive=True)
        site.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(site.process.wait, 20) == 0
    assert children
    assert psutil.wait_procs(children, timeout=20)[1] == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "example.org", ""])
def test_an_address_that_others_can_reach_is_refused(config: Config, host: str) -> None:
    with pytest.raises(UsageProblem) as refusal:
        browser.serve(config, host=host, port=0, told=print)
    assert "ssh -L" in refusal.value.advice


def test_a_port_that_is_taken_is_told(site: Site, config: Config) -> None:
    with pytest.raises(NetworkFailed, match=site.base.rpartition(":")[2]):
        browser.serve(config, host="127.0.0.1", port=int(site.base.rpartition(":")[2]), told=print)


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost:8321", "[::1]:8321", "127.8.9.10"])
def test_the_names_of_this_machine_are_known(host: str) -> None:
    assert browser.is_of_this_machine(host)


def test_the_help_says_who_may_come(shell: Shell) -> None:
    assert "--host" in shell("web", "--help").out
