"""Fifty escapes and the naughty strings of others, in every field: on a real terminal they show, and none acts."""

from __future__ import annotations

from pathlib import Path

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.errors import CrmError
from petitcrm.marketing import lists, segments, subscriptions
from petitcrm.sales import companies, contacts, deals, tags, tasks, timeline
from tests.conftest import NOW
from tests.support.corpora import corpora
from tests.support.terminal import on_terminal
from tests.trust.pty_support import acting, interface

pytestmark = pytest.mark.engines("sqlite")

PAYLOADS = (
    "\x1b]52;c;cHduZWQ=\x07", "\x1b]52;c;cHduZWQ=\x1b\\", "\x1b[6n", "\x1b[5n", "\x1b[c", "\x1b[>c", "\x1b[=c",
    "\x1b[21t", "\x1b[2J", "\x1b[3J", "\x1b[H", "\x1b[1;1H", "\x1b[999B", "\x1b[8m", "\x1b[31m", "\x1b[?1049h",
    "\x1b[?1049l", "\x1b[?25l", "\x1b[?2004l", "\x1b[4h", "\x1b[12h", "\x1b[5;10r", "\x1bc", "\x1b#8",
    "\x1b(0", "\x0e", "\x0f",
    "\x1b]0;title\x07", "\x1b]2;title\x1b\\", "\x1b]8;;http://evil.example\x07lien\x1b]8;;\x07", "\x1b]9;told\x07",
    "\x1b]1337;File=inline=1:AAAA\x07", "\x1bP+q544e\x1b\\", "\x1bPq#0;2;0;0;0~-\x1b\\", "\x1b_Gf=100;AAAA\x1b\\",
    "\x1b^privé\x1b\\", "\x1bXsos\x1b\\", "\x9b31m", "\x9b6n", "\x9d0;title\x9c", "\x90q\x9c", "\x85", "\x08\x08\x7f",
    "\x07", "\r", "\x0b\x0c", "\u202egnp.exe", "\u2066\u2069", "\u200b\u200d\ufeff", "\u2028\u2029",
)  # fmt: skip
COMMANDS = (
    "today", "contact list", "contact show c1", "company list", "company show f1", "deal list", "deal show d1",
    "task list", "pipeline show", "tag list", "timeline c1", "timeline d1", "search zed", "history",
    "list list", "list show lettre", "list members lettre", "list export lettre", "segment list",
    "segment members tous",
)  # fmt: skip


@pytest.fixture
def environment(base: str) -> dict[str, str]:
    """Return the environment of a base where each payload is in every field of somebody."""
    with open_crm(Config(db=base, user="", lang="fr", file="", now=NOW)) as crm:
        for payload in PAYLOADS:
            name = f"zed{payload}fin"
            company = companies.add(crm, {"name": name, "city": name, "street": name, "source": name})
            fields = {
                "first_name": name,
                "last_name": name,
                "job_title": name,
                "city": name,
                "company_id": company,
            }
            contact = contacts.add(crm, fields, phones=[name], tags=[name])
            deal = deals.add(crm, name, contact, fields={"source": name})
            tasks.add(crm, name, contact, due=crm.now.date(), fields={"deal_id": deal, "place": name})
            timeline.log(crm, "note", contact, f"{payload}\n{name}", deal_id=deal)
            timeline.log(crm, name, contact, name)
        name = " ".join(f"zed{payload}fin" for payload in PAYLOADS)
        lists.add(crm, lists.Told(name, key="lettre", wording=name, description=name))
        proof = subscriptions.Proof(name, name)
        for (contact,) in crm.rows("SELECT id FROM contacts"):
            subscriptions.subscribe(crm, "lettre", contact, proof=proof, source=name)
        segments.add(crm, name, "tag connu", key="tous", description=name)
    return {"PETITCRM_DB": base, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "fr"}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_payload_acts_through_a_command(command: str, environment: dict[str, str]) -> None:
    screen = on_terminal(command.split(), environment)
    assert screen.code == 0, screen.written
    assert "zed" in screen.written
    # The terminal ends its own lines so, where a long name is cut too.
    written = screen.written.replace("\r\n", "\n")
    assert [payload for payload in PAYLOADS if f"zed{payload}" in written] == []
    assert acting(screen.written) == []


def test_no_payload_acts_through_the_interface(environment: dict[str, str]) -> None:
    down = ["j"] * 3 + ["\x1b[6~"] * 3
    written = interface(
        environment,
        [*down, "\r", "j", "\x1b", "2", *down, "\r", "\x1b", "/", "zed", "\x1b", "?", "\x1b", "q"],
    )
    assert written.count("zed") > 20
    assert acting(written) == []


@pytest.mark.corpora
@pytest.mark.parametrize("path", corpora("attack/blns.txt"), ids=["blns"])
def test_no_naughty_string_acts_or_breaks_a_command(path: Path, base: str) -> None:
    strings = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    with open_crm(Config(db=base, user="", lang="fr", file="", now=NOW)) as crm:
        for number, string in enumerate(strings):
            try:
                contact = contacts.add(
                    crm, {"first_name": string, "last_name": f"blns {number}", "city": string}
                )
                deal = deals.add(crm, f"{string} .", contact)
                tasks.add(crm, f"{string} .", contact, due=crm.now.date(), fields={"deal_id": deal})
                timeline.log(crm, "note", contact, string)
                tags.put(crm, "contact", contact, f"{string} .")
            except CrmError as refused:
                assert refused.exit_code in (2, 5)
    environment = {"PETITCRM_DB": base, "PETITCRM_NOW": NOW, "PETITCRM_LANG": "fr"}
    for command in ("contact list", "deal list", "task list", "today", "tag list", "history", "timeline c5"):
        screen = on_terminal(command.split(), environment)
        assert screen.code == 0, screen.written[-500:]
        assert acting(screen.written) == []
