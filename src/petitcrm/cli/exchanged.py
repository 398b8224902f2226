"""What the commands of files do: reports of imports told, exports written whole or not at all, the demo opened."""

from __future__ import annotations

import errno
import os
import sys
from functools import partial

from petitcrm.cli import output
from petitcrm.cli.output import Painted
from petitcrm.contexts import contextmanager
from petitcrm.crm import open_crm, read_crm, rehearse
from petitcrm.errors import BaseUnavailable, UsageProblem
from petitcrm.i18n import _, ngettext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from petitcrm.config import Config
    from petitcrm.crm import Crm
    from petitcrm.exchange import Source
    from petitcrm.imports.desk import Desk, Wish
    from petitcrm.imports.likely import Likely
    from petitcrm.imports.plan import Rows
    from petitcrm.imports.report import Report

_SHOWN_PROBLEMS = 20
_SHOWN_LIKELY = 5
_KINDS = ("auto", "contacts", "companies", "deals", "leads", "tasks")


def bring_in(config: Config, files: list[str], wish: Wish, *, sheet: str, dry_run: bool, json: bool) -> bool:
    """Import files, each in one gesture of its own; tell whether some rows were refused.

    `sheet` is the one wanted of the workbooks; with an empty text, the one that holds the list.
    """
    if not files:
        raise UsageProblem(
            _("{name} is missing.", name=_("FILE…")),
            advice=_("Name a list, or - for stdin: petitcrm import clients.csv"),
        )
    reports: list[Report] = []
    try:
        for path in files:
            reports.append(_one_file(config, path, wish, sheet, dry_run=dry_run, shows=not json))
    finally:
        if json and reports:
            shapes = [report_shape(report) for report in reports]
            output.document(shapes if len(files) > 1 else shapes[0])
    return any(report.rejected for report in reports)


def _one_file(config: Config, path: str, wish: Wish, sheet: str, *, dry_run: bool, shows: bool) -> Report:
    source = opened(path, wish, sheet)
    report = taken(config, source, wish, rehearsed=dry_run)
    if shows:
        tell(path, report, source.sample, rehearsed=dry_run)
    return report


def opened(path: str, wish: Wish, sheet: str) -> Source:
    """Open a list before the base: a slow pipe must not keep writers waiting."""
    from petitcrm.imports.opening import open_file

    if wish.noun not in _KINDS:
        raise UsageProblem(_("{value} is not one of {names}.", value=wish.noun, names=", ".join(_KINDS)))
    if path == "-" and sys.stdin.isatty():
        output.say(_("Reading from the keyboard; Ctrl-D ends."))
    return open_file(path, encoding=wish.encoding, sheet=sheet)


def taken(
    config: Config,
    source: Source,
    wish: Wish,
    *,
    rehearsed: bool,
    planning: Callable[[Desk], Rows] | None = None,
) -> Report:
    """Import an opened list in one gesture, telling on the terminal how far it is; a rehearsal has no batch to undo."""
    from petitcrm.imports import importer

    progress = output.Progress()
    base = rehearse(config) if rehearsed else open_crm(config, who="import", on_wait=output.waiting)
    try:
        with base as crm:
            report = importer.run_source(
                crm, source, wish, on_progress=partial(_tell_progress, progress), planning=planning
            )
    finally:
        progress.end()
    return report._replace(batch=None) if rehearsed else report


def _tell_progress(progress: output.Progress, read: int) -> None:
    progress.tell(ngettext("{n} row read", "{n} rows read", read))


def report_shape(report: Report) -> dict[str, Any]:
    """Return the report of an import as JSON shows it."""
    told = report._asdict()
    for several in ("problems", "notes", "columns"):
        told[several] = [one._asdict() for one in told[several]]
    told["normalised"] = [
        {
            "kind": one.kind, "column": one.column, "count": one.cells,
            "examples": [example._asdict() for example in one.examples],
        }
        for one in report.normalised
    ]  # fmt: skip
    told["possible_duplicates"] = [_likely_shape(one, told["batch"]) for one in told.pop("likely")]
    return told


def _likely_shape(one: Likely, batch: int | None) -> dict[str, Any]:
    """Return a new row and who it may be; what a rehearsal makes has no id."""
    from petitcrm.sales.references import show

    def reference(row_id: int, *, is_new: bool) -> str | None:
        return show(one.noun, row_id) if batch or not is_new else None

    return {
        "line": one.line, "id": reference(one.id, is_new=True), "name": one.name,
        "other": {
            "line": one.other_line, "id": reference(one.other_id, is_new=one.is_other_new), "name": one.other_name,
        },
        "score": one.score, "band": one.band, "reasons": list(one.reasons),
    }  # fmt: skip


