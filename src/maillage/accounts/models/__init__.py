"""People who sign in. An e-mail address is the only identifier."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class Profile(models.TextChoices):
    """What a person says they come for; no right depends on more than this word."""

    RESIDENT = "resident", "habitante ou habitant"
    PROJECT_HOLDER = "project_holder", "porteuse ou porteur de projet"


class User(AbstractBaseUser, PermissionsMixin):
    """`is_staff` marks the host of the installation, who may open the technical administration."""

    email = models.EmailField("adresse e-mail", unique=True)
    name = models.CharField("nom affiché", max_length=120, blank=True)
    language = models.CharField("langue", max_length=2, default="fr")
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("hébergeur", default=False)
    is_demo = models.BooleanField("compte de démonstration", default=False)
    profile = models.CharField(
        "je suis", max_length=14, choices=Profile.choices, default=Profile.RESIDENT
    )
    # Follows the authenticators (`receivers`), so that a guarded page asks no query for it.
    is_protected = models.BooleanField("second facteur actif", default=False, editable=False)
    erased_at = models.DateTimeField("compte effacé le", null=True, blank=True)
    date_joined = models.DateTimeField("inscription", default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["email"]

    def __str__(self) -> str:
        return "Compte effacé" if self.erased_at else self.name or self.email


class Preference(models.Model):
    """The rhythm at which a person wants the letters of a category; without a row, at once."""

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", "tout de suite"
        DAILY = "daily", "résumé du jour"
        WEEKLY = "weekly", "résumé de la semaine"
        NEVER = "never", "à l'écran seulement"

    user = models.ForeignKey(
        User, models.CASCADE, related_name="preferences", verbose_name="personne"
    )
    category = models.CharField("catégorie", max_length=40)
    rhythm = models.CharField("rythme", max_length=7, choices=Rhythm.choices)

    class Meta:
        verbose_name = "préférence d'envoi"
        verbose_name_plural = "préférences d'envoi"
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="preference_user_category")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.category} {self.rhythm}"


from maillage.accounts.models.entry import EmailChange, ProConnectAccount  # noqa: E402
from maillage.accounts.models.privacy import Consent, Erasure  # noqa: E402  (they name User by its setting)

__all__ = [
    "Consent",
    "EmailChange",
    "Erasure",
    "Preference",
    "ProConnectAccount",
    "Profile",
    "User",
    "UserManager",
]
