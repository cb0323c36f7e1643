"""Two kinds of column that come back in every table of the room."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

if TYPE_CHECKING:
    from maillage.accounts.models import User


def person(label: str) -> "models.ForeignKey[User | None, User | None]":
    """Who did something; forgotten with the account, the act remains (`room.py` says so to the person)."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


def money(label: str) -> "models.DecimalField[Decimal | None, Decimal | None]":
    """Euros and cents, from 0; None when nobody said."""
    return models.DecimalField(
        label,
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )


def euros(label: str) -> "models.DecimalField[Decimal, Decimal]":
    """Euros and cents, from 0, always known."""
    return models.DecimalField(
        label,
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
