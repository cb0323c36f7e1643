"""Addresses that lead nowhere: `.example` is kept for this (RFC 2606)."""

from django.utils.text import slugify

from maillage.demo.lib import numbers
from maillage.demo.lib.dice import Dice


def domain(name: str) -> str:
    return f"{slugify(name)[:50].strip('-')}.example"


def contact_fields(name: str, rank: int, dice: Dice) -> dict[str, str]:
    """Website, e-mail and telephone; registers have none of them, so many are missing."""
    host = domain(name)
    return {
        "website": f"https://www.{host}/" if dice.happens(0.45) else "",
        "email": f"contact@{host}" if dice.happens(0.5) else "",
        "phone": numbers.phone(rank) if dice.happens(0.3) else "",
    }
