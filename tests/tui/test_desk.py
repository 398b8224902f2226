"""The desk between the interface and the base: no question outlives whoever waits for its answer."""

from __future__ import annotations

import asyncio
import threading

import pytest

from petitcrm.config import Config
from petitcrm.crm import Crm
from petitcrm.tui.desk import Desk
from petitcrm.watch import Watch

pytestmark = pytest.mark.engines("sqlite")


async def test_a_long_question_is_given_up_when_nobody_waits_for_its_answer(firm: Config) -> None:
    desk, watch = Desk(firm), Watch()
    begun, ended = threading.Event(), threading.Event()

    def endless(_crm: Crm) -> None:
        begun.set()
        try:
            while True:
                watch.step()
        finally:
            ended.set()

    asked = asyncio.create_task(desk.read(endless, watch))
    assert await asyncio.to_thread(begun.wait, 30)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await asyncio.to_thread(ended.wait, 30)
    assert (await desk.read(lambda crm: crm.rows("SELECT 1")))[1] == [(1,)]


async def test_what_is_asked_when_the_interface_has_been_left_is_cancelled(firm: Config) -> None:
    desk = Desk(firm)
    desk.close()
    for asked in (desk.read(lambda _crm: None), desk.write(lambda _crm: None), desk.version()):
        with pytest.raises(asyncio.CancelledError):
            await asked
