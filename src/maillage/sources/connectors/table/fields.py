"""What a column of a kept file may say. The names are ours; the aliases are those of real files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A target of the mapping. `join` is how several columns add up; empty, the first one that speaks wins.

    `aliases` are folded headers (see `proposal.folded`), the surest first.
    """

    key: str
    label: str
    group: str
    aliases: tuple[str, ...] = ()
    join: str = ""


IDENTITY, PLACE, CONTACT, ABOUT = "Identité", "Adresse", "Contact", "Description"

FIELDS = (
    Field("siret", "SIRET", IDENTITY, (
        "siret", "numero siret", "n siret", "num siret", "code siret", "siret beneficiaire", "id beneficiaire",
        "siret siege", "siret etablissement", "siret ou nir", "structure siret", "identifiant beneficiaire",
    )),
    Field("siren", "SIREN", IDENTITY, (
        "siren", "numero siren", "n siren", "code siren", "siren beneficiaire", "siren unite legale",
    )),
    Field("rna", "Numéro RNA", IDENTITY, (
        "rna", "numero rna", "n rna", "id rna", "code rna", "waldec", "numero waldec", "rna beneficiaire",
        "identifiant association", "id association",
    )),
    Field("name", "Nom de la structure", IDENTITY, (
        "nom", "nom de la structure", "nom structure", "structure", "nom beneficiaire", "beneficiaire",
        "raison sociale", "denomination", "name", "nom usuel", "nom d usage", "nom de l organisme", "organisme",
        "nom de l association", "association", "intitule", "titre", "entreprise", "nom de l entreprise",
        "organisateur", "organizer", "organisation", "nom complet", "enseigne", "originagenda title", "title",
        "nom du beneficiaire", "libelle", "supermarche", "adherent", "membre",
    )),
    Field("legal_name", "Dénomination légale", IDENTITY, (
        "denomination legale", "denomination sociale", "nom legal", "nom juridique", "structure porteuse",
        "nom strc port", "nom de la structure porteuse", "porteur", "denomination unite legale", "legal name",
        "raison sociale", "raison sociale legale",
    )),
    Field("acronym", "Sigle", IDENTITY, ("sigle", "acronyme", "acronym", "nom court", "abreviation")),
    Field("family", "Famille ou forme juridique", IDENTITY, (
        "famille", "forme juridique", "statut juridique", "statut", "famille juridique", "type de structure",
        "forme", "legal form",
    )),
    Field("legal_category", "Catégorie juridique (code INSEE)", IDENTITY, (
        "categorie juridique", "code categorie juridique", "nature juridique", "cj",
    )),
    Field("activity_code", "Code d'activité (NAF)", IDENTITY, (
        "naf", "ape", "code naf", "code ape", "naf ape", "activite principale", "code activite",
    )),
    Field("created_on", "Date de création", IDENTITY, (
        "date de creation", "date creation", "creation", "creee le", "annee de creation", "date creat",
    )),
    Field("place_name", "Nom du lieu", PLACE, (
        "nom du lieu", "lieu", "nom de l etablissement", "etablissement", "location name", "site", "nom du site",
    )),
    Field("address", "Adresse", PLACE, (
        "adresse", "adresse postale", "address", "rue", "voie", "adresse 1", "adresse complete", "numero et voie",
        "adresse siege", "location address", "libelle voie", "adresse 2", "complement d adresse",
        "adresse de la structure", "adresse ligne 1", "adresse ligne 2", "num voie", "complement adresse",
    ), join=" "),
    Field("postal_code", "Code postal", PLACE, (
        "code postal", "cp", "codpost", "code post", "codepostal", "postal code", "post code", "zip", "zipcode",
        "postcode", "location postalcode", "code postal siege",
    )),
    Field("municipality", "Commune", PLACE, (
        "commune", "ville", "city", "nom de la commune", "nom commune", "libelle commune", "localite",
        "nom ville", "lib commune", "libcom", "location city", "municipalite", "ville siege", "com nom",
    )),
    Field("municipality_code", "Code INSEE de la commune", PLACE, (
        "code insee", "insee", "code commune", "code insee commune", "insee code", "codeinsee", "com insee",
        "depcom", "code commune insee", "location insee", "citycode", "insee com", "commune insee",
        "code insee de la commune",
    )),
    Field("department", "Département", PLACE, (
        "departement", "dep", "code departement", "department", "num departement", "dept", "dpt",
    )),
    Field("country", "Pays", PLACE, (
        "pays", "country", "location countrycode", "code pays", "country code", "countrycode",
    )),
    Field("longitude", "Longitude", PLACE, (
        "longitude", "lon", "lng", "long", "x", "x longitude", "coord x", "longitude wgs84", "geometry longitude",
    )),
    Field("latitude", "Latitude", PLACE, (
        "latitude", "lat", "lattitude", "latitde", "y", "y latitude", "coord y", "latitude wgs84",
        "geometry latitude",
    )),
    Field("geo_point", "Point (latitude et longitude ensemble)", PLACE, (
        "geo point", "geo point 2d", "geopoint", "geom x y", "coordonnees", "coordonnees gps", "geolocalisation",
        "location coordinates", "latlon", "lat lon", "gps", "position", "coordonnees geographiques",
    )),
    Field("website", "Site web", CONTACT, (
        "site web", "site internet", "site", "website", "web", "url", "internet", "siteweb", "adresse web",
        "lien", "page web", "url site", "site de la structure", "location website", "lien site web",
    )),
    Field("email", "Adresse e-mail", CONTACT, (
        "email", "e mail", "mail", "courriel", "adresse mail", "adresse email", "adresse e mail", "contact mail",
        "contact email", "adresse electronique", "mel", "email de contact",
    )),
    Field("phone", "Téléphone", CONTACT, (
        "telephone", "tel", "phone", "numero de telephone", "num tel", "telephone fixe", "portable", "mobile",
        "tel fixe", "n de telephone", "n tel", "location phone", "contact telephone",
    )),
    Field("description", "Présentation", ABOUT, (
        "description", "presentation", "objet social", "objet de la structure", "activite", "activites", "resume",
        "mission", "missions", "a propos", "descriptif", "description courte", "description longue", "projet",
    ), join="\n\n"),
    Field("sector", "Secteur d'activité", ABOUT, (
        "secteur", "secteurs", "secteur d activite", "secteurs d activite", "domaine", "domaine d activite",
        "thematique", "thematiques", "sector", "domaines", "filiere",
    ), join=";"),
    Field("label", "Agrément, label ou statut", ABOUT, (
        "label", "labels", "agrement", "agrements", "agrement label", "kind", "type siae", "type d agrement",
        "labellisation",
    ), join=";"),
    Field("audience", "Public", ABOUT, (
        "public", "publics", "public cible", "publics cibles", "publics accueillis", "public vise", "beneficiaires",
    ), join=";"),
    Field("aim", "Finalité d'utilité sociale", ABOUT, (
        "finalite", "finalites", "utilite sociale", "objectif social",
    ), join=";"),
    Field("role", "Rôle dans l'écosystème", ABOUT, ("role", "roles", "role dans l ecosysteme"), join=";"),
    Field("term", "Catégorie (secteur, public ou label, selon le mot)", ABOUT, (
        "categorie", "categories", "rubrique", "type d activite",
    ), join=";"),
)  # fmt: skip
BY_KEY = {field.key: field for field in FIELDS}
LABEL_PREFIX = "label:"  # `label:lab-esus`: a yes/no column about one label

# Headers that look like ours and speak of somebody or something else.
NOT_OURS = frozenset(
    {
        "nom attribuant", "id attribuant", "siret attribuant", "attribuant", "uid", "id", "slug", "image", "thumbnail",
        "longdescription fr", "registration", "status", "links", "canonicalurl", "reference decision", "timings",
        "nom contact", "nom du contact", "prenom", "civilite", "nom du dirigeant", "nom du responsable",
        "nom commercial du reseau", "confiance jointure", "methode jointure", "originalimage", "id rae",
    }
)  # fmt: skip
IDENTIFIERS = ("siret", "siren", "rna")


def is_target(key: str) -> bool:
    """Whether a mapping may point to `key` (the empty one means: not read)."""
    return not key or key in BY_KEY or key.startswith(LABEL_PREFIX)
