"""A program that feeds the readers of files with what nobody would write, and keeps what they did not take well.

    python -m tests.trust.fuzzing PARSER [--seconds 60] [--seed 1] [--finds FOLDER] [--guided]

PARSER is one of NAMES, or `all`, in turn. An input ends well with a result or an error of ours; a find
is any other exception, two seconds of work, 256 MiB of memory, or the end of the process. Each is made as small as it
can be and saved with its trace, once for each place it comes from. `--guided` follows what the inputs reach in the code
and needs atheris (`pip install atheris`); it is some times slower. The result is one JSON object on the output.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.memory import in_memory
from tests.trust.fuzz_mutations import LONGEST, WORDS, mutated

NAMES = (
    "csv", "encodings", "spreadsheets", "vcard", "json", "addresses", "base", "dump", "headers", "cells", "sequence",
    "import",
)  # fmt: skip
"""The parsers of fuzz_targets, which is imported late: it brings all that is to be instrumented."""

SECONDS = 2
MEMORY = 256 << 20
_MINIMISING = 20  # seconds for each find
_SILENCE = 60
_KEPT = 2_000


class TooSlow(BaseException):
    """An input took more work than any may."""


class Watch:
    """One parser under watch: what was tried, and what it did not take well."""

    def __init__(self, wish: Wish) -> None:
        from tests.trust import fuzz_targets

        self._name, self._finds, self._told = wish.parser, wish.finds, fuzz_targets
        self._parser = fuzz_targets.PARSERS[wish.parser]
        self.words = WORDS[self._parser.words]
        self.seeds = fuzz_targets.seeds_of(self._parser)
        self.chance = random.Random(wish.seed)
        self.executions = 0
        self.slowest = 0.0
        self.found: set[str] = set()
        self.on_trial: Callable[[bytes], None] = lambda data: None
        signal.signal(signal.SIGVTALRM, _too_slow)

    def trial(self, data: bytes) -> None:
        """Give one input to the parser, and keep it where it does not end well."""
        self.executions += 1
        self.on_trial(data)
        began = time.process_time()
        fault = self._fault(data)
        self.slowest = max(self.slowest, time.process_time() - began)
        if fault and fault[0] not in self.found:
            self.found.add(fault[0])
            self._keep(self._smaller(data, fault[0]), *fault)

    def _fault(self, data: bytes) -> tuple[str, str] | None:
        from petitcrm.errors import CrmError

        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            self._parser.read(data)
        except CrmError as error:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            return self._untold(error)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            return _place_of(error), "".join(traceback.format_exception(error))
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return None

    def _untold(self, error: Any) -> tuple[str, str] | None:
        try:
            self._told.told(error)
        except Exception as fault:
            return _place_of(fault), "".join(traceback.format_exception(fault))
        return None

    def _smaller(self, data: bytes, place: str) -> bytes:
        """Take pieces away, ever smaller ones, as long as the same fault comes from the same place."""
        until, size = time.monotonic() + _MINIMISING, max(1, len(data) // 2)
        while size and time.monotonic() < until:
            at = 0
            while at < len(data) and time.monotonic() < until:
                shorter = data[:at] + data[at + size :]
                fault = self._fault(shorter)
                if fault and fault[0] == place:
                    data = shorter
                else:
                    at += size
            size //= 2
        return data

    def _keep(self, data: bytes, place: str, trace: str) -> None:
        name = f"{self._name}-{''.join(sign if sign.isalnum() else '-' for sign in place)}"
        (self._finds / f"{name}.bin").write_bytes(data)
        (self._finds / f"{name}.txt").write_text(f"{data[:2000]!r}\n\n{trace}", "utf-8", "replace")


def _too_slow(_signal: int, _frame: object) -> None:
    raise TooSlow


def _place_of(error: BaseException) -> str:
    """Say what was raised, and by which line of ours; slowness is raised wherever the clock finds it."""
    if isinstance(error, TooSlow | MemoryError | RecursionError):
        frames = [one for one in traceback.extract_tb(error.__traceback__) if "/petitcrm/" in one.filename][
            -3:-1
        ]
        return f"{type(error).__name__} {' '.join(one.name for one in frames)}"
    ours = [
        one
        for one in traceback.extract_tb(error.__traceback__)
        if "petitcrm" in one.filename or "trust" in one.filename
    ]
    last = ours[-1]
    return f"{type(error).__name__} {Path(last.filename).name} {last.lineno}"


def _limited() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _loop(watch: Watch, seconds: float) -> None:
    """Try the seeds, then their children and the children of those, at random."""
    until = time.monotonic() + seconds
    pool = list(watch.seeds)
    watch.chance.shuffle(pool)
    for seed in pool:
        if time.monotonic() < until:
            watch.trial(seed)
    while time.monotonic() < until:
        data = mutated(watch.chance.choice(pool), watch.seeds, watch.words, watch.chance)
        watch.trial(data)
        if watch.chance.random() < 0.02:
            pool[watch.chance.randrange(len(pool))] = data
            pool[watch.chance.randrange(len(pool))] = watch.chance.choice(watch.seeds)


def _guided(watch: Watch, folder: Path) -> None:
    """Have libFuzzer choose which inputs are worth changing further, until `on_trial` ends the process."""
    import atheris

    begun = Path(tempfile.mkdtemp(dir=folder))
    for number, seed in enumerate(watch.seeds):
        (begun / str(number)).write_bytes(seed)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        if seed % 2:
            return bytes(atheris.Mutate(data, most))
        return mutated(data, watch.seeds, watch.words, random.Random(seed))[:most]

    options = [f"-max_len={LONGEST}", "-rss_limit_mb=0", "-timeout=600", "-verbosity=0"]
    seed = f"-seed={watch.chance.randrange(1, 1 << 31)}"
    atheris.Setup([sys.argv[0], *options, seed, str(begun)], watch.trial, custom_mutator=mutate)
    atheris.Fuzz()


class Wish(NamedTuple):
    """What is to be fuzzed, for how long, from which number, where finds go, and whether libFuzzer guides."""

    parser: str
    seconds: float
    seed: int
    finds: Path
    guided: bool


def fuzz(wish: Wish) -> dict[str, Any]:
    """Watch one parser in processes of its own, begun anew where one dies; return what was tried and found."""
    wish.finds.mkdir(parents=True, exist_ok=True)
    shared, before = mmap.mmap(-1, LONGEST * 8), os.times()
    until, tried, slowest, found = time.monotonic() + wish.seconds, 0, 0.0, set[str]()
    told: dict[str, Any] = {}
    with in_memory() as folder:
        while not told.get("is_over") and (left := until - time.monotonic()) > 0:
            told, status = _in_child(wish._replace(seconds=left), shared, folder)
            tried += told.get("executions", 0)
            slowest = max(slowest, told.get("slowest", 0.0))
            found.update(told.get("found", ()))
            if not told.get("is_over"):
                found.add(f"died {status}")
                (wish.finds / f"{wish.parser}-died-{wish.seed}.bin").write_bytes(_last(shared))
            wish = wish._replace(seed=wish.seed + 1)
    worked = os.times()
    return {
        "parser": wish.parser, "seconds of work": round(worked[2] + worked[3] - before[2] - before[3]),
        "executions": tried, "slowest": round(slowest, 2), "finds": sorted(found),
    }  # fmt: skip


def _in_child(wish: Wish, shared: mmap.mmap, folder: Path) -> tuple[dict[str, Any], int]:
    """Start one process and listen to it until it ends; return what it told last, and how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(wish, writing, shared, folder)
    os.close(writing)
    return _heard(child, reading)


