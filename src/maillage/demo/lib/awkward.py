"""The cases that break badly written pages: at least one structure stands for each."""

from collections.abc import Callable
from datetime import timedelta

from maillage.demo.lib.catalogue import kinds
from maillage.demo.lib.dice import Dice
from maillage.demo.lib.labels import label
from maillage.demo.lib.places import nowhere
from maillage.demo.lib.specs import Spec
from maillage.demo.lib.structures import Inventor, with_case

LONG_NAME = (
    "Association intercommunale pour la promotion, la réparation et la transmission des savoir-faire "
    "de la réparation, du réemploi et de l'entraide entre voisins des quartiers et des villes du "
    "Grand Est parisien, de ses canaux et de ses murs à pêches"
)
QUOTED_NAME = "L'Atelier « Ça & Là » d'Ève, Zoé & Cie 🌱 – c'est \"tout\" <ouvert>"


class Awkward:
    """Builds the awkward structures. Ranks begin after those of the ordinary ones."""

    def __init__(self, inventor: Inventor, first_rank: int) -> None:
        self._inventor = inventor
        self._rank = first_rank
        self._kinds = {kind.key: kind for kind in kinds()}

    def build(self) -> list[Spec]:
        return [self._make(case, *setting) for case, setting in _CASES.items()]

    def _make(
        self,
        case: str,
        kind: str,
        commune: str,
        form: str,
        change: Callable[[Spec, "Awkward"], Spec],
    ) -> Spec:
        spec = self._inventor.structure(self._rank, self._kinds[kind], commune, form)
        self._rank += 1
        return change(with_case(spec, case), self)

    def dice(self, spec: Spec) -> Dice:
        return Dice(self._inventor.world.seed, "awkward", spec.rank)

    def day(self, ago: int) -> object:
        return self._inventor.world.today - timedelta(days=ago)

    def more_places(self, spec: Spec, communes: list[str]) -> Spec:
        maker = self._inventor.maker
        known = len(spec.places)
        spec.places += [
            maker.place(spec, code, known + number, self.dice(spec))
            for number, code in enumerate(communes, start=1)
        ]
        return spec


def _set(**fields: object) -> Callable[[Spec, Awkward], Spec]:
    def change(spec: Spec, _awkward: Awkward) -> Spec:
        spec.fields |= fields
        return spec

    return change


def _places(**fields: object) -> Callable[[Spec, Awkward], Spec]:
    def change(spec: Spec, _awkward: Awkward) -> Spec:
        for place in spec.places:
            place.update(fields)
        return spec

    return change


def _partial(spec: Spec, _awkward: Awkward) -> Spec:
    """Partial disclosure: the register gives the commune only."""
    spec.fields |= {"disclosure": "P", "website": "", "email": "", "phone": ""}
    for place in spec.places:
        place |= {
            "disclosure": "P",
            "address": "",
            "address_is_public": False,
            "location_quality": "area",
            "location_score": None,
        }
    return spec


def _ceased(spec: Spec, awkward: Awkward) -> Spec:
    for place in spec.places:
        place |= {"state": "ceased", "closed_on": awkward.day(95)}
    return spec


def _esus(since: int, lasts: int) -> Callable[[Spec, Awkward], Spec]:
    """An ESUS approval that began `since` days ago and lasts `lasts` days."""

    def change(spec: Spec, awkward: Awkward) -> Spec:
        held = label("lab-esus", spec.rank, awkward.dice(spec))
        held.since, held.lasts = -since, lasts
        spec.labels = [one for one in spec.labels if one.code != "lab-esus"] + [held]
        return spec

    return change


def _company_without_flag(spec: Spec, awkward: Awkward) -> Spec:
    spec.fields |= {"ess_flag_sirene": None, "in_ess_list": False}
    return _esus(5 * 365 + 60, 5 * 365)(spec, awkward)


def _collective(spec: Spec, _awkward: Awkward) -> Spec:
    spec.fields |= {
        "website": "",
        "description": "Quelques voisins, un potager sauvage, et l'idée d'en faire une association.",
    }
    return spec


def _without_sector(spec: Spec, _awkward: Awkward) -> Spec:
    spec.main_sector, spec.terms = "", ()
    return spec


def _fresh(spec: Spec, awkward: Awkward) -> Spec:
    spec.fields |= {
        "created_on": awkward.day(5),
        "life_stage": "start",
        "size_band": "",
        "size_year": None,
        "is_employer": None,
    }
    for place in spec.places:
        place |= {"opened_on": awkward.day(5), "size_band": "", "size_year": None}
    spec.entered, spec.confirmed = 2, None
    return spec


def _never_confirmed(spec: Spec, _awkward: Awkward) -> Spec:
    spec.confirmed, spec.entered = None, 900
    return spec


