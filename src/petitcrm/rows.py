"""What a query returns: a typed, named row.

`Row` is `typing.NamedTuple` to readers and type checkers. At run time it is a class of our own that behaves alike,
because importing `typing` costs a third of the time that `petitcrm today` has in all, and `collections.namedtuple`
compiles a constructor for each class where most classes never make a row in one command (94 µs a class, here 16).
"""

from __future__ import annotations

__all__ = ["Row"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as Row
else:
    from _collections import _tuplegetter

    _new = tuple.__new__

    class _RowType(type):
        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = tuple([namespace.pop(field) for field in fields if field in namespace])
            namespace |= {field: _tuplegetter(place, "") for place, field in enumerate(fields)}
            namespace |= {
                "__slots__": (), "__new__": _first_new, "__match_args__": fields, "_fields": fields,
                "_field_defaults": dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=True)),
                "_make": classmethod(_new), "_replace": _replace, "_asdict": _asdict, "__repr__": _repr,
                "__getnewargs__": _getnewargs,
            }  # fmt: skip
            return type(name, (tuple,), namespace)

    def _first_new(cls, /, *values, **named):
        """Compile the constructor when the first row of a class is made."""
        listed = ", ".join(cls._fields)
        made = eval(f"lambda _cls, {listed}: _new(_cls, ({listed},))", {"_new": _new})
        made.__name__ = made.__qualname__ = cls.__name__
        made.__defaults__ = tuple(cls._field_defaults.values()) or None
        cls.__new__ = made
        return made(cls, *values, **named)

    def _replace(self, /, **changes):
        """Return the row with other values in some fields."""
        unknown = changes.keys() - set(self._fields)
        if unknown:
            raise ValueError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return _new(
            type(self), [changes.get(name, value) for name, value in zip(self._fields, self, strict=True)]
        )

    def _asdict(self):
        """Return the values by field."""
        return dict(zip(self._fields, self, strict=True))

    def _getnewargs(self):
        return tuple(self)

    def _repr(self):
        told = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({told})"

    class Row(metaclass=_RowType):
        """Subclass with annotated fields; those with defaults come last."""
