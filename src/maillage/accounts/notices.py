"""Letters about an account. Each has one link at most; those that carry a key are forgotten once sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation

from maillage.accounts.models import EmailChange, User
from maillage.core.letters.kinds import LetterKind, declare
from maillage.core.letters.outbox import post
from maillage.core.origin import network_of

_IGNORE = "Si vous n'avez rien demandé, ne faites rien : sans ce message, personne n'entre."
_CODE = {"code": "BCDF-GHJK"}


def _secret(code: str, label: str, subject: str, text: str, **more: Any) -> LetterKind:
    """A letter about who comes in: nobody rewrites it, no inbox shows it."""
    return declare(
        LetterKind(
            code=f"accounts.{code}",
            label=label,
            subject=subject,
            text=f"Bonjour,\n\n{text}",
            secret=True,
            editable=False,
            **more,
        )
    )


_LETTERS = {
    "account/email/email_confirmation_signup": _secret(
        "sign_up_code",
        "Code d'inscription",
        "Votre code d'inscription : {code}",
        "Voici le code qui termine votre inscription sur Maillage. Il sert une fois, pendant quinze "
        "minutes :\n\n{code}",
        why=_IGNORE,
        places=_CODE,
    ),
    "account/email/email_confirmation": _secret(
        "address_code",
        "Code de vérification de l'adresse",
        "Votre code : {code}",
        "Voici le code qui prouve que cette adresse est la vôtre. Il sert une fois, pendant quinze "
        "minutes :\n\n{code}",
        why=_IGNORE,
        places=_CODE,
    ),
    "account/email/login_code": _secret(
        "sign_in_code",
        "Code de connexion",
        "Votre code de connexion : {code}",
        "Voici votre code pour entrer sur Maillage. Il sert une fois, pendant dix minutes, sur "
        "l'appareil où vous l'avez demandé :\n\n{code}\n\nNe le donnez à personne : aucun agent ne "
        "vous le demandera.",
        why=_IGNORE,
        places=_CODE,
    ),
    "account/email/password_reset_key": _secret(
        "password_link",
        "Lien pour choisir un mot de passe",
        "Choisir un nouveau mot de passe",
        "Quelqu'un, sans doute vous, demande un nouveau mot de passe pour votre compte Maillage. "
        "Pour le choisir, ouvrez ce lien. Il sert une seule fois, pendant trois jours.",
        button="Choisir mon mot de passe",
        why="Si vous n'avez rien demandé, ne faites rien : votre mot de passe ne change pas.",
    ),
    "account/email/unknown_account": _secret(
        "unknown_address",
        "Pas de compte à cette adresse",
        "Pas de compte à cette adresse",
        "Quelqu'un, sans doute vous, veut entrer sur Maillage avec cette adresse. Aucun compte ne "
        "la porte. Essayez une autre adresse, ou créez un compte.",
        button="Créer un compte",
        why="Si vous n'avez rien demandé, ne faites rien.",
    ),
    "account/email/account_already_exists": _secret(
        "known_address",
        "Un compte existe déjà",
        "Vous avez déjà un compte",
        "Quelqu'un, sans doute vous, s'inscrit sur Maillage avec cette adresse. Elle a déjà un "
        "compte : connectez-vous, par un code si vous n'avez plus de mot de passe.",
        button="Me connecter",
        why="Si vous n'avez rien demandé, ne faites rien : votre compte ne change pas.",
    ),
}
_LINKS = {
    "account/email/unknown_account": "account_signup",
    "account/email/account_already_exists": "account_request_login_code",
}


def send(prefix: str, email: str, context: Mapping[str, Any], *, now: datetime) -> None:
    """Write the letter that the sign-in library calls `prefix`. Raises KeyError for one we do not know."""
    kind = _LETTERS[prefix]
    values = {place: context[place] for place in kind.places}
    link = str(context.get("password_reset_url", ""))
    if page := _LINKS.get(prefix):
        link = f"{settings.BASE_URL}{reverse(page)}"
    post(kind, to=email, values=values, now=now, link=link)


_CHANGES = {
    "account/email/password_changed": "Le mot de passe de votre compte a été changé.",
    "account/email/password_set": "Un mot de passe a été choisi pour votre compte.",
    "account/email/password_reset": "Un nouveau mot de passe a été choisi pour votre compte, par un lien reçu à cette adresse.",
    "mfa/email/totp_activated": "Une application d'authentification protège maintenant votre compte.",
    "mfa/email/totp_deactivated": "L'application d'authentification ne protège plus votre compte.",
    "mfa/email/recovery_codes_generated": "De nouveaux codes de secours ont été faits ; les anciens ne servent plus.",
    "mfa/email/webauthn_added": "Une clé d'accès a été ajoutée à votre compte.",
    "mfa/email/webauthn_removed": "Une clé d'accès a été retirée de votre compte.",
    "email_changed": "L'adresse de votre compte a changé, comme les deux boîtes l'ont accepté.",
    "proconnect_linked": "Votre compte est relié à ProConnect : vous pouvez entrer avec votre identité professionnelle.",
}
SECURITY_CHANGED = declare(
    LetterKind(
        code="accounts.security_changed",
        label="La sécurité d'un compte change",
        subject="La sécurité de votre compte a changé",
        text="Bonjour {person},\n\n{what}\n\nQuand : {when}\nD'où : réseau {network}\n\nSi ce n'est pas "
        "vous, demandez tout de suite un nouveau mot de passe, puis fermez les autres appareils depuis "
        "« Mon compte ».",
        button="Voir la sécurité de mon compte",
        editable=False,
        places={
            "person": "Nadia Belkacem",
            "what": "Une clé d'accès a été ajoutée à votre compte.",
            "when": "22 novembre 2026 à 09:30",
            "network": "192.0.2.0/24",
        },
    )
)


def warn(user: User, what: str, *, network: str, now: datetime, to: str = "") -> None:
    """Tell `user` that something of their security changed; `network` is an address, kept truncated."""
    with translation.override(settings.LANGUAGE_CODE):  # letters are in French, dates too
        when = formats.date_format(timezone.localtime(now), "j F Y à H:i")
    post(
        SECURITY_CHANGED,
        to=to or user.email,
        user_id=user.pk,
        values={
            "person": str(user),
            "what": _CHANGES[what],
            "when": when,
            "network": network_of(network) or "inconnu",
        },
        link=f"{settings.BASE_URL}{reverse('account_security')}",
        now=now,
    )


EMAIL_CHANGE_OLD = _secret(
    "email_change_old",
    "Changement d'adresse : l'ancienne",
    "Changer l'adresse de votre compte ?",
    "Vous demandez que votre compte Maillage passe à l'adresse {new_email}. Pour l'accepter ou le "
    "refuser, ouvrez ce lien. Il sert pendant trois jours, et rien ne change sans lui.",
    button="Accepter ou refuser",
    why="Si ce n'est pas vous, refusez : quelqu'un est peut-être entré dans votre compte.",
    places={"new_email": "nadia@exemple.fr"},
)
EMAIL_CHANGE_NEW = _secret(
    "email_change_new",
    "Changement d'adresse : la nouvelle",
    "Confirmer votre nouvelle adresse",
    "Quelqu'un, sans doute vous, veut utiliser cette adresse pour son compte Maillage. Pour "
    "confirmer qu'elle est à vous, ouvrez ce lien. Il sert pendant trois jours.",
    button="Confirmer cette adresse",
    why="Si vous n'avez rien demandé, ne faites rien.",
)


def ask_both(
    change: EmailChange, old_key: str, new_key: str, *, taken: bool, now: datetime
) -> None:
    """One letter to each mailbox; when the new address has an account already, it is told that instead."""
    post(
        EMAIL_CHANGE_OLD,
        to=change.old_email,
        values={"new_email": change.new_email},
        link=f"{settings.BASE_URL}{reverse('account_email_agree', args=[old_key])}",
        now=now,
    )
    if taken:
        send("account/email/account_already_exists", change.new_email, {}, now=now)
        return
    post(
        EMAIL_CHANGE_NEW,
        to=change.new_email,
        values={},
        link=f"{settings.BASE_URL}{reverse('account_email_agree', args=[new_key])}",
        now=now,
    )


INVITATION_NEW = _secret(
    "invitation",
    "Invitation dans un espace, nouveau compte",
    "Votre accès à l'espace {place}",
    "{inviter} vous donne accès à la gestion de l'espace « {place} » sur Maillage. Choisissez d'abord "
    "votre mot de passe. Ce lien sert une seule fois, pendant {days} jours.",
    button="Choisir mon mot de passe",
    why="Vous recevez ce message parce que votre adresse a été indiquée par {inviter}. Si vous ne "
    "voyez pas de quoi il s'agit, ne faites rien : sans mot de passe, ce compte ne s'ouvre pas.",
    places={"inviter": "Aïcha Benali", "place": "Val de Bièvre", "days": "3"},
)
INVITATION_KNOWN = declare(
    LetterKind(
        code="accounts.invitation_known",
        label="Invitation dans un espace, compte existant",
        subject="Votre accès à l'espace {place}",
        text="Bonjour {person},\n\n{inviter} vous donne accès à la gestion de l'espace « {place} » sur "
        "Maillage. Votre compte existe déjà : connectez-vous comme d'habitude.",
        button="Me connecter",
        editable=False,
        why="Vous recevez ce message parce que votre adresse a été indiquée par {inviter}.",
        places={"person": "Nadia Belkacem", "inviter": "Aïcha Benali", "place": "Val de Bièvre"},
    )
)


INACTIVE_ACCOUNT = declare(
    LetterKind(
        code="accounts.inactive",
        label="Compte inutilisé, bientôt effacé",
        subject="Votre compte Maillage sera effacé dans un mois",
        text=(
            "Bonjour {person},\n\n"
            "Vous ne vous êtes pas connecté depuis près de deux ans. Pour ne pas garder vos données "
            "plus longtemps qu'il ne faut, votre compte sera effacé dans 30 jours.\n\n"
            "Pour le garder, il suffit de vous connecter. Sinon, vous n'avez rien à faire."
        ),
        button="Me connecter et garder mon compte",
        places={"person": "Nadia Belkacem"},
        editable=False,
    )
)


def password_link(user: User) -> str:
    """Absolute address where `user` chooses a password; valid `PASSWORD_RESET_TIMEOUT` seconds, once."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return f"{settings.BASE_URL}{path}"


def send_invitation(user: User, *, place: str, inviter: str, now: datetime | None = None) -> None:
    """Tell `user` that `inviter` opened them the doors of `place`, and how to come in."""
    now = now or timezone.now()
    values = {"place": place, "inviter": inviter}
    if user.last_login or user.has_usable_password():
        login = f"{settings.BASE_URL}{reverse('account_login')}"
        known = values | {"person": str(user)}
        post(INVITATION_KNOWN, to=user.email, user_id=user.pk, values=known, link=login, now=now)
        return
    days = str(settings.PASSWORD_RESET_TIMEOUT // 86_400)
    post(
        INVITATION_NEW,
        to=user.email,
        values=values | {"days": days},
        link=password_link(user),
        now=now,
    )
