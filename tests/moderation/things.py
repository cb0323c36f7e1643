"""Contributions in one call."""

from typing import Any

from django.urls import reverse

from maillage.moderation.actions.contribute import confirm, contribute
from maillage.moderation.enums import State
from maillage.moderation.models import Contribution
from tests.factories import NOW, Cast, make_structure


def a_page(cast: Cast, **fields: Any):
    """A structure of the space with a phone from Sirene."""
    known = {
        "phone": "01 00 00 00 00",
        "website": "https://ancien.example/",
        "provenance": {"phone": {"source": "sirene", "date": "2026-03-12"}},
    }
    return make_structure("La Fabrique", in_space=cast.space, **(known | fields))


def sent(cast: Cast, kind: str = "correct", **given: Any) -> Contribution:
    """A contribution whose address is confirmed. A correction of the phone unless told otherwise."""
    if kind == "correct" and "structure" not in given:
        given["structure"] = a_page(cast)
    if kind == "correct" and "fields" not in given:
        given["fields"] = {"phone": "01 48 00 00 01"}
        given["seen"] = {"phone": "01 00 00 00 00"}
    if kind == "propose" and "fields" not in given:
        given["fields"] = {
            "name": "Le Vélo partagé",
            "address": "3 rue Kléber",
            "municipality_code": "93048",
        }
    given = {"by": None, "email": "rosa@test.example", "now": NOW} | given
    space = given.pop("space", cast.space)
    if given["by"] is not None:
        given.pop("email")
    one = contribute(space, kind=kind, **given).contribution
    if one.state == State.UNVERIFIED:
        confirm(one, now=given["now"])
    one.refresh_from_db()
    return one


def who(cast: Cast, name: str = "chloe", **more: Any) -> dict[str, Any]:
    """The agent who decides."""
    return {"by": getattr(cast, name), "now": NOW, "space": cast.space} | more


def url(cast: Cast, one: Contribution, verb: str = "") -> str:
    if not verb:
        return reverse("moderation:item", args=[cast.space.slug, one.pk])
    return reverse("moderation:act", args=[cast.space.slug, one.pk, verb])


def undo_url(cast: Cast, one: Contribution) -> str:
    return reverse("moderation:undo", args=[cast.space.slug, one.pk])
