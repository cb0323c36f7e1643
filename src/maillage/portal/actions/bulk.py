"""One act on many structures, all or none."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from maillage.structures.actions.archive import archive_structure
from maillage.structures.actions.save import confirm_structure, set_terms
from maillage.structures.enums import Axis, State
from maillage.structures.models import Structure, StructureTerm

if TYPE_CHECKING:
    from maillage.accounts.models import User
    from maillage.spaces.models import Space


@transaction.atomic
def _each(structures: list[Structure], act: Callable[[Structure], bool]) -> int:
    return sum(act(structure) for structure in structures)


def archive_all(
    structures: list[Structure], reason: str, *, by: "User", now: datetime, space: "Space"
) -> int:
    """Archive those that are not archived yet; returns how many."""

    def act(structure: Structure) -> bool:
        if structure.state == State.ARCHIVED:
            return False
        archive_structure(structure, reason=reason, by=by, now=now, space=space)
        return True

    return _each(structures, act)


def check_all(structures: list[Structure], *, by: "User", now: datetime, space: "Space") -> int:
    def act(structure: Structure) -> bool:
        confirm_structure(structure, by=by, now=now, space=space)
        return True

    return _each(structures, act)


def give_sector(
    structures: list[Structure], code: str, *, by: "User", now: datetime, space: "Space"
) -> int:
    """Make `code` the main sector of each; the former main one stays, as a secondary."""
    held = _held(structures)

    def act(structure: Structure) -> bool:
        terms = held[structure.pk]
        if terms.get(code):
            return False
        set_terms(structure, [code, *terms], code, by=by, now=now, space=space)
        return True

    return _each(structures, act)


def add_audience(
    structures: list[Structure], code: str, *, by: "User", now: datetime, space: "Space"
) -> int:
    held = _held(structures)

    def act(structure: Structure) -> bool:
        terms = held[structure.pk]
        if code in terms:
            return False
        main = next((known for known, is_main in terms.items() if is_main), "")
        set_terms(structure, [*terms, code], main, by=by, now=now, space=space)
        return True

    return _each(structures, act)


def _held(structures: list[Structure]) -> dict[int, dict[str, bool]]:
    """Codes of each structure, labels left out, and whether each is the main one. One query."""
    held: dict[int, dict[str, bool]] = {structure.pk: {} for structure in structures}
    rows = StructureTerm.objects.filter(structure__in=structures).exclude(term__axis=Axis.LABEL)
    for pk, code, is_main in rows.values_list("structure_id", "term__code", "is_main"):
        held[pk][code] = is_main
    return held
