"""A plan: what each row of a list would do, written down to be read and corrected, then done to the letter."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from typing import TYPE_CHECKING

from petitcrm.errors import CrmError, RefusedByRule
from petitcrm.i18n import _
from petitcrm.imports.drafts import MAIN
from petitcrm.imports.held import REJECTED
from petitcrm.imports.plan_file import (
    END,
    FIRST_LINE,
    INTO,
    LIKELY,
    NEW,
    PROBLEM,
    SKIP,
    VERBS,
    columns_told,
    digest_of,
)
from petitcrm.imports.witness import NOUN_OF_PART, Step, Witness
from petitcrm.text import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from petitcrm.exchange import Problem
    from petitcrm.imports.desk import Desk, Wish
    from petitcrm.imports.drafts import Draft
    from petitcrm.imports.likely import Likely
    from petitcrm.imports.plan_file import Plan, Planned

_IN_MEMORY = 8 << 20
"""Bytes of a plan that are held in memory: that of a long list waits in a file of its own."""


class Rows:
    """The rows of one import as a plan knows them, in the order of the file, each with a digest of what it says."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.witness = Witness(desk)
        self.noun = NOUN_OF_PART[MAIN[desk.mapping.noun]]
        self.digest = hashlib.sha256()

    def decide(self, drafts: Sequence[Draft]) -> None:
        """Say of rows that were read, before they are taken, what is to become of them."""

    def see(self, draft: Draft) -> None:
        """Learn what became of a row."""
        self.digest.update(repr((draft.line, draft.values)).encode())

    def refuse(self, problem: Problem) -> None:
        """Learn of a row that could not even be read."""

    def finish(self) -> None:
        """End, once every row of the file was seen."""

    @property
    def told(self) -> dict[str, str]:
        """What the act of the import tells of its plan."""
        return {}


