"""The dates of a file as a calendar (RFC 5545), and its acknowledgment as data of a document."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from maillage.calls.lib.receipt import RECEIPT_REF, SILENCE_REF, Receipt
from maillage.calls.models import Application
from maillage.core.hours.reading import PARIS
from maillage.structures.actions.telling import link_to


def calendar_of(
    application: Application, dates: Iterable[tuple[str, datetime | date, str]]
) -> bytes:
    """Each date once, under an identifier that a second download keeps."""
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Candidature//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Candidature à {application.edition.title}")
    for label, at, key in dates:
        event = Event()
        event.add("uid", f"candidature-{application.pk}-{key}@maillage")
        event.add("dtstamp", application.updated_at)
        event.add("summary", label)
        event.add("url", link_to("applications:one", application.pk))
        if isinstance(at, datetime):
            event.add("dtstart", at.astimezone(PARIS))
            event.add("dtend", at.astimezone(PARIS))
        else:
            event.add("dtstart", at)
            event.add("dtend", at + timedelta(days=1))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """What `calls/receipt.typ` reads."""
    rows = [
        ["Numéro", receipt.reference],
        ["Reçue le", receipt.received],
        ["Version déposée", str(receipt.rank)],
        ["Projet", receipt.title],
        ["Chef de file", receipt.lead],
        ["Déposée par", receipt.signed_as],
        ["Montant demandé", receipt.requested],
        ["Service", receipt.service],
        ["Contact", receipt.contact],
    ]
    return {
        "title": f"Accusé de réception {receipt.reference}",
        "author": receipt.authority,
        "foot": f"{receipt.authority} – {receipt.call}",
        "call": receipt.call,
        "authority": receipt.authority,
        "rows": [row for row in rows if row[1]],
        "files": list(receipt.files),
        "silence": receipt.silence,
        "remedies": receipt.remedies,
        "sources": [RECEIPT_REF, SILENCE_REF],
    }
