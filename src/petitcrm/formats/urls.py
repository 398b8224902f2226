"""Web sites: one spelling of the address, and the domain that ties it to a company's mail."""

from __future__ import annotations


def read_url(raw: str) -> str | None:
    """Return the address of a web site, "https://www.acme.fr/produits", or None if it is not one.

    Only http and https; https where nothing is said; the host in lower case, no final slash after the host, no
    user name or password.
    """
    text = raw.strip().strip("<>")
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "https", text.removeprefix("//")
    scheme = scheme.lower()
    written, slash, path = _cut(rest)
    host = _host(written)
    if (
        scheme not in ("http", "https")
        or host is None
        or any(sign.isspace() or sign in '<>"' for sign in path)
    ):
        return None
    return f"{scheme}://{host}" + (slash + path if path or slash not in ("", "/") else "")


def domain_of(url: str) -> str | None:
    """Return the domain of a web site without `www.` ("acme.fr"), or None."""
    read = read_url(url)
    if read is None:
        return None
    host = _cut(read.partition("://")[2])[0].partition(":")[0]
    return host.removeprefix("www.")


def _cut(rest: str) -> tuple[str, str, str]:
    ends = [at for at in (rest.find(sign) for sign in "/?#") if at >= 0]
    at = min(ends, default=len(rest))
    return rest[:at], rest[at : at + 1], rest[at + 1 :]


def _host(host: str) -> str | None:
    name, colon, port = host.lower().partition(":")
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        return None
    name = name.rstrip(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = name.split(".")
    right = len(labels) > 1 and len(name) <= 253 and not labels[-1].isdigit()
    return name + colon + port if right and all(_is_label(label) for label in labels) else None


def _is_label(label: str) -> bool:
    return 0 < len(label) < 64 and label.replace("-", "").isalnum() and label[0] != "-" and label[-1] != "-"
