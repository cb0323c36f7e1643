"""What each indicator means, where it comes from and how it is worked out: no figure is shown without it."""

from dataclasses import dataclass

_REGISTERS = "Registres importés dans cet annuaire (Sirene, RNA, listes de l'État) et fiches tenues par les structures."
_PUBLISHED = "Structures publiées de l'annuaire : en activité, et que rien n'exclut de l'économie sociale et solidaire, avec au moins un lieu ouvert dans une commune du territoire."
_ELSEWHERE = "Celui que dit la source, écrit à côté de chaque valeur."


@dataclass(frozen=True)
class Definition:
    """`code` is an `Indicator`. `counted`: worked out here from the directory; otherwise only sourced figures give it.

    `secret`: statistical secrecy applies. `additive`: a territory's value is the sum of those of its parts.
    """

    code: str
    label: str
    unit: str
    definition: str
    formula: str
    source: str
    perimeter: str
    counted: bool = True
    secret: bool = False
    additive: bool = True


_ALL = (
    Definition(
        "structures",
        "Structures",
        "structures",
        "Personnes morales et collectifs de l'économie sociale et solidaire présents sur le territoire. Une structure compte une fois, quel que soit le nombre de ses lieux.",
        "Nombre de fiches de la liste de l'annuaire, avec les mêmes filtres.",
        _REGISTERS,
        _PUBLISHED,
    ),
    Definition(
        "establishments",
        "Établissements",
        "établissements",
        "Lieux où ces structures sont présentes : siège, antenne, boutique, atelier. Une structure peut en avoir plusieurs.",
        "Nombre de lieux ouverts, dans les communes du territoire, des structures publiées.",
        _REGISTERS,
        _PUBLISHED,
        additive=True,
    ),
    Definition(
        "employers",
        "Structures employeuses",
        "structures",
        "Structures qui ont au moins un salarié d'après leur tranche d'effectif.",
        "Nombre de fiches dont la tranche d'effectif est « 1 ou 2 salariés » ou plus. Une structure dont la tranche manque n'est pas comptée, même si un registre la dit employeuse.",
        _REGISTERS + " Les effectifs de Sirene ont environ deux ans.",
        _PUBLISHED,
        additive=False,
    ),
    Definition(
        "employer_establishments",
        "Établissements employeurs",
        "établissements",
        "Lieux qui ont au moins un salarié d'après leur tranche d'effectif.",
        "Nombre de lieux ouverts dont la tranche est « 1 ou 2 salariés » ou plus. Un lieu sans tranche prend celle de sa structure si c'est son seul lieu ouvert.",
        _REGISTERS + " Les effectifs de Sirene ont environ deux ans.",
        _PUBLISHED,
    ),
    Definition(
        "jobs",
        "Emplois salariés (estimation)",
        "emplois",
        "Estimation du nombre de salariés. Les registres ne disent qu'une tranche (par exemple « 10 à 19 salariés ») : le nombre exact n'est pas connu ici, il est entre les deux bornes affichées.",
        "Somme, sur les établissements employeurs, du milieu de leur tranche d'effectif ; bornes : sommes des bas et des hauts de tranche. La dernière tranche (10 000 et plus) n'a pas de haut : elle compte pour 10 000, et le total est alors « au moins ». Un lieu sans tranche connue ne compte pas.",
        _REGISTERS + " Tranches d'effectif de l'Insee.",
        _PUBLISHED
        + " Secret statistique : une case de moins de trois employeurs, ou dont un seul fait plus de 85 %, n'est pas montrée, ni ce qui permettrait de la retrouver.",
        secret=True,
    ),
    Definition(
        "creations",
        "Créations",
        "structures",
        "Structures connues ici, d'après leur année de création, qu'elles soient encore en activité ou non.",
        "Nombre de structures de chaque année de création. Les structures cessées avant le premier import ne sont pas connues : les années anciennes sont sous-estimées.",
        _REGISTERS,
        "Structures de l'annuaire et structures cessées qui y étaient, avec un lieu dans le territoire.",
    ),
    Definition(
        "closures",
        "Cessations",
        "structures",
        "Structures connues ici dont un registre ou un agent a dit la cessation, d'après l'année de celle-ci.",
        "Nombre de structures cessées de chaque année. Une association peut cesser sans le dire : ce nombre est un minimum.",
        _REGISTERS,
        "Structures qui étaient dans l'annuaire, avec un lieu dans le territoire.",
    ),
    Definition(
        "wage_bill",
        "Masse salariale",
        "euros",
        "Somme des salaires bruts soumis à cotisations.",
        "Valeur publiée, reprise telle quelle.",
        "Source publiée (Urssaf, Insee, Cress).",
        _ELSEWHERE,
        counted=False,
        secret=True,
    ),
    Definition(
        "jobs_share",
        "Part des emplois salariés",
        "%",
        "Part de l'économie sociale et solidaire dans les emplois salariés du territoire.",
        "Emplois salariés de l'ESS divisés par les emplois salariés de toute l'économie, si ce second nombre a été saisi ; sinon la part publiée par la source.",
        "Estimation de cet observatoire et chiffre sourcé de toute l'économie.",
        _ELSEWHERE,
        secret=True,
        additive=False,
    ),
    Definition(
        "establishments_share",
        "Part des établissements employeurs",
        "%",
        "Part de l'économie sociale et solidaire dans les établissements employeurs du territoire.",
        "Établissements employeurs de l'ESS divisés par ceux de toute l'économie, si ce second nombre a été saisi.",
        "Comptage de cet observatoire et chiffre sourcé de toute l'économie.",
        _ELSEWHERE,
        additive=False,
    ),
    Definition(
        "all_establishments",
        "Établissements employeurs, toute l'économie",
        "établissements",
        "Établissements employeurs de toutes les activités : c'est à eux que l'on rapporte ceux de l'ESS.",
        "Valeur publiée, reprise telle quelle.",
        "Source publiée (Insee FLORES, Urssaf).",
        _ELSEWHERE,
        counted=False,
    ),
    Definition(
        "all_jobs",
        "Emplois salariés, toute l'économie",
        "emplois",
        "Emplois salariés de toutes les activités : c'est à eux que l'on rapporte ceux de l'ESS.",
        "Valeur publiée, reprise telle quelle.",
        "Source publiée (Insee FLORES, Urssaf).",
        _ELSEWHERE,
        counted=False,
    ),
)

DEFINITIONS: dict[str, Definition] = {one.code: one for one in _ALL}
ORDER: tuple[str, ...] = tuple(DEFINITIONS)
AXES: dict[str, str] = {
    "family": "Famille juridique de l'économie sociale et solidaire (loi du 31 juillet 2014, article premier).",
    "sector": "Secteur d'activité de la taxonomie de l'annuaire. Une structure peut en avoir plusieurs : les cases des structures ne s'additionnent pas. Les emplois vont au secteur principal.",
    "commune": "Communes du territoire. Une structure qui a des lieux dans deux communes est comptée dans chacune ; un établissement, dans la sienne.",
    "quarter": "Quartiers prioritaires et quartiers locaux dont le contour a été importé.",
    "size": "Taille de la structure, d'après sa tranche d'effectif.",
    "age": "Âge de la structure : années civiles écoulées depuis sa création.",
    "typology": "Deux sortes d'ESS, entrepreneuriale ou militante : déclarée par la structure, sinon estimée d'après son effectif et son activité.",
    "label": "Agréments et labels en vigueur. Une structure peut en avoir plusieurs : les cases ne s'additionnent pas.",
    "year": "Année civile.",
}
