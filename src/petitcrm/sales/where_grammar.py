"""How a condition on people is written: cut into words and signs and put in order, with nothing of the base.

ville = Rennes et (tag = vip ou affaires gagnées > 0) et pas dernier contact < il y a 90 jours
"""

from __future__ import annotations

import re

from petitcrm.errors import UsageProblem
from petitcrm.i18n import _
from petitcrm.meant import did_you_mean
from petitcrm.rows import Row
from petitcrm.text import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST = 4_000
DEEPEST = 40
MOST_VALUES = 200
_AND = frozenset(("and", "et", "&"))
_OR = frozenset(("or", "ou", "|"))
_NOT = frozenset(("not", "pas", "non"))
_HAS = frozenset(("has", "a", "avec", "with"))
_LACKS = frozenset(("without", "sans"))
_ARTICLES = frozenset(("a", "an", "un", "une", "the", "le", "la", "les", "du", "de", "des"))
_WORDS = {
    "is": "=", "est": "=", "contains": "~", "contient": "~", "since": ">=", "depuis": ">=", "before": "<",
    "avant": "<", "after": ">", "apres": ">", "in": "in", "dans": "in", "parmi": "in",
    "known": "known", "connu": "known", "connue": "known", "unknown": "unknown", "inconnu": "unknown",
    "inconnue": "unknown",
}  # fmt: skip
TELLING = frozenset((*_WORDS, *_HAS, *_LACKS))
"""Words without one of which, or a sign, nothing is a condition."""
SIGNS = ("=", "!=", "<", ">", "<=", ">=", "~", "!~", "in", "known", "unknown")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|«[^»]*»|“[^”]*”|(?<!\w)'[^']*'(?!\w))|(?P<sign>!=|<>|≠|<=|>=|≤|≥|!~|[=<>~(),])"
    r"|(?P<word>[^\s\"«“=<>~(),!≠≤≥]+)|(?P<strange>\S))"
)
_SAME = {"<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}


class ConditionProblem(UsageProblem):
    """A condition that cannot be read, or names what is not there; its message begins with the line and column."""

    what = ""
    """The message without its place, for a condition that stands in another one."""


class Test(Row):
    """One fact that is looked at: the key of its field, the sign, and the values as typed. `at` are places in the text.

    `name` is what a field of the firm's own is called, or "".
    """

    field: str
    sign: str
    values: tuple[str, ...]
    name: str = ""
    at: int = 0
    value_at: int = 0


class Joined(Row):
    """Conditions of which all must hold (`and`) or one of which will do (`or`)."""

    word: str
    parts: tuple[Node, ...]


class Not(Row):
    """A condition that must not hold."""

    part: Node


if TYPE_CHECKING:
    Node = Test | Joined | Not


class _Token(Row):
    kind: str
    text: str
    at: int


def parse(text: str, names: Mapping[str, str], own: tuple[str, ...] = ("custom.", "champ.")) -> Node:
    """Return the condition that a text is; `names` are the folded names of fields by which a test may begin.

    UsageProblem tells the line, the column, the word, and what to write.
    """
    return _Parser(text, names, own).whole()


def problem(text: str, at: int, message: str, advice: str = "") -> ConditionProblem:
    """Return what is wrong at a place of a condition, said with its line and column."""
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    found = ConditionProblem(
        _("Condition, line {line}, column {column}: {problem}", line=line, column=column, problem=message),
        advice=advice,
    )
    found.what = message
    return found


class _Parser:
    def __init__(self, text: str, names: Mapping[str, str], own: tuple[str, ...]) -> None:
        if len(text) > LONGEST:
            raise UsageProblem(_("A condition has {n} characters at most.", n=LONGEST))
        self.text = text
        self.names = names
        self.own = own
        self.longest = max(name.count(" ") + 1 for name in names)
        self.depth = 0
        self.tokens = self._cut()
        self.place = 0

    def whole(self) -> Node:
        if self._ends():
            raise self._wrong(
                _("nothing is asked."), _("Write for example: {example}", example=_("city = Rennes"))
            )
        found = self._either()
        if not self._ends():
            token = self._token()
            if token.text == ")":
                raise self._wrong(_("this parenthesis closes nothing."))
            raise self._wrong(
                _("“{word}” follows a condition without and / or.", word=token.text),
                _("Join conditions by and, or."),
            )
        return found

    def _cut(self) -> list[_Token]:
        found, at = [], 0
        end = len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            assert match is not None and match.lastgroup is not None
            kind, told, start = match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)
            if kind == "strange":
                advice = _("Close the quotation marks.") if told in '"«“' else ""
                raise problem(self.text, start, _("“{word}” is not understood.", word=told), advice)
            told = told[1:-1].strip() if kind == "text" else _SAME.get(told, told)
            found.append(_Token(kind, told, start))
            at = match.end()
        return found

    # ------------------------------------------------------------------------------------------ and, or, not, ( )

    def _either(self) -> Node:
        return self._joined("or", _OR, self._both)

    def _both(self) -> Node:
        return self._joined("and", _AND, self._one)

    def _joined(self, word: str, words: frozenset[str], below: Callable[[], Node]) -> Node:
        parts = [below()]
        while self._word() in words:
            self.place += 1
            parts.append(below())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _one(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._wrong(_("conditions are nested too deeply: {n} levels at most.", n=DEEPEST))
        try:
            if self._ends():
                raise self._wrong(_("a condition is missing at the end."))
            if self._word() in _NOT:
                self.place += 1
                return Not(self._one())
            return self._group() if self._sign() == "(" else self._test()
        finally:
            self.depth -= 1

    def _group(self) -> Node:
        opened = self._token().at
        self.place += 1
        found = self._either()
        if self._sign() != ")":
            raise problem(self.text, opened, _("this parenthesis is not closed."), _("Add a )."))
        self.place += 1
        return found

    # ------------------------------------------------------------------------------------------------- field sign value

    def _test(self) -> Test:
        at, known = self._token().at, ""
        has = self._word() if self._word() in _HAS | _LACKS else ""
        if has:
            self.place += 1
            while self._word() in _ARTICLES:
                self.place += 1
            known = "known" if has in _HAS else "unknown"
        field, name = self._field()
        if known:
            return Test(field, known, (), name, at, at)
        sign = self._operator()
        if sign in ("known", "unknown"):
            return Test(field, sign, (), name, at, at)
        value_at = self._at()
        values = self._list() if self._sign() == "(" else self._values()
        return Test(field, {"in": "="}.get(sign, sign), values, name, at, value_at)

    def _field(self) -> tuple[str, str]:
        if self._ends() or self._token().kind == "sign":
            raise self._wrong(
                _("a field is missing."), _("Write for example: {example}", example=_("city = Rennes"))
            )
        told = self._token().text
        if fold(told).startswith(self.own):
            name = told.partition(".")[2]
            self.place += 1
            if not name and not self._ends() and self._token().kind == "text":
                name = self._token().text
                self.place += 1
            return "custom", name
        for length in range(self.longest, 0, -1):
            some = self.tokens[self.place : self.place + length]
            if len(some) == length and all(one.kind == "word" for one in some):
                key = self.names.get(fold(" ".join(one.text for one in some)).replace("’", "'"))
                if key:
                    self.place += length
                    return key, ""
        raise self._no_field()

    def _no_field(self) -> ConditionProblem:
        words: list[str] = []
        for token in self.tokens[self.place : self.place + self.longest]:
            if token.kind != "word" or fold(token.text) in _WORDS:
                break
            words.append(token.text)
        told = " ".join(words) or self._token().text
        of_the_first = did_you_mean(
            fold(words[0] if words else told), self.names, _("Fields: petitcrm segment fields")
        )
        advice = did_you_mean(fold(told), self.names, of_the_first)
        return self._wrong(_("there is no field “{word}”.", word=told), advice)

    def _operator(self) -> str:
        sign = self._sign()
        if sign in SIGNS:
            self.place += 1
            return sign
        word = _WORDS.get(self._word(), "")
        negated = self._word() in _NOT and self._next_word() in ("in", "dans", "parmi")
        if word or negated:
            self.place += 2 if negated else 1
            return "!=" if negated else word
        raise self._wrong(
            _("a sign is missing after this field."),
            _("One of {signs}", signs="= != < > <= >= ~ in, known, unknown"),
        )

    def _list(self) -> tuple[str, ...]:
        opened = self._token().at
        self.place += 1
        values = self._values()
        if self._sign() != ")":
            raise problem(self.text, opened, _("this parenthesis is not closed."), _("Add a )."))
        self.place += 1
        return values

    def _values(self) -> tuple[str, ...]:
        values = [self._value()]
        while self._sign() == ",":
            self.place += 1
            values.append(self._value())
            if len(values) > MOST_VALUES:
                raise self._wrong(_("too many values: {n} at most.", n=MOST_VALUES))
        return tuple(values)

    def _value(self) -> str:
        first = self.place
        while not self._ends() and self._token().kind != "sign" and self._word() not in _AND | _OR:
            self.place += 1
        some = self.tokens[first : self.place]
        if not self._ends() and self._sign() not in (")", ",", ""):
            raise self._wrong(
                _("a second sign in one condition."),
                _("Join conditions by and, or; put a value that holds signs in quotation marks."),
            )
        if not some:
            raise self._wrong(_("a value is missing."))
        return " ".join(one.text for one in some)

    # ------------------------------------------------------------------------------------------- where we are

    def _ends(self) -> bool:
        return self.place >= len(self.tokens)

    def _token(self) -> _Token:
        return self.tokens[self.place]

    def _at(self) -> int:
        return len(self.text) if self._ends() else self._token().at

    def _word(self) -> str:
        return "" if self._ends() or self._token().kind != "word" else fold(self._token().text)

    def _next_word(self) -> str:
        return fold(self.tokens[self.place + 1].text) if self.place + 1 < len(self.tokens) else ""

    def _sign(self) -> str:
        return "" if self._ends() or self._token().kind != "sign" else self._token().text

    def _wrong(self, message: str, advice: str = "") -> ConditionProblem:
        return problem(self.text, self._at(), message, advice)
