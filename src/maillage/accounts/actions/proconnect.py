"""Let an agent in by ProConnect: a person already invited, working for the authority of their space."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from maillage.accounts import notices
from maillage.accounts.connectors.proconnect import Identity
from maillage.accounts.models import ProConnectAccount, User
from maillage.accounts.permissions import Authority, authorities_of
from maillage.core import journal, origin


class AdmissionRefused(Exception):  # noqa: N818
    """The message says to the person, in French, why and what to do."""


def admit(identity: Identity, *, now: datetime) -> User:
    """The account of this professional identity, linked the first time.

    An identity that is known is never moved by its e-mail; one that is not is linked only to an account
    whose address, the same, is proved, and that has a role. The employer is checked each time.

    Raises:
        AdmissionRefused: nothing was written.
    """
    try:
        with transaction.atomic():
            return _admit(identity, now)
    except IntegrityError as error:  # the same identity, twice at once
        raise AdmissionRefused("Votre compte vient d'être relié : recommencez.") from error


def _admit(identity: Identity, now: datetime) -> User:
    linked = ProConnectAccount.objects.select_related("user").filter(sub=identity.sub).first()
    user: User = linked.user if linked else _invited(identity)
    if not user.is_active:
        raise AdmissionRefused(
            "Ce compte est fermé. Demandez à l'administrateur de votre espace de le rouvrir."
        )
    _check_employer(identity, authorities_of(user))
    if linked:
        linked.siret, linked.idp, linked.used_at = identity.siret, identity.idp, now
        linked.save(update_fields=["siret", "idp", "used_at"])
        return user
    ProConnectAccount.objects.create(
        user=user,
        sub=identity.sub,
        siret=identity.siret,
        idp=identity.idp,
        linked_at=now,
        used_at=now,
    )
    if not user.name and identity.name:
        user.name = identity.name[:120]
        user.save(update_fields=["name"])
    journal.record("proconnect_linked", user, by=user, at=now)
    notices.warn(user, "proconnect_linked", network=origin.current().network, now=now)
    return user


def _invited(identity: Identity) -> User:
    proved = EmailAddress.objects.filter(email=identity.email, verified=True)
    address = proved.select_related("user").first() if identity.email else None
    user: User | None = address.user if address else None
    if user is None or user.email != identity.email or not authorities_of(user):
        raise AdmissionRefused(
            f"Aucun accès d'agent n'est ouvert à l'adresse {identity.email or 'que donne ProConnect'}. "
            "Demandez à l'administrateur de votre espace de vous inviter à cette adresse, et ouvrez une "
            "fois le lien de l'invitation."
        )
    if ProConnectAccount.objects.filter(user=user).exists():
        raise AdmissionRefused(
            "Ce compte est déjà relié à une autre identité ProConnect. Écrivez à l'administrateur de votre espace."
        )
    return user


def _check_employer(identity: Identity, theirs: list[Authority]) -> None:
    if not theirs:
        raise AdmissionRefused(
            "Vous n'avez plus de rôle dans un espace : ProConnect n'ouvre donc rien ici."
        )
    sirens = {authority.siren for authority in theirs if authority.siren}
    if identity.siret[:9] in sirens:
        return
    names = " ; ".join(f"« {authority.name} »" for authority in theirs[:3])
    if not sirens:
        raise AdmissionRefused(
            f"L'espace {names} n'a pas encore de SIREN dans Maillage : demandez à l'hébergeur de l'écrire."
        )
    employer = f"l'établissement {identity.siret}" if identity.siret else "aucun établissement"
    raise AdmissionRefused(
        f"Votre compte ProConnect est rattaché à {employer} ; votre rôle est dans un espace d'une autre "
        f"collectivité : {names}. Connectez-vous à ProConnect avec l'identité de cette collectivité, ou entrez ici autrement."
    )
