"""A list taken into the base: one gesture, every row accounted for, nothing overwritten unless asked, one undo."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.exchange import Problem
from petitcrm.i18n import _, ngettext
from petitcrm.imports import likely, postcodes, refusals, saved_mappings, whole_base
from petitcrm.imports.dealing import Deals
from petitcrm.imports.desk import Desk, Wish
from petitcrm.imports.drafts import Reader
from petitcrm.imports.firms import Firms
from petitcrm.imports.held import REJECTED, Tally
from petitcrm.imports.leading import Leads
from petitcrm.imports.likely import MOST_NEW, MOST_PLANNED
from petitcrm.imports.opening import WHOLE_BASE, open_file
from petitcrm.imports.people import People
from petitcrm.imports.plain import Plain
from petitcrm.imports.recognition import Mapping, recognise
from petitcrm.imports.report import MOST_PROBLEMS, Rejects, Report
from petitcrm.imports.tasking import Tasks
from petitcrm.sales import correspondence
from petitcrm.store.queries import mail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from petitcrm.crm import Crm
    from petitcrm.exchange import Record, Source
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.likely import Likely
    from petitcrm.imports.plan import Rows

PIECE = 8_192
"""Rows worked on together: enough to ask the base few questions, few enough to hold in memory."""


def run(
    crm: Crm,
    path: str,
    wish: Wish | None = None,
    *,
    on_progress: Callable[[int], None] | None = None,
) -> Report:
    """Import a file (`-` is standard input) in this gesture; with `rehearse`, the same code shows what it would do.

    Raises NotFound or UsageProblem when the file, a column or a field cannot be understood; bad rows are reported.
    `on_progress` is told the number of rows read, from time to time.
    """
    wish = wish or Wish()
    return run_source(crm, open_file(path, encoding=wish.encoding), wish, on_progress=on_progress)


def understand(crm: Crm, source: Source, wish: Wish) -> Mapping:
    """Return how a file will be read: what it lists and what each column is."""
    saved = saved_mappings.find(crm, source.headers)
    return recognise(
        source.headers,
        [record.values for record in source.sample],
        wanted=wish.noun if wish.noun != "auto" or not saved else saved.noun,
        asked=wish.asked,
        saved=saved.fields if saved else None,
    )


def run_source(
    crm: Crm,
    source: Source,
    wish: Wish,
    *,
    on_progress: Callable[[int], None] | None = None,
    planning: Callable[[Desk], Rows] | None = None,
) -> Report:
    """Import what `opening.open_file` has opened; `planning` makes who writes the plan of it, or follows one."""
    if source.format == WHOLE_BASE:
        if planning:
            raise UsageProblem(_("A whole base comes back as it was: there is nothing to plan."))
        return whole_base.bring_back(crm, source, on_progress=on_progress)
    mapping = understand(crm, source, wish)
    return _Import(crm, source, mapping, wish, planning).run(on_progress)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Do without Python's cycle collector: a piece makes a million objects in no cycle, and it would visit them all."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Import:
    """One import from its first row to its report."""

    def __init__(
        self, crm: Crm, source: Source, mapping: Mapping, wish: Wish, planning: Callable[[Desk], Rows] | None
    ) -> None:
        self.source = source
        self.mapping = mapping
        self.wish = wish
        self.desk = Desk(crm, mapping, wish, os.path.basename(source.name))
        self.desk.reader = self.reader = Reader(mapping, source.sample, crm.now)
        self.tally = Tally()
        self.problems: list[Problem] = []
        self.rejects = Rejects(wish.rejects, source.headers)
        self.firms = Firms(self.desk)
        self.people = People(self.desk)
        self.deals = Deals(self.desk) if mapping.noun == "deals" or mapping.has("deal") else None
        self.tasks = Tasks(self.desk) if mapping.noun == "tasks" or mapping.has("task") else None
        self.leads = self.people.leads = Leads(self.desk) if mapping.noun == "leads" else None
        self.rows = planning(self.desk) if planning else None
        self.desk.witness = self.rows.witness if self.rows else None
        self.plain = Plain(self.desk, self.leads) if Plain.suits(self.desk) and not self.rows else None
        self.lines: dict[tuple[str, int], int] = self.plain.lines if self.plain else {}

    def run(self, on_progress: Callable[[int], None] | None) -> Report:
        records = iter(self.source.records)
        try:
            with _without_collector():
                self._read(records, on_progress)
            return self._report()
        finally:
            self.desk.bulk.leave()
            if isinstance(records, Generator):
                records.close()  # an import that ends early leaves no file half read

    def _read(self, records: Iterator[Record], on_progress: Callable[[int], None] | None) -> None:
        try:
            while piece := list(islice(records, PIECE)):
                drafts = self._drafts(piece)
                if drafts:
                    self._take(drafts)
                if on_progress:
                    on_progress(self.tally.read)
            self.desk.bulk.wait()
            for problem in self.source.refused:
                self.tally.add(REJECTED)
                self._note(problem)
                self.rejects.add((), problem.line, problem.message)
                if self.rows:
                    self.rows.refuse(problem)
            if self.rows:
                self.rows.finish()
        finally:
            self.rejects.close()

    def _drafts(self, piece: list[Record]) -> list[Draft]:
        """Return the rows to be taken one by one: those that are not ordinary."""
        if self.plain is None:
            return [self.reader.draft(record) for record in piece]
        drafts = self.plain.take(piece, self.tally)
        if self.leads and not drafts:
            self.leads.take([], self.plain.taken)
        self.desk.bulk.flush_behind()
        return drafts

    def _take(self, drafts: list[Draft]) -> None:
        if self.rows:
            self.rows.decide(drafts)
        for main in (self.deals, self.tasks, self.leads):
            if main:
                main.check(drafts)
        self.firms.take(drafts)
        self.people.take(drafts)
        if self.deals:
            self.deals.take(drafts)
        if self.tasks:
            self.tasks.take(drafts)
        if self.leads:
            self.leads.take(drafts, self.plain.taken if self.plain else None)
        if self.plain:
            self.plain.remember(drafts)
        self.desk.bulk.flush()
        for draft in drafts:
            self.tally.add(draft.outcome())
            self._note_lines(draft)
            if self.rows:
                self.rows.see(draft)
            for problem in draft.problems:
                self._note(problem)
            if draft.refused:
                self.rejects.add(draft.values, draft.line, draft.refused)

    def _note_lines(self, draft: Draft) -> None:
        """Note which line made whom, as long as it may be told."""
        for part, noun in (("person", "contact"), ("firm", "company")):
            held = draft.held.get(part)
            if held and held.is_new and len(self.lines) < MOST_PLANNED:
                self.lines.setdefault((noun, held.id), draft.line)

    def _likely(self) -> list[Likely]:
        """Look for whom the new rows may be, unless they are so many that only a scan of its own does."""
        found: list[Likely] = []
        most = MOST_PLANNED if self.rows else MOST_NEW
        for noun, table in (("contact", "contacts"), ("company", "companies")):
            runs = self.desk.bulk.new_ids(table)
            if 0 < sum(map(len, runs)) <= most:
                self.desk.bulk.settle()
                found += likely.find(self.desk.crm, noun, frozenset(chain.from_iterable(runs)), self.lines)
        return found

    def _note(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def _report(self) -> Report:
        desk, counts = self.desk, self.tally.counts
        told = {
            "file": desk.file,
            "noun": self.mapping.noun,
            **counts,
            **(self.rows.told if self.rows else {}),
        }
        saved = saved_mappings.save(desk, self.mapping, self.source.headers, self.wish.asked)
        found = self._likely()
        if desk.refusals:
            refusals.note(desk)
        if desk.bulk.has_changes:
            self._attach_mail()
            desk.bulk.close(told, saved)
        batch = desk.crm.journal.batch_id if desk.crm.journal else None
        return Report(
            self.source.name, self.source.format, self.mapping.vendor, self.mapping.noun, self.source.encoding,
            {column.header: column.field for column in self.mapping.columns}, self.mapping.columns,
            self.tally.read, counts["created"], counts["updated"], counts["unchanged"], counts["rejected"], batch,
            tuple(self.problems), (*self.source.notes, *self._kept(), *desk.strangers()), tuple(found),
            (*postcodes.mended(self.source), *self.reader.tidied.told(self.source.headers)),
        )  # fmt: skip

    def _attach_mail(self) -> None:
        """Put old mail on the timelines of those whose addresses the file brought."""
        crm, bulk = self.desk.crm, self.desk.bulk
        if mail.is_any(crm):
            bulk.settle()
            lines = [(run[0], run[-1]) for run in bulk.new_ids("contact_emails")]
            correspondence.attach(crm, lines, bulk)
            correspondence.attach_companies(
                crm, [(run[0], run[-1]) for run in bulk.new_ids("companies")], bulk
            )

    def _kept(self) -> list[Problem]:
        """Tell that the file says otherwise than the base, which was believed."""
        kept = self.desk.kept
        if not kept:
            return []
        names = ", ".join(name for name, _times in kept.most_common(5))
        told = ngettext(
            "{n} value differs from what is known, which was kept ({names}): --overwrite FIELD lets the file win.",
            "{n} values differ from what is known, which was kept ({names}): --overwrite FIELD lets the file win.",
            kept.total(),
            names=names,
        )
        return [Problem(0, "", "", told)]
