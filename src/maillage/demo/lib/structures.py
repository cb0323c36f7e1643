"""Invent the ordinary structures of a territory, in believable proportions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from maillage.demo.lib import numbers
from maillage.demo.lib.catalogue import Kind, Place, Words, kinds, places, words
from maillage.demo.lib.contact import contact_fields
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.forms import EMPLOYER_BANDS, FORMS, STAFF, Form
from maillage.demo.lib.labels import labels
from maillage.demo.lib.naming import acronym, name
from maillage.demo.lib.places import PlaceMaker
from maillage.demo.lib.prose import description
from maillage.demo.lib.specs import Spec

NAF = "NAFRev2"
EVERYONE = "pub-tous-publics"
_AGES = {1: 6, 3: 14, 8: 26, 15: 22, 25: 16, 45: 12, 90: 4}  # years at most: share of structures


@dataclass(frozen=True)
class World:
    """What the draws depend on. `communes` maps each INSEE code to its share of the structures."""

    seed: str
    today: date
    communes: Mapping[str, float]
    neighbours: Mapping[str, tuple[str, ...]]  # where a second establishment may be


class Inventor:
    """Invents structures one after the other; names and numbers are never used twice."""

    def __init__(self, world: World, maker: PlaceMaker) -> None:
        self.world = world
        self.maker = maker
        self.taken: set[str] = set()
        self.texts: set[str] = set()
        self._kinds = {kind: kind.weight for kind in kinds()}
        self._words: Words = words()

    def invent(self, ranks: Iterator[int] | range) -> Iterator[Spec]:
        for rank in ranks:
            dice = Dice(self.world.seed, "structure", rank)
            kind = dice.weighted(self._kinds)
            yield self.structure(rank, kind, dice.weighted(dict(self.world.communes)))

    def structure(self, rank: int, kind: Kind, commune: str, form_key: str = "") -> Spec:
        """One structure of this trade in this commune; `form_key` imposes its legal form."""
        dice = Dice(self.world.seed, "traits", rank)
        form_key = form_key or dice.weighted(kind.forms)
        form, place = FORMS[form_key], places()[commune]
        called, chosen = name(kind, place, self._words, dice, self.taken)
        band = self._band(kind, form, dice)
        born = self._birth(kind, form, dice)
        fields = self._identity(rank, form, called, dice) | self._activity(kind, form, band, dice)
        fields |= {
            "name": called,
            "created_on": born,
            "life_stage": self._stage(form, born, dice),
            "description": self._text(kind, form, chosen, band, born.year, dice),
        }
        fields |= contact_fields(called, rank, dice)
        spec = Spec(
            rank=rank,
            fields=fields,
            main_sector=kind.sub,
            terms=self._terms(kind, dice),
            labels=labels(kind, form, rank, dice),
            entered=dice.pick((40, 40, 40, 41, 75, 120, 200)),
            confirmed=self._confirmed(dice),
        )
        spec.places = self._places(spec, place, dice)
        return spec

    def _identity(self, rank: int, form: Form, called: str, dice: Dice) -> dict[str, Any]:
        if not form.registered:
            return {"siren": None, "rna": None, "legal_name": "", "acronym": ""}
        held = form.family == "association" and dice.happens(0.7)
        return {
            "siren": numbers.siren(rank),
            "rna": numbers.rna(rank) if held else None,
            "legal_name": called.upper(),
            "acronym": acronym(called, dice),
        }

    def _activity(self, kind: Kind, form: Form, band: str, dice: Dice) -> dict[str, Any]:
        flag = form.ess_flag
        if flag is None and form.registered:
            flag = dice.weighted({True: 70, None: 25, False: 5})
        return {
            "legal_category": form.category,
            "activity_code": dice.weighted(kind.naf) if form.registered else "",
            "activity_nomenclature": NAF if form.registered else "",
            "ess_flag_sirene": flag,
            "in_ess_list": bool(flag) and dice.happens(0.9),
            "size_band": band,
            "size_year": self.world.today.year - 2 if band else None,
            "is_employer": (band in EMPLOYER_BANDS) if band else None,
        }

    def _band(self, kind: Kind, form: Form, dice: Dice) -> str:
        """Headcount band; the register often says nothing."""
        if not form.registered or dice.happens(0.05):
            return ""
        return dice.weighted(STAFF[kind.staff])

    def _birth(self, kind: Kind, form: Form, dice: Dice) -> date:
        ages = {age: share for age, share in _AGES.items() if age <= kind.oldest}
        oldest = dice.weighted(ages if form.registered else {1: 3, 3: 1})
        youngest = max([0, *(age for age in _AGES if age < oldest)])
        return self.world.today - timedelta(days=dice.number(youngest * 365 + 8, oldest * 365))

    def _stage(self, form: Form, born: date, dice: Dice) -> str:
        if not form.registered:
            return dice.weighted({"idea": 1, "emerging": 2})
        if (self.world.today - born).days < 3 * 365:
            return "start"
        return dice.weighted({"stable": 88, "growing": 9, "transfer": 3})

    def _text(
        self, kind: Kind, form: Form, chosen: dict[str, str], band: str, year: int, dice: Dice
    ) -> str:
        """Registers have no description: about one structure in five has none."""
        if dice.happens(0.2):
            return ""
        for _ in range(8):
            text = description(kind, form, self._words, dice, chosen=chosen, band=band, year=year)
            if text not in self.texts:
                break
        self.texts.add(text)
        return text

    def _terms(self, kind: Kind, dice: Dice) -> tuple[str, ...]:
        """Aims, audiences, roles, and sometimes a second sector. « Tous publics » stands alone."""
        audiences = dice.some(kind.audiences, dice.number(1, 3))
        if EVERYONE in audiences:
            audiences = [EVERYONE]
        drawn = [
            *dice.some(kind.aims, dice.number(1, 2)),
            *audiences,
            *kind.roles[: dice.number(1, 2)],
        ]
        if dice.happens(0.12):
            drawn.append(dice.pick(kinds()).sector)
        return tuple(dict.fromkeys(code for code in drawn if code not in (kind.sub, kind.sector)))

    def _confirmed(self, dice: Dice) -> int | None:
        """Days since a member or an agent confirmed the page; most never did."""
        return dice.weighted(
            {None: 64, dice.number(1, 90): 14, dice.number(91, 365): 14, dice.number(366, 900): 8}
        )

    def _places(self, spec: Spec, place: Place, dice: Dice) -> list[dict[str, Any]]:
        """A head office, and for one in fourteen other establishments, often in the next commune."""
        communes = [place.code]
        big = spec.fields["size_band"] in EMPLOYER_BANDS
        if spec.fields["siren"] and dice.happens(0.22 if big else 0.03):
            around = self.world.neighbours[place.code] or (place.code,)
            communes += [
                dice.pick((place.code, dice.pick(around))) for _ in range(dice.number(1, 3))
            ]
        return [
            self.maker.place(spec, code, number, dice)
            for number, code in enumerate(communes, start=1)
        ]


def with_case(spec: Spec, case: str, **fields: Any) -> Spec:
    """The same structure, made awkward."""
    return replace(spec, case=case, fields=spec.fields | fields)
