"""How the reading of each folder goes: written beside the journal, because nobody would take it back."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from petitcrm.store.database import Connection

_KEPT = ("role", "validity", "checked_at", "read_at", "behind", "failures", "problem")


def note(connection: Connection, account: str, folder: str, **told: str | int) -> None:
    """Keep what is known of a folder (`role`, `validity`, `checked_at`, `read_at`, `behind`, `problem`…).

    With a `problem` one more failure is counted; without one, there are none any more. The folder of an empty name is
    the account itself.
    """
    key = {"account": account, "folder": folder}
    found = connection.dicts("SELECT * FROM mailboxes WHERE account = :account AND folder = :folder", key)
    if "problem" in told:
        told["failures"] = (found[0]["failures"] if found else 0) + 1 if told["problem"] else 0
    values = {name: value for name, value in told.items() if name in _KEPT}
    if found:
        settings = ", ".join(f"{name} = :{name}" for name in values)
        connection.write(f"UPDATE mailboxes SET {settings} WHERE id = :id", {**values, "id": found[0]["id"]})
        return
    names = [*key, *values]
    marks = ", ".join(f":{name}" for name in names)
    connection.write(f"INSERT INTO mailboxes ({', '.join(names)}) VALUES ({marks})", {**key, **values})


def forget_account(connection: Connection, account: str) -> int:
    """Forget how the reading of an account went, which nobody reads any more; return how many folders that were."""
    return connection.write("DELETE FROM mailboxes WHERE account = :account", {"account": account})


def forget(connection: Connection, account: str, folders: list[str]) -> None:
    """Forget the folders of an account that are not among these: they were renamed, or are no longer read."""
    for row in connection.dicts(
        "SELECT id, folder FROM mailboxes WHERE account = :account", {"account": account}
    ):
        if row["folder"] not in ("", *folders):
            connection.write("DELETE FROM mailboxes WHERE id = :id", {"id": row["id"]})
