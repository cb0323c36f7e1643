"""Adjectives of applications. Every list, search, export and count of files begins with one of these."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User

# Once notified, the outcome is public for laureates and known to the applicant.
ENDED = ("awarded", "waiting", "rejected", "inadmissible", "dropped", "withdrawn")


class ApplicationQuerySet(models.QuerySet[Any]):
    def reachable_by(self, user: "User | AnonymousUser") -> Self:
        """Without the files of which `user` is recused: they are nowhere for them, whatever their role."""
        if not user.is_authenticated:
            return self.none()
        interests = apps.get_model("calls", "Interest")._default_manager
        away = interests.filter(application=OuterRef("pk"), user=user.pk, recused=True)
        return self.filter(~Exists(away))

    def written_by(self, user: "User | AnonymousUser") -> Self:
        """Files that the person may open as an applicant."""
        if not user.is_authenticated:
            return self.none()
        writers = apps.get_model("calls", "Writer")._default_manager
        mine = writers.filter(application=OuterRef("pk"), user=user.pk, ended_at=None)
        return self.filter(Exists(mine))

    def read_by(self, user: "User | AnonymousUser") -> Self:
        """Files given to the person to read, as a juror, and from which they are not recused."""
        if not user.is_authenticated:
            return self.none()
        reviews = apps.get_model("calls", "Review")._default_manager
        mine = reviews.filter(
            application=OuterRef("pk"), juror__user=user.pk, juror__left_at=None
        ).exclude(status="replaced")
        return self.filter(Exists(mine)).reachable_by(user)

    def deposited(self) -> Self:
        """Once deposited and neither withdrawn nor dropped since."""
        return self.filter(number__isnull=False).exclude(status__in=["withdrawn", "dropped"])

    def unsealed(self, now: datetime) -> Self:
        """Without the files of sealed calls that nobody opened yet. Drafts are never read by the authority."""
        return self.filter(
            Q(edition__is_sealed=False) | Q(edition__unsealed_at__lte=now), number__isnull=False
        )
