"""Carry a visitor's words to the space."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from maillage.core.letters.outbox import Recipient, post, post_many
from maillage.portal.notices import CONTACT, CONTACT_RECEIVED
from maillage.spaces.models import Space


class ContactError(Exception):
    """The space gave no address. The message is one French sentence for the visitor."""


@transaction.atomic
def send_contact(
    space: Space, *, name: str, email: str, topic: str, message: str, now: datetime
) -> None:
    """A letter to the space, which may be answered as it is, and a word to its author. Nothing else is kept."""
    if not space.contact_email:
        raise ContactError("Cet espace n'a pas encore d'adresse de contact.")
    values = {
        "space": space.name,
        "topic": " ".join(topic.split()),
        "name": " ".join(name.split()) or "Quelqu'un",
        "email": email,
        "message": message,
    }
    to_space = Recipient(to=space.contact_email, values=values, headers={"Reply-To": email})
    post_many(CONTACT, [to_space], now=now, space_id=space.pk)
    day = date_format(timezone.localdate(now), "j F Y")
    post(
        CONTACT_RECEIVED,
        to=email,
        values={"space": space.name, "day": day},
        now=now,
        space_id=space.pk,
    )
