"""A believable Sirene stock of any size, invented, written by DuckDB itself.

Proportions are those of published counts: 56.4 % of legal units are natural persons, 4.6 % are
flagged ESS (92.5 % of which are associations), 36 % of establishments are open, 94.3 % have no
employee, 23.7 % carry `[ND]` as usual name, 26 dates in a million are impossible, 1.47 establishments
per unit. Chosen, not published: 3 % without coordinates, 1 % CEDEX, partial disclosure of a quarter
of natural persons. Communes are drawn by population. Nothing is random: the same size gives the same
file.
"""

import sys
from pathlib import Path

import duckdb

PLACES_PER_UNIT = 1.47


def write(folder: Path, establishments: int, communes: list[tuple[str, str, str, int]]) -> None:
    """Four files in `folder`: units and establishments, each as Parquet and CSV.

    `communes`: (INSEE code, postal code, name, population).
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"memory_limit": "4GB", "temp_directory": str(folder)}) as base:
        base.execute("SET preserve_insertion_order = false")
        _helpers(base, communes)
        units = int(establishments / PLACES_PER_UNIT)
        for name, query in (
            ("units", _units(units)),
            ("establishments", _establishments(establishments, units)),
        ):
            parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
            base.execute(f"COPY ({query}) TO '{parquet}.part' (FORMAT parquet, COMPRESSION zstd)")
            written = f"read_parquet('{parquet}.part')"
            base.execute(f"COPY (FROM {written}) TO '{text}.part' (FORMAT csv, HEADER)")
            Path(f"{parquet}.part").rename(parquet)
            Path(f"{text}.part").rename(text)


def _helpers(base: duckdb.DuckDBPyConnection, communes: list[tuple[str, str, str, int]]) -> None:
    # A number in [0, 1) that depends on the row and on what it decides.
    base.execute("CREATE MACRO draw(i, salt) AS (hash(i, salt) % 1000003) / 1000003.0")
    # Luhn: from the right, every second digit counts twice (13 digits are enough for a SIRET).
    digits = [f"(n // {10**k}) % 10" for k in range(13)]
    total = " + ".join(
        f"2 * ({digit}) - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END" if k % 2 == 0 else digit
        for k, digit in enumerate(digits)
    )
    base.execute(f"CREATE MACRO keyed(n) AS n * 10 + (10 - ({total}) % 10) % 10")
    base.execute("CREATE MACRO siren_of(u) AS keyed(u::BIGINT)")
    base.execute("CREATE MACRO siret_of(u, nic) AS keyed(siren_of(u) * 10000 + nic)")
    base.execute("CREATE MACRO padded(n, width) AS lpad(n::VARCHAR, width, '0')")
    base.execute("CREATE TEMP TABLE commune (code VARCHAR, postal VARCHAR, name VARCHAR, pop INT)")
    base.executemany("INSERT INTO commune VALUES (?, ?, ?, ?)", communes)
    base.execute(
        """CREATE TEMP TABLE ladder AS SELECT *, coalesce(sum(pop) OVER (ORDER BY code
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::DOUBLE AS start FROM commune"""
    )


def _pick(draw: str, choices: list[tuple[str, float]], last: str) -> str:
    """SQL of a choice by cumulated shares."""
    total, parts = 0.0, []
    for value, share in choices:
        total += share
        parts.append(f"WHEN {draw} < {total} THEN '{value}'")
    return f"CASE {' '.join(parts)} ELSE '{last}' END"


def _units(count: int) -> str:
    form = _pick(
        "draw(u, 2)",
        [("9220", 0.925), ("9260", 0.025), ("6316", 0.0086), ("5710", 0.008), ("9223", 0.0079)],
        "5560",
    )
    other = _pick("draw(u, 3)", [("5499", 0.45), ("5710", 0.32), ("6540", 0.2)], "9110")
    trade = _pick(
        "draw(u, 4)",
        [
            ("94.99Z", 0.457), ("93.12Z", 0.146), ("90.01Z", 0.091), ("88.99B", 0.038),
            ("93.29Z", 0.025), ("93.19Z", 0.019), ("85.52Z", 0.013), ("85.59B", 0.012),
            ("90.02Z", 0.012), ("85.59A", 0.011),
        ],
        "88.91A",
    )  # fmt: skip
    ordinary = _pick("draw(u, 5)", [("68.20B", 0.2), ("70.22Z", 0.1), ("86.90E", 0.08)], "47.71Z")
    band = _pick("draw(u, 6)", [("NN", 0.85), ("01", 0.06), ("02", 0.03), ("03", 0.02)], "11")
    return f"""SELECT padded(siren_of(u), 9) AS siren,
      CASE WHEN person AND draw(u, 7) < 0.25 THEN 'P' ELSE 'O' END AS statutDiffusionUniteLegale,
      NULL AS unitePurgeeUniteLegale,
      CASE WHEN draw(u, 8) < 0.000026 THEN DATE '0201-01-01'
        ELSE DATE '1950-01-01' + (draw(u, 9) * 27500)::INT END AS dateCreationUniteLegale,
      CASE WHEN draw(u, 10) < 0.1 THEN 'S' || u % 9999 END AS sigleUniteLegale,
      CASE WHEN person THEN 'F' END AS sexeUniteLegale,
      CASE WHEN person THEN 'INVENTEE' END AS prenom1UniteLegale, NULL AS prenom2UniteLegale,
      NULL AS prenom3UniteLegale, NULL AS prenom4UniteLegale,
      CASE WHEN person THEN 'INVENTEE' END AS prenomUsuelUniteLegale,
      NULL AS pseudonymeUniteLegale,
      CASE WHEN ess AND draw(u, 11) < 0.7 THEN 'W' || padded(u % 1000000000, 9) END
        AS identifiantAssociationUniteLegale,
      {band} AS trancheEffectifsUniteLegale,
      CASE WHEN draw(u, 6) >= 0.85 THEN 2024 END AS anneeEffectifsUniteLegale,
      TIMESTAMP '2026-03-05 10:20:30' AS dateDernierTraitementUniteLegale,
      1 + (draw(u, 12) * 4)::INT AS nombrePeriodesUniteLegale, 'PME' AS categorieEntreprise,
      2023 AS anneeCategorieEntreprise,
      DATE '2008-01-01' + (draw(u, 13) * 6500)::INT AS dateDebut,
      CASE WHEN draw(u, 14) < CASE WHEN ess THEN 0.85 ELSE 0.4 END THEN 'A' ELSE 'C' END
        AS etatAdministratifUniteLegale,
      CASE WHEN person THEN 'NOM INVENTE' END AS nomUniteLegale, NULL AS nomUsageUniteLegale,
      CASE WHEN NOT person THEN 'STRUCTURE INVENTEE NUMERO ' || u END AS denominationUniteLegale,
      CASE WHEN draw(u, 15) < 0.05 THEN 'NOM COURANT ' || u END AS denominationUsuelle1UniteLegale,
      NULL AS denominationUsuelle2UniteLegale, NULL AS denominationUsuelle3UniteLegale,
      CASE WHEN person THEN '1000' WHEN ess THEN {form} ELSE {other} END
        AS categorieJuridiqueUniteLegale,
      CASE WHEN ess THEN {trade} ELSE {ordinary} END AS activitePrincipaleUniteLegale,
      'NAFRev2' AS nomenclatureActivitePrincipaleUniteLegale, '00010' AS nicSiegeUniteLegale,
      CASE WHEN ess THEN 'O' END AS economieSocialeSolidaireUniteLegale,
      NULL AS societeMissionUniteLegale, CASE WHEN draw(u, 6) >= 0.85 THEN 'O' ELSE 'N' END
        AS caractereEmployeurUniteLegale, '94.99Y' AS activitePrincipaleNAF25UniteLegale
    FROM (SELECT range AS u, draw(range, 1) < 0.564 AS person,
      draw(range, 1) >= 0.564 AND draw(range, 1) < 0.61 AS ess FROM range({count}))"""


def _establishments(count: int, units: int) -> str:
    band = _pick("draw(i, 24)", [("NN", 0.943), ("01", 0.026), ("02", 0.012), ("03", 0.008)], "11")
    kind = _pick("draw(i, 25)", [("RUE", 0.6), ("AV", 0.15), ("BD", 0.06), ("PL", 0.05)], "CHE")
    second = ", ".join(
        f"NULL AS {name}2Etablissement"
        for name in (
            "complementAdresse", "numeroVoie", "indiceRepetition", "typeVoie", "libelleVoie", "codePostal",
            "libelleCommune", "libelleCommuneEtranger", "distributionSpeciale", "codeCommune", "codeCedex",
            "libelleCedex", "codePaysEtranger", "libellePaysEtranger",
        )
    )  # fmt: skip
    return f"""SELECT padded(siren_of(u), 9) AS siren, right(padded(siret_of(u, nic), 14), 5) AS nic,
      padded(siret_of(u, nic), 14) AS siret,
      CASE WHEN draw(i, 21) < 0.1 THEN 'P' ELSE 'O' END AS statutDiffusionEtablissement,
      CASE WHEN draw(i, 22) < 0.000026 THEN DATE '0201-01-01'
        ELSE DATE '1960-01-01' + (draw(i, 23) * 24000)::INT END AS dateCreationEtablissement,
      {band} AS trancheEffectifsEtablissement,
      CASE WHEN draw(i, 24) >= 0.943 THEN 2024 END AS anneeEffectifsEtablissement,
      NULL AS activitePrincipaleRegistreMetiersEtablissement,
      TIMESTAMP '2026-03-05 10:20:30' AS dateDernierTraitementEtablissement,
      nic = 1 AS etablissementSiege, 1 + (draw(i, 26) * 4)::INT AS nombrePeriodesEtablissement,
      CASE WHEN draw(i, 27) < 0.15 THEN 'BATIMENT ' || i % 9 END AS complementAdresseEtablissement,
      (1 + i % 180)::VARCHAR AS numeroVoieEtablissement,
      CASE WHEN draw(i, 28) < 0.05 THEN 'B' END AS indiceRepetitionEtablissement,
      NULL AS dernierNumeroVoieEtablissement, NULL AS indiceRepetitionDernierNumeroVoieEtablissement,
      {kind} AS typeVoieEtablissement, 'DE L INVENTION ' || i % 700 AS libelleVoieEtablissement,
      postal AS codePostalEtablissement, upper(name) AS libelleCommuneEtablissement,
      NULL AS libelleCommuneEtrangerEtablissement, NULL AS distributionSpecialeEtablissement,
      code AS codeCommuneEtablissement,
      CASE WHEN draw(i, 29) < 0.01 THEN '75960' END AS codeCedexEtablissement,
      CASE WHEN draw(i, 29) < 0.01 THEN 'PARIS CEDEX 20' END AS libelleCedexEtablissement,
      NULL AS codePaysEtrangerEtablissement, NULL AS libellePaysEtrangerEtablissement,
      code || '_' || i % 9999 AS identifiantAdresseEtablissement,
      CASE WHEN draw(i, 30) > 0.03 THEN printf('%.2f', 640000 + draw(i, 31) * 30000) END
        AS coordonneeLambertAbscisseEtablissement,
      CASE WHEN draw(i, 30) > 0.03 THEN printf('%.2f', 6850000 + draw(i, 32) * 30000) END
        AS coordonneeLambertOrdonneeEtablissement, {second},
      DATE '2008-01-01' + (draw(i, 33) * 6500)::INT AS dateDebut,
      CASE WHEN draw(i, 34) < 0.36 THEN 'A' ELSE 'F' END AS etatAdministratifEtablissement,
      CASE WHEN draw(i, 35) < 0.08 THEN 'ENSEIGNE ' || i % 9999 END AS enseigne1Etablissement,
      NULL AS enseigne2Etablissement, NULL AS enseigne3Etablissement,
      CASE WHEN draw(i, 36) < 0.237 THEN '[ND]' END AS denominationUsuelleEtablissement,
      '94.99Z' AS activitePrincipaleEtablissement,
      'NAFRev2' AS nomenclatureActivitePrincipaleEtablissement, 'N' AS caractereEmployeurEtablissement,
      '94.99Y' AS activitePrincipaleNAF25Etablissement
    FROM (SELECT range AS i, range % {units} AS u, 1 + range // {units} AS nic,
        draw(range, 20) * (SELECT sum(pop) FROM commune) AS spot FROM range({count})) places
    ASOF JOIN ladder ON places.spot >= ladder.start"""


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), [("75120", "75020", "Paris", 185_140)])
