"""The spaces and the people of the demonstration."""

from dataclasses import dataclass

PASSWORD = "maillage-demo"  # noqa: S105  (printed on purpose; the demonstration refuses production)
HOST = "demo.maillage.example"


@dataclass(frozen=True)
class DemoSpace:
    """`territory` is read by `territories.queries.find_territory`; `share` of the structures out of 1."""

    slug: str
    name: str
    authority: str
    territory: str
    share: float
    tagline: str
    introduction: str
    color_main: str


@dataclass(frozen=True)
class DemoPerson:
    key: str
    name: str
    title: str

    @property
    def email(self) -> str:
        return f"{self.key}@{HOST}"


SPACES = (
    DemoSpace(
        "paris-20e",
        "Paris 20e",
        "Mairie du 20e arrondissement de Paris",
        "75120",
        0.2,
        "L'économie sociale et solidaire de Belleville à la Porte de Montreuil.",
        "Fédérer les structures de l'économie sociale et solidaire du 20e, rendre visible ce qui "
        "existe et ce qui manque, et soutenir leur développement.",
        "#B4441F",
    ),
    DemoSpace(
        "est-ensemble",
        "Est Ensemble",
        "Établissement public territorial Est Ensemble",
        "200057875",
        0.32,
        "Neuf villes, une même envie d'entreprendre autrement.",
        "Le territoire accompagne l'économie sociale et solidaire, entrepreneuriale comme militante, "
        "de Bagnolet à Bondy.",
        "#1F6F5C",
    ),
    DemoSpace(
        "terres-d-envol",
        "Paris Terres d'Envol",
        "Établissement public territorial Paris Terres d'Envol",
        "200058097",
        0.2,
        "Un réseau de structures engagées, de Drancy à Tremblay-en-France.",
        "Le plan local de l'économie sociale et solidaire relie les acteurs des huit communes, "
        "aide à créer des emplois et des coopératives.",
        "#2B5C9E",
    ),
    DemoSpace(
        "hauts-de-seine",
        "Hauts-de-Seine",
        "Département des Hauts-de-Seine",
        "92",
        0.28,
        "Associations, coopératives et fondations des 36 communes.",
        "Le département fait connaître l'économie sociale et solidaire, finance des projets et "
        "rapproche structures et entreprises.",
        "#7A3E8E",
    ),
)

PEOPLE = (
    DemoPerson("agent", "Camille Fontaine", "agente des quatre collectivités (administratrice)"),
    DemoPerson("membre", "Nadia Belkacem", "tient trois fiches, dont deux comme administratrice"),
    DemoPerson("porteur", "Samuel Kouassi", "porteur de projet"),
    DemoPerson("jury", "Hélène Marchand", "jurée d'appels à projets"),
    DemoPerson("partenaire", "Olivier Tran", "partenaire financeur"),
)
