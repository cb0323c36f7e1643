"""What the calls do when people or their structures change: links between jurors and files are looked for again."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from maillage.accounts.models import ProConnectAccount, User
from maillage.calls.actions.instruction.assigning import route_deposit
from maillage.calls.actions.interests import look
from maillage.calls.enums import EditionStatus
from maillage.calls.models import Deposit, Juror
from maillage.structures.models import Membership

_READ = (EditionStatus.CLOSED, EditionStatus.INSTRUCTION, EditionStatus.JURY)


@receiver(post_save, sender=Membership, dispatch_uid="calls.look_at_member")
@receiver(post_save, sender=EmailAddress, dispatch_uid="calls.look_at_address")
@receiver(post_save, sender=ProConnectAccount, dispatch_uid="calls.look_at_employer")
def look_again(instance: Any, **said: Any) -> None:
    """One question for who is of no jury; `raw` while a backup comes back."""
    if not said.get("raw"):
        look_at(instance.user_id)


@receiver(post_save, sender=User, dispatch_uid="calls.look_at_person")
def look_at_person(instance: User, **said: Any) -> None:
    """A name or an address changed; signing in writes the account too, and says which field."""
    fields = said.get("update_fields")
    told = fields is None or {"name", "email"} & set(fields)
    if told and not said["created"] and not said.get("raw"):
        look_at(instance.pk)


def look_at(user_id: int) -> None:
    jurors = Juror.objects.filter(user=user_id, left_at=None, edition__status__in=_READ)
    for juror in jurors.select_related("edition__space"):
        look(juror.edition, [user_id], now=timezone.now())


@receiver(post_save, sender=Deposit, dispatch_uid="calls.route_deposit")
def deposited(instance: Deposit, **said: Any) -> None:
    """A file that nobody follows goes to the person whom the call's rules name."""
    if said["created"] and not said.get("raw"):
        route_deposit(instance.application, now=instance.at)
