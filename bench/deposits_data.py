"""Who deposits in `bench/deposits.py`: invented people, each with a file whose every answer is right."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db.models import F
from django.test.utils import override_settings
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.actions.writing import save_answers
from maillage.calls.models import Application, Deposit, Edition

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWERS = {
    "titre": "Ateliers de réparation",
    "resume": "Réparer ensemble, une fois par semaine, avec les habitants.",
    "theme": "climat",
    "communes": ["93048"],
    "demande": "9000.00",
    "cout": "15000.00",
}


def build(people: float) -> dict[str, Any]:
    """An open call, its files ready to be deposited, and sessions of who deposits them."""
    from tests.calls.factories import make_application, make_edition, make_rule
    from tests.factories import make_space

    call_command("migrate", verbosity=0)
    now = timezone.now()
    edition = make_edition(
        make_space("banc", name="Banc"),
        opens_at=now - timedelta(days=9),
        closes_at=now + timedelta(days=9),
    )
    make_rule(edition, "amount", severity="blocking")
    # Nobody signs in by password here: hashing five hundred would take minutes.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        made = [_ready(make_application(edition), now) for _ in range(int(people) + 1)]
    form = made.pop()
    return {
        "people": [_signed_in(one) for one in made],
        "form": _signed_in(form)
        | {
            "paths": [
                f"/compte/candidatures/{form.pk}/section/{code}/" for code in ("projet", "budget")
            ]
        },
    }


def _ready(application: Application, now: Any) -> Application:
    save_answers(application, ANSWERS, seen={}, by=_person(application), now=now)
    return application


def _signed_in(application: Application) -> dict[str, Any]:
    user = _person(application)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {
        "pk": application.pk,
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        "csrf": settings.CSRF_COOKIE_NAME,
    }


def close(seconds: float) -> dict[str, Any]:
    """The call closes in `seconds`."""
    closes = timezone.now() + timedelta(seconds=seconds)
    Edition.objects.update(closes_at=closes)
    return {"closes": closes.isoformat()}


def verify() -> dict[str, Any]:
    """What the database holds when all is over."""
    deposits: Iterable[int] = Deposit.objects.order_by("pk").values_list(
        "application_id", flat=True
    )
    numbers = Application.objects.exclude(number=None).values_list("number", flat=True)
    after = Deposit.objects.filter(at__gte=F("application__edition__closes_at")).count()
    return {"deposited": list(deposits), "numbers": list(numbers), "after": after}


def _person(application: Application) -> User:
    return User.objects.get(pk=application.created_by_id)
