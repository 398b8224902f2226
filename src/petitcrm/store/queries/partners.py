"""Resellers and agents, with what they brought."""

from __future__ import annotations

from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.reader import Reader


class PartnerLine(Row):
    """A partner; `won_cents` is what was won through their leads, `commission_cents` what they are due of it."""

    id: int
    key: str
    name: str
    kind: str
    email: str
    commission_bp: int
    leads: int
    deals: int
    won: int
    won_cents: int

    @property
    def commission_cents(self) -> int:
        """Return what the partner is due, in cents, half a cent rounded up."""
        return (self.won_cents * self.commission_bp + 5000) // 10000


_SELECT = (
    "SELECT p.id, p.key, p.name, p.kind, p.email, p.commission_bp, count(DISTINCT l.id), count(DISTINCT d.id),"
    " count(DISTINCT CASE WHEN d.status = 'won' THEN d.id END),"
    " CAST(COALESCE((SELECT sum(w.amount_cents) FROM deals w WHERE w.status = 'won' AND w.id IN"
    " (SELECT x.deal_id FROM leads x WHERE x.partner_id = p.id)), 0) AS BIGINT)"
    " FROM partners p LEFT JOIN leads l ON l.partner_id = p.id LEFT JOIN deals d ON d.id = l.deal_id"
)


def listing(crm: Reader) -> list[PartnerLine]:
    """Return the partners by name."""
    sql = f"{_SELECT} GROUP BY p.id, p.key, p.name, p.kind, p.email, p.commission_bp ORDER BY p.name, p.id"
    return [PartnerLine(*row) for row in crm.rows(sql)]
