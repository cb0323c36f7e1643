"""A real mail server on this machine, which keeps what it takes and misbehaves when told to."""

import email
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class PostOffice:
    """`taken` holds each letter as its bytes came, doubles included.

    `answers` maps an address to what RCPT answers (one string, or several for several attempts);
    `on_data` may raise or give another answer to DATA.
    """

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, list[str]] = {}
        self.on_data: Callable[[Envelope], str | None] = lambda envelope: None
        self.connections = 0
        self.port = free_port()
        self._controller: Controller | None = None

    def open(self) -> None:
        office = self

        class Handler:
            async def handle_EHLO(  # noqa: N802
                self, server: SMTP, session: Session, envelope: Envelope, host: str, said: list[str]
            ) -> list[str]:
                office.connections += 1
                session.host_name = host
                return said

            async def handle_RCPT(  # noqa: N802
                self, server: SMTP, session: Session, envelope: Envelope, to: str, options: Any
            ) -> str:
                waiting = office.answers.get(to, [])
                answer = waiting.pop(0) if len(waiting) > 1 else (waiting or ["250 OK"])[0]
                if answer.startswith("250"):
                    envelope.rcpt_tos.append(to)
                return answer

            async def handle_DATA(  # noqa: N802
                self, server: SMTP, session: Session, envelope: Envelope
            ) -> str:
                answer = office.on_data(envelope)
                if answer:
                    return answer
                office.taken.append(envelope.original_content or b"")
                office.recipients += envelope.rcpt_tos
                return "250 taken"

        self._controller = Controller(Handler(), hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(raw, policy=default) for raw in self.taken]  # type: ignore[misc]

    def identifiers(self) -> Counter[str]:
        return Counter(str(message["Message-ID"]) for message in self.messages)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def post_office(settings: Any) -> Iterator[PostOffice]:
    """The installation's letters go to it, through the outbox."""
    office = PostOffice()
    use(settings, office.port)
    office.open()
    try:
        yield office
    finally:
        office.close()


def use(settings: Any, port: int) -> None:
    from maillage.config.settings import mail

    for name, value in mail.settings_of(f"smtp://127.0.0.1:{port}").items():
        setattr(settings, name, value)
