"""Sequences for tests: the one that is told everywhere, kept in a base, and walked by the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from petitcrm.config import Config
from petitcrm.crm import Crm, open_crm, read_crm
from petitcrm.dates import instant_text
from petitcrm.marketing import enrolments, evaluating, flow_file, sequences
from petitcrm.marketing.evaluating import Done
from petitcrm.marketing.flow import Flow, Mail, Start, Step
from petitcrm.marketing.flow_words import read_condition, read_wait
from petitcrm.marketing.sequence_mails import Room
from petitcrm.sales import consent
from petitcrm.sales.consent import Wanted
from petitcrm.store.queries import enrolments as queries
from petitcrm.store.queries.enrolments import Enrolled

SEED: dict[str, Any] = {
    "key": "relance", "name": "Relance", "purpose": "newsletter",
    "steps": [
        {"id": "a", "kind": "send"},
        {"id": "lu", "kind": "branch", "wait": "6 days", "condition": "opened a", "yes": "appel", "no": "b",
         "unknown": "encore"},
        {"id": "appel", "kind": "task", "text": "Appeler", "next": "end"},
        {"id": "b", "kind": "send", "next": "end"},
        {"id": "encore", "kind": "send", "next": "end"},
    ],
    "mails": {"a": ["Sujet A", "Bonjour"], "b": ["Sujet B", "Bonjour"], "encore": ["Encore", "Bonjour"]},
}  # fmt: skip


def text_of(**more: object) -> str:
    """Return the file of the seed's sequence, with other things said."""
    return flow_file.written(flow_of({**SEED, **more}))


def flow_of(told: dict[str, Any]) -> Flow:
    """Return a sequence as rows."""
    steps = tuple(
        Step(
            one["id"], one["kind"], one.get("next", ""), read_wait(one["wait"]) if "wait" in one else None,
            read_condition(one["condition"]) if "condition" in one else None,
            one.get("yes", ""), one.get("no", ""), one.get("unknown", ""), _told(one),
        )
        for one in told["steps"]
    )  # fmt: skip
    used = {step.says("mail") for step in steps}
    return Flow(
        told["key"], told["name"], told["purpose"], start=Start(**told.get("start", {})),
        per_day=told.get("per_day", 0), steps=steps, window=told.get("window"),
        mails=tuple(Mail(key, *words) for key, words in told["mails"].items() if key in used),
    )  # fmt: skip


def _told(one: dict[str, str]) -> tuple[tuple[str, str], ...]:
    told = {"mail": one["id"]} if one["kind"] == "send" else {}
    return tuple(
        (told | {name: one[name] for name in ("text", "tag", "list", "action") if name in one}).items()
    )


def at(config: Config, days: float = 0) -> Config:
    """Return the same firm some days later."""
    return config._replace(now=(datetime.fromisoformat(config.now) + timedelta(days=days)).isoformat())


def agree(config: Config, contact: int, purpose: str = "newsletter") -> None:
    """Let somebody agree."""
    with open_crm(config) as crm:
        consent.give(crm, contact, Wanted("email", purpose), wording="Recevoir la lettre", how="salon")


def kept(config: Config, **more: object) -> int:
    """Keep the sequence; return its number."""
    with open_crm(config) as crm:
        return sequences.add(crm, text_of(**more)).id


def begun(config: Config, sequence: int, contact: int) -> int:
    """Begin it for somebody; return their number in it."""
    with open_crm(config) as crm:
        (one,) = enrolments.start(crm, sequence, [contact])
    assert one.enrolment_id is not None, one
    return one.enrolment_id


def run(config: Config, days: float = 0, room: Room | None = None) -> Done:
    """Do what is due some days later, whoever it is for."""
    with open_crm(at(config, days)) as crm:
        evaluating.wake(crm)
        return evaluating.advance_due(crm, room or Room("shop"))


def leave(config: Config, days: float = 0) -> list[str]:
    """Let every mail that waits leave; return their subjects."""
    with open_crm(at(config, days)) as crm:
        waiting = crm.rows("SELECT id, subject FROM outbox WHERE state = 'due' ORDER BY id")
        for number, _subject in waiting:
            crm.connection.write(
                "UPDATE outbox SET state = 'sent', intent_at = :at, settled_at = :at, message_id = :mid"
                " WHERE id = :id",
                {"id": number, "at": crm.now_text, "mid": f"<o{number}@firme.example>"},
            )
    return [subject for _number, subject in waiting]


def person(config: Config, number: int) -> Enrolled:
    """Return somebody in a sequence as they are now."""
    with read_crm(config) as crm:
        return queries.some(crm, [number])[0]


def path(config: Config, number: int) -> list[tuple[str, str]]:
    """Return the steps that somebody went through, and what came of each."""
    with read_crm(config) as crm:
        return [(row.step, row.outcome) for row in queries.went(crm, [number])]


def text(crm: Crm, days: float) -> str:
    """Return an instant some days from now, as the base keeps it."""
    return instant_text(crm.now + timedelta(days=days))
