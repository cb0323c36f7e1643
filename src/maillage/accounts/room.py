"""Door plate of the accounts: the menu of « Mon compte »."""

from datetime import datetime, timedelta

from django.conf import settings

from maillage.accounts.actions import end_sessions
from maillage.accounts.actions.inactivity import DAYS, forget_inactive
from maillage.accounts.actions.sweep import (
    UNPROVED_DAYS,
    forget_email_changes,
    forget_ended_sessions,
    forget_unproved,
)
from maillage.accounts.models import Consent, User
from maillage.core.diagnosis.findings import Finding, error
from maillage.core.personal import all_of, forgotten, told
from maillage.core.room import NavEntry, PersonalData, Retention, Room, register


def _forget_consents(now: datetime) -> int:
    """A proof is kept three years after the consent ended, the time during which it may be asked for."""
    return Consent.objects.filter(withdrawn_at__lt=now - timedelta(days=1095)).delete()[0]


def _end_sessions(user: User, _now: datetime) -> None:
    end_sessions(user)


PERSONAL = (
    PersonalData(
        model="accounts.User",
        fields=("email",),
        label="Votre compte",
        export=told(
            "accounts.User",
            "pk",
            **{"adresse e-mail": "email", "nom affiché": "name", "profil": "profile"},
            **{"inscription": "date_joined", "dernière connexion": "last_login"},
        ),
        kept="La ligne du compte reste, vide : ni adresse, ni nom, ni mot de passe.",
    ),
    PersonalData(
        model="accounts.Preference",
        fields=("user",),
        label="Rythme des messages",
        export=told("accounts.Preference", "user", catégorie="category", rythme="rhythm"),
        erase=forgotten("accounts.Preference", "user"),
    ),
    PersonalData(
        model="accounts.Consent",
        fields=("user",),
        label="Consentements",
        export=told(
            "accounts.Consent",
            "user",
            **{"finalité": "purpose", "phrase acceptée": "wording"},
            **{"donné le": "given_at", "retiré le": "withdrawn_at"},
        ),
        erase=forgotten("accounts.Consent", "user"),
    ),
    PersonalData(
        model="account.EmailAddress",
        fields=("user", "email"),
        label="Adresses vérifiées",
        export=told("account.EmailAddress", "user", adresse="email", vérifiée="verified"),
        erase=all_of(
            forgotten("account.EmailAddress", "user"), forgotten("account.EmailAddress", "email")
        ),
    ),
    PersonalData(
        model="accounts.EmailChange",
        fields=("user", "old_email", "new_email"),
        label="Changement d'adresse en cours",
        export=told(
            "accounts.EmailChange",
            "user",
            **{"nouvelle adresse": "new_email", "demandé le": "asked_at"},
        ),
        erase=forgotten("accounts.EmailChange", "user"),
    ),
    PersonalData(
        model="accounts.ProConnectAccount",
        fields=("user",),
        label="Identité professionnelle ProConnect",
        export=told(
            "accounts.ProConnectAccount",
            "user",
            identifiant="sub",
            employeur="siret",
            fournisseur="idp",
            **{"relié le": "linked_at", "dernière entrée": "used_at"},
        ),
        erase=forgotten("accounts.ProConnectAccount", "user"),
    ),
    PersonalData(
        model="mfa.Authenticator",
        fields=("user",),
        label="Clés d'accès, application et codes de secours",
        # What they hold is a secret: the export says that they exist, not what opens the account.
        export=told(
            "mfa.Authenticator",
            "user",
            **{"genre": "type", "ajouté le": "created_at", "dernier usage": "last_used_at"},
        ),
        erase=forgotten("mfa.Authenticator", "user"),
    ),
    PersonalData(
        model="usersessions.UserSession",
        fields=("user",),
        label="Appareils connectés",
        export=told(
            "usersessions.UserSession",
            "user",
            **{"adresse réseau": "ip", "navigateur": "user_agent", "depuis": "created_at"},
        ),
        erase=_end_sessions,
    ),
    PersonalData(
        model="admin.LogEntry",
        fields=("user",),
        label="Actes dans l'administration technique",
        export=told("admin.LogEntry", "user", quand="action_time", objet="object_repr"),
        erase=forgotten("admin.LogEntry", "user"),
    ),
)

RETENTION = (
    Retention(
        code="accounts.unproved",
        label="Inscriptions dont l'adresse n'a jamais été prouvée",
        days=UNPROVED_DAYS,
        basis="RGPD, article 5-1-c : rien n'a commencé",
        purge=forget_unproved,
    ),
    Retention(
        code="accounts.sessions",
        label="Appareils dont la connexion est finie",
        days=14,
        basis="RGPD, article 5-1-e : le temps de la connexion",
        purge=forget_ended_sessions,
    ),
    Retention(
        code="accounts.email_changes",
        label="Changements d'adresse restés sans réponse",
        days=3,
        basis="RGPD, article 5-1-e : la durée des liens envoyés",
        purge=forget_email_changes,
    ),
    Retention(
        code="accounts.inactive",
        label="Comptes sans connexion (prévenus trente jours avant)",
        days=DAYS,
        basis="RGPD, article 5-1-e ; usage recommandé par la CNIL pour les comptes en ligne",
        purge=forget_inactive,
    ),
    Retention(
        code="accounts.consents",
        label="Preuves d'un consentement retiré",
        days=1095,
        basis="RGPD, article 7-1 : pouvoir prouver le consentement",
        purge=_forget_consents,
    ),
)


def demo_accounts(_now: datetime) -> list[Finding]:
    """Their password is printed in the documentation."""
    count = User.objects.filter(is_demo=True, is_active=True).count() if settings.PRODUCTION else 0
    if not count:
        return []
    told = f"{count} compte(s) de démonstration, au mot de passe public, peuvent se connecter."
    return [error("Comptes", told, "Repartez d'une base sans démonstration.")]


ROOM = register(
    Room(
        name="accounts",
        label="Comptes",
        personal=PERSONAL,
        retention=RETENTION,
        probes=(demo_accounts,),
        nav=(
            NavEntry(
                label="Mon compte",
                url_name="account_home",
                slot="account",
                order=10,
                icon="user",
                exact=True,
                also=("account_profile",),
            ),
            NavEntry(
                label="Sécurité",
                url_name="account_security",
                slot="account",
                order=80,
                icon="shield-lock",
                also=("account_change_password", "account_set_password", "account_email"),
                group="Sécurité",
            ),
            NavEntry(
                label="Appareils",
                url_name="account_devices",
                slot="account",
                order=81,
                icon="device-mobile",
                group="Sécurité",
            ),
        ),
    )
)
