"""A base made empty again, as if it had just been made."""

from __future__ import annotations

from petitcrm.config import Config
from petitcrm.crm import open_crm
from petitcrm.store.schema import TABLES


def emptied(config: Config) -> None:
    """Take everything out of a base but the pipelines that a new one begins with."""
    with open_crm(config) as crm:
        for table in reversed([table for table in TABLES if table not in ("pipelines", "stages")]):
            crm.connection.write(f"DELETE FROM {table}")
        crm.connection.write("DELETE FROM events")
        crm.connection.write("DELETE FROM loose_deals")
        crm.connection.write("DELETE FROM search_names")
        crm.connection.write("DELETE FROM search_notes")
