"""One run of a sender: mails of an account given to its server, one by one or in batches, each known of before.

A first mail goes alone, its intent committed once the server has accepted the recipient. Then batches, as large as what
the server takes in about a second: their intents are committed together before, what became of them together after.
"""

from __future__ import annotations

import time
from functools import partial
from itertools import islice

from petitcrm.config import site_url
from petitcrm.connectors import mail_accounts, mail_passwords, smtp
from petitcrm.crm import clock, kept_open, open_crm, utc_text
from petitcrm.errors import CrmError, NetworkFailed
from petitcrm.i18n import _
from petitcrm.marketing import (
    campaign_mails,
    campaigning,
    outbox,
    posting,
    posting_many,
    sequence_mails,
    tokens,
)
from petitcrm.marketing.posting_many import Ended
from petitcrm.rows import Row
from petitcrm.sales.may_contact import SERVICE
from petitcrm.store import token_key
from petitcrm.sync import envelopes
from petitcrm.text import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from petitcrm.config import Config
    from petitcrm.connectors.mail_accounts import Account
    from petitcrm.crm import Crm
    from petitcrm.marketing.campaign_mails import Draft
    from petitcrm.store.beside import Beside
    from petitcrm.store.queries.campaigns import Campaign
    from petitcrm.store.queries.outbox import Outgoing

    Gesture = Callable[[], AbstractContextManager[Crm]]

LARGEST = 200
"""Mails of a batch at most: what a sender that dies leaves uncertain."""
BATCHES = 50
"""Batches of a campaign before what else is due has its turn."""
_LOOK_AGAIN = 0.001
"""Seconds after which a sender asks whether somebody wrote to the base: sooner than anybody can, who opens it first."""
_AHEAD = 4
"""Mails that are laid out while the server reads one: as many as it takes time for."""
_SECONDS = 1.0
_GROWTH = 8


class Told(Row):
    """What became of one mail: its number, its state now, and what the server or the rule said."""

    id: int
    state: str
    words: str = ""


class Letter(Row):
    """A mail that is ready: its row, its Message-ID, and its bytes."""

    row: Outgoing
    message_id: str
    raw: bytes


class _Given:
    """Mails that are begun, and what became of each so far."""

    def __init__(self, rows: Sequence[Outgoing] = ()) -> None:
        self.rows = rows
        self.ended: dict[int, Ended] = {}


class _Ready:
    """Letters in their order, laid out whenever there is time; those that have ended are passed by."""

    def __init__(self, letters: Iterator[Letter], ended: dict[int, Ended]) -> None:
        self._letters, self._ended = letters, ended
        self._waiting: list[Letter] = []

    def prepare(self) -> None:
        """Lay out some more, unless two are ready: one at a time would cost twice as much, each from cold memory."""
        if len(self._waiting) < 2:
            self._waiting += islice(self._letters, _AHEAD)

    def following(self) -> Letter | None:
        """Return the next one that shall leave, None where there is none."""
        while self._waiting and self._waiting[0].row.id in self._ended:
            del self._waiting[:1]
        if not self._waiting:
            self.prepare()
        return self._waiting[0] if self._waiting else None

    def take(self) -> Letter | None:
        """Return it too, and go on to the one after it."""
        letter = self.following()
        del self._waiting[:1]
        return letter


class Pace:
    """How many mails the server takes in a second: what a batch may hold, one before anything is known."""

    def __init__(self) -> None:
        self.size = 1

    def took(self, mails: int, seconds: float) -> None:
        """Draw from a batch how large the next one may be; it grows by degrees."""
        most = int(mails * _SECONDS / seconds) if seconds > 0 else LARGEST
        self.size = max(1, min(LARGEST, self.size * _GROWTH, most))


