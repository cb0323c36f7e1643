"""Small invented Sirene stock files, in the shape INSEE publishes them."""

import csv
from pathlib import Path

UNIT_COLUMNS = [
    "siren",
    "statutDiffusionUniteLegale",
    "unitePurgeeUniteLegale",
    "dateCreationUniteLegale",
    "sigleUniteLegale",
    "sexeUniteLegale",
    "prenom1UniteLegale",
    "prenom2UniteLegale",
    "prenom3UniteLegale",
    "prenom4UniteLegale",
    "prenomUsuelUniteLegale",
    "pseudonymeUniteLegale",
    "identifiantAssociationUniteLegale",
    "trancheEffectifsUniteLegale",
    "anneeEffectifsUniteLegale",
    "dateDernierTraitementUniteLegale",
    "nombrePeriodesUniteLegale",
    "categorieEntreprise",
    "anneeCategorieEntreprise",
    "dateDebut",
    "etatAdministratifUniteLegale",
    "nomUniteLegale",
    "nomUsageUniteLegale",
    "denominationUniteLegale",
    "denominationUsuelle1UniteLegale",
    "denominationUsuelle2UniteLegale",
    "denominationUsuelle3UniteLegale",
    "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale",
    "nomenclatureActivitePrincipaleUniteLegale",
    "nicSiegeUniteLegale",
    "economieSocialeSolidaireUniteLegale",
    "societeMissionUniteLegale",
    "caractereEmployeurUniteLegale",
    "activitePrincipaleNAF25UniteLegale",
]
_ADDRESS = (
    "complementAdresse{} numeroVoie{} indiceRepetition{} typeVoie{} libelleVoie{} codePostal{} "
    "libelleCommune{} libelleCommuneEtranger{} distributionSpeciale{} codeCommune{} codeCedex{} "
    "libelleCedex{} codePaysEtranger{} libellePaysEtranger{}"
)
PLACE_COLUMNS = (
    "siren nic siret statutDiffusionEtablissement dateCreationEtablissement "
    "trancheEffectifsEtablissement anneeEffectifsEtablissement "
    "activitePrincipaleRegistreMetiersEtablissement dateDernierTraitementEtablissement "
    "etablissementSiege nombrePeriodesEtablissement "
    + _ADDRESS.replace("{}", "Etablissement").replace(
        " typeVoieE",
        " dernierNumeroVoieEtablissement indiceRepetitionDernierNumeroVoieEtablissement typeVoieE",
    )
    + " identifiantAdresseEtablissement coordonneeLambertAbscisseEtablissement "
    "coordonneeLambertOrdonneeEtablissement "
    + _ADDRESS.replace("{}", "2Etablissement")
    + " dateDebut "
    "etatAdministratifEtablissement enseigne1Etablissement enseigne2Etablissement "
    "enseigne3Etablissement denominationUsuelleEtablissement activitePrincipaleEtablissement "
    "nomenclatureActivitePrincipaleEtablissement caractereEmployeurEtablissement "
    "activitePrincipaleNAF25Etablissement"
).split()
# What older stocks did not have, newest first.
UNIT_GENERATIONS = {
    35: (),
    34: ("activitePrincipaleNAF25UniteLegale",),
    33: ("activitePrincipaleNAF25UniteLegale", "societeMissionUniteLegale"),
}
_ADDED_2023 = (
    "dernierNumeroVoieEtablissement",
    "indiceRepetitionDernierNumeroVoieEtablissement",
    "identifiantAdresseEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
)
PLACE_GENERATIONS = {
    54: (),
    53: ("activitePrincipaleNAF25Etablissement",),
    52: ("activitePrincipaleNAF25Etablissement", "identifiantAdresseEtablissement"),
    48: ("activitePrincipaleNAF25Etablissement", *_ADDED_2023),
}

UNIT = {
    "siren": "900000001",
    "statutDiffusionUniteLegale": "O",
    "dateCreationUniteLegale": "2019-03-04",
    "etatAdministratifUniteLegale": "A",
    "denominationUniteLegale": "ATELIER DES LILAS INVENTES",
    "categorieJuridiqueUniteLegale": "9220",
    "activitePrincipaleUniteLegale": "95.29Z",
    "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
    "nicSiegeUniteLegale": "00011",
    "economieSocialeSolidaireUniteLegale": "O",
    "caractereEmployeurUniteLegale": "O",
    "trancheEffectifsUniteLegale": "03",
    "anneeEffectifsUniteLegale": "2024",
    "identifiantAssociationUniteLegale": "W751234567",
}
PLACE = {
    "siren": "900000001",
    "nic": "00011",
    "siret": "90000000100011",
    "statutDiffusionEtablissement": "O",
    "dateCreationEtablissement": "2019-03-04",
    "etablissementSiege": "true",
    "numeroVoieEtablissement": "12",
    "indiceRepetitionEtablissement": "B",
    "typeVoieEtablissement": "AV",
    "libelleVoieEtablissement": "DE L EXEMPLE",
    "codePostalEtablissement": "75020",
    "libelleCommuneEtablissement": "PARIS",
    "codeCommuneEtablissement": "75120",
    "coordonneeLambertAbscisseEtablissement": "655893.42",
    "coordonneeLambertOrdonneeEtablissement": "6862991.17",
    "etatAdministratifEtablissement": "A",
    "activitePrincipaleEtablissement": "95.29Z",
    "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
}


def unit(siren="900000001", **values):
    return {**UNIT, "siren": siren, **values}


def place(siret="90000000100011", **values):
    return {**PLACE, "siret": siret, "siren": siret[:9], "nic": siret[9:], **values}


def write(path: Path, columns, rows, *, without=(), extra=(), encoding="utf-8", **options) -> Path:
    """`without`: columns of a later generation. `extra`: columns nobody knows yet."""
    header = [column for column in columns if column not in without] + list(extra)
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(
            stream,
            header,
            restval="",
            extrasaction="ignore",
            lineterminator=options.pop("lineterminator", "\n"),
            **options,
        )
        writer.writeheader()
        writer.writerows(rows)
    return path


def units_file(folder: Path, rows, **options) -> Path:
    return write(folder / "StockUniteLegale_utf8.csv", UNIT_COLUMNS, rows, **options)


def places_file(folder: Path, rows, **options) -> Path:
    return write(folder / "StockEtablissement_utf8.csv", PLACE_COLUMNS, rows, **options)
