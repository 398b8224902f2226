"""What one import has at hand: the base, the file, the person's wishes, and what it has looked up already."""

from __future__ import annotations

import difflib
from collections import Counter
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from petitcrm.errors import UsageProblem
from petitcrm.exchange import Problem
from petitcrm.i18n import _, ngettext
from petitcrm.imports import column_names, own_lists, recognition, refusals
from petitcrm.imports.synonyms import CONSENT, CUSTOM
from petitcrm.rows import Row
from petitcrm.store.bulk import IMPORTED, Bulk
from petitcrm.store.journal import dumps
from petitcrm.store.queries import custom_fields
from petitcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from petitcrm.crm import Crm
    from petitcrm.imports.drafts import Draft, Reader
    from petitcrm.imports.held import Held
    from petitcrm.imports.witness import Seen, Witness


class Wish(Row):
    """What the person asks of an import.

    `noun` is contacts, companies, deals, leads, tasks or auto; `asked` are `Column=field`; `keys` replace the usual
    ways to recognise a row (external_id, siret, siren, email, phone, name), tried in order; `overwrite` are the fields
    whose new value wins (`all` for every one); `rejects` is where to write the rows that were refused; `create_stages`
    adds the stages and pipelines that deals name and the firm has not.
    """

    noun: str = "auto"
    asked: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    overwrite: tuple[str, ...] = ()
    encoding: str = ""
    rejects: str = ""
    create_stages: bool = False


class Everything(frozenset[str]):
    """The fields to overwrite when the person says `all`."""

    def __contains__(self, field: object) -> bool:
        return field not in ("id", "created_at")


class Desk:
    """One import at work."""

    def __init__(self, crm: Crm, mapping: recognition.Mapping, wish: Wish, file: str) -> None:
        if crm.journal is None:
            raise RuntimeError("this CRM was opened to read")
        self.crm = crm
        self.now_text = crm.now_text
        self.mapping = mapping
        self.file = file
        self._file = encode_basestring(file)
        self.is_ours = mapping.vendor == own_lists.VENDOR
        self.own = own_lists.OwnIds(crm) if self.is_ours else None
        self.creates_stages = wish.create_stages
        self.keys = tuple(_key_named(told) for told in _listed(wish.keys))
        self.overwrite = _overwritten(crm, wish, mapping)
        self.kept: Counter[str] = Counter()
        self.bulk = Bulk(crm.connection, crm.journal)
        self.reader: Reader
        self.witness: Witness | None = None
        self._owners: dict[str, int] = {}
        self._strangers: dict[str, str] = {}
        self.wishes: dict[str, str] = {}
        self.refusals: dict[str, tuple[str, str]] = {}
        self._custom: dict[tuple[str, str], str] = {}
        self._defined: dict[str, dict[str, str]] = {}
        self._tags: dict[str, int] = {}
        found = crm.rows("SELECT id, key, name, email FROM users ORDER BY id")
        for user_id, *names in reversed(found):
            self._owners |= {fold(name): user_id for name in names if name}

    @property
    def overwrites(self) -> bool:
        """Tell whether the person wants anything overwritten."""
        return bool(self.overwrite) or isinstance(self.overwrite, Everything)

    def owner_id(self, told: str) -> int | None:
        """Return the person of the firm that a cell names, by key, name or e-mail."""
        return self._owners.get(fold(told))

    def owner_into(self, fields: dict[str, Any], draft: Draft, field: str) -> None:
        """Turn the owner's name into who it is; an unknown one is kept under the column's own name."""
        told = fields.pop("owner", "")
        if not told:
            return
        found = self.owner_id(told)
        if found is None and self.is_ours:
            found = self._new_owner(told)
        if found is None:
            self._strangers.setdefault(fold(told), told)
            column = self.reader.columns.get(field)
            if column:
                draft.custom[column.place] = told
        else:
            fields["owner_id"] = found

    def strangers(self) -> list[Problem]:
        """Tell once which owners of the file are nobody of the firm; their names are kept with what they own."""
        if not self._strangers:
            return []
        told = ngettext(
            "{n} owner is nobody of the firm: {names} (kept in words; add them first with petitcrm user add).",
            "{n} owners are nobody of the firm: {names} (kept in words; add them first with petitcrm user add).",
            len(self._strangers),
            names=", ".join(list(self._strangers.values())[:5]),
        )
        return [Problem(0, "", "", told)]

    def _new_owner(self, key: str) -> int:
        """Add the person of the firm that petitcrm's own list names: it was one where the list comes from."""
        self.make_way()
        with self.crm.act("user.added", name=key) as act:
            user_id = act.insert("users", key=key, name=key, email="", created_at=self.now_text)
        self._owners[fold(key)] = user_id
        return user_id

    def external_id(self, told: str) -> str:
        """Return an identifier of the file as the base keeps it: with the program that gave it."""
        if self.is_ours:
            return told
        told = told.split(";")[0].strip()
        return f"{self.mapping.vendor}:{told}" if self.mapping.vendor else told

    def custom(self, told: Mapping[int, str], noun: str) -> dict[str, str]:
        """Return what a row says under columns of its own, by the keys of the firm's fields (made if need be)."""
        given: dict[str, str] = {}
        for place, value in told.items():
            header = self.reader.headers[place]
            key = self._custom.get((noun, header))
            if key is None:
                key = self._custom[noun, header] = self._field(noun, header)
                self._note_wish(noun, key, place)
            given[key] = value
        return given

    def _note_wish(self, noun: str, key: str, place: int) -> None:
        """Remember a field that says whether somebody may be written to, whatever the column was mapped to."""
        column = next(one for one in self.mapping.columns if one.place == place)
        guess = column_names.guess(column.header, "contacts")
        for field in (column.field, guess.field if guess else ""):
            if field in CONSENT:
                self.wishes.setdefault(key, field)
                if noun == "contact":
                    channel = refusals.channel_of(
                        column.header, column.label or (guess.label if guess else "")
                    )
                    self.refusals.setdefault(key, (field, channel))

    def _field(self, noun: str, header: str) -> str:
        from petitcrm.sales.custom_fields import find_or_add

        self.bulk.wait()
        folded = fold(header)
        if noun not in self._defined:
            fields = reversed(custom_fields.defined(self.crm, noun).items())
            self._defined[noun] = {fold(label): key for key, label in fields}
        known = self._defined[noun]
        if folded not in known:
            self.make_way()
            known[folded] = find_or_add(self.crm, noun, header)
        return known[folded]

    def tag_ids(self, names: Iterable[str]) -> list[int]:
        """Return the ids of tags, made if need be."""
        ids = []
        for name in names:
            known = self._tags.get(name)
            if known is None:
                known = self._tags[name] = self._tag(name)
            ids.append(known)
        return ids

    def _tag(self, name: str) -> int:
        from petitcrm.sales import tags
        from petitcrm.store.queries import tags as queries

        self.bulk.wait()
        known = queries.by_folded(self.crm, fold(name))
        if known:
            return known[0]
        self.make_way()
        return tags.find_or_add(self.crm, [name])[0]

    def make_way(self) -> None:
        """Write what is gathered, so that a verb may write too, within the same gesture."""
        self.open_batch()
        self.bulk.settle()

    def open_batch(self) -> None:
        """Make the import one gesture, named by its file, before anything else of it is written."""
        if self.crm.journal is not None:
            self.crm.journal.open_batch(IMPORTED, details={"file": self.file})

    def told(self, line: int, **more: str) -> str:
        """Return the details of an event: which line of which file."""
        if len(more) == 1 and "name" in more:
            return f'{{"file":{self._file},"line":{line},"name":{encode_basestring(more["name"])}}}'
        return dumps({"file": self.file, "line": line, **more})

    def look(self, held: Held) -> Seen | None:
        """Return what is known of a row before it is filled, for `note`; nothing where nobody wants to know."""
        return self.witness.look(held) if self.witness else None

    def note(self, draft: Draft, part: str, held: Held, seen: Seen | None) -> None:
        """Keep what a row of the file has changed in one of the base, where a plan is made or followed."""
        if self.witness:
            self.witness.note(draft, part, held, seen)

    def write_words(self, noun: str, held: Held) -> None:
        """Gather the notes, each an event of its own, with the words of the file."""
        for note, is_known in held.notes.items():
            if not is_known:
                self.bulk.event("note.logged", (), text=note, source="", **{f"{noun}_id": held.id})

    def write_tags(self, noun: str, held: Held) -> None:
        """Gather the tags that a row did not have yet."""
        for tag_id, is_known in held.tags.items():
            if not is_known:
                self.bulk.insert("taggings", {"tag_id": tag_id, f"{noun}_id": held.id})


