"""Read what the doors of accounts send, and answer as a person would."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from maillage.core.models import Letter
from tests.factories import PASSWORD, TOTP_SECRET

LOGIN = "/compte/connexion/"


def letters_to(address: str) -> list[Letter]:
    """Oldest first."""
    return list(Letter.objects.filter(to=address).order_by("pk"))


def letter_to(address: str) -> Letter:
    """The last one."""
    return letters_to(address)[-1]


def code_in(letter: Letter) -> str:
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", letter.body, re.MULTILINE)[0]


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def totp(secret: str = TOTP_SECRET, *, ago: int = 0) -> str:
    """What an application shows now, or showed `ago` periods of thirty seconds before."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 - ago))


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post(LOGIN, {"login": email, "password": password})
