"""A mail server on the loopback device that keeps what it is sent: real SMTP for tests."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class MailServer(socketserver.ThreadingTCPServer):
    """`mails` are those taken. Addresses in `refused` are refused; `hold` makes the first mail wait."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.first = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def hold(self) -> None:
        """Answer the first mail only once `go_on` is set; `first` says that it is there."""
        self.go_on.clear()

    def take(self, data: bytes) -> None:
        """Keep a mail."""
        with self._lock:
            is_first = not self.first.is_set()
            self.first.set()
        if is_first:
            self.go_on.wait(timeout=300)
        self.mails.append(message_from_bytes(data, policy=default))


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        """Speak as much SMTP as a client without encryption needs."""
        self._say("220 uji")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                self._say("221 selesai")
                return
            if verb == "DATA":
                self._say("354 mulai")
                lines = []
                while (row := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(row.removeprefix(b".") if row.startswith(b"..") else row)
                self.server.take(b"".join(lines))
            if verb == "RCPT" and any(address in line for address in self.server.refused):
                self._say("550 alamat tidak dikenal")
            else:
                self._say("250 baik")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server until the block ends."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
