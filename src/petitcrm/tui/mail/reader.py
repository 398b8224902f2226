"""The reading of mail while one works: beside the keys, told in the foot of the screen, and stopped by the same key."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from petitcrm.errors import CrmError
from petitcrm.i18n import _, ngettext, said_of
from petitcrm.tui.named_keys import keyed
from petitcrm.watch import Stopped, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.sync.mailboxes import Progress, Report
    from petitcrm.tui.app import Interface


class Reader:
    """Reads the mail of all accounts, once at a time."""

    def __init__(self, app: Interface) -> None:
        self._app = app
        self._watch: Watch | None = None
        self.words = ""
        """How far it is; empty while nothing is read."""

    @property
    def is_busy(self) -> bool:
        """Whether mail is being read now."""
        return self._watch is not None

    def stop(self) -> None:
        """Let it end after the mails that it is at: what was read stays."""
        if self._watch:
            self._watch.stop()
            self.words = _("Stopping…")

    async def read(self) -> None:
        """Read what is new, say what came of it, and show it."""
        from petitcrm.connectors import mail_accounts

        if self._watch:
            self.stop()
            return
        accounts = [one for one in mail_accounts.accounts(self._app.config.file) if one.kind]
        if not accounts:
            self._app.complain(_("No mail account is set up on this machine: petitcrm mail setup"))
            return
        self._watch, self.words = Watch(), _("Reading the mail…")
        self._app.say(keyed(_("Reading the mail… {mail.read} stops it")))
        try:
            reports = await _in_a_thread(lambda: self._work(accounts))
        except Stopped:
            self._app.say(_("Stopped: what was read stays, the rest comes with the next reading."))
        else:
            self._tell(reports)
        finally:
            self._watch, self.words = None, ""
        await self._app.reread()

    def _work(self, accounts: Sequence[Account]) -> list[Report]:
        from petitcrm.sync import mailboxes

        return mailboxes.sync(self._app.config, accounts, ours=accounts, tell=self._progress)

    def _progress(self, one: Progress) -> None:
        """Note how far it is. Called from its thread: the screen looks at it when it is drawn."""
        watch = self._watch
        if watch is None or watch.is_stopped:
            raise Stopped(_("Stopped"))
        self.words = _("{account}, {folder}: {read} of {new}", account=one.account, folder=one.folder,
                       read=one.read, new=one.new)  # fmt: skip

    def _tell(self, reports: Sequence[Report]) -> None:
        failing = [one for one in reports if one.problem]
        if failing:
            self._app.complain("\n".join(filter(None, (said_of(failing[0].account, failing[0].problem),
                                                       failing[0].advice))))  # fmt: skip
            return
        stored, unmatched = sum(one.stored for one in reports), sum(one.unmatched for one in reports)
        words = ngettext("{n} new mail", "{n} new mails", stored) if stored else _("Nothing new")
        if unmatched:
            words += " · " + ngettext("{n} of nobody known", "{n} of nobody known", unmatched)
        self._app.say(words)


async def _in_a_thread(work: Callable[[], list[Report]]) -> list[Report]:
    """Await a work that a server may hold up for minutes, in a thread that the end of the program does not wait for.

    It may be cut anywhere: each batch of mails is one transaction.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[list[Report]] = loop.create_future()

    def settle(result: list[Report] | None, error: Exception | None) -> None:
        if not ended.cancelled():
            ended.set_exception(error) if error else ended.set_result(result or [])

    def run() -> None:
        result: list[Report] | None = None
        problem: Exception | None = None
        try:
            result = work()
        except OSError as error:
            problem = CrmError(str(error))
        except Exception as error:
            problem = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=run, name="petitcrm-mail", daemon=True).start()
    return await ended
