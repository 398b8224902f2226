"""Mail read into a base, beside Python's parser that stores nothing; the day and a timeline with a lot of it."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from benchmarks import importing
from benchmarks.commands import PETITCRM, clock
from benchmarks.stopwatch import Command, Run, run
from benchmarks.verdicts import Line, Part

PEER = (sys.executable, str(Path(__file__).parent / "peers" / "parse_mail.py"))
PEOPLE = 1_000
FEW = 1_000
READS = {
    "timeline": ("timeline", "p7@firme7.example"),
    "today": ("today",),
    "mail thread": ("mail", "thread", "p7@firme7.example"),
    "mail unmatched": ("mail", "unmatched"),
    "mail sync, nothing new": ("mail", "sync"),
}
_TEXT = """Bonjour,

Merci pour votre envoi du dossier n° {number}. Pourriez-vous nous confirmer la date de passage de l’équipe, et le
montant hors taxes de la main-d’œuvre ? La chaudière actuelle a été posée en 2009 ; nous hésitons avec une pompe.

Bien cordialement,

--\x20
Personne {who}
Société {who} · 02 41 00 00 00

Le lun. 2 nov. 2026 à 08:00, Firme <contact@firm.example> a écrit :
> Bonjour,
> Veuillez trouver ci-joint notre proposition, valable trente jours.
> Elle comprend la dépose, la pose, la mise en service et deux visites d’entretien.
"""


def read_in(mails: int, many: int, rounds: int, work: Path) -> Part:
    """Time `mail sync` of a Maildir of `mails` mails, and what is read of `many` beside the same of a thousand."""
    box, base = _maildir(work, mails), work / "mail.db"
    ours: list[Run] = []
    theirs: list[Run] = []
    for _ in range(rounds):
        _begin(base, work)
        theirs.append(run(Command((*PEER, str(box))), {}))
        ours.append(run(_sync(), _environment(base, box)))
    importing.forget(base)
    mean = median(one.seconds for one in ours)
    line = Line(f"mail sync, {mails:,} mails", mean, "stdlib, parsed alone", median(one.seconds for one in theirs), 0.5,
                at_least=True)  # fmt: skip
    lines = [line, *_reads(many, rounds, work)]
    return Part(f"Mail: {mails:,} read, {many:,} kept", lines, [f"{mails / mean:,.0f} mails/s stored."])


def _reads(many: int, rounds: int, work: Path) -> list[Line]:
    """Return what the reads of a base full of mail take, beside those of one with a thousand."""
    taken: dict[int, dict[str, float]] = {}
    for size in (FEW, many):
        box, base = _maildir(work, size), work / f"mail-{size}.db"
        if not base.exists():
            _begin(base, work)
            run(_sync(), _environment(base, box))
        taken[size] = {
            name: median(
                run(Command((PETITCRM, *words)), _environment(base, box)).seconds
                for _ in range(max(rounds, 3))
            )
            for name, words in READS.items()
        }
    return [
        Line(f"{name}, {many:,} mails", taken[many][name], f"{FEW:,} mails", taken[FEW][name],
             None if "sync" in name else 1.5)
        for name in READS
    ]  # fmt: skip


def _sync() -> Command:
    return Command((PETITCRM, "mail", "sync"), may_exit=(0, 3))


def _environment(base: Path, box: Path) -> dict[str, str]:
    config = base.parent / f"{box.name}.toml"
    config.write_text(
        f'[mail.accounts.shop]\naddress = "contact@firm.example"\nmaildir = "{box}"\n', encoding="utf-8"
    )
    return {**clock(base), "PETITCRM_CONFIG": str(config)}


def _begin(base: Path, work: Path) -> None:
    """Make the base of a firm that knows a thousand people."""
    importing.forget(base)
    importing.begin(base)
    path = work / "mail-people.csv"
    rows = [f"Personne {number};p{number}@firme{number}.example;Société {number}" for number in range(PEOPLE)]
    path.write_text("\n".join(("Nom;E-mail;Société", *rows)), encoding="utf-8")
    run(Command((PETITCRM, "import", str(path)), may_exit=(0, 3)), clock(base))


def _maildir(work: Path, mails: int) -> Path:
    """Return a Maildir of ordinary mails: two parts, a quote and a signature, four in five of known people."""
    box = work / f"maildir-{mails}"
    if not (box / "tmp").exists():
        for part in ("cur", "new", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
        for number in range(mails):
            (box / "new" / f"{1_700_000_000 + number}.M{number}P1.host").write_bytes(_mail(number))
    return box


def _mail(number: int) -> bytes:
    from base64 import b64encode

    who = number % (PEOPLE * 5 // 4)
    text = _TEXT.format(number=number, who=who)
    shown = "".join(f"<p>{line}</p>" for line in text.splitlines())
    plain, marked = b64encode(text.encode()).decode(), b64encode(shown.encode()).decode()
    answered = f"In-Reply-To: <{number - 1}@mail.example>\r\nReferences: <{number - 1}@mail.example>\r\n"
    return (
        f"Return-Path: <p{who}@firme{who}.example>\r\nReceived: from mx{who % 7}.example by firm.example; now\r\n"
        f"From: =?utf-8?q?H=C3=A9l=C3=A8ne_Personne_{who}?= <p{who}@firme{who}.example>\r\nTo: contact@firm.example\r\n"
        f"Subject: =?utf-8?q?Chaudi=C3=A8re_n=C2=B0_{number}?=\r\nMessage-ID: <{number}@mail.example>\r\n"
        f"{answered if number % 3 == 0 and number else ''}"
        f"Date: Mon, 02 Nov 2026 {number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02} +0100\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b1\r\n\r\n"
        f"--b1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{plain}\r\n"
        f"--b1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{marked}\r\n"
        "--b1--\r\n"
    ).encode()
