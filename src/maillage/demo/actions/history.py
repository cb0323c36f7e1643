"""What happened before the visitor came: each act goes through the action a person would use."""

from collections.abc import Mapping
from datetime import datetime

from maillage.accounts.models import User
from maillage.demo.actions.imports import tell_imports
from maillage.demo.actions.rows import Writer
from maillage.demo.lib import numbers
from maillage.demo.lib.contact import domain
from maillage.demo.lib.dice import Dice
from maillage.spaces.models import Space
from maillage.structures.actions.archive import archive_structure, mark_ceased
from maillage.structures.actions.labels import add_label
from maillage.structures.actions.merge import merge_structures
from maillage.structures.actions.save import confirm_structure, override_ess, update_structure
from maillage.structures.models import FormerSlug, Structure, Term

EDITED = 24  # pages edited by hand in the last three months


def tell_history(
    writer: Writer, spaces: list[Space], people: Mapping[str, User], *, seed: str
) -> None:
    """Give the journal the acts that the awkward structures stand for, then ordinary ones."""
    by_slug = {space.slug: space for space in spaces}
    _ends(writer, by_slug, people["agent"])
    _edits(writer, spaces, people, Dice(seed, "history"))
    tell_imports(writer, by_slug, people["agent"])
    for structure in Structure.objects.filter(updated_at__gt=writer.moment(0)):
        acts = (structure.created_at, structure.confirmed_at)
        latest = max(moment for moment in acts if moment)
        Structure.objects.filter(pk=structure.pk).update(updated_at=min(latest, writer.now))


def _ends(writer: Writer, spaces: Mapping[str, Space], agent: User) -> None:
    """A merge with its old addresses, an archived page, an activity that ended, a decision."""
    case = writer.by_case
    merge_structures(
        case["merged"],
        case["two_spaces"],
        by=agent,
        now=writer.moment(33),
        space=spaces["paris-20e"],
    )
    FormerSlug.objects.create(
        slug="ancienne-adresse-de-demonstration", structure=case["two_spaces"]
    )
    archive_structure(
        case["archived"],
        reason="Fiche créée deux fois lors d'un salon, sans activité connue.",
        by=agent,
        now=writer.moment(21),
        space=spaces["terres-d-envol"],
    )
    mark_ceased(
        case["ceased"],
        on=writer.moment(95).date(),
        reason="Dissolution votée en assemblée générale.",
        by=agent,
        now=writer.moment(80),
        space=spaces["est-ensemble"],
    )
    override_ess(
        case["ess_overridden"],
        "excluded",
        "Syndicat de copropriété déclaré par erreur comme association.",
        by=agent,
        now=writer.moment(12),
        space=spaces["hauts-de-seine"],
    )
    add_label(
        case["fresh"],
        Term.objects.get(code="lab-evs"),
        by=agent,
        now=writer.moment(1),
        space=spaces["est-ensemble"],
        valid_from=writer.moment(1).date(),
        proof="Agrément de la CAF (démonstration)",
    )


def _edits(writer: Writer, spaces: list[Space], people: Mapping[str, User], dice: Dice) -> None:
    """Pages completed or confirmed by hand, spread over three months."""
    where = {
        code: space
        for space in spaces
        for code in space.perimeter.values_list("municipality_code", flat=True)
    }
    communes = {place.structure_id: place.municipality_code for place in writer.establishments}
    ordinary = writer.structures[: -len(writer.by_case)]
    for structure in dice.some(ordinary, EDITED):
        at, by = _when(writer, structure, dice), people[dice.pick(("agent", "agent", "membre"))]
        space = where[communes[structure.pk]]
        changes = {"phone": numbers.phone(dice.number(9000, 9999))}
        if not structure.website:
            changes["website"] = f"https://www.{domain(structure.name)}/"
        update_structure(structure, changes, by=by, now=at, space=space)
        if dice.happens(0.5):
            confirm_structure(structure, by=by, now=at, space=space)


def _when(writer: Writer, structure: Structure, dice: Dice) -> datetime:
    """After the entry in the directory and any earlier confirmation, three months ago at most."""
    moment = writer.moment(dice.number(1, 38))
    return max(moment, structure.confirmed_at or moment)
