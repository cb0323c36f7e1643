"""Establishments: an address, a point inside the commune, and how well it is known."""

from datetime import date, timedelta
from typing import Any

from maillage.demo.lib import numbers
from maillage.demo.lib.catalogue import places, streets
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.points import Sampler
from maillage.demo.lib.specs import Spec


class PlaceMaker:
    def __init__(self, sampler: Sampler, today: date) -> None:
        self._sampler = sampler
        self._today = today

    def place(self, spec: Spec, commune: str, rank: int, dice: Dice) -> dict[str, Any]:
        """The `rank`-th establishment of a structure, from 1; the first one is the head office."""
        fields = spec.fields
        lon, lat = self._sampler.point(commune, dice)
        bis = dice.weighted({"": 92, " bis": 6, " ter": 2})
        made: dict[str, Any] = {
            "siret": numbers.siret(fields["siren"], rank) if fields["siren"] else None,
            "name": "",
            "is_head_office": rank == 1,
            "address": f"{dice.number(1, 140)}{bis} {dice.pick(streets())}",
            "postal_code": places()[commune].postal,
            "municipality_code": commune,
            "lon": lon,
            "lat": lat,
            "location_quality": "house",
            "location_source": "geocoding",
            "location_score": round(0.72 + dice.share() * 0.27, 2),
            "address_is_public": True,
            "activity_code": fields["activity_code"],
            "activity_nomenclature": fields["activity_nomenclature"],
            "size_band": fields["size_band"] if rank == 1 else "",
            "size_year": fields["size_year"] if rank == 1 else None,
            "opened_on": fields["created_on"],
            "state": "active",
            "disclosure": "O",
        }
        if rank > 1:
            made["opened_on"] = fields["created_on"] + self._later(fields["created_on"], dice)
        return made | self._doubt(dice)

    def _later(self, since: date, dice: Dice) -> timedelta:
        return timedelta(days=dice.number(0, max((self._today - since).days, 0)))

    @staticmethod
    def _doubt(dice: Dice) -> dict[str, Any]:
        """Some points are only known to the street or to the commune, some not at all."""
        quality = dice.weighted({"house": 86, "street": 7, "area": 5, "none": 2})
        if quality == "house":
            return {}
        if quality == "none":
            return nowhere()
        score = round((0.5 if quality == "street" else 0.3) + dice.share() * 0.2, 2)
        return {"location_quality": quality, "location_score": score}


def nowhere() -> dict[str, Any]:
    """Fields of an establishment whose point is not known."""
    return {
        "lon": None,
        "lat": None,
        "location_quality": "none",
        "location_source": "",
        "location_score": None,
    }
