"""Filling a template for one person: Jinja2 kept to what ends at once and can grow no more than what it is given.

Jinja2's sandbox does not stop `'a' * 10**9`, nor a loop in a loop. So a template may name fields, choose (`if`), say
what stands for an empty field (`default`) and change the case of letters; what multiplies, loops, calls or includes is
refused when the template is read, with its line.
"""

from __future__ import annotations

from petitcrm.errors import RefusedByRule, UsageProblem
from petitcrm.i18n import _
from petitcrm.i18n import language as spoken
from petitcrm.marketing import merge_fields
from petitcrm.marketing.wording import escaped, flat
from petitcrm.meant import did_you_mean
from petitcrm.rows import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from petitcrm.marketing.merge_fields import Subjects
    from petitcrm.store.reader import Reader

LARGEST = 100_000
"""Characters of a template."""
DEEPEST = 40
"""How deep what is between braces may be."""
_FILTERS = ("default", "d", "upper", "lower", "title", "capitalize", "trim")
_ALLOWED = (
    "Template", "Output", "TemplateData", "Name", "Getattr", "Getitem", "Const", "If", "CondExpr", "Compare", "Operand",
    "And", "Or", "Not", "Filter", "Test", "Concat",
)  # fmt: skip
_TESTS = ("defined", "undefined")
_WRITTEN = {
    "Mul": "*", "Pow": "**", "Add": "+", "Sub": "-", "Neg": "-", "Mod": "%", "Div": "/", "FloorDiv": "//", "Call": "()",
    "Assign": "set", "List": "[ ]", "Dict": "{ }", "Tuple": "( , )", "Slice": "[ : ]",
}  # fmt: skip
"""How what is refused is written, where its name in Jinja2 says nothing."""


class Unfit(UsageProblem):
    """A text that is no template: on which line, and why."""

    def __init__(self, where: str, line: int, what: str, *, advice: str = "") -> None:
        super().__init__(_("{where}, line {line}: {what}", where=where, line=line, what=what), advice=advice)
        self.line, self.what = line, what


class Bare(Row):
    """A field that a text writes with nothing to stand for it where it is empty."""

    names: tuple[str, ...]
    line: int


class Filled(Row):
    """A template filled for somebody: the subject as text, the body in Markdown."""

    subject: str
    body: str


def check(text: str, *, where: str) -> None:
    """Refuse a template that cannot be read, names no field there is, or asks for more than a mail needs.

    UsageProblem, with the line. `where` is what the text is: the subject, the body.
    """
    if len(text) > LARGEST:
        raise UsageProblem(_("{where} is too long: {n} characters at most.", where=where, n=LARGEST))
    _check(_parsed(text, where), where, 0)


def bare(text: str, *, where: str) -> list[Bare]:
    """Return the fields that a text writes outside `default` and of an `if` that asks for them, by English names."""
    return list(_bare(_parsed(text, where), frozenset()))


def fill(
    crm: Reader,
    subject: str,
    body: str,
    about: Subjects,
    *,
    language: str,
) -> Filled:
    """Return the subject and the body for somebody; RefusedByRule (`field-is-empty`) naming the field that is missing.

    Values are escaped before the Markdown is read; the subject is one line.
    """
    check(subject, where=_("The subject"))
    check(body, where=_("The body"))
    try:
        return fill_with(merge_fields.values_of(crm, about, language), subject, body)
    except Missing as missing:
        raise refusal(crm, about, missing) from None


def fill_line(crm: Reader, text: str, about: Subjects, *, language: str, where: str) -> str:
    """Return a line that people of the firm read (of a task, a title) filled for somebody, refused as `fill` does."""
    if "{" not in text:
        return text
    check(text, where=where)
    try:
        return flat(Prepared(text, where).filled(merge_fields.values_of(crm, about, language), flat))
    except Missing as missing:
        raise refusal(crm, about, missing) from None


def fill_with(values: dict[str, dict[str, object]], subject: str, body: str) -> Filled:
    """Return texts that were checked before, filled with some values; Missing where one of them is empty."""
    told: dict[str, str] = {}
    for where, text, shown in ((_("The subject"), subject, flat), (_("The body"), body, escaped)):
        try:
            told[where] = _template(text).render(_named(values, shown))
        except _Empty as empty:
            raise Missing(where, tuple(str(one) for one in empty.args)) from None
    filled, body_filled = told.values()
    return Filled(flat(filled), body_filled)