def equation(report: Report) -> str:
    """Return what became of the rows of a file, in words."""
    return _(
        "{read} read = {created} created + {updated} updated + {unchanged} unchanged + {rejected} rejected",
        read=report.read, created=report.created, updated=report.updated, unchanged=report.unchanged,
        rejected=report.rejected,
    )  # fmt: skip


def tell(path: str, report: Report, sample: Sequence[Any], *, rehearsed: bool) -> None:
    """Show how a file was read and what became of its rows."""
    told = dict.fromkeys((report.noun, report.vendor, report.format, report.encoding))
    about = " · ".join(part for part in told if part)
    output.line(Painted(path, "bold"), f"  {about}")
    if rehearsed or output.on_terminal():
        from petitcrm.cli import guesses

        guesses.show(report.columns, sample)
    output.line(equation(report))
    if rehearsed or output.on_terminal():
        _tell_normalised(report)
    for note in report.notes[:_SHOWN_PROBLEMS]:
        output.say(note.message)
    if not report.read:
        output.say(_("Nothing was read: the file is empty, or holds its headers alone."))
    for one in report.problems[:_SHOWN_PROBLEMS]:
        told = {"line": one.line, "column": one.column or "—", "value": one.value, "problem": one.message}
        if one.value.strip() not in one.message:  # most messages quote it themselves
            output.say(_("line {line}, {column}, “{value}”: {problem}", **told))
        else:
            output.say(_("line {line}, {column}: {problem}", **told))
    more = len(report.problems) - _SHOWN_PROBLEMS
    if more > 0:
        output.say(
            ngettext(
                "and {n} more problem: --json shows it", "and {n} more problems: --json shows them", more
            )
        )
    _tell_likely(report)
    if rehearsed:
        output.say(_("Nothing was changed: this was a rehearsal."))
    elif report.batch and output.talk_on_terminal():
        output.say(Painted(_("undo: petitcrm undo {batch}", batch=report.batch), "dim"))


def _tell_normalised(report: Report) -> None:
    """Show what is kept otherwise than it was written, a line a column with one example."""
    if report.normalised:
        output.line(_("Kept otherwise than written:"))
    for one in report.normalised:
        example = one.examples[0]
        output.line(f"  {one.column} × {one.cells}  {example.raw} → {example.value}")


def _tell_likely(report: Report) -> None:
    """Say whom the new rows may be, and what to do about it."""
    from petitcrm.imports.likely import MOST_NEW

    if report.created > MOST_NEW and report.batch:
        output.say(_("Too many to look for those that are there already: petitcrm contact duplicates does."))
    if not report.likely:
        return
    output.say(
        ngettext(
            "{n} new record may be there already:",
            "{n} new records may be there already:",
            len(report.likely),
        )
    )
    for one in report.likely[:_SHOWN_LIKELY]:
        where = _("line {line}", line=one.line) if one.line else ""
        other = one.other if one.other_line or not one.is_other_new else ""
        output.say(
            "  ", " · ".join(told for told in (one.name, where) if told), " ≈ ",
            " ".join(told for told in (other, one.other_name) if told), f" · {one.score} · {one.because}",
        )  # fmt: skip
    nouns = dict.fromkeys(one.noun for one in report.likely)
    if report.batch:
        output.say(
            _("See them: {command}", command=" / ".join(f"petitcrm {noun} duplicates" for noun in nouns))
        )


def write_out(config: Config, what: str, format: str, path: str, *, for_spreadsheet: bool) -> None:
    """Write an export to a file (whole or not at all, readable by its owner only), to a folder, or to stdout."""
    from petitcrm import exports
    from petitcrm.exports import formats

    if what not in formats.EVERYTHING:
        raise UsageProblem(
            _("{value} is not one of {names}.", value=what, names=", ".join(formats.EVERYTHING))
        )
    chosen = exports.format_of(what, format or formats.named(path, what), for_spreadsheet=for_spreadsheet)
    printed = path in ("", "-", "/dev/stdout")
    if printed and chosen.shape == formats.FOLDER:
        raise UsageProblem(
            _("An export as {format} is a folder.", format=chosen.key),
            advice=_("Say where it is to be: -o FOLDER"),
        )
    if printed and chosen.shape == formats.BINARY and output.on_terminal():
        raise UsageProblem(
            _("A terminal cannot show {format}.", format=chosen.key),
            advice=_("Say where to write it: -o FILE"),
        )
    with read_crm(config) as crm:
        crm.hold_still()
        if chosen.shape == formats.FOLDER:
            _keep_folder(crm, what, chosen.key, path)
            return
        chunks = exports.export(crm, what, chosen.key, for_spreadsheet=for_spreadsheet)
        if printed:
            _print(_bytes(chunks))
        else:
            write_file(path, _bytes(chunks))
            output.say(_("Written: {path}", path=path))


