"""Columns of the two Sirene stock files, found by name.

INSEE added columns over the years (units: 33, 34, 35; establishments: 48, 52, 53, 54), so positions
mean nothing. Names are those of the public description of the files (data.gouv.fr, « Base Sirene »).
"""

from dataclasses import dataclass

from maillage.sources.connectors.base import SourceError


@dataclass(frozen=True, slots=True)
class Layout:
    """`required` and `optional` map our short names to INSEE's."""

    what: str
    option: str
    required: dict[str, str]
    optional: dict[str, str]
    marker: str  # a column that only this file has

    def find(self, header: tuple[str, ...], name: str, other: "Layout") -> dict[str, str]:
        """Short name → name in this file. Raises `SourceError` naming what is missing."""
        known = {column.strip().lower(): column for column in header}
        if self.marker.lower() not in known and other.marker.lower() in known:
            raise SourceError(
                f"Les deux fichiers semblent inversés : « {name} » contient des {other.what} et non "
                f"des {self.what}. Donnez-le à l'option --{other.option}."
            )
        for column in self.required.values():
            if column.lower() not in known:
                raise SourceError(
                    f"Il manque la colonne « {column} » dans « {name} » : ce n'est pas le fichier "
                    f"Sirene des {self.what}."
                )
        wanted = self.required | self.optional
        return {
            short: known[column.lower()]
            for short, column in wanted.items()
            if column.lower() in known
        }


UNITS = Layout(
    what="unités légales",
    option="units",
    marker="categorieJuridiqueUniteLegale",
    required={
        "siren": "siren",
        "legal_category": "categorieJuridiqueUniteLegale",
        "state": "etatAdministratifUniteLegale",
        "legal_name": "denominationUniteLegale",
    },
    optional={
        "disclosure": "statutDiffusionUniteLegale",
        "created_on": "dateCreationUniteLegale",
        "acronym": "sigleUniteLegale",
        "rna": "identifiantAssociationUniteLegale",
        "size_band": "trancheEffectifsUniteLegale",
        "size_year": "anneeEffectifsUniteLegale",
        "since": "dateDebut",
        "usual_name": "denominationUsuelle1UniteLegale",
        "activity_code": "activitePrincipaleUniteLegale",
        "activity_nomenclature": "nomenclatureActivitePrincipaleUniteLegale",
        "activity_2025": "activitePrincipaleNAF25UniteLegale",
        "head_nic": "nicSiegeUniteLegale",
        "ess_flag": "economieSocialeSolidaireUniteLegale",
        "employer": "caractereEmployeurUniteLegale",
    },
)

ESTABLISHMENTS = Layout(
    what="établissements",
    option="establishments",
    marker="codeCommuneEtablissement",
    required={
        "siret": "siret",
        "state": "etatAdministratifEtablissement",
        "municipality_code": "codeCommuneEtablissement",
    },
    optional={
        "disclosure": "statutDiffusionEtablissement",
        "opened_on": "dateCreationEtablissement",
        "size_band": "trancheEffectifsEtablissement",
        "size_year": "anneeEffectifsEtablissement",
        "head_office": "etablissementSiege",
        "complement": "complementAdresseEtablissement",
        "number": "numeroVoieEtablissement",
        "repetition": "indiceRepetitionEtablissement",
        "street_kind": "typeVoieEtablissement",
        "street": "libelleVoieEtablissement",
        "postal_code": "codePostalEtablissement",
        "town": "libelleCommuneEtablissement",
        "x": "coordonneeLambertAbscisseEtablissement",
        "y": "coordonneeLambertOrdonneeEtablissement",
        "since": "dateDebut",
        "sign": "enseigne1Etablissement",
        "usual_name": "denominationUsuelleEtablissement",
        "activity_code": "activitePrincipaleEtablissement",
        "activity_nomenclature": "nomenclatureActivitePrincipaleEtablissement",
        "activity_2025": "activitePrincipaleNAF25Etablissement",
    },
)
