"""French texts, compiled from fr.po by `make catalogue`: do not edit."""

MESSAGES: dict[str, str | tuple[str, str]] = {
}
