"""Texts written once, to be filled for each person: kept by a key, in French, in English, or in both."""

from __future__ import annotations

from petitcrm.errors import NotFound, RefusedByRule, UsageProblem
from petitcrm.i18n import LANGUAGES, _, language
from petitcrm.marketing import fenced, filling
from petitcrm.marketing.fenced import read_key
from petitcrm.rows import Row
from petitcrm.store.queries import templates as queries
from petitcrm.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.crm import Crm
    from petitcrm.marketing.filling import Filled
    from petitcrm.marketing.merge_fields import Subjects
    from petitcrm.store.queries.templates import Template
    from petitcrm.store.reader import Reader

_HEADER = ("key", "name", "subject", "lang")
EXAMPLES = ("relance-devis", "prise-de-contact", "remerciement")
"""What is offered to begin with, each in French and in English; imposed on nobody."""


class Text(Row):
    """A template as a person writes it. `lang` is the language of whom it is for."""

    key: str
    name: str
    subject: str
    body: str
    lang: str = "fr"


def add(crm: Crm, text: Text) -> str:
    """Keep a template; return its key. One that has this key in this language already is refused."""
    told = _checked(text)
    if _in(queries.of_key(crm, told.key), told.lang):
        raise RefusedByRule(
            "template-exists",
            _("There is a template {key} in this language already.", key=told.key),
            advice=f"petitcrm template edit {told.key} --lang {told.lang}",
        )
    with crm.act("template.added", name=told.name) as act:
        act.insert("templates", **told._asdict(), created_at=crm.now_text)
    return told.key


def edit(crm: Crm, key: str, lang: str, text: Text) -> bool:
    """Write a template anew, its key and language as they are; tell whether anything is different now."""
    found = of(crm, key, lang)
    told = _checked(text._replace(key=found.key, lang=found.lang))
    with crm.act("template.edited", name=told.name) as act:
        return act.update("templates", found.id, **told._asdict())


def delete(crm: Crm, key: str, lang: str = "") -> int:
    """Forget a template, in one language or in all; mails that were made from it stay. Return how many there were."""
    found = [one for one in queries.of_key(crm, key) if lang in ("", one.lang)]
    if not found:
        raise _no_template(crm, key)
    with crm.act("template.deleted", name=found[0].name) as act:
        for one in found:
            act.delete("templates", one.id)
    return len(found)


def of(crm: Reader, key: str, lang: str = "") -> Template:
    """Return a template in a language, or in the reader's own, or in the one it has; NotFound with those there are."""
    known = queries.of_key(crm, key)
    found = _in(known, lang or language()) or ([] if lang else known)
    if not found:
        raise _no_template(crm, key)
    return found[0]


def preview(crm: Reader, template: Template, about: Subjects) -> Filled:
    """Return a template filled for somebody; RefusedByRule naming the first field that is empty."""
    return filling.fill(crm, template.subject, template.body, about, language=template.lang)


def read(text: str, *, name: str) -> Text:
    """Return the template of a file: a header in TOML between two lines of `+++`, then the body.

    What the header does not say is taken from the name of the file: `relance.fr.md`. UsageProblem where it is none.
    """
    told, body = fenced.read(text, name=name, keys=dict.fromkeys(_HEADER, str))
    stem, _dot, _end = name.rpartition("/")[2].removesuffix(".md").removesuffix(".txt").partition(".")
    return Text(
        told.get("key", "") or stem, told.get("name", "") or stem, told.get("subject", ""), body,
        told.get("lang", "") or (_end if _end in LANGUAGES else language()),
    )  # fmt: skip


def written(text: Template | Text) -> str:
    """Return a template as the file that `read` reads."""
    head = (f"{name} = {fenced.quoted(getattr(text, name))}" for name in ("key", "lang", "name", "subject"))
    return fenced.written("\n".join(head), text.body)


def example(key: str, lang: str) -> Text:
    """Return one of the templates that are offered."""
    from importlib.resources import files

    if key not in EXAMPLES:
        raise NotFound(_("There is no example {key}.", key=key), advice=", ".join(EXAMPLES))
    name = f"{key}.{lang if lang in LANGUAGES else 'fr'}.md"
    return read((files("petitcrm.data") / "templates" / name).read_text(encoding="utf-8"), name=name)


def _checked(text: Text) -> Text:
    key = read_key(text.key)
    if not key:
        raise UsageProblem(_("A template needs a key: letters, figures and hyphens."))
    if text.lang not in LANGUAGES:
        raise UsageProblem(_("petitcrm speaks fr and en, not {lang}.", lang=text.lang))
    subject, body = " ".join(clean(text.subject).split()), clean(text.body).strip() + "\n"
    if not subject or not body.strip():
        raise UsageProblem(_("A template needs a subject and a body."))
    filling.check(subject, where=_("The subject"))
    filling.check(body, where=_("The body"))
    return Text(key, " ".join(clean(text.name).split()) or key, subject, body, text.lang)


def _in(known: list[Template], lang: str) -> list[Template]:
    return [one for one in known if one.lang == lang]


def _no_template(crm: Reader, key: str) -> NotFound:
    known = sorted({one.key for one in queries.listing(crm)})
    return NotFound(
        _("There is no template {key}.", key=key),
        advice=_("Templates: {names}", names=", ".join(known))
        if known
        else _("None is kept yet. Examples: {names}", names=", ".join(EXAMPLES)),
    )
