"""Two years without a visit: told a month before, then erased; whoever comes back stays."""

from datetime import UTC, datetime, timedelta

import pytest

from maillage.accounts.actions.inactivity import forget_inactive
from maillage.accounts.models import User
from maillage.core.models import Letter
from maillage.spaces.models import Role
from tests.factories import make_role, make_space, make_user

pytestmark = pytest.mark.django_db
SEEN = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
NOTICE_DAY = SEEN + timedelta(days=700, minutes=1)
LAST_DAY = SEEN + timedelta(days=730, minutes=2)


def unused(**fields) -> User:
    return make_user("nadia@test.example", date_joined=SEEN, **fields)


def erased(user: User) -> bool:
    user.refresh_from_db()
    return user.erased_at is not None


def test_told_on_the_day_and_not_before():
    unused()
    assert forget_inactive(NOTICE_DAY - timedelta(days=1)) == 0
    assert Letter.objects.count() == 0
    forget_inactive(NOTICE_DAY)
    forget_inactive(NOTICE_DAY + timedelta(days=1))
    letter = Letter.objects.get()
    assert (letter.to, letter.kind, letter.link) == (
        "nadia@test.example",
        "accounts.inactive",
        "http://127.0.0.1:8000/compte/connexion/",
    )


def test_erased_on_the_day_and_not_before():
    user = unused()
    forget_inactive(NOTICE_DAY)
    assert (forget_inactive(LAST_DAY - timedelta(days=1)), erased(user)) == (0, False)
    assert (forget_inactive(LAST_DAY), erased(user)) == (1, True)
    assert forget_inactive(LAST_DAY + timedelta(days=1)) == 0


def test_never_erased_without_thirty_days_of_notice():
    """The worker was stopped for months: the person is told first."""
    user = unused()
    late = LAST_DAY + timedelta(days=100)
    assert (forget_inactive(late), Letter.objects.count()) == (0, 1)
    assert forget_inactive(late + timedelta(days=29)) == 0
    assert (forget_inactive(late + timedelta(days=30)), erased(user)) == (1, True)


def test_who_comes_back_stays_and_will_be_told_again():
    user = unused()
    forget_inactive(NOTICE_DAY)
    User.objects.filter(pk=user.pk).update(last_login=NOTICE_DAY + timedelta(days=2))
    assert (forget_inactive(LAST_DAY), erased(user)) == (0, False)
    forget_inactive(NOTICE_DAY + timedelta(days=2 + 701))
    assert Letter.objects.count() == 2


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_demo": True}])
def test_hosts_and_demonstrations_are_left_alone(fields):
    user = unused(**fields)
    forget_inactive(LAST_DAY)
    forget_inactive(LAST_DAY + timedelta(days=60))
    assert (erased(user), Letter.objects.count()) == (False, 0)


def test_the_last_administrator_is_neither_told_nor_erased():
    user = unused()
    make_role(make_space(), user, Role.Kind.ADMINISTRATOR)
    forget_inactive(LAST_DAY)
    forget_inactive(LAST_DAY + timedelta(days=60))
    assert (erased(user), Letter.objects.count()) == (False, 0)
