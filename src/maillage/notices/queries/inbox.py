"""What a person finds in their box."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from maillage.accounts.models import User
from maillage.core.models import Letter
from maillage.notices.lib.codes import DIGEST

PAGE_SIZE = 20


def letters_for(user: User) -> QuerySet[Letter]:
    """Newest first. Letters that carry a key, and digests that repeat others, are not in the box."""
    return Letter.objects.filter(user=user, is_secret=False).exclude(kind=DIGEST).order_by("-id")


def inbox(user: User, *, unread_only: bool, page: int) -> Page[Letter]:
    found = letters_for(user)
    if unread_only:
        found = found.filter(read_at__isnull=True)
    return Paginator(found, PAGE_SIZE).get_page(page)


def unread_count(user: User) -> int:
    return letters_for(user).filter(read_at__isnull=True).count()