def _confirmed_long_ago(spec: Spec, _awkward: Awkward) -> Spec:
    spec.confirmed, spec.entered = 426, 800
    return spec


def _giant(spec: Spec, awkward: Awkward) -> Spec:
    spec.fields |= {
        "size_band": "52",
        "is_employer": True,
        "size_year": spec.places[0]["opened_on"].year,
    }
    spec.fields["size_year"] = awkward.day(0).year - 2  # type: ignore[attr-defined]
    spec.places[0] |= {"size_band": "51", "size_year": spec.fields["size_year"]}
    return awkward.more_places(spec, ["92050", "92012", "93048"])


def _eight_places(spec: Spec, awkward: Awkward) -> Spec:
    spec.places = spec.places[:1]
    spec.fields |= {"size_band": "12", "is_employer": True}
    return awkward.more_places(
        spec, ["93048", "93055", "93063", "93008", "93010", "93053", "75120"]
    )


def _two_spaces(spec: Spec, awkward: Awkward) -> Spec:
    spec.places = spec.places[:1]
    awkward.more_places(spec, ["93048"])
    spec.places[1]["name"] = "Atelier de Montreuil"
    return spec


def _nursery(spec: Spec, _awkward: Awkward) -> Spec:
    """The search box gives « crèche parentale Montreuil » as an example: it has to find something."""
    spec.fields |= {
        "name": "Crèche parentale La Tourterelle",
        "description": "La crèche parentale accueille dix-huit enfants de Montreuil, de dix semaines à "
        "trois ans. Chaque famille donne une demi-journée par semaine aux côtés des professionnelles.",
    }
    return spec


def _merged(spec: Spec, _awkward: Awkward) -> Spec:
    spec.fields |= {"name": "Ressourcerie de Belleville (fiche du salon)"}
    return spec


# case: (trade, commune, legal form, what makes it awkward)
_CASES: dict[str, tuple[str, str, str, Callable[[Spec, Awkward], Spec]]] = {
    "no_point": ("amap", "93048", "association", _places(**nowhere(), address="")),
    "approximate_point": (
        "fle",
        "93008",
        "association",
        _places(location_quality="area", location_score=0.31, address="Cité administrative"),
    ),
    "partial_disclosure": ("musique", "92004", "association", _partial),
    "long_name": (
        "repair-cafe",
        "93055",
        "association",
        _set(name=LONG_NAME, legal_name=LONG_NAME.upper(), acronym=""),
    ),
    "quoted_name": ("jardin-partage", "75120", "association", _set(name=QUOTED_NAME)),
    "capitals": (
        "club-sport",
        "93005",
        "association",
        _set(name="U S D AULNAY NORD SECTION HALTEROPHILIE MUSCULATION", description=""),
    ),
    "no_description": (
        "theatre",
        "92050",
        "association",
        _set(description="", website="", email="", phone=""),
    ),
    "ceased": ("cafe-associatif", "93045", "association", _ceased),
    "archived": ("couture", "93007", "association", _set()),
    "two_spaces": ("ressourcerie", "75120", "association", _two_spaces),
    "merged": ("ressourcerie", "75120", "collective", _merged),
    "expired_esus": ("traiteur-insertion", "93055", "association", _esus(5 * 365 + 200, 5 * 365)),
    "expiring_label": ("ressourcerie", "93048", "association", _esus(5 * 365 - 25, 5 * 365)),
    "ess_unknown": ("comite-quartier", "93071", "collective", _set(description="")),
    "ess_excluded": ("proprete", "92036", "company", _company_without_flag),
    "ess_overridden": (
        "patrimoine",
        "92012",
        "association",
        _set(name="Les Copropriétaires du Pont-de-Sèvres"),
    ),
    "collective": ("jardin-partage", "93006", "collective", _collective),
    "no_sector": ("comite-quartier", "92024", "association", _without_sector),
    "fresh": ("repair-cafe", "93063", "association", _fresh),
    "fresh_second": ("epicerie-solidaire", "92007", "association", _fresh),
    "fresh_third": ("atelier-velo", "93029", "association", _fresh),
    "never_confirmed": ("soutien-scolaire", "93030", "association", _never_confirmed),
    "confirmed_long_ago": ("creche", "75120", "association", _confirmed_long_ago),
    "giant_employer": ("grand-age", "75120", "rup", _giant),
    "eight_places": ("tiers-lieu", "93048", "scic_sas", _eight_places),
    "parent_run_nursery": ("creche", "93048", "association", _nursery),
    "hidden_address": (
        "droits-plaidoyer",
        "93078",
        "association",
        _places(address_is_public=False),
    ),
}
CASES = tuple(_CASES)