def _child(wish: Wish, writing: int, shared: mmap.mmap, folder: Path) -> None:
    """Do the work of one process, telling how far it is from time to time, and leave."""
    fuzz_targets = _imported(guided=wish.guided)
    fuzz_targets.lend(folder)
    watch, told_at, until = Watch(wish), [0.0], time.monotonic() + wish.seconds

    def tell(is_over: bool = False) -> None:
        told = {"executions": watch.executions, "slowest": watch.slowest, "found": sorted(watch.found)}
        os.write(writing, json.dumps({**told, "is_over": is_over}).encode() + b"\n")

    def on_trial(data: bytes) -> None:
        shared[:8] = len(data).to_bytes(8, "little")
        shared[8 : 8 + len(data)] = data
        now = time.monotonic()
        if wish.guided and now > until:  # libFuzzer would end the process without a word
            tell(True)
            os._exit(0)
        if now > told_at[0] + 1:
            told_at[0] = now
            tell()

    watch.on_trial = on_trial
    _limited()
    try:
        if wish.guided:
            _guided(watch, folder)
        _loop(watch, wish.seconds)
        tell(True)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _imported(*, guided: bool) -> Any:
    """Import the parsers, each branch of theirs counted where libFuzzer is to guide."""
    if guided:
        import atheris

        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # it tells of every module
        with atheris.instrument_imports(include=["petitcrm"]):
            from tests.trust import fuzz_targets
    else:
        from tests.trust import fuzz_targets
    return fuzz_targets


def _heard(child: int, reading: int) -> tuple[dict[str, Any], int]:
    """Listen to a child until it ends; one that says nothing for long is killed."""
    import select

    told: dict[str, Any] = {}
    buffer = b""
    while True:
        if not select.select([reading], [], [], _SILENCE)[0]:
            os.kill(child, signal.SIGKILL)
        piece = os.read(reading, 1 << 16)
        if not piece:
            break
        *lines, buffer = (buffer + piece).split(b"\n")
        told = json.loads(lines[-1]) if lines else told
    os.close(reading)
    return told, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _last(shared: mmap.mmap) -> bytes:
    return bytes(shared[8 : 8 + int.from_bytes(shared[:8], "little")])


def main() -> None:
    """Fuzz the parser that the words name."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("parser", choices=[*NAMES, "all"])
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--finds", type=Path, default=Path(tempfile.gettempdir()) / "petitcrm-finds")
    asked.add_argument("--guided", action="store_true")
    told = asked.parse_args()
    for name in NAMES if told.parser == "all" else [told.parser]:
        wish = Wish(name, told.seconds, told.seed, told.finds, told.guided)
        print(json.dumps(fuzz(wish)), flush=True)


if __name__ == "__main__":
    main()
