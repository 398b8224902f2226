"""Taking in the lists that a firm already has, whatever program they come from.

`importer.run(crm, path, Wish(…))` is the whole of it: the file is opened (`connectors`), its columns recognised
(`recognition`), each row taken apart (`drafts`), companies, people, deals and tasks recognised among those of the
base and filled in (`firms`, `people`, `dealing`), and everything written in one gesture (`store.bulk`).

A value that cannot be read never stops a row where it does no harm: it is told, and kept under its column's own name. A
row is refused when it names nobody, when its SIRET or SIREN is wrong (it would make a second company), when a
deal's amount or a task's date cannot be read, or when it has more cells than there are headers.
"""