def refusal(crm: Reader, about: Subjects, missing: Missing) -> RefusedByRule:
    """Return how it is told that a field of somebody is empty, with the command that fills it."""
    noun, field, *custom = missing.path
    known = merge_fields.understood(noun, field) or (noun, field)
    references = merge_fields.references_of(crm, about)
    return RefusedByRule(
        "field-is-empty",
        _("{where} needs {field}, which is empty.", where=missing.where, field=missing.field),
        advice=merge_fields.how_to_fill(*known, references, *custom),
    )


class Missing(Exception):
    """A field that has no value was to be written: where, and how the template names it."""

    def __init__(self, where: str, path: tuple[str, ...]) -> None:
        super().__init__(where, path)
        self.where, self.path = where, path

    @property
    def field(self) -> str:
        """The field as the template names it: `contact.prenom`."""
        return ".".join(self.path)


class Prepared:
    """A text that was checked, read once to be filled for many; `mark` is what becomes of each value it puts out."""

    def __init__(self, text: str, where: str, mark: Callable[[str], str] | None = None) -> None:
        from jinja2 import nodes, pass_context

        @pass_context
        def finalized(
            _context: Any, value: object
        ) -> str:  # with its context, or constants are marked once for all
            return mark(str(value)) if mark else str(value)

        template = _make_environment(finalized if mark else None).from_string(text)
        self.where = where
        # One context for all: to make one for each mail costs more than to fill it.
        self._context, self._render = template.new_context(), template.root_render_func
        named = _parsed(text, where).find_all((nodes.Getattr, nodes.Getitem))
        paths = {tuple(names) for node in named if len(names := _names_of(node)) > 1}
        wholes = {path[:2] for path in paths if len(path) > 2}  # those of the firm's own, by their names
        self._fields = [self._place(*path) for path in sorted(paths - wholes)]

    def _place(self, called: str, field: str, *custom: str) -> tuple[_Fields, str, str, str, str]:
        """Return where the value of a field that is named goes, under which name, and which one it is."""
        told = self._context.vars.setdefault(called, _of(called))
        noun, name = merge_fields.understood(called, field) or ("", "")
        if custom:
            return told.setdefault(field, _of(called, field)), custom[0], noun, name, custom[0]
        return told, field, noun, name, ""

    def filled(self, values: Mapping[str, Mapping[str, object]], shown: Callable[[str], str]) -> str:
        """Return the text filled with some values, of which only those that it names are looked at."""
        for told, key, noun, name, custom in self._fields:
            value = values.get(noun, {}).get(name, "")
            if isinstance(value, dict):
                value = value.get(custom, "")
            told[key] = shown(str(value).strip())
        try:
            return "".join(self._render(self._context))
        except _Empty as empty:
            raise Missing(self.where, tuple(str(one) for one in empty.args)) from None


class _Empty(Exception):
    """A field that has no value was to be written: its noun, its name, and which one of the firm's own it is."""


class _Fields(dict[str, "str | _Fields"]):
    """The fields of one noun, which know whose they are."""

    path: tuple[str, ...] = ()


def _of(*path: str) -> _Fields:
    told = _Fields()
    told.path = path
    return told


def _named(values: dict[str, dict[str, object]], shown: Callable[[str], str]) -> dict[str, _Fields]:
    """Return plain texts by the names that a template may call them by, in both languages."""
    named: dict[str, _Fields] = {}
    for noun, fields in merge_fields.FIELDS.items():
        for called in (noun, merge_fields.NOUNS[noun]):
            named[called] = _fields(
                (called,),
                {
                    name: values[noun].get(field, "")
                    for field, (french, _fill) in fields.items()
                    for name in (field, french)
                },
                shown,
            )
    return named


def _fields(path: tuple[str, ...], values: Mapping[str, object], shown: Callable[[str], str]) -> _Fields:
    told = _Fields()
    told.path = path
    for name, value in values.items():
        told[name] = (
            _fields((*path, name), value, shown) if isinstance(value, dict) else shown(str(value).strip())
        )
    return told


def _parsed(text: str, where: str) -> Any:
    from jinja2 import TemplateSyntaxError

    try:
        return _environment().parse(text)
    except TemplateSyntaxError as error:
        raise _unreadable(where, error) from None
    except RecursionError:
        raise UsageProblem(_("{where} is too deep to be read.", where=where)) from None


def _unreadable(where: str, error: Any) -> Unfit:
    """Return why a text cannot be read; Jinja2 says it in English, and of what it looked for."""
    if "looking for" in str(error.message) and "endif" in str(error.message):
        return Unfit(where, error.lineno, _("a choice is begun, and not ended."), advice="{% endif %}")
    example = "{{ contact.prenom }}" if spoken() == "fr" else "{{ contact.first_name }}"
    return Unfit(where, error.lineno, _("a field is written {example}.", example=example))


