"""A small town with a bit of everything that the observatory counts: drawn once, the same at every run."""

import random
from datetime import date

from maillage.core import journal
from maillage.spaces.models import Space
from maillage.structures.models import EstablishmentNeighbourhood
from maillage.territories.models import Neighbourhood
from tests.factories import make_establishment, make_label, make_structure, make_term, tag

COMMUNES = ("93048", "93055")
BANDS = ("", "NN", "00", "01", "02", "03", "11", "12", "21", "42")
FAMILIES = ("association", "cooperative", "mutual", "foundation", "commercial", "")


def make_town(space: Space, *, size: int = 60, seed: int = 4) -> None:
    draw = random.Random(seed)
    food = make_term("sector", "town-food", "Alimentation")
    canteen = make_term("sector", "town-canteen", "Cantine", parent=food)
    repair = make_term("sector", "town-repair", "Réparation")
    seals = [make_term("label", f"town-seal-{n}", f"Sceau {n}") for n in range(3)]
    quarter = Neighbourhood.objects.create(
        kind="qpv", code="QN09301M", name="Les Fauvettes", municipality_codes=["93048"], geometry={}
    )
    for number in range(size):
        band = draw.choice(BANDS)
        structure = make_structure(
            f"Structure {number:03}",
            family=draw.choices(FAMILIES, (12, 4, 1, 1, 2, 1))[0],
            size_band=band,
            created_on=date(draw.randint(1990, 2026), 3, 1) if draw.random() < 0.9 else None,
            typology=draw.choice(("entrepreneurial", "militant", "")),
            state="ceased" if number % 15 == 14 else "active",
            ceased_on=date(2024, 5, 1) if number % 15 == 14 else None,
            ess_status="excluded" if number % 20 == 19 else "confirmed",
        )
        for rank in range(draw.choice((1, 1, 1, 2, 3))):
            place = make_establishment(
                structure,
                municipality_code=draw.choice((*COMMUNES, *COMMUNES, "75120")),
                size_band=draw.choice((band, band, "", draw.choice(BANDS))),
                state="ceased" if rank and draw.random() < 0.2 else "active",
                address_is_public=draw.random() < 0.8,
            )
            if draw.random() < 0.3:
                EstablishmentNeighbourhood.objects.create(
                    establishment=place, neighbourhood=quarter
                )
        sectors = draw.sample([food, canteen, repair], draw.choice((0, 1, 1, 2)))
        tag(structure, *sectors, main=sectors[0] if sectors else None)
        for seal in seals:
            if draw.random() < 0.2:
                ended = date(2020, 1, 1) if draw.random() < 0.3 else None
                make_label(structure, seal, valid_to=ended)
    journal.tick("structures")
    journal.tick("territories")
