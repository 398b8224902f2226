"""What commands are given in words: references, also from a pipe, amounts, days, and NAME=value pairs."""

from __future__ import annotations

import os
import sys

from petitcrm.errors import NotFound, UsageProblem
from petitcrm.i18n import _

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from petitcrm.crm import Crm
    from petitcrm.dates import When


def references(typed: Sequence[str]) -> list[str]:
    """Return the references typed; `-` stands for those of stdin: the first column of each line, CSV, or JSON."""
    found: list[str] = []
    for word in typed:
        found += _from_stdin() if word == "-" else [word]
    return found


def are_many(typed: Sequence[str]) -> bool:
    """Tell whether a list of records was meant, whatever its length."""
    return len(typed) != 1 or typed[0] == "-"


def ids(crm: Crm, noun: str, typed: Sequence[str]) -> list[int]:
    """Return the ids that references name, each once, in their order."""
    from petitcrm.sales.references import resolve

    return list(dict.fromkeys(resolve(crm, noun, reference) for reference in typed))


def one(crm: Crm, noun: str, typed: str) -> int | None:
    """Return the id that a reference names; None where nothing was typed."""
    from petitcrm.sales.references import resolve

    return resolve(crm, noun, typed) if typed else None


def text_of(path: str, *, encoding: str = "utf-8-sig") -> str:
    """Return the text of a file, `-` for stdin; NotFound or UsageProblem where there is none, or no text."""
    try:
        if path == "-":
            return sys.stdin.read()
        with open(path, encoding=encoding) as file:
            return file.read()
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.", path=path)) from None
    except UnicodeDecodeError:
        raise UsageProblem(_("{path} is not text in UTF-8.", path=path)) from None
    except OSError as error:
        raise UsageProblem(_("{path} cannot be read: {error}", path=path, error=error.strerror)) from error


def is_file(typed: str) -> bool:
    """Tell whether a file is meant, `-` for stdin, where a key could be."""
    return (
        typed == "-" or os.sep in typed or typed.endswith((".md", ".txt", ".toml")) or os.path.isfile(typed)
    )


def file_name(path: str) -> str:
    """Return the name of a file as it is told."""
    return _("standard input") if path == "-" else os.path.basename(path)


def _from_stdin() -> list[str]:
    if sys.stdin.isatty():
        from petitcrm.cli import output

        output.say(_("Type references, one a line, then Ctrl-D:"))
    text = sys.stdin.read()
    if text.lstrip()[:1] in ("{", "["):
        return _from_json(text)
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    if lines and lines[0].split(",")[0].strip('" ') == "id":
        import csv

        return [row[0] for row in csv.reader(lines[1:])]
    return [line.split("\t")[0].strip() for line in lines]


def _from_json(text: str) -> list[str]:
    import json

    try:
        told = json.loads(text)
        records = told if isinstance(told, list) else [told]
    except ValueError:
        try:
            records = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise UsageProblem(_("What came from stdin is neither references nor JSON.")) from None
    if not all(isinstance(record, dict) and isinstance(record.get("id"), str) for record in records):
        raise UsageProblem(_("The JSON from stdin has records without an “id”."))
    return [record["id"] for record in records]


def text_or_stdin(typed: Sequence[str]) -> str:
    """Return the words typed as one text; a lone `-` stands for the text of stdin."""
    return sys.stdin.read().strip() if list(typed) == ["-"] else " ".join(typed)


def cents(typed: str) -> int | None:
    """Return an amount as cents; None where nothing was typed."""
    from petitcrm.formats.money import read_money

    return read_money(typed) if typed else None


def when(crm: Crm, typed: str) -> When | None:
    """Return the day, and perhaps the hour, said in words; None where nothing was typed."""
    from petitcrm.dates import read_when

    return read_when(typed, now=crm.now) if typed else None


def day(crm: Crm, typed: str) -> date | None:
    """Return the day said in words; None where nothing was typed."""
    told = when(crm, typed)
    return told.on if told else None


def past_instant(crm: Crm, typed: str) -> datetime | None:
    """Return the instant said in words, of the past; None where nothing was typed."""
    from petitcrm.dates import read_instant

    return read_instant(typed, now=crm.now, past=True) if typed else None


def is_none(typed: str) -> bool:
    """Tell whether a value was typed that means "take it away"."""
    return typed.strip().casefold() in ("-", "none", "aucun", "aucune")


def pairs(typed: Iterable[str]) -> dict[str, str]:
    """Return the NAME=value pairs typed; UsageProblem for what is none."""
    found: dict[str, str] = {}
    for word in typed:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise UsageProblem(_("{word} is not written NAME=value.", word=word))
        found[name.strip()] = value.strip()
    return found


def confirmed(question: str, *, yes: bool) -> bool:
    """Tell whether the person agrees; UsageProblem where nobody can be asked and --yes was not given."""
    from petitcrm.cli import output

    if yes:
        return True
    if not output.may_ask():
        raise UsageProblem(question, advice=_("Nobody can answer here: add --yes."))
    return output.ask(question).strip().casefold() in ("y", "yes", "o", "oui")


def minutes(typed: str) -> int:
    """Return a duration in minutes: 45, 45 min, 1h30, 2 h; UsageProblem for anything else."""
    told = typed.casefold().replace(" ", "").removesuffix("minutes").removesuffix("min").removesuffix("mn")
    hours, has_hours, rest = told.partition("h")
    digits = (hours, rest or "0") if has_hours else ("0", hours)
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in digits):
        raise UsageProblem(
            _("{value} is no duration.", value=typed), advice=_("Write it like 45 min, 1h30 or 2h.")
        )
    return int(digits[0]) * 60 + int(digits[1])


def told_task(crm: Crm, task_id: int) -> str:
    """Return a task in a sentence with its day as it was understood: `… · mar. 24 nov. 14:00`."""
    from petitcrm.cli.reads_sales import shown_date
    from petitcrm.store.queries import tasks

    line = tasks.sheet(crm, task_id)
    if line is None:
        return f"t{task_id}"
    day = shown_date(crm, line.due_on, line.due_time)
    again = ""
    if line.recurrence:
        from petitcrm.dates import show_recurrence

        again = show_recurrence(line.recurrence)
    return " · ".join(part for part in (line.words, day, again) if part)
