"""A Maildir read with Python's own parser and nothing else: each mail's header, its text, and that is all."""

from __future__ import annotations

import email
import email.policy
import sys
from pathlib import Path


def main() -> None:
    """Read the header and the text of every mail of a folder, and print how many there were."""
    number = 0
    for path in sorted(Path(sys.argv[1]).glob("*/*")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for name in ("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references"):
            mail[name]
        body = mail.get_body(("plain", "html"))
        if body is not None:
            body.get_content()
        number += 1
    print(number)


if __name__ == "__main__":
    main()
