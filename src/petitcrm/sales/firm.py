"""The firm itself: what it is called, and how it begins to sell."""

from __future__ import annotations

from petitcrm.i18n import _
from petitcrm.rows import Row
from petitcrm.store.queries import firm as queries
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm


class Begun(Row):
    """What `begin` did: whether name or address are others, and which pipeline has new stages (None: none has)."""

    renamed: bool
    pipeline_id: int | None
    added: bool
    """Whether it is a pipeline more, because the first one has a past."""


def rename(crm: Crm, name: str) -> bool:
    """Call the firm `name` (empty: no name); tell whether it was called otherwise."""
    return _set(crm, "firm.named", queries.NAME, queries.name(crm), name)


def place(crm: Crm, address: str) -> bool:
    """Say where the firm is, as its mailings tell it (empty: nowhere); tell whether it was elsewhere."""
    return _set(crm, "firm.placed", queries.ADDRESS, queries.address(crm), address)


def begin(crm: Crm, *, name: str | None = None, address: str | None = None, template: str = "") -> Begun:
    """Say what the firm is called, where it is and how it sells, in one gesture; what is left out stays as it is.

    The first pipeline gets the stages of the template where nothing ever was in it, else a pipeline is added.
    """
    from petitcrm.sales import pipelines
    from petitcrm.store.queries import pipelines as known

    renamed = name is not None and rename(crm, name)
    renamed = (address is not None and place(crm, address)) or renamed
    first = known.first(crm)
    if not template:
        return Begun(renamed, None, False)
    if first is None or known.has_been_used(crm, first):
        return Begun(renamed, pipelines.add(crm, template=template), True)
    changed = pipelines.begin_with(crm, first, template)
    return Begun(renamed, first if changed else None, False)


def _set(crm: Crm, kind: str, key: str, before: str, value: str) -> bool:
    value = " ".join(clean(value).split())
    if value == before:
        return False
    with crm.act(kind, name=value or _("(no name)")) as act:
        known = queries.setting_id(crm, key)
        if not value and known is not None:
            act.delete("settings", known)
        elif known is not None:
            act.update("settings", known, value=value)
        else:
            act.insert("settings", key=key, value=value)
    return True
