"""What follows when the library writes, and when the installation comes back from a backup."""

from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from maillage.accounts.actions import end_sessions, mark_protection, reapply_erasures
from maillage.accounts.models import User
from maillage.core.signals import restored


@receiver([post_save, post_delete], sender=Authenticator)
def keep_protection(instance: Authenticator, **_kwargs: Any) -> None:
    """`User.is_protected` says whether a key or an application is there."""
    mark_protection(instance.user_id)


@receiver(authenticator_added)
def end_weaker_sessions(
    request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any
) -> None:
    """A browser that came in before the second factor existed comes in again, with it.

    The one that added it has just proved to hold it: it is not asked again for the recovery codes.
    """
    end_sessions(user, but=request.session.session_key or "")
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
        )


@receiver(restored, dispatch_uid="accounts.reapply_erasures")
def erase_again(now: datetime, **_kwargs: Any) -> None:
    """People erased since the backup do not come back with it."""
    reapply_erasures(now=now)
