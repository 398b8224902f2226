"""Saved views: a list with its filter and its order under a name, kept in the base for all of the firm."""

from __future__ import annotations

import json

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import N_, _
from petitcrm.rows import Row
from petitcrm.sales.browsing import SORTS
from petitcrm.store.journal import dumps
from petitcrm.store.queries import settings
from petitcrm.text import clean, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm

NOUNS = ("contact", "company", "deal", "task")
_PREFIX = "view:"
_LONGEST = 60


class View(Row):
    """What a list shows: `filter` as it is typed, and its order. A `built_in` one has no id and stays as it is."""

    id: int | None
    noun: str
    name: str
    filter: str = ""
    sort: str = "name"
    descending: bool = False

    @property
    def built_in(self) -> bool:
        """Whether it comes with petitcrm."""
        return self.id is None


_BUILT_IN = (
    ("contact", N_("All contacts"), "", "name", False),
    ("contact", N_("No next step"), N_("no next step"), "amount", True),
    ("contact", N_("Silent for 30 days"), N_("silent for 30 days"), "last", False),
    ("contact", N_("Last added"), "", "created", True),
    ("company", N_("All companies"), "", "name", False),
    ("company", N_("No next step"), N_("no next step"), "amount", True),
    ("company", N_("Most open deals"), "", "amount", True),
    ("company", N_("Last added"), "", "created", True),
    ("deal", N_("Open deals"), "", "stage", False),
    ("deal", N_("No next step"), N_("no next step"), "amount", True),
    ("deal", N_("Silent too long"), "~", "silent", True),
    ("deal", N_("Expected this month"), N_("expected:month"), "expected", False),
    ("deal", N_("Won this month"), N_("status:won closed:month"), "status", True),
    ("deal", N_("Lost this month"), N_("status:lost closed:month"), "status", True),
    ("deal", N_("All lost, by reason"), N_("status:lost"), "reason", False),
    ("deal", N_("Asleep"), N_("status:asleep"), "stage", False),
    ("deal", N_("All deals, closed too"), N_("status:all"), "created", True),
    ("task", N_("To do, of everybody"), "", "due", False),
    ("task", N_("Mine"), N_("@me"), "due", False),
    ("task", N_("Late"), N_("due:late"), "due", False),
    ("task", N_("Today"), N_("due:today"), "due", False),
    ("task", N_("This week"), N_("due:week"), "due", False),
    ("task", N_("After this week"), N_("due:later"), "due", False),
    ("task", N_("Without a day"), N_("due:none"), "created", False),
    ("task", N_("Hidden until another day"), N_("status:hidden"), "due", False),
    ("task", N_("Done this week"), N_("done:week"), "state", True),
)


def built_in(noun: str) -> list[View]:
    """Return the views that come with petitcrm, in the reader's language; the first one shows all."""
    return [
        View(None, noun, _(name), _(typed) if typed else "", sort, descending)
        for of, name, typed, sort, descending in _BUILT_IN
        if of == noun
    ]


def listing(crm: Crm, noun: str) -> list[View]:
    """Return the views of a noun: those that come with petitcrm, then the firm's own by name."""
    kept = [_read(setting, noun) for setting in settings.beginning(crm, _key(noun, ""))]
    return [*built_in(noun), *(view for view in kept if view is not None)]


def save(crm: Crm, view: View) -> int:
    """Keep a view under its name, in place of the one of this name if there is one; return its id."""
    name = _checked(view.name)
    if view.noun not in NOUNS or view.sort not in SORTS[view.noun]:
        raise UsageProblem(_("There is no such list to keep."))
    known = {setting.key: setting.id for setting in settings.beginning(crm, _key(view.noun, ""))}
    key, value = _key(view.noun, name), _value(view._replace(name=name))
    with crm.act("view.saved", name=name) as act:
        if key in known:
            act.update("settings", known[key], value=value)
            return known[key]
        return act.insert("settings", key=key, value=value)


def rename(crm: Crm, view_id: int, name: str) -> None:
    """Call a view otherwise; a name that another one has is refused (rule `view-name-is-free`)."""
    view = _of_firm(crm, view_id)
    name = _checked(name)
    key = _key(view.noun, name)
    if any(one.key == key and one.id != view_id for one in settings.beginning(crm, key)):
        raise RefusedByRule("view-name-is-free", _("There is a view {name} already.", name=name))
    with crm.act("view.renamed", old=view.name, name=name) as act:
        act.update("settings", view_id, key=key, value=_value(view._replace(name=name)))


def delete(crm: Crm, view_id: int) -> None:
    """Forget a view; what it shows stays."""
    view = _of_firm(crm, view_id)
    with crm.act("view.deleted", name=view.name) as act:
        act.delete("settings", view_id)


def _of_firm(crm: Crm, view_id: int) -> View:
    for noun in NOUNS:
        for setting in settings.beginning(crm, _key(noun, "")):
            view = _read(setting, noun) if setting.id == view_id else None
            if view is not None:
                return view
    raise NotFound(_("There is no such view any more."))


def _key(noun: str, name: str) -> str:
    return f"{_PREFIX}{noun}:{fold(name)}"


def _checked(name: str) -> str:
    told = clean(name).strip()
    if not fold(told):
        raise UsageProblem(_("A view needs a name."))
    return told[:_LONGEST]


def _value(view: View) -> str:
    told = {
        "name": view.name,
        "filter": clean(view.filter).strip(),
        "sort": view.sort,
        "descending": view.descending,
    }
    return dumps(told)


def _read(setting: settings.Setting, noun: str) -> View | None:
    """Return a view as it is kept; None where another program wrote there what is none."""
    try:
        told = json.loads(setting.value)
        view = View(
            setting.id, noun, told["name"], told["filter"], told["sort"], told["descending"] is True
        )  # fmt: skip
    except (ValueError, TypeError, KeyError):
        return None
    is_one = isinstance(view.name, str) and isinstance(view.filter, str) and view.sort in SORTS[noun]
    return view if is_one else None
