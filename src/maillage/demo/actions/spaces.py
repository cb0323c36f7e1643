"""The four spaces, with the communes that the Code officiel géographique gives them."""

from datetime import datetime

from maillage.accounts.models import User
from maillage.demo.lib.cast import HOST, SPACES, DemoSpace
from maillage.spaces.actions import create_space, grant_role
from maillage.spaces.models import Role, Space
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
    space = create_space(
        wanted.slug,
        name=wanted.name,
        authority=wanted.authority,
        codes=territory.codes,
        siren=territory.siren,
        by=administrator,
        now=now,
        tagline=wanted.tagline,
        introduction=wanted.introduction,
        contact_email=f"ess@{HOST}",
        color_main=wanted.color_main,
        is_demo=True,
    )
    grant_role(space, administrator, Role.Kind.ADMINISTRATOR, by=None, now=now)
    return space
