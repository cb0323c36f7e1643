"""The four spaces, with the communes that the Code officiel géographique gives them."""

from datetime import datetime

from maillage.accounts.models import User
from maillage.core import journal
from maillage.demo.lib.cast import HOST, SPACES, DemoSpace
from maillage.spaces.models import PerimeterEntry, Role, Space
from maillage.territories.queries import find_territory


def create_spaces(administrator: User, *, now: datetime) -> list[Space]:
    """In the order of the cast."""
    return [_create(wanted, administrator, now) for wanted in SPACES]


def _create(wanted: DemoSpace, administrator: User, now: datetime) -> Space:
    territory = find_territory(wanted.territory)
    if territory is None:
        raise LookupError(
            f"Territoire inconnu : {wanted.territory}. Lancez `maillage load_territories`."
        )
    space = Space.objects.create(
        slug=wanted.slug,
        name=wanted.name,
        authority=wanted.authority,
        siren=territory.siren,
        tagline=wanted.tagline,
        introduction=wanted.introduction,
        contact_email=f"ess@{HOST}",
        color_main=wanted.color_main,
        is_demo=True,
    )
    PerimeterEntry.objects.bulk_create(
        PerimeterEntry(space=space, municipality_code=code) for code in sorted(territory.codes)
    )
    Role.objects.create(space=space, user=administrator, kind=Role.Kind.ADMINISTRATOR)
    journal.record("space.created", space, by=administrator, at=now, space_id=space.pk)
    return space
