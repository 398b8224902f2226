"""A mail server that misbehaves in one chosen way: a client must survive it with a sentence, in time and in bounds."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GREETING = b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"
MAIL = b"Message-ID: <%d@x.fr>\r\nSubject: x\r\n\r\nBonjour\r\n"

Answer = Callable[["Talk", bytes, bytes], bool]


class Talk:
    """One connection: commands in, whatever out."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._file = connection.makefile("rb")

    def say(self, *lines: bytes) -> None:
        """Send lines."""
        self.connection.sendall(b"".join(line + b"\r\n" for line in lines))

    def flood(self, piece: bytes, most: int = 1 << 30) -> None:
        """Send the same until the client hangs up."""
        for _each in range(most // len(piece)):
            self.connection.sendall(piece)

    def drip(self, piece: bytes = b"x", wait: float = 0.05) -> None:
        """Send a byte now and then, for ever."""
        while True:
            self.connection.sendall(piece)
            time.sleep(wait)

    def listen(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the tag and the rest of each command."""
        while line := self._file.readline(1 << 16):
            tag, _space, command = line.rstrip(b"\r\n").partition(b" ")
            yield tag, command


def well(talk: Talk, tag: bytes, command: bytes) -> bool:
    """Answer as a good server with three mails does; tell whether to go on."""
    verb = command.upper()
    if verb.startswith(b"CAPABILITY"):
        talk.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN")
    elif verb.startswith(b"LIST"):
        talk.say(b'* LIST (\\HasNoChildren) "/" INBOX', b'* LIST (\\HasNoChildren \\Sent) "/" "Envoy&AOk-s"')
    elif verb.startswith(b"EXAMINE"):
        talk.say(b"* 3 EXISTS", b"* OK [UIDVALIDITY 7] valid", b"* OK [UIDNEXT 4] next")
    elif verb.startswith(b"UID SEARCH"):
        talk.say(b"* SEARCH 1 2 3")
    elif verb.startswith(b"UID FETCH") and b"SIZE" in verb:
        talk.say(*[b"* %d FETCH (UID %d RFC822.SIZE %d)" % (n, n, len(MAIL % n)) for n in (1, 2, 3)])
    elif verb.startswith(b"UID FETCH"):
        for number in (1, 2, 3):
            give(talk, number, MAIL % number)
    elif verb.startswith(b"LOGOUT"):
        talk.say(b"* BYE", tag + b" OK bye")
        return False
    talk.say(tag + b" OK done")
    return True


def give(talk: Talk, uid: int, raw: bytes) -> None:
    """Send one mail as a literal."""
    talk.say(b"* %d FETCH (UID %d BODY[] {%d}" % (uid, uid, len(raw)))
    talk.connection.sendall(raw)
    talk.say(b")")


@contextmanager
def serving(
    answer: Answer, *, greeting: bytes | Callable[[Talk], None] = GREETING, host: str = "127.0.0.1"
) -> Iterator[int]:
    """Run a server that answers each command by `answer`; yield its port."""
    listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    connections: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listener.accept()
                connections.append(connection)
                threading.Thread(target=speak, args=(connection,), daemon=True).start()

    def speak(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            talk = Talk(connection)
            if callable(greeting):
                greeting(talk)
            else:
                connection.sendall(greeting)
            for tag, command in talk.listen():
                if not answer(talk, tag, command):
                    return

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):  # who waits in accept() would keep the port open
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
