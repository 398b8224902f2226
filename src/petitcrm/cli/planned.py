"""Imports in two steps: a plan written to be read and corrected, then done to the letter."""

from __future__ import annotations

import os
from functools import partial

from petitcrm.cli import exchanged, output
from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.config import Config
    from petitcrm.imports.desk import Desk, Wish
    from petitcrm.imports.plan_file import Plan

_STDIN = "-"


def write(config: Config, files: list[str], wish: Wish, plan: str, *, sheet: str, json: bool) -> bool:
    """Write what each row of a list would do to the file `plan` (`-`: stdout); tell whether some rows are refused.

    Where no list is named, `plan` is the list, and what it would do is printed.
    """
    from petitcrm.imports.plan import Planner

    if not files:
        files, plan = [plan], _STDIN
    if len(files) != 1:
        raise UsageProblem(_("A plan is of one list; {n} are named.", n=len(files)))
    if plan == _STDIN and json:
        raise UsageProblem(_("The plan and the report cannot both go to stdout: name a file for the plan."))
    _spare(plan)
    planners: list[Planner] = []

    def planning(desk: Desk) -> Planner:
        planners.append(Planner(desk))
        return planners[0]

    source = exchanged.opened(files[0], wish, sheet)
    report = exchanged.taken(config, source, wish, rehearsed=True, planning=planning)
    text = planners[0].text(files[0], wish, sheet, report.likely)
    if plan == _STDIN:
        for line in text:
            output.paragraph(line.removesuffix("\n"))
    else:
        exchanged.write_file(plan, (line.encode() for line in text))
    if json:
        output.document(exchanged.report_shape(report))
    elif plan == _STDIN:
        output.say(exchanged.equation(report))
    else:
        exchanged.tell(files[0], report, source.sample, rehearsed=True)
        output.say(_("Plan written: {path}. To do it: petitcrm import --apply {path}", path=plan))
    return bool(report.rejected)


def apply(config: Config, path: str, files: list[str], *, rejects: str, dry_run: bool, json: bool) -> bool:
    """Do what a plan says, all of it or nothing; tell whether some rows were refused.

    `files` may name the list where it has moved. Raises RefusedByRule when the list or the base is no longer what it
    was when the plan was made.
    """
    from petitcrm.imports.plan import Follower

    if len(files) > 1:
        raise UsageProblem(_("A plan is of one list; {n} are named.", n=len(files)))
    plan = _read(path)
    list_path = files[0] if files else _found(plan, path)
    wish = plan.wish._replace(rejects=rejects)
    source = exchanged.opened(list_path, wish, plan.sheet)
    report = exchanged.taken(config, source, wish, rehearsed=dry_run, planning=partial(Follower, plan=plan))
    if json:
        output.document(exchanged.report_shape(report))
    else:
        exchanged.tell(list_path, report, source.sample, rehearsed=dry_run)
    return bool(report.rejected)


def refuse_beside_a_plan(wish: Wish, *, sheet: str, plan: str) -> None:
    """Refuse the options that a plan has settled already."""
    settled = {
        "--as": wish.noun != "auto", "--map": wish.asked, "--key": wish.keys, "--overwrite": wish.overwrite,
        "--encoding": wish.encoding, "--sheet": sheet, "--create-stages": wish.create_stages, "--plan": plan,
    }  # fmt: skip
    given = [option for option, is_given in settled.items() if is_given]
    if given:
        raise UsageProblem(
            _("The plan has settled that already: {options}.", options=", ".join(given)),
            advice=_("Make another plan: petitcrm import FILE --plan PLAN"),
        )


def _spare(path: str) -> None:
    """Refuse to write a plan over anything but another plan: a list named in its place would be lost."""
    from petitcrm.imports.plan_file import FIRST_LINE

    if not os.path.isfile(path) or not os.path.getsize(path):
        return
    with open(path, "rb") as known:
        if known.readline(100).strip() != FIRST_LINE.encode():
            raise UsageProblem(
                _("{path} is there already, and is no plan.", path=path), advice=_("Choose another path.")
            )


def _read(path: str) -> Plan:
    from petitcrm.imports.plan_file import read_plan

    if path == _STDIN:
        import sys

        return read_plan(sys.stdin, _("The plan"))
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            return read_plan(lines, path)
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.", path=path)) from None
    except OSError as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error.strerror)) from error


def _found(plan: Plan, path: str) -> str:
    """Return where the list of a plan is: as it was named, else beside the plan."""
    if plan.path == _STDIN:
        raise UsageProblem(
            _("The list came through stdin when the plan was made."),
            advice=_("Name it: petitcrm import FILE --apply {path}", path=path),
        )
    beside = os.path.join(os.path.dirname(path), plan.path)
    return beside if not os.path.exists(plan.path) and os.path.exists(beside) else plan.path
