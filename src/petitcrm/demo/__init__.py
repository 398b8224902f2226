"""A believable small firm to try petitcrm on: a heating installer of Anjou, with a year of history behind it.

Eight people, boilers, heat pumps, air conditioning and maintenance contracts. Everybody is invented: telephones are in
the ranges that ARCEP keeps for fiction, addresses in the domains that RFC 2606 keeps for examples, communes are real,
and companies have no SIREN, since there is no range of numbers that belongs to nobody.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.config import Config


def seed(config: Config, *, seed: int = 7, size: int = 1, team: bool = False) -> None:
    """Fill the empty base of `config` with a year of the firm's life; the same seed and clock give the same rows.

    Every past gesture goes through the verbs, at its own instant and as its own batch, so that the journal, the
    timelines and undo are those of a base that was lived in. `size` multiplies contacts, deals, leads and the day.
    With `team` three people keep the base and share its leads by territories; without, one who sees nothing of that.
    Raise RefusedByRule (`demo-needs-an-empty-base`) where there are contacts already.
    """
    from petitcrm.crm import open_crm
    from petitcrm.demo import telling

    with open_crm(config) as crm:
        telling.tell(crm, seed=seed, size=max(1, size), team=team)
