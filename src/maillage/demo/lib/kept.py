"""What invented structures keep about themselves, by family of sectors."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Life:
    """`services` are (name, what it is, audience code or empty, fee); `seeks` and `offers` finish « recherche », « propose »."""

    services: tuple[tuple[str, str, str, str], ...]
    seeks: str
    offers: str
    hours: str
    scene: str


SHOP = 'Tu-Sa 10:00-13:00,14:30-19:00; PH off || "Ouvert aussi deux dimanches avant Noël"'
OFFICE = "Mo-Th 09:00-12:30,13:30-17:30; Fr 09:00-12:30; PH off; Aug 03-Aug 21 off"
EVENING = "We 14:00-18:00; Th-Fr 17:00-20:30; Sa 10:00-17:00"
VISITS = 'Mo,We 09:30-12:00; Tu,Th "sur rendez-vous"; PH off'

LIVES = {
    "sec-ali": Life(
        (
            ("Paniers de légumes", "Un panier de saison chaque jeudi, cultivé à moins de cent kilomètres.", "", "de 9 à 16 €"),
            ("Repas partagé du vendredi", "On cuisine le matin, on mange ensemble à midi, on range à plusieurs.", "pub-residents-qpv-frr", "prix libre"),
        ),
        "des bras le jeudi soir pour la distribution des paniers.",
        "sa cuisine équipée le lundi, à des associations du quartier.",
        EVENING,
        "food",
    ),
    "sec-ree": Life(
        (
            ("Dépôt d'objets", "Meubles, vaisselle, livres et jouets en état de servir. Sans rendez-vous.", "pub-tous-publics", "gratuit"),
            ("Atelier de réparation", "Un bénévole vous aide à réparer votre petit électroménager.", "pub-familles", "5 € par objet"),
        ),
        "un local de 80 m² de plain-pied pour stocker des meubles.",
        "des ateliers de réparation chez les bailleurs et dans les écoles.",
        SHOP,
        "reuse",
    ),
    "sec-mob": Life(
        (
            ("Atelier vélo participatif", "Outils, pièces d'occasion et conseils pour réparer soi-même.", "", "adhésion de 15 € par an"),
            ("Vélo-école pour adultes", "Dix séances pour se mettre en selle, en petit groupe.", "pub-femmes", "selon les revenus"),
        ),
        "des vélos d'enfant à remettre en état.",
        "un diagnostic de stationnement vélo aux entreprises du quartier.",
        EVENING,
        "mobility",
    ),
    "sec-hab": Life(
        (
            ("Permanence logement", "Comprendre un courrier, monter un dossier, préparer un rendez-vous.", "pub-familles", "gratuit"),
        ),
        "des propriétaires prêts à louer à un loyer abordable.",
        "une réunion d'information aux futurs habitants, chaque mois.",
        VISITS,
        "housing",
    ),
}  # fmt: skip
OTHERS = Life(
    (
        ("Accueil et conseil", "Un premier échange pour comprendre votre besoin et vous orienter.", "", "gratuit"),
        ("Atelier ouvert", "Chaque mois, une activité ouverte au quartier.", "pub-jeunes-14-25", "gratuit pour les adhérents"),
    ),
    "une ou deux personnes pour rejoindre son conseil d'administration.",
    "une salle de réunion de vingt places, en soirée.",
    OFFICE,
    "other",
)  # fmt: skip
# Ground, ink and thread of each drawn scene.
COLORS = {
    "food": ("#EEF3E4", "#3B7D23", "#B4441F"),
    "reuse": ("#E2F0F0", "#00707A", "#8A5A00"),
    "mobility": ("#E5ECF8", "#1F5FBF", "#B4441F"),
    "housing": ("#F0E8F6", "#7A4E9E", "#2E6B3E"),
    "other": ("#F3EDE1", "#12343B", "#B4441F"),
}


def life_of(sector: str) -> Life:
    """By the code of the main sector, `sec-ree-02` counting as `sec-ree`."""
    return LIVES.get(sector[:7], OTHERS)
