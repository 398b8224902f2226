"""Sequences: kept as the files that were written, one version after the other; people end the version they began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import _, ngettext
from petitcrm.marketing import facts, flow_check, flow_file, stepping
from petitcrm.marketing.flow_problems import FileRefused
from petitcrm.rows import Row
from petitcrm.store import running
from petitcrm.store.queries import enrolments as people
from petitcrm.store.queries import sequences as queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from petitcrm.crm import Crm
    from petitcrm.marketing.flow import Flow
    from petitcrm.store.queries.sequences import Sequence
    from petitcrm.store.reader import Reader

OVERDUE = (stepping.SHIFT, stepping.NOW, stepping.SKIP)
"""What becomes of what fell due in a pause."""
KEPT = "en"
"""How steps were called that have no name in the text of a version: since then each is kept with its name."""
_flows: dict[tuple[int, str], Flow] = {}


class Added(Row):
    """A sequence that was kept: its key, its version, and whether it is new or another than before."""

    id: int
    key: str
    version: int
    is_new: bool
    is_other: bool


class Moving(Row):
    """People who could be moved to another version: from which to which step, how many, or why they cannot."""

    version: int
    step: str
    to: str
    people: int
    why: str = ""


def add(crm: Crm, text: str, *, name: str = "") -> Added:
    """Keep a sequence, or a new version of one; RefusedByRule `sequence-has-problems` where it cannot be run.

    `name` is how the file is told that the text came from.
    """
    names = called(crm, text)
    flow = flow_file.read(text, name=name, called=names)
    _check(flow)
    known = queries.of_key(crm, flow.key)
    text = flow_file.named(text, names)
    if known is None:
        with crm.act("sequence.added", sequence=flow.name) as act:
            number = act.insert("sequences", key=flow.key, name=flow.name, created_at=crm.now_text)
            act.insert("sequence_versions", sequence_id=number, version=1, text=text, created_at=crm.now_text)
        return Added(number, flow.key, 1, is_new=True, is_other=True)
    if queries.versions(crm, known.id)[-1].text == text:
        return Added(known.id, flow.key, known.version, is_new=False, is_other=False)
    version = known.version + 1
    with crm.act("sequence.edited", sequence=flow.name, version=version) as act:
        act.insert(
            "sequence_versions", sequence_id=known.id, version=version, text=text, created_at=crm.now_text
        )
        act.update("sequences", known.id, name=flow.name, version=version)
    return Added(known.id, flow.key, version, is_new=False, is_other=True)


def called(crm: Reader, text: str) -> str:
    """Return how the steps of a file that have no name are called: in its language, or as in the version before.

    Otherwise no plan would find those again who are at one of them.
    """
    known = queries.of_key(crm, flow_file.parsed(text)[0].key)
    last = queries.versions(crm, known.id)[-1].text if known else ""
    return KEPT if last and flow_file.named(last, KEPT) != last else ""


def pause(crm: Crm, sequence_id: int) -> bool:
    """Let a whole sequence rest: nothing is decided and nothing leaves. Tell whether it was running."""
    known = one(crm, sequence_id)
    _not_archived(known)
    if known.state == "paused":
        return False
    with crm.act("sequence.paused", sequence=known.name) as act:
        act.update("sequences", sequence_id, state="paused", paused_at=crm.now_text)
    running.hold(crm.connection)
    return True


def resume(crm: Crm, sequence_id: int, overdue: str) -> bool:
    """Let a sequence go on. What fell due meanwhile moves by as much (`shift`), is done `now`, or is left out (`skip`).

    Tell whether it rested.
    """
    known = one(crm, sequence_id)
    check_overdue(overdue)
    if known.state != "paused":
        return False
    with crm.act("sequence.resumed", sequence=known.name) as act:
        act.update("sequences", sequence_id, state="active", paused_at=None)
    began = known.paused_at or crm.now_text
    name = f"{stepping.PAUSE}s{crm.journal.batch_id if crm.journal else 0}"
    running.rest(crm.connection, sequence_id, began, crm.now_text, overdue, name)
    running.let_go(crm.connection, crm.now_text)
    return True


def archive(crm: Crm, sequence_id: int) -> bool:
    """Put a sequence away: nobody begins it any more, and whoever is in it ends it. Tell whether it was not yet."""
    known = one(crm, sequence_id)
    if known.state == "archived":
        return False
    if known.paused or (known.state == "paused" and known.active):
        raise RefusedByRule(
            "somebody-rests",
            _("People of “{name}” are paused: let them go on, or take them out.", name=known.name),
            advice=f"petitcrm sequence resume {known.key} --overdue shift",
        )
    with crm.act("sequence.archived", sequence=known.name) as act:
        return act.update("sequences", sequence_id, state="archived", paused_at=None)


def reopen(crm: Crm, sequence_id: int) -> bool:
    """Take a sequence out of the archives; tell whether it was there."""
    known = one(crm, sequence_id)
    if known.state != "archived":
        return False
    with crm.act("sequence.reopened", sequence=known.name) as act:
        return act.update("sequences", sequence_id, state="active")


def plan(crm: Reader, sequence_id: int, version: int) -> list[Moving]:
    """Return who of the older versions could go on in one, from which step to which, and who could not."""
    wanted = of_version(crm, sequence_id, version)
    found: dict[tuple[int, str, str, str], int] = {}
    for _one, old, step, why in _movable(crm, sequence_id, wanted):
        key = (old, step, "" if why else step, why)
        found[key] = found.get(key, 0) + 1
    return [Moving(old, step, to, number, why) for (old, step, to, why), number in sorted(found.items())]


def migrate(crm: Crm, sequence_id: int, version: int) -> int:
    """Move who can be moved from older versions to one, to the step they are at; return how many."""
    wanted = of_version(crm, sequence_id, version)
    movable = [each for each, _old, _step, why in _movable(crm, sequence_id, wanted) if not why]
    if not movable:
        return 0
    name = one(crm, sequence_id).name
    with crm.act("sequence.migrated", sequence=name, version=version, people=len(movable)) as act:
        for each in movable:
            act.update("enrolments", each.id, version_id=wanted.id)
    # What they wait for may be due sooner in this version than it was in theirs.
    running.look_again(crm.connection, [each.contact_id for each in movable], crm.now_text)
    return len(movable)


def of_version(crm: Reader, sequence_id: int, version: int) -> queries.Version:
    """Return a version of a sequence; NotFound where it has none of this number."""
    known = queries.versions(crm, sequence_id)
    for one in known:
        if one.version == version:
            return one
    raise NotFound(
        _("There is no version {version}.", version=version),
        advice=", ".join(str(one.version) for one in known),
    )


def of(crm: Reader, name: str) -> Sequence:
    """Return the sequence that a key or the beginning of a name means; NotFound with those there are."""
    from petitcrm.text import fold

    told = fold(name.strip())
    known = queries.listing(crm)
    exact = [one for one in known if told in (one.key, fold(one.name))]
    near = exact or [one for one in known if told and fold(one.name).startswith(told)]
    if len(near) == 1:
        return near[0]
    raise NotFound(
        _("There is no sequence {name}.", name=name),
        advice=", ".join(one.key for one in near or known) or "petitcrm sequence add FILE",
    )


def one(crm: Reader, sequence_id: int) -> Sequence:
    """Return one sequence by its number; NotFound where there is none."""
    found = queries.by_id(crm, sequence_id)
    if found is None:
        raise NotFound(_("There is no sequence {name}.", name=sequence_id))
    return found


def kept_version(crm: Reader, version_id: int) -> queries.Version:
    """Return one version by its number in the base; NotFound where there is none."""
    found = queries.version(crm, version_id)
    if found is None:
        raise NotFound(_("There is no version {version}.", version=version_id))
    return found


def flow_of(crm: Reader, version_id: int) -> Flow:
    """Return the sequence of a version as rows, read once however often it is asked for."""
    version = kept_version(crm, version_id)
    key = (version_id, version.text)
    if key not in _flows:
        if len(_flows) > 50:
            _flows.clear()
        _flows[key] = flow_file.read(version.text, called=KEPT)
    return _flows[key]


def flows_of(crm: Reader, version_ids: Iterable[int]) -> dict[int, Flow]:
    """Return the same for some versions."""
    return {version_id: flow_of(crm, version_id) for version_id in version_ids}


def in_use(crm: Reader) -> Iterator[Flow]:
    """Yield the versions that somebody may begin, or is in."""
    for one in queries.listing(crm):
        used = {row.version for row in queries.people(crm, one.id) if row.state != "ended"}
        used |= {one.version} if one.state != "archived" else set()
        for version in queries.versions(crm, one.id):
            if version.version in used:
                yield flow_of(crm, version.id)


def came(crm: Reader, sequence_id: int) -> dict[str, int]:
    """Return how many people came to each step in any version, and how many gave each answer (`step:yes`)."""
    counts: dict[str, int] = {}
    for version_id, told, outcome, number in queries.came(crm, sequence_id):
        step = told or _first(crm, version_id)
        counts[step] = counts.get(step, 0) + number
        if outcome:
            counts[f"{step}:{outcome}"] = counts.get(f"{step}:{outcome}", 0) + number
    return counts


def step_of(crm: Reader, one: people.Enrolled) -> str:
    """Return the step at which somebody stands: the first one, where they have just begun."""
    steps = flow_of(crm, one.version_id).steps
    return one.step or (steps[0].id if steps and one.state != "ended" else "")


def at_steps(crm: Reader, sequence_id: int) -> list[queries.AtStep]:
    """Return how many people of each version are at each step (the first, of who has just begun), or have left."""
    found: dict[tuple[int, str, str, str], int] = {}
    for row in queries.people(crm, sequence_id):
        step = row.step
        if not step and row.state != "ended":
            step = _first(crm, of_version(crm, sequence_id, row.version).id)
        key = (row.version, row.state, step, row.exit)
        found[key] = found.get(key, 0) + row.people
    return [queries.AtStep(*key, number) for key, number in sorted(found.items())]


def older_words(people: int) -> str:
    """Return what is said of people who are in older versions; empty where nobody is."""
    words = ngettext(
        "{n} person ends an older version, and counts at the steps of the same name.",
        "{n} people end an older version, and count at the steps of the same name.", people,
    )  # fmt: skip
    return words if people else ""


def _first(crm: Reader, version_id: int) -> str:
    """Return the first step of a version, at which those stand who have just begun."""
    return next((step.id for step in flow_of(crm, version_id).steps), "")


def check_overdue(overdue: str) -> None:
    """Refuse a word that does not say what becomes of what fell due."""
    if overdue not in OVERDUE:
        raise UsageProblem(
            _("“{value}” is none of {known}.", value=overdue, known=", ".join(OVERDUE)),
            advice="--overdue shift",
        )


def _movable(
    crm: Reader, sequence_id: int, wanted: queries.Version
) -> list[tuple[people.Enrolled, int, str, str]]:
    """Return who is in other versions: the version, their step, and why they cannot be moved, empty where they can."""
    inside = [one for one in people.of_sequence(crm, sequence_id) if one.version_id != wanted.id]
    target, old = flow_of(crm, wanted.id), flows_of(crm, {one.version_id for one in inside})
    numbers = {one.id: one.version for one in queries.versions(crm, sequence_id)}
    found = []
    for one, past in facts.gone(crm, inside):
        here = stepping.whereabouts(old[one.version_id], past).step_id
        why = ""
        if stepping.whereabouts(target, past).step_id != here:
            why = _("what they went through does not lead there any more")
            if target.step(here) is None:
                why = _("the step “{step}” is no longer there", step=here)
        found.append((one, numbers[one.version_id], here, why))
    return found


def _check(flow: Flow) -> None:
    grave = [one for one in flow_check.problems(flow) if one.is_grave]
    if grave:
        raise FileRefused(flow.name, grave)


def _not_archived(known: Sequence) -> None:
    if known.state == "archived":
        raise RefusedByRule("sequence-is-archived", _("The sequence “{name}” is archived.", name=known.name))