def _keep_folder(crm: Crm, what: str, format: str, path: str) -> None:
    from petitcrm import exports

    if os.path.lexists(path) and not os.path.isdir(path):
        raise UsageProblem(_("{path} is no folder.", path=path))
    with _told_when_it_cannot_be(path):
        kept = exports.export_folder(crm, what, format, path)
    output.say(_("{path}: {written} written, {unchanged} unchanged, {removed} removed", path=path, written=kept.written,
                 unchanged=kept.unchanged, removed=kept.removed))  # fmt: skip
    for name in kept.left[:_SHOWN_PROBLEMS]:
        output.say(_("{file} was changed by another program: it is left as it is.", file=name))


def _print(chunks: Iterator[bytes]) -> None:
    """Print an export as it is; on a terminal, with what the terminal would act on made visible or harmless."""
    if output.on_terminal():
        for chunk in chunks:
            output.paragraph(chunk.decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n"))
    else:
        output.copy(chunks)


def _bytes(chunks: Iterable[str | bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk if isinstance(chunk, bytes) else chunk.encode("utf-8")


def write_file(path: str, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all; what is no regular file (a pipe, a device) is written to as it is."""
    if os.path.isdir(path):
        raise UsageProblem(_("{path} is a folder, not a file.", path=path))
    with _told_when_it_cannot_be(path):
        if _is_replaceable(path):
            _replace(os.path.realpath(path), chunks)
        else:
            with open(path, "wb") as file:
                file.writelines(chunks)


@contextmanager
def _told_when_it_cannot_be(path: str) -> Iterator[None]:
    """Say what keeps a file or a folder from being written."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise BaseUnavailable(
                _("There is no room left: {path} was not written.", path=path),
                advice=_("Make room and try again."),
            ) from error
        raise UsageProblem(_("{path} cannot be written: {error}", path=path, error=error.strerror)) from error


def _is_replaceable(path: str) -> bool:
    """Tell whether a file made beside may take the place of this one: never that of a device, a pipe or a folder."""
    if os.path.abspath(path).startswith(("/dev/", "/proc/")):
        return False
    return os.path.isfile(path) or not os.path.exists(path)


def _replace(path: str, chunks: Iterable[bytes]) -> None:
    unfinished = f"{path}.{os.getpid()}.part"
    rights = os.stat(path).st_mode & 0o777 if os.path.exists(path) else 0o600
    try:
        number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(number, "wb") as file:
            file.writelines(chunks)
        os.chmod(unfinished, rights)
        os.replace(unfinished, path)
    finally:
        if os.path.exists(unfinished):
            os.unlink(unfinished)


def demonstrate(
    config: Config, *, seed: int, size: int, into: str, team: bool = False, json: bool = False
) -> int:
    """Make the firm of the demo: at `into`, or in a throw-away copy that is opened; return the exit code."""
    if size < 1:
        raise UsageProblem(_("A firm of size 0 has nobody in it: --size is 1 or more."))
    if into:
        if os.path.exists(into):
            raise UsageProblem(_("{path} is there already.", path=into), advice=_("Choose another path."))
        _seed(config._replace(db=os.path.abspath(into), user=""), seed, size, team)
        path = os.path.abspath(into)
        output.document({"path": path}) if json else output.line(path)
        return 0
    import tempfile

    with tempfile.TemporaryDirectory(prefix="petitcrm-demo-") as folder:
        there = config._replace(db=os.path.join(folder, "demo.db"), user="")
        output.say(_("Making a small firm to try things on…"))
        _seed(there, seed, size, team)
        if team:
            there = there._replace(user="helene")
        if sys.stdin.isatty() and sys.stdout.isatty() and not json:
            from petitcrm.cli import interface

            return interface.start(there)
        from petitcrm.cli.reads_day import today

        today(there, on="", user="", team=True, limit=None, json=json)
        return 0


def _seed(config: Config, seed: int, size: int, team: bool) -> None:
    """Fill the base of the demo. The firm is French whatever the language: so are the stages that a new base gets."""
    from petitcrm import demo, i18n

    spoken = i18n.language()
    i18n.use("fr")
    try:
        demo.seed(config, seed=seed, size=size, team=team)
    finally:
        i18n.use(spoken)
