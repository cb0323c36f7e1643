"""What a person does with their letters, and how often they want them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from maillage.accounts.models import Preference, User
from maillage.core.models import Letter
from maillage.notices.lib.categories import categories
from maillage.notices.lib.keys import ALL
from maillage.notices.queries.inbox import letters_for


def mark(letter: Letter, *, is_read: bool, by: User, now: datetime) -> None:
    letters_for(by).filter(pk=letter.pk).update(read_at=now if is_read else None)


def mark_all_read(*, by: User, now: datetime) -> int:
    """The number of letters that were unread."""
    return letters_for(by).filter(read_at__isnull=True).update(read_at=now)


@transaction.atomic
def set_rhythms(rhythms: Mapping[str, str], *, by: User, now: datetime) -> None:
    """Category to rhythm. What was held back by another rhythm leaves with the next digest."""
    for category, rhythm in rhythms.items():
        if rhythm not in Preference.Rhythm.values:
            raise ValueError(f"no such rhythm: {rhythm}")
        Preference.objects.update_or_create(user=by, category=category, defaults={"rhythm": rhythm})
    _forget_held(by, [name for name, how in rhythms.items() if how == Preference.Rhythm.NEVER])


def stop(user: User, category: str, *, now: datetime) -> list[str]:
    """No more e-mail of `category` (`ALL`: of any): letters stay on screen. Gives the categories stopped."""
    stopped = list(categories()) if category == ALL else [category]
    set_rhythms(dict.fromkeys(stopped, Preference.Rhythm.NEVER), by=user, now=now)
    return stopped


def _forget_held(user: User, categories: Iterable[str]) -> None:
    """What waited to be sent is read on screen only."""
    not_sent = Letter.objects.filter(
        user=user,
        category__in=list(categories),
        status__in=[Letter.Status.HELD, Letter.Status.WAITING],
    )
    not_sent.update(status=Letter.Status.SILENT)
