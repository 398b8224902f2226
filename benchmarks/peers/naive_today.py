"""The obvious way to write `today`: Typer, SQLModel and a rich table, on the same base."""

import os
from datetime import date

import typer
from rich.console import Console
from rich.table import Table
from sqlmodel import Field, Session, SQLModel, create_engine, select

app = typer.Typer()


class Company(SQLModel, table=True):
    __tablename__ = "companies"
    id: int | None = Field(default=None, primary_key=True)
    name: str


class Contact(SQLModel, table=True):
    __tablename__ = "contacts"
    id: int | None = Field(default=None, primary_key=True)
    civility: str
    first_name: str
    last_name: str
    company_id: int | None = Field(default=None, foreign_key="companies.id")


class Task(SQLModel, table=True):
    __tablename__ = "tasks"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    text: str
    contact_id: int = Field(foreign_key="contacts.id")
    due_on: str | None
    due_time: str | None
    done_at: str | None


@app.command()
def today(limit: int = 50) -> None:
    """Show what is due."""
    engine = create_engine(f"sqlite:///{os.environ['PETITCRM_DB']}")
    on = date.fromisoformat(os.environ["PETITCRM_NOW"][:10]).isoformat()
    wanted = (
        select(Task, Contact, Company)
        .join(Contact, Contact.id == Task.contact_id)
        .join(Company, Company.id == Contact.company_id, isouter=True)
        .where(Task.done_at.is_(None), Task.due_on <= on)
        .order_by(Task.due_on, Task.due_time)
        .limit(limit)
    )
    table = Table("due", "time", "what", "who", "company")
    with Session(engine) as session:
        for task, contact, company in session.exec(wanted):
            name = f"{contact.civility} {contact.first_name} {contact.last_name}"
            table.add_row(task.due_on, task.due_time, task.text, name, company.name if company else "")
    Console().print(table)


if __name__ == "__main__":
    app()
