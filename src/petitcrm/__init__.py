"""petitcrm: the whole sales organisation of a small firm, in a terminal and one file."""

__version__ = "0.1.0"