class Planner(Rows):
    """Writes a plan while a rehearsed import goes on."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._blocks = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - as long as the plan
        self._counts: Counter[str] = Counter()

    def see(self, draft: Draft) -> None:
        """Write what became of a row."""
        super().see(draft)
        outcome = draft.outcome()
        step = self.witness.step(draft)
        self._write(VERBS[outcome], draft.line, step)
        if outcome != REJECTED:
            self._blocks.writelines(f"    {safe(line)}\n" for line in step.told)
        for problem in draft.problems:
            self._write_problem(problem)

    def refuse(self, problem: Problem) -> None:
        """Write a row that could not even be read."""
        self._write(VERBS[REJECTED], problem.line, Step("", "", ()))
        self._write_problem(problem)

    def _write(self, verb: str, line: int, step: Step) -> None:
        self._counts[verb] += 1
        head = f"{verb:<9} {line} {step.reference}".rstrip()
        self._blocks.write(f"{head}: {safe(step.name)}\n" if step.name else f"{head}\n")

    def _write_problem(self, problem: Problem) -> None:
        where = f"{problem.column}: " if problem.column else ""
        self._blocks.write(f"    {PROBLEM}{safe(where + problem.message)}\n")

    def text(self, path: str, wish: Wish, sheet: str, found: Sequence[Likely]) -> Iterator[str]:
        """Yield the lines of the plan; `found` are the new rows that may be somebody known."""
        likely: dict[int, list[Likely]] = {}
        for one in found:
            likely.setdefault(one.line, []).append(one)
        wished = {name: value for name, value in wish._asdict().items() if value and name != "rejects"}
        yield f"{FIRST_LINE}\n"
        yield f"file {_json(path)}\n"
        if sheet:
            yield f"sheet {_json(sheet)}\n"
        yield f"wish {_json({**wished, 'noun': self.desk.mapping.noun})}\n"
        yield from (f"{line}\n" for line in columns_told(self.desk.mapping))
        yield from (f"# {line}\n" for line in _help(self.noun).split("\n"))
        yield "\n"
        self._blocks.seek(0)
        for line in self._blocks:
            yield line
            if not line.startswith(" "):
                yield from map(_question, likely.get(_line_of(line), ()))
        counts = ", ".join(f"{self._counts[verb]} {verb}" for verb in VERBS.values())
        yield f"\n{END} {self._counts.total()} rows: {counts}; {self.digest.hexdigest()}\n"


class Follower(Rows):
    """Has an import do what a plan says, and nothing else."""

    def __init__(self, desk: Desk, plan: Plan) -> None:
        super().__init__(desk)
        self._plan = plan
        self._left = dict(plan.rows)
        self._turns: Counter[int] = Counter()
        self._expected: dict[int, Planned | None] = {}
        self._difference = ""
        if tuple(columns_told(desk.mapping)) != plan.columns:
            self._difference = _("the columns would be read in another way than planned")

    @property
    def told(self) -> dict[str, str]:
        """The digest of the plan, by which it is known that it was applied."""
        return {"plan": self._plan.key}

    def decide(self, drafts: Sequence[Draft]) -> None:
        """Tell each row what the person chose for it."""
        for draft in drafts:
            planned = self._expected[id(draft)] = self._planned(draft.line)
            if planned is None or planned.verb == SKIP:
                if not draft.refused:
                    self.desk.reader.refuse(draft, "", "", _("Left out in the plan."))
            elif planned.verb == NEW:
                draft.is_another = True
            elif planned.verb == INTO:
                draft.into = self._chosen(draft.line, planned.reference)

    def _planned(self, line: int) -> Planned | None:
        """Take what is planned of the next row of a line (one line may hold several addresses)."""
        self._turns[line] += 1
        return self._left.pop((line, self._turns[line]), None)

    def _chosen(self, line: int, reference: str) -> int:
        from petitcrm.sales.references import resolve

        try:
            return resolve(self.desk.crm, self.noun, reference)
        except CrmError as error:
            raise RefusedByRule(
                "plan", _("Line {line} of the list: {problem}", line=line, problem=error.message)
            ) from error

    def see(self, draft: Draft) -> None:
        """Compare what became of a row with what was planned."""
        super().see(draft)
        planned = self._expected.pop(id(draft))
        step = self.witness.step(draft)
        verb = VERBS[draft.outcome()]
        if planned is None or planned.verb in (SKIP, NEW):
            return
        if planned.verb == INTO:
            main = draft.held.get(MAIN[self.desk.mapping.noun])
            if main is None or main.id != draft.into:
                self._differs(draft.line, planned, f"{verb} {step.reference}")
            return
        told = step.told if verb != VERBS[REJECTED] else ()
        if planned != (verb, step.reference, digest_of(told)):
            self._differs(draft.line, planned, " ".join((verb, step.reference, *step.told)))

    def refuse(self, problem: Problem) -> None:
        """Find a row that cannot be read where it was planned."""
        self._planned(problem.line)

    def _differs(self, line: int, planned: Planned, now: str) -> None:
        self._difference = self._difference or _(
            "line {line} was planned as “{planned}” and would now be “{now}”",
            line=line, planned=f"{planned.verb} {planned.reference}".strip(), now=now.strip(),
        )  # fmt: skip

    def finish(self) -> None:
        """Refuse all of it where the list or the base is no longer what it was."""
        if self.digest.hexdigest() != self._plan.digest:
            raise _stale(_("the list is no longer the one that was planned"))
        if self._difference or self._left:
            raise self._applied_before() or _stale(
                self._difference or _("the list lacks rows that were planned")
            )

    def _applied_before(self) -> RefusedByRule | None:
        found = self.desk.crm.rows(
            "SELECT id FROM batches WHERE undone_by IS NULL AND details LIKE :told ORDER BY id",
            told=f'%"plan":"{self._plan.key}"%',
        )
        if not found:
            return None
        advice = _("To take it back: petitcrm undo {batch}", batch=found[0][0])
        return RefusedByRule("plan-applied", _("This plan was applied already."), advice=advice)


def _stale(why: str) -> RefusedByRule:
    return RefusedByRule(
        "stale-plan", _("The plan can no longer be applied: {why}.", why=why),
        advice=_("Nothing was changed. Make the plan again: petitcrm import FILE --plan PLAN"),
    )  # fmt: skip


def _question(one: Likely) -> str:
    return f"    {LIKELY}{one.other} {safe(one.other_name)} ({one.score}): {safe(one.because)}\n"


def _line_of(head: str) -> int:
    return int(head.split()[1].removesuffix(":"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _help(noun: str) -> str:
    from petitcrm.sales.references import LETTERS

    return _(
        "A row each: what would be done, its line in the list, to whom (@3: what line 3 makes), and the values.\n"
        "! tells what could not be read, ? whom a new row may be.\n"
        "The first word may be changed before the plan is applied: skip leaves the row out, new makes one more\n"
        "of it, into fills the one named after the line (into 4 {letter}12). A row taken out is left out, too.",
        letter=LETTERS[noun],
    )
