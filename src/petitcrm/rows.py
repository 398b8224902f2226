"""What a query returns: a typed, named row.

`Row` is `typing.NamedTuple` to readers and type checkers. At run time it is built on `collections.namedtuple`,
because importing `typing` costs a third of the time that `petitcrm today` has in all.
"""

from __future__ import annotations

__all__ = ["Row"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as Row
else:
    from collections import namedtuple

    class _RowType(type):
        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = list(namespace.get("__annotations__", ()))
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            base = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
            namespace.setdefault("__slots__", ())
            return type(name, (base,), namespace)

    class Row(metaclass=_RowType):
        """Subclass with annotated fields; those with defaults come last."""
