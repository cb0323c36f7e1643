"""Verbs on a space: open it, set its perimeter, its people and its look."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from maillage.core import journal
from maillage.core.ui.colors import nearest_readable, readable
from maillage.spaces.models import RESERVED_SLUGS, PerimeterEntry, Role, Space
from maillage.territories.queries import expand_whole, names_by_code

if TYPE_CHECKING:
    from maillage.accounts.models import User

CLOCK = "spaces"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


class SpaceError(Exception):
    """The verb can't be done. The message is one French sentence for the agent."""


class UnreadableColorError(SpaceError):
    """`suggestion` is the nearest colour that can be read, for the field `field`."""

    def __init__(self, field: str, suggestion: str) -> None:
        self.field, self.suggestion = field, suggestion
        label = {"color_main": "Couleur principale", "color_ink": "Couleur de l'encre"}[field]
        super().__init__(
            f"{label} : cette couleur est trop claire pour être lue sur fond clair. "
            f"La plus proche qui convient est {suggestion}."
        )


@transaction.atomic
def create_space(
    slug: str,
    *,
    name: str,
    authority: str,
    codes: Iterable[str],
    by: "User | None",
    now: datetime,
    siren: str = "",
    **fields: Any,
) -> Space:
    """A space over the communes `codes`. `fields` are other fields of `Space`.

    The first one keeps the vocabulary that all share; the others when the host says so.

    Raises `SpaceError` when the address can't be used or when no commune is known.
    """
    if not _SLUG.fullmatch(slug) or len(slug) > 60:
        raise SpaceError(
            f"L'adresse « {slug} » ne convient pas : des minuscules sans accent, des chiffres et des "
            "tirets, 60 caractères au plus."
        )
    if slug in RESERVED_SLUGS:
        raise SpaceError(
            f"L'adresse « {slug} » est réservée à la plateforme : choisissez-en une autre."
        )
    fields.setdefault("keeps_vocabulary", not Space.objects.filter(keeps_vocabulary=True).exists())
    try:
        with transaction.atomic():
            space = Space.objects.create(
                slug=slug, name=name[:120], authority=authority[:160], siren=siren, **fields
            )
    except IntegrityError as error:
        raise SpaceError(f"L'adresse « {slug} » est déjà celle d'un autre espace.") from error
    added, _removed = set_perimeter(space, codes, by=by, now=now)
    journal.record(
        "space_created", space, by=by, at=now, space_id=space.pk, changes={"communes": [0, added]}
    )
    return space


@transaction.atomic
def set_perimeter(
    space: Space, codes: Iterable[str], *, by: "User | None", now: datetime
) -> tuple[int, int]:
    """Make `codes` the perimeter in force; (communes added, communes removed).

    Former codes are resolved and Paris, Lyon and Marseille are held by arrondissement. A commune that
    leaves keeps its row, dated. Nothing else is computed: membership is read from the perimeter.

    A perimeter gives rights over the structures inside it: a commune that another space holds can be
    added by the host alone (`by` of the staff, or nobody: the shell).
    """
    wanted = expand_whole(codes)
    if not wanted:
        raise SpaceError("Aucune de ces communes n'est connue : le périmètre n'a pas été changé.")
    today = timezone.localdate(now)
    entries = {entry.municipality_code: entry for entry in space.perimeter.select_for_update()}
    current = {code for code, entry in entries.items() if entry.until is None}
    added, removed = wanted - current, current - wanted
    if by is not None and not by.is_staff:
        _refuse_communes_of_others(space, added)
    space.perimeter.filter(municipality_code__in=removed).update(until=today)
    space.perimeter.filter(municipality_code__in=added).update(since=today, until=None)
    PerimeterEntry.objects.bulk_create(
        PerimeterEntry(space=space, municipality_code=code, since=today if current else None)
        for code in sorted(added - entries.keys())
    )
    space.__dict__.pop("_perimeter_codes", None)
    if added or removed:
        if current:
            changes = {"perimeter": [sorted(removed), sorted(added)]}
            journal.record(
                "perimeter_set", space, by=by, at=now, changes=changes, space_id=space.pk
            )
        journal.tick(CLOCK)
        journal.tick("structures")
    return len(added), len(removed)


