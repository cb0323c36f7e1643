"""Who may do what with a call and its files, beyond the table of roles of the space."""

from typing import TYPE_CHECKING

from maillage.calls.enums import PartnerRole, TeamKind, WriterKind
from maillage.calls.models import Application, Award, Edition, Interest, TeamMember, Writer
from maillage.spaces.permissions import YES, Verdict, can_manage
from maillage.structures.models import Membership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User
    from maillage.structures.models import Structure


def holds(user: "User | AnonymousUser", edition: Edition, kind: TeamKind) -> bool:
    """Whether the person was named as `kind` for this edition."""
    return (
        bool(user.is_authenticated)
        and TeamMember.objects.filter(edition=edition, user=user.pk, kind=kind).exists()
    )


def may_sign(user: "User | AnonymousUser", edition: Edition) -> Verdict:
    """Deciding, notifying, calling the waiting list: the authority's own acts."""
    if not can_manage(user, edition.space):
        return Verdict(allowed=False, reason="Cette page est réservée aux agents de l'espace.")
    if holds(user, edition, TeamKind.AUTHORITY):
        return YES
    return Verdict(
        allowed=False,
        reason="Seule la personne désignée comme ordonnatrice de cet appel peut le faire.",
    )


def is_recused(user: "User | AnonymousUser", application: Application) -> bool:
    return (
        bool(user.is_authenticated)
        and Interest.objects.filter(application=application, user=user.pk, recused=True).exists()
    )


def writer_of(user: "User | AnonymousUser", application: Application) -> Writer | None:
    """What the person is among the applicants of the file, or None."""
    if not user.is_authenticated:
        return None
    return Writer.objects.filter(application=application, user=user.pk, ended_at=None).first()


def may_write(user: "User | AnonymousUser", application: Application) -> Verdict:
    writer = writer_of(user, application)
    if writer is None:
        return Verdict(allowed=False, reason="Vous n'avez pas accès à cette candidature.")
    if writer.kind == WriterKind.READER:
        return Verdict(allowed=False, reason="Vous pouvez lire cette candidature, pas la modifier.")
    return YES


def speaks_for(user: "User | AnonymousUser", structure: "Structure") -> bool:
    """Whether the person administers the page of the structure: they may engage it, and say in what capacity."""
    return (
        bool(user.is_authenticated)
        and Membership.objects.filter(
            structure=structure,
            user=user.pk,
            ended_at=None,
            kind=Membership.Kind.ADMINISTRATOR,
        ).exists()
    )


def may_act_for(user: "User | AnonymousUser", award: Award) -> Verdict:
    """Accepting, renouncing, signing, reporting: the writers of the file's lead, and the beneficiary's own people.

    Who only reads the file, or writes it for another partner, reads the award and changes nothing.
    """
    if award.structure is not None and speaks_for(user, award.structure):
        return YES
    writer = writer_of(user, award.application)
    if writer is not None:
        own = writer.partner_id is not None and writer.partner_id == award.partner_id
        of_lead = writer.partner_id is None or (
            writer.partner is not None and writer.partner.role == PartnerRole.LEAD
        )
        if own or (of_lead and writer.kind != WriterKind.READER):
            return YES
    return Verdict(
        allowed=False,
        reason="Vous pouvez lire cette subvention, pas répondre au nom de son bénéficiaire.",
    )
