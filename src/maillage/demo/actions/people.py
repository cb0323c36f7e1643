"""The accounts of the demonstration."""

from datetime import datetime

from allauth.account.models import EmailAddress

from maillage.accounts.models import User
from maillage.demo.lib.cast import PASSWORD, PEOPLE


def create_people(*, now: datetime) -> dict[str, User]:
    """Everyone by key, ready to sign in: their addresses are taken as verified."""
    people = {}
    for person in PEOPLE:
        user = User.objects.create_user(
            person.email, PASSWORD, name=person.name, is_demo=True, date_joined=now
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        people[person.key] = user
    return people


def silent_person(email: str, name: str, *, now: datetime) -> User:
    """Somebody who is named in the demonstration and never signs in: no password."""
    known = User.objects.filter(email=email).first()
    return known or User.objects.create_user(email, None, name=name, is_demo=True, date_joined=now)