class Run:
    """What one sender sends, by one server after the other; `reader` and `kept` stay open meanwhile."""

    def __init__(
        self, config: Config, sender: str, reader: Crm, kept: Beside, tell: Callable[[Told], None] | None
    ) -> None:
        self.config, self.sender, self.kept = config, sender, kept
        self.told: list[Told] = []
        self._reader, self._tell = reader, tell
        self._site = site_url(config.file)
        self._session: smtp.Session | None = None
        self._signed: Callable[[str, str, str], str] | None = None
        self._pace = Pace()
        self._given = _Given()

    def send(self, name: str, rows: Sequence[Outgoing]) -> CrmError | None:
        """Send claimed mails of an account; whatever is raised on the way, what was not begun waits again."""
        before = len(self.told)
        self._pace = Pace()
        try:
            account = mail_accounts.named(self.config.file, name)
            waiting = list(rows)
            while waiting:
                size = self._pace.size if not account.copies else 1
                batch, waiting = waiting[:size], waiting[size:]
                self._send_some(account, batch)
        except (CrmError, OSError) as error:
            return error if isinstance(error, CrmError) else NetworkFailed(safe(str(error)))
        finally:
            self._close()
            settled = {one.id for one in self.told[before:]}
            with open_crm(self.config) as crm:
                for row in rows:
                    if row.id not in settled:
                        posting.release(crm, row.id, self.sender)
        return None

    def _send_some(self, account: Account, rows: Sequence[Outgoing]) -> None:
        rows = campaigning.whole(self._reader, rows, account.address)
        rows = sequence_mails.with_ends(self._reader, rows, account.address)
        if any(map(outbox.is_to_ourselves, rows)):
            from petitcrm.sync import morning

            rows = morning.written(self._reader, rows)
        ready = [letter for row in rows if (letter := self._ready(account, row))]
        begun = time.monotonic()
        if len(ready) == 1:
            self._send_one(account, ready[0])
        elif ready:
            self._send_batch(account, ready)
        if ready:
            self._pace.took(len(ready), time.monotonic() - begun)

    def _ready(self, account: Account, row: Outgoing) -> Letter | None:
        message_id = row.message_id or envelopes.new_message_id(row.id, account.address)
        try:
            ways = (
                envelopes.ways_out(account.address, self._token(row), self._site) if _is_to_many(row) else ()
            )
            at = clock(self.config.now)
            return Letter(row, message_id, envelopes.raw(account, row, message_id, at, ways))
        except CrmError as problem:
            self._refused(row, str(problem.message))
            return None

    def _token(self, row: Outgoing) -> str:
        """Return what a mail to many is left by; the first one makes the key of them all."""
        if self._signed is None:
            if not token_key.known(self._reader.connection):
                with open_crm(self.config) as crm:
                    token_key.made(crm.connection)
            self._signed = tokens.signer(self._reader, tokens.UNSUBSCRIBE)
        return self._signed(row.address, row.purpose, "")

    # ------------------------------------------------------------------------------------------------ one by itself

    def _send_one(self, account: Account, letter: Letter) -> None:
        row, session = letter.row, self._opened(account)
        stopped: list[str] = []
        may_leave = partial(self._may_leave, row, letter.message_id, stopped)
        answer = session.deliver(account.address, row.address, letter.raw, may_leave)
        self._settle(row, answer, stopped[0] if stopped else "")
        if answer.is_over or session.left < 1:
            self._close()
        if answer.outcome == smtp.SENT:
            self._copy(account, row, letter.raw)

    def _may_leave(self, row: Outgoing, message_id: str, stopped: list[str]) -> bool:
        """Commit that the server is about to be given a mail, unless something forbids it now."""
        begun = self._intend({row.id: message_id}, [row])
        stopped += [reason for _number, reason in begun.stopped]
        return bool(begun.leaving)

    def _settle(self, row: Outgoing, answer: smtp.Answer, stopped: str) -> None:
        self._settle_all([row], [] if stopped else [_ended(row.id, answer)], words={row.id: stopped})

    # ------------------------------------------------------------------------------------------------ many together

    def _send_batch(self, account: Account, letters: Sequence[Letter]) -> None:
        self._opened(account)  # a server that is not there is told before anything is begun
        rows = [one.row for one in letters]
        begun = self._intend({one.row.id: one.message_id for one in letters}, rows)
        leaving = {row.id for row in begun.leaving}
        given = _Given(begun.leaving)
        try:
            self._give(account, given, (one for one in letters if one.row.id in leaving))
        finally:
            self._settle_all(rows, [*given.ended.values()], words=dict(begun.stopped))

    def _give(self, account: Account, given: _Given, letters: Iterator[Letter]) -> None:
        """Give mails that are begun to the server, one after the other; whatever is raised, note what became of each.

        A letter is laid out while the server answers for the one before.
        """
        in_hand = announced = 0
        ended, ready = given.ended, _Ready(letters, given.ended)
        version, seen = self._version(), time.monotonic()
        try:
            while letter := ready.take():
                row = letter.row
                if time.monotonic() - seen > _LOOK_AGAIN:
                    before, version, seen = version, self._version(), time.monotonic()
                    ended |= self._stop(given.rows, ended) if version != before else {}
                    if row.id in ended:
                        continue
                if announced != row.id:
                    self._let_go()
                session = self._opened(account)
                after = ready.following()
                announced = after.row.id if after else 0
                in_hand = row.id  # whatever is raised from here on, nobody knows of this one
                answer = session.deliver_known(
                    account.address, _told(letter), after and _told(after), ready.prepare
                )
                ended[row.id], in_hand = _ended(row.id, answer), 0
                if answer.is_over or session.left < 1:
                    self._close()
        finally:
            self._let_go()
            unsent = [row.id for row in given.rows if row.id not in ended and row.id != in_hand]
            ended |= {one: Ended(one, posting_many.UNSENT) for one in unsent}

    def _let_go(self) -> None:
        """Leave a server that waits for the words of a mail that is not to leave any more."""
        if self._session is not None and self._session.is_waiting:
            self._close()

    def _stop(self, rows: Sequence[Outgoing], ended: dict[int, Ended]) -> dict[int, Ended]:
        """Stop those of a batch of whom a rule says no by now: somebody wrote to the base meanwhile."""
        waiting = [row for row in rows if row.id not in ended]
        held = campaign_mails.held(self._reader, waiting) + posting_many.resting(self._reader, waiting)
        return {one: Ended(one, posting_many.UNSENT) for one in held} | {
            number: Ended(number, posting_many.STOPPED, posting.Reply(words=reason))
            for number, reason in posting_many.reasons_not_to(self._reader, waiting).items()
        }

    def _version(self) -> int:
        return self._reader.connection.version_of_data()

    # ------------------------------------------------------------------------------------------- what is written down

    def _intend(self, names: dict[int, str], rows: Sequence[Outgoing]) -> posting_many.Begun:
        """Commit what is about to be given to the server, in the base and then beside it."""
        left = self.kept.known([row.identity for row in rows])
        with open_crm(self.config) as crm:
            begun = posting_many.intend_all(crm, names, self.sender, left)
            noted = posting_many.leaving_of(crm, begun.leaving)
        self.kept.note(noted)
        return begun

    def _settle_all(self, rows: Sequence[Outgoing], ended: Sequence[Ended], *, words: dict[int, str]) -> None:
        """Commit what became of some mails, note it beside the base, and say it; `words` are those of rules."""
        with open_crm(self.config) as crm:
            states = posting_many.settle_all(crm, ended, self.sender)
            states |= {row.id: outbox.of(crm, row.id).state for row in rows if row.id not in states}
        names = {row.id: row.identity for row in rows}
        left = [names[one.id] for one in ended if states[one.id] == "sent"]
        stayed = [names[one.id] for one in ended if states[one.id] in ("due", "refused")]
        self.kept.settle(left, stayed)
        unsent = {one.id for one in ended if one.outcome == posting_many.UNSENT}
        told = {one.id: one.reply.words for one in ended} | {one: said for one, said in words.items() if said}
        for row in rows:
            if row.id not in unsent and states[row.id] != "claimed":
                self._say(Told(row.id, states[row.id], told.get(row.id, "")))

    # ------------------------------------------------------------------------------------------------------ campaigns

    def send_campaign(self, account: Account, found: Campaign) -> CrmError | None:
        """Send what a campaign may send now: people become mails that are begun, batch by batch."""
        self._pace = Pace()
        try:
            self._opened(account)  # a server that is not there is told before anything is begun
            mailing = campaign_mails.Mailing(self._reader, found, account.address)
            with kept_open(self.config) as gesture:
                try:
                    for _batch in range(BATCHES):
                        if not self._send_people(account, mailing, gesture):
                            break
                finally:
                    self._close()
                    if self._given.rows:
                        self._turn(mailing, gesture, most=0)
        except (CrmError, OSError) as error:
            return error if isinstance(error, CrmError) else NetworkFailed(safe(str(error)))
        finally:
            self._close()
        return None

    def _send_people(self, account: Account, mailing: campaign_mails.Mailing, gesture: Gesture) -> bool:
        """Send one batch of a campaign; tell whether there may be another one."""
        started = time.monotonic()
        drafts = self._turn(mailing, gesture, most=self._pace.size)
        if drafts:
            many = envelopes.ToMany(account, mailing, clock(self.config.now), self._site)
            self._give(account, self._given, self._laid_out(drafts, many, self._given.ended))
            self._pace.took(len(drafts), time.monotonic() - started)
        return mailing.goes_on

    def _laid_out(
        self, drafts: Sequence[Draft], many: envelopes.ToMany, ended: dict[int, Ended]
    ) -> Iterator[Letter]:
        """Yield mails with their bytes; one that no server could be given ends here, and holds up no others."""
        for one in drafts:
            row = one.row
            if row.id in ended:
                continue
            try:
                yield Letter(row, row.message_id or "", many.raw(one))
            except CrmError as problem:
                ended[row.id] = posting_many.ended(row.id, posting_many.REFUSED, str(problem.message))

    def _turn(self, mailing: campaign_mails.Mailing, gesture: Gesture, *, most: int) -> list[Draft]:
        """Commit what became of a batch together with what the next one is to be, in the base and then beside it.

        Together, because a commit waits for the disk: a sender that dies leaves one batch uncertain either way.
        """
        given = self._given
        ended = [*given.ended.values()]
        with gesture() as crm:
            states = mailing.settle(crm, given.rows, ended, self.sender)
            drafts = mailing.begin(crm, self.sender, self.kept.known, most) if most else []
        self._given = _Given([one.row for one in drafts])
        names = {row.id: row.identity for row in given.rows}
        self.kept.turn(
            posting_many.leaving_of(self._reader, self._given.rows),
            [names[one] for one, state in states.items() if state == "sent"],
            [names[one] for one, state in states.items() if state in ("due", "refused")],
        )
        for one in ended:
            if one.outcome != posting_many.UNSENT:
                self._say(Told(one.id, states[one.id], one.reply.words))
        return drafts

    def _refused(self, row: Outgoing, words: str) -> None:
        with open_crm(self.config) as crm:
            posting.refuse(crm, row.id, self.sender, posting.Reply(words=words))
        self._say(Told(row.id, "refused", words))

    def _say(self, told: Told) -> None:
        self.told.append(told)
        if self._tell:
            self._tell(told)

    def _opened(self, account: Account) -> smtp.Session:
        if self._session is None:
            self._session = smtp.opened(account, password_of(account))
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _copy(self, account: Account, row: Outgoing, raw: bytes) -> None:
        """Lay a copy into the folder of sent mail; where that fails, the mail is on the timeline all the same."""
        if not account.copies:
            return
        try:
            is_there = envelopes.copy_to_sent(account, raw, utc_text(clock(self.config.now)))
        except (CrmError, OSError) as error:
            self.told[-1] = self.told[-1]._replace(
                words=_("sent; its copy could not be laid into the folder of sent mail: {error}", error=error)
            )
            return
        if is_there:
            with open_crm(self.config) as crm:
                posting.copied(crm, row.id)


def _is_to_many(row: Outgoing) -> bool:
    """Tell whether a mail is one that a person must be able to leave by its headers: nobody wrote it for them alone."""
    return row.purpose != SERVICE and bool(row.campaign_id or row.enrolment_id)


def _told(letter: Letter) -> tuple[str, bytes]:
    return letter.row.address, letter.raw


def _ended(outgoing_id: int, answer: smtp.Answer) -> Ended:
    return Ended(
        outgoing_id, answer.outcome, posting.Reply(answer.code, answer.words, answer.status, answer.is_hard)
    )


def password_of(account: Account) -> mail_passwords.Secret | None:
    """Return the password of an account; None for a server of this machine that may want none."""
    try:
        return mail_passwords.password(account)
    except CrmError:
        if account.smtp is not None and not account.smtp.security:
            return None
        raise
