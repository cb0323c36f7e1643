"""Letters that came back: delivery status notifications (RFC 3464), as the host's server hands them over.

Only a final refusal counts, and only for a Message-ID that we wrote: nobody can have a letter of
somebody else marked as refused.
"""

import email
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.policy import default

from maillage.core.letters.delivery import number_in
from maillage.core.models import Letter

LARGEST = 2_000_000  # bytes of one notification
_HEADER = "message-id"


def read_bounce(raw: bytes) -> Letter | None:
    """Mark the letter that `raw` says was refused for good; None when it says no such thing of ours."""
    try:
        message = email.message_from_bytes(raw[:LARGEST], policy=default)
        reasons = list(_refusals(message))
        numbers = [number_in(identifier) for identifier in _identifiers(message)]
    except (ValueError, LookupError, TypeError, IndexError, AttributeError):
        return None  # what anybody may write to an address need not be a message
    number = next((found for found in numbers if found is not None), None)
    if number is None or not reasons:
        return None
    refused = Letter.objects.filter(pk=number, status=Letter.Status.SENT)
    if not refused.update(status=Letter.Status.REFUSED, error=reasons[0][:300]):
        return None
    return Letter.objects.get(pk=number)


def _refusals(message: Message) -> Iterator[str]:
    """What each recipient's server said, for recipients that failed for good (Action, Status)."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message):
                continue
            status = str(block.get("Status", "")).strip()
            if str(block.get("Action", "")).strip().lower() == "failed" and status.startswith("5"):
                said = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
                yield " ".join(f"{said or status}".split())


def _identifiers(message: Message) -> Iterator[str]:
    """Message-IDs of the letter that is given back, whole or by its headers alone."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            for letter in inner if isinstance(inner, list) else []:
                if isinstance(letter, Message):
                    yield str(letter.get(_HEADER, ""))
        elif kind == "text/rfc822-headers" and isinstance(part, EmailMessage):
            headers = email.message_from_string(str(part.get_content()), policy=default)
            yield str(headers.get(_HEADER, ""))
