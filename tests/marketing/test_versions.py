"""Versions of a sequence: a step that has no name keeps the one it was called by, whoever is at it goes on."""

from __future__ import annotations

import pytest

from petitcrm.config import Config
from petitcrm.crm import open_crm, read_crm
from petitcrm.marketing import sequences
from tests.marketing.test_flow_file import UNNAMED
from tests.support.firm import Firm
from tests.support.sequences import at, begun, leave, run

LETTER = UNNAMED.replace('"service"', '"service"\nfenetre = "toujours"')
MORE = LETTER.replace('[[etape]]\nenvoyer = "a"', '[[etape]]\netiqueter = "été"\n[[etape]]\nenvoyer = "a"')


def text_kept(config: Config) -> str:
    """Return the text of the last version."""
    with read_crm(config) as crm:
        return str(crm.rows("SELECT text FROM sequence_versions ORDER BY version DESC LIMIT 1")[0][0])


def added(config: Config, text: str) -> sequences.Added:
    """Keep a sequence, or another version of it."""
    with open_crm(config) as crm:
        return sequences.add(crm, text)


def waiting(config: Config, firm: Firm, sequence: int) -> None:
    """Let somebody come to the pause of two days."""
    begun(config, sequence, firm.contact)
    run(config)
    leave(config)
    run(config, 0.1)


def plan(config: Config, sequence: int, version: int) -> list[tuple[str, str, str]]:
    """Return who could be moved to a version: from which step to which, and why not."""
    with read_crm(config) as crm:
        return [(one.step, one.to, one.why) for one in sequences.plan(crm, sequence, version)]


def test_the_names_of_steps_are_kept_with_a_version(config: Config, firm: Firm) -> None:
    added(config, LETTER)
    kept = text_kept(config)
    assert 'id = "attente-2"' in kept and 'id = "tache-3"' in kept
    again = added(config, LETTER)
    assert (again.version, again.is_other) == (1, False)
    assert added(config, kept).is_other is False


def test_whoever_is_at_a_step_goes_on_there_when_the_kept_text_gets_a_step_above(
    config: Config, firm: Firm
) -> None:
    sequence = added(config, LETTER).id
    waiting(config, firm, sequence)
    more = text_kept(config).replace('tache = "Appeler"', 'tache = "Appeler vite"')
    more = more.replace("[[ etape ]]", '[[etape]]\nattendre = "1 jour"\n[[ etape ]]')
    assert added(config, more).version == 2
    assert 'id = "attente-3"' in text_kept(config)
    assert plan(config, sequence, 2) == [("attente-2", "attente-2", "")]


@pytest.mark.parametrize("more", [LETTER.replace("Bonjour", "Bonsoir"), LETTER.replace('"vu"', '"lu"')])
def test_a_version_that_was_kept_without_names_keeps_those_it_had_and_so_do_the_next_ones(
    config: Config, firm: Firm, more: str
) -> None:
    older = LETTER.replace("tache-3", "task-3")
    sequence = added(config, LETTER).id
    with open_crm(config) as crm:
        crm.connection.write("UPDATE sequence_versions SET text = :text", {"text": older})
    waiting(config, firm, sequence)
    with read_crm(config) as crm:
        assert [one.id for one in sequences.flow_of(crm, 1).steps][1:3] == ["wait-2", "task-3"]
    assert added(config, more.replace("tache-3", "task-3")).version == 2
    assert 'id = "task-3"' in text_kept(config)
    assert plan(config, sequence, 2) == [("wait-2", "wait-2", "")]
    with open_crm(at(config, 1)) as crm:
        assert sequences.migrate(crm, sequence, 2) == 1
    run(config, 2.2)
    with read_crm(config) as crm:
        assert crm.rows("SELECT text FROM tasks WHERE text = 'Appeler'") == [("Appeler",)]
