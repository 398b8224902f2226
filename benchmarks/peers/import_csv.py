"""Ways to put a CSV of contacts into SQLite, without checking anything: `python import_csv.py WAY FILE BASE`."""

import csv
import sqlite3
import sys
from itertools import islice
from pathlib import Path

COLUMNS = 9


def only_read(file: str, _base: str) -> None:
    """Read the rows, and that is all."""
    with Path(file).open(encoding="utf-8", newline="") as opened:
        for _row in csv.reader(opened, delimiter=";"):
            pass


def executemany(file: str, base: str) -> None:
    """Read, and insert the texts as they are, in one transaction."""
    with Path(file).open(encoding="utf-8", newline="") as opened, sqlite3.connect(base) as driver:
        rows = csv.reader(opened, delimiter=";")
        names = next(rows)
        driver.execute(
            f"CREATE TABLE contacts ({', '.join(f'c{number} TEXT' for number in range(len(names)))})"
        )
        driver.executemany(f"INSERT INTO contacts VALUES ({', '.join('?' * len(names))})", rows)


def sqlite_utils(file: str, base: str) -> None:
    """What `sqlite-utils insert --csv --no-detect-types` does."""
    from sqlite_utils import Database

    with Path(file).open(encoding="utf-8", newline="") as opened:
        Database(base)["contacts"].insert_all(csv.DictReader(opened, delimiter=";"))


def sqlmodel_add_all(file: str, base: str) -> None:
    """The obvious way with SQLModel: objects, one add_all a thousand, one commit."""
    from sqlmodel import Field, Session, SQLModel, create_engine

    class Contact(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        civility: str
        first_name: str
        last_name: str
        company: str
        email: str
        phone: str
        postcode: str
        city: str
        note: str

    engine = create_engine(f"sqlite:///{base}")
    SQLModel.metadata.create_all(engine)
    with Path(file).open(encoding="utf-8", newline="") as opened, Session(engine) as session:
        rows = csv.reader(opened, delimiter=";")
        next(rows)
        names = list(Contact.model_fields)[1:]
        while chunk := list(islice(rows, 1000)):
            session.add_all(Contact(**dict(zip(names, row, strict=True))) for row in chunk)
            session.flush()
            session.expunge_all()
        session.commit()


if __name__ == "__main__":
    ways = {one.__name__: one for one in (only_read, executemany, sqlite_utils, sqlmodel_add_all)}
    ways[sys.argv[1]](sys.argv[2], sys.argv[3])