@transaction.atomic
def entrust_vocabulary(space: Space, *, kept: bool, by: "User | None", now: datetime) -> None:
    """Say whether the administrators of `space` keep the tables that every space shares: the host decides.

    Raises `SpaceError` when nobody would be left to keep them.
    """
    keepers = {one.pk for one in Space.objects.select_for_update() if one.keeps_vocabulary}
    if kept == (space.pk in keepers):
        return
    if not kept and keepers == {space.pk}:
        raise SpaceError(
            f"L'espace « {space} » est le seul à tenir le vocabulaire : confiez-le d'abord à un autre."
        )
    space.keeps_vocabulary = kept
    space.save(update_fields=["keeps_vocabulary"])
    changes = {"keeps_vocabulary": [not kept, kept]}
    journal.record("vocabulary_entrusted", space, by=by, at=now, changes=changes, space_id=space.pk)


def _refuse_communes_of_others(space: Space, codes: Collection[str]) -> None:
    held = (
        PerimeterEntry.objects.filter(municipality_code__in=codes, until__isnull=True)
        .exclude(space=space)
        .select_related("space")
        .first()
    )
    if held is not None:
        name = names_by_code().get(held.municipality_code, held.municipality_code)
        raise SpaceError(
            f"{name} fait déjà partie de l'espace « {held.space} ». Partager une commune donne des droits sur "
            "les fiches d'un autre espace : demandez-le à l'hébergeur de l'installation."
        )


@transaction.atomic
def grant_role(
    space: Space,
    user: "User",
    kind: str,
    *,
    by: "User | None",
    now: datetime,
    partner_kind: str = "",
) -> Role:
    """Give `user` the role `kind` in the space, in the place of the one they had.

    A partner is of one sort (`Role.Partner`); the others of none. Raises `SpaceError` otherwise.
    """
    if (kind == Role.Kind.PARTNER) != (partner_kind in Role.Partner.values):
        raise SpaceError("Dites de quelle sorte de partenaire il s'agit.")
    _lock(space)
    role = Role.objects.filter(space=space, user=user).first()
    before = role.kind if role else ""
    if role and (before, role.partner_kind) == (kind, partner_kind):
        return role
    if role is None:
        role = Role(space=space, user=user)
    elif before == Role.Kind.ADMINISTRATOR:
        _keep_one_administrator(space, user)
    role.kind, role.partner_kind = kind, partner_kind
    role.save()
    _journal_role(space, user, before, kind, by=by, now=now)
    return role


@transaction.atomic
def revoke_role(space: Space, user: "User", *, by: "User | None", now: datetime) -> None:
    """Take the role of `user` away; no effect when there is none.

    Raises `SpaceError` for the last administrator: somebody must be able to open the doors.
    """
    _lock(space)
    role = Role.objects.filter(space=space, user=user).first()
    if role is None:
        return
    if role.kind == Role.Kind.ADMINISTRATOR:
        _keep_one_administrator(space, user)
    role.delete()
    _journal_role(space, user, role.kind, "", by=by, now=now)


def _lock(space: Space) -> None:
    """Two administrators who remove each other at once must not both succeed."""
    Space.objects.select_for_update().get(pk=space.pk)


def _keep_one_administrator(space: Space, leaving: "User") -> None:
    others = space.roles.filter(kind=Role.Kind.ADMINISTRATOR, user__is_active=True)
    if not others.exclude(user=leaving).exists():
        raise SpaceError(
            f"{leaving} est la dernière personne à administrer cet espace : nommez d'abord quelqu'un d'autre."
        )


def _journal_role(
    space: Space, user: "User", before: str, after: str, *, by: "User | None", now: datetime
) -> None:
    changes = {"role": [before, after], "user": [user.pk, user.pk]}
    journal.record("role_set", space, by=by, at=now, changes=changes, space_id=space.pk)


@transaction.atomic
def update_branding(
    space: Space, *, color_main: str, color_ink: str, by: "User | None", now: datetime
) -> None:
    """Set the two colours. Raises `UnreadableColorError` under 4.5:1 on our light grounds."""
    chosen = {"color_main": color_main.strip(), "color_ink": color_ink.strip()}
    for field, color in chosen.items():
        if not _COLOR.fullmatch(color):
            raise SpaceError(
                f"« {color[:20]} » n'est pas une couleur : on attend # et six chiffres."
            )
        if not readable(color):
            raise UnreadableColorError(field, nearest_readable(color))
    before = {field: getattr(space, field) for field in chosen}
    changes = {
        field: [before[field], color.upper()]
        for field, color in chosen.items()
        if before[field] != color.upper()
    }
    if not changes:
        return
    for field, (_before, color) in changes.items():
        setattr(space, field, color)
    space.save(update_fields=list(changes))
    journal.record("branding_updated", space, by=by, at=now, changes=changes, space_id=space.pk)
    journal.tick(CLOCK)
