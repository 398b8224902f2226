"""The commands of buyer personae: `petitcrm persona …`."""

from petitcrm.cli.commands.profile import personae as app

__all__ = ["app"]