KEYS = ("external_id", "siret", "siren", "email", "phone", "name")
"""What two rows may be recognised by."""


def _listed(told: Iterable[str]) -> list[str]:
    """Return words given one by one or with commas between them."""
    return [word.strip() for words in told for word in words.split(",") if word.strip()]


def _key_named(told: str) -> str:
    simple = told.lower().replace("-", "_")
    if simple not in KEYS:
        raise UsageProblem(
            _("“{key}” is nothing that rows are recognised by.", key=told),
            advice=_(
                "Nearest: {names}.", names=", ".join(difflib.get_close_matches(simple, KEYS, 3, 0.4) or KEYS)
            ),
        )
    return simple


def _overwritten(crm: Crm, wish: Wish, mapping: recognition.Mapping) -> frozenset[str]:
    """Return the columns of the base whose new value wins; fields are named as in the file, or as petitcrm does."""
    told = _listed(wish.overwrite)
    if "all" in told:
        return Everything()
    headers = {column.header: column for column in mapping.columns}
    fields = []
    for word in told:
        column = headers.get(word)
        if column and column.field == CUSTOM:
            nouns = ("contact", "company", "deal")
            labels = [pair for noun in nouns for pair in custom_fields.defined(crm, noun).items()]
            fields += [key for key, label in labels if fold(label) == fold(word)]
        else:
            fields.append(column.field if column else recognition.field_named(word, mapping.noun)[0])
    return frozenset(_columns(fields))


def _columns(fields: Iterable[str]) -> Iterable[str]:
    """Return the columns of the base that hold these fields of a mapping."""
    names = {"owner": "owner_id", "naf": "naf_rev2", "revenue": "revenue_cents", "amount": "amount_cents"}
    for field in fields:
        simple = field.rpartition(".")[2]
        yield names.get(simple, simple)