def _check(node: Any, where: str, depth: int) -> None:
    kind = type(node).__name__
    if kind not in _ALLOWED or depth > DEEPEST:
        raise _refused(node, where, kind)
    if (kind == "Filter" and node.name not in _FILTERS) or (kind == "Test" and node.name not in _TESTS):
        raise _refused(node, where, node.name)
    if kind in ("Getattr", "Getitem", "Name"):
        _check_field(node, where)
        return
    for child in node.iter_child_nodes():
        _check(child, where, depth + 1)


def _refused(node: Any, where: str, what: str) -> Unfit:
    return Unfit(
        where,
        node.lineno,
        _("a template has no “{what}”.", what=_WRITTEN.get(what, what.lower())),
        advice=_("It may name fields, choose with if, and use: {names}", names=", ".join(_FILTERS)),
    )


def _check_field(node: Any, where: str) -> None:
    """Refuse what names no field: its nearest one is told."""
    names = _names_of(node)
    known = merge_fields.understood(*names[:2]) if len(names) in (2, 3) else None
    if known and (len(names) == 3) == (known[1] == "custom"):
        return
    shown = ".".join(names) or "?"
    fields = [*merge_fields.every_name("fr"), *merge_fields.every_name("en")]
    whole = next((one for one in fields if one.endswith(f".{shown}")), shown)
    raise Unfit(
        where,
        node.lineno,
        _("there is no field {field}.", field=shown),
        advice=did_you_mean(whole, fields, "petitcrm template fields"),
    )


def _bare(node: Any, asked: frozenset[tuple[str, ...]]) -> Iterator[Bare]:
    kind = type(node).__name__
    if kind in ("If", "CondExpr"):
        known = asked | frozenset(_fields_in(node.test))
        yield from (found for child in _children(node) for found in _bare(child, known))
    elif kind in ("Name", "Getattr", "Getitem"):
        names = _english(_names_of(node))
        if names and names not in asked:
            yield Bare(names, node.lineno)
    else:
        is_stood_for = kind == "Filter" and node.name in ("default", "d")
        written = node.args if is_stood_for else node.iter_child_nodes()
        yield from (found for child in written for found in _bare(child, asked))


def _children(node: Any) -> list[Any]:
    """Return what a choice may write, not what it asks."""
    return [child for child in node.iter_child_nodes() if child is not node.test]


def _fields_in(node: Any) -> Iterator[tuple[str, ...]]:
    if names := _english(_names_of(node)):
        yield names
        return
    for child in node.iter_child_nodes():
        yield from _fields_in(child)


def _english(names: list[str]) -> tuple[str, ...]:
    known = merge_fields.understood(*names[:2]) if len(names) > 1 else None
    return (*known, *names[2:]) if known else ()


def _names_of(node: Any) -> list[str]:
    """Return the words of `contact.first_name`, none where something else is between the dots."""
    kind = type(node).__name__
    if kind == "Name":
        return [str(node.name)]
    if kind == "Getattr":
        above = _names_of(node.node)
        return [*above, str(node.attr)] if above else []
    if kind == "Getitem" and type(node.arg).__name__ == "Const":
        above = _names_of(node.node)
        return [*above, str(node.arg.value)] if above else []
    return []


_MOST_READ = 8
_read: dict[str, Any] = {}


def _template(text: str) -> Any:
    """Return a text made ready to be filled; the last few are kept, for a mailing fills one for everybody."""
    if text not in _read:
        if len(_read) >= _MOST_READ:
            _read.clear()
        _read[text] = _environment().from_string(text)
    return _read[text]


_made: list[Any] = []


def _environment() -> Any:
    """Make the reader of templates once: importing Jinja2 costs 40 ms."""
    if not _made:
        _made.append(_make_environment())
    return _made[0]


def _make_environment(finalize: Any = None) -> Any:
    from jinja2 import Undefined
    from jinja2.sandbox import SandboxedEnvironment

    class Blank(Undefined):
        """An empty field: false where it is asked for, refused where it would be written."""

        def __str__(self) -> str:
            raise _Empty(*self._undefined_obj.path, self._undefined_name)

    class Reader(SandboxedEnvironment):
        """Fields by their names only; what is empty is missing."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:
            value = obj.get(argument, "")
            return Blank(obj=obj, name=argument) if value == "" else value

    return Reader(undefined=Blank, autoescape=False, keep_trailing_newline=True, finalize=finalize)
