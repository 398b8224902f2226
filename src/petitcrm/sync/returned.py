"""What the mail that is read says of the mail that left: copies, answers, failures, complaints.

Anybody may send us a report: it is believed only of a mail of ours, which it names by a Message-ID that nobody guesses,
or of an address that we have written to.
"""

from __future__ import annotations

from petitcrm.marketing import bounces, posting, responses
from petitcrm.marketing.bounces import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from petitcrm.crm import Crm
    from petitcrm.sync.reading import Read


def take(crm: Crm, reads: Sequence[Read], ids: Sequence[int | None]) -> None:
    """Draw from mails that were just read (`ids`: where they are stored) what became of those that left."""
    named: list[str] = []
    for one in reads:
        if one.arrived.letter:
            letter = one.arrived.letter
            named += [
                letter.in_reply_to,
                *letter.references,
                *([letter.message_id] if letter.is_sent else []),
            ]
    posting.found(crm, filter(None, named))
    for one, row_id in zip(reads, ids, strict=True):
        told = one.message.report if one.message else None
        if told:
            report = Report(told.kind, told.address, told.status, told.diagnostic, told.original)
            if bounces.is_of_ours(crm, report):
                bounces.take(crm, report, row_id)
        elif one.arrived.letter and row_id is not None:
            responses.take(crm, one.arrived.letter, row_id)
