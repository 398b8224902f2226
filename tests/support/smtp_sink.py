"""A real SMTP server on the loopback that keeps what it is given, and misbehaves when it is asked to.

`on(step)` is called at each step before it is answered; it may kill whoever speaks, or return another answer.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

On = Callable[[str, "Envelope"], str | None]
STEPS = ("connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "in DATA", "dot")
"""The steps that `on` is told, in their order."""


class Envelope(NamedTuple):
    """What was said of the mail in hand."""

    sender: str = ""
    recipient: str = ""
    raw: bytes = b""


class Sink:
    """The server: `mails` holds what it took, in order; `said` every command it was given."""

    def __init__(
        self,
        *,
        on: On | None = None,
        tls: ssl.SSLContext | None = None,
        login: bool = False,
        pipelining: bool = False,
    ) -> None:
        self.mails: list[Envelope] = []
        self.said: list[str] = []
        self.on, self.login, self.pipelining = on, login, pipelining
        self.is_eager = False
        """Whether it asks for the words of a mail that has no recipient."""
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread: threading.Thread | None = None
        self._ends = False

    def __enter__(self) -> Sink:
        """Serve from a thread."""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Serve no more."""
        self._ends = True
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass
        if self._thread:
            self._thread.join(5)
        self._listener.close()

    def serve_one(self, patience: float) -> bool:
        """Serve one connection here, where no thread may be; tell whether somebody came."""
        self._listener.settimeout(patience)
        try:
            conversation, _peer = self._listener.accept()
        except TimeoutError:
            return False
        self._converse(conversation)
        return True

    def _serve(self) -> None:
        while not self._ends:
            conversation, _peer = self._listener.accept()
            if self._ends:
                conversation.close()
                return
            threading.Thread(target=self._converse, args=(conversation,), daemon=True).start()

    def _converse(self, conversation: socket.socket) -> None:
        conversation.settimeout(20)
        conversation.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, ssl.SSLError, ValueError):
            _Conversation(self, conversation, self._tls).run()
        with suppress(OSError):
            conversation.close()


class _Conversation:
    def __init__(self, sink: Sink, conversation: socket.socket, tls: ssl.SSLContext | None) -> None:
        self.sink, self.socket, self.tls = sink, conversation, tls
        self.file: Any = conversation.makefile("rb")
        self.envelope = Envelope()
        self.is_safe = False

    def run(self) -> None:
        self.answer("connect", "220 sink ESMTP")
        while line := self.file.readline(10_000):
            told = line.decode("utf-8", "replace").strip()
            self.sink.said.append(told)
            word = told.partition(" ")[0].upper()
            if word == "QUIT":
                self.say("221 bye")
                return
            self.step(word, told)

    def step(self, word: str, told: str) -> None:
        if word in ("EHLO", "HELO"):
            self.answer("EHLO", "\r\n".join(self.features()))
        elif word == "STARTTLS" and self.tls:
            self.answer("STARTTLS", "220 go")
            self.socket = self.tls.wrap_socket(self.socket, server_side=True)
            self.file, self.is_safe = self.socket.makefile("rb"), True
        elif word == "AUTH":
            self.answer("AUTH", "235 welcome")
        elif word == "MAIL":
            self.envelope = Envelope(sender=_address(told))
            self.answer("MAIL", "250 2.1.0 ok")
        elif word == "RCPT":
            self.envelope = self.envelope._replace(recipient=_address(told))
            if not self.answer("RCPT", "250 2.1.5 ok").startswith("2"):
                self.envelope = self.envelope._replace(recipient="")
        elif word == "DATA":
            if not self.envelope.recipient and not self.sink.is_eager:
                self.say("503 5.5.1 no valid recipients")
            elif self.answer("DATA", "354 go on").startswith("354"):
                self.take()
        else:
            self.say("250 2.0.0 ok")

    def features(self) -> list[str]:
        names = ["sink", "8BITMIME", "SIZE 20000000"]
        names += ["STARTTLS"] if self.tls and not self.is_safe else []
        names += ["PIPELINING"] if self.sink.pipelining else []
        names += ["AUTH PLAIN"] if self.sink.login else []
        return [f"250{'-' if place < len(names) - 1 else ' '}{name}" for place, name in enumerate(names)]

    def take(self) -> None:
        lines: list[bytes] = []
        while line := self.file.readline(10_000):
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            if len(lines) == 3:
                self.told("in DATA")
        else:
            return  # the mail was cut short: no server takes half of one
        self.envelope = self.envelope._replace(raw=b"".join(lines))
        other = self.told("dot")
        if other is None or other.startswith("2"):
            self.sink.mails.append(self.envelope)
        self.envelope = Envelope()
        self.say("250 2.0.0 taken" if other is None else other)

    def told(self, step: str) -> str | None:
        return self.sink.on(step, self.envelope) if self.sink.on else None

    def answer(self, step: str, usual: str) -> str:
        other = self.told(step)
        said = usual if other is None else other
        self.say(said)
        return said

    def say(self, words: str) -> None:
        if words == "close":
            self.socket.shutdown(socket.SHUT_RDWR)
            raise OSError("closed on purpose")
        if words:
            self.socket.sendall(f"{words}\r\n".encode())


def _address(told: str) -> str:
    return told.partition("<")[2].partition(">")[0]


@contextmanager
def answering(**answers: str) -> Iterator[Sink]:
    """Return a sink that gives these answers at these steps, whatever the mail."""
    with Sink(on=lambda step, _envelope: answers.get(step.replace(" ", "_"))) as sink:
        yield sink


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path] | None:
    """Make a certificate of `localhost` and return a server's context with it, and its file; None without openssl."""
    if not shutil.which("openssl"):
        return None
    key, made = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return context, made


def configured(
    folder: Path, port: int, *, scheme: str = "smtp", more: str = "", host: str = "127.0.0.1"
) -> Path:
    """Write a file of choices with one mail account that sends by this port; return its path."""
    path = folder / "config.toml"
    path.write_text(
        f'[mail.accounts.shop]\naddress = "contact@firme.example"\nname = "Chauffage Acmé"\n'
        f'smtp = "{scheme}://contact%40firme.example@{host}:{port}"\n{more}',
        encoding="utf-8",
    )
    return path
