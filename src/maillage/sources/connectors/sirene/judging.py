"""Which of the extracted establishments the directory takes, and why it leaves the others."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from maillage.sources.connectors.base import SourceError
from maillage.sources.connectors.membership import NATURAL_PERSON, TAKEN, membership
from maillage.sources.connectors.sirene.columns import ESTABLISHMENTS, UNITS, Layout
from maillage.sources.connectors.sirene.inputs import quote
from maillage.structures.actions.ess import EssFacts
from maillage.structures.queries.perimeter import Perimeter

if TYPE_CHECKING:
    import duckdb

BATCH = 2_000
_FACTS = ("legal_category", "activity_code", "activity_nomenclature", "activity_2025", "ess_flag")


def judge(
    connection: "duckdb.DuckDBPyConnection", tables: Perimeter, known: Collection[str]
) -> None:
    """Fill `judged`: every place (`p_…`) with its unit (`u_…`), its SIREN and its verdict.

    The rules of the ESS are asked once per combination of form, activity and flag. What the directory
    knows already (`known`: SIREN) is taken whatever it has become, so that it can be brought up to date.
    """
    facts = ", ".join(_FACTS)
    combos = connection.execute(f"SELECT DISTINCT {facts} FROM unit").fetchall()  # noqa: S608
    columns = ", ".join(f"{name} VARCHAR" for name in (*_FACTS, "verdict"))
    connection.execute(f"CREATE TEMP TABLE rule ({columns})")
    if combos:
        rules = [(*combo, _verdict(tables, combo)) for combo in combos]
        values = ", ".join(f"({', '.join(_literal(cell) for cell in rule)})" for rule in rules)
        connection.execute(f"INSERT INTO rule VALUES {values}")  # noqa: S608
    connection.execute("CREATE TEMP TABLE known (siren VARCHAR)")
    if known:
        values = ", ".join(f"({quote(siren)})" for siren in sorted(known))
        connection.execute(f"INSERT INTO known VALUES {values}")  # noqa: S608
    same = " AND ".join(f"u.{name} IS NOT DISTINCT FROM r.{name}" for name in _FACTS)
    connection.execute(
        f"""CREATE TEMP TABLE judged AS
        SELECT p.siren, {_prefixed(ESTABLISHMENTS, "p")}, {_prefixed(UNITS, "u")},
          CASE
            WHEN p.municipality_code IS NULL THEN 'no_municipality'
            WHEN u.siren IS NULL THEN 'no_unit'
            WHEN u.legal_category = '{NATURAL_PERSON}' THEN 'natural_person'
            WHEN k.siren IS NOT NULL THEN '{TAKEN}'
            WHEN r.verdict <> '{TAKEN}' THEN r.verdict
            WHEN u.state = 'C' THEN 'ceased'
            WHEN p.state = 'F' THEN 'closed'
            ELSE '{TAKEN}'
          END AS verdict
        FROM place p
        LEFT JOIN unit u ON u.siren = p.siren
        LEFT JOIN known k ON k.siren = p.siren
        LEFT JOIN rule r ON {same}"""  # noqa: S608
    )


def _literal(cell: str | None) -> str:
    return "NULL" if cell is None else quote(cell)


def _prefixed(layout: Layout, table: str) -> str:
    return ", ".join(f"{table}.{n} AS {table}_{n}" for n in layout.required | layout.optional)


def _verdict(tables: Perimeter, combo: tuple[str | None, ...]) -> str:
    category, code, nomenclature, code_2025, flag = combo
    activity, nomenclature = activity_of(code, nomenclature, code_2025)
    facts = EssFacts(
        legal_category=category or "",
        activity_code=activity,
        activity_nomenclature=nomenclature,
        flag={"O": True, "N": False}.get(flag or ""),
    )
    return membership(facts, tables)


def activity_of(
    code: str | None, nomenclature: str | None, code_2025: str | None
) -> tuple[str, str]:
    """The official code and its nomenclature: the main column, else the NAF 2025 one.

    Both are published until NAF 2025 becomes the official code on 1 January 2027; from then on the
    main column carries it, with its nomenclature beside.
    """
    if code:
        return code[:6], (nomenclature or "NAFRev2")[:8]
    return (code_2025[:6], "NAF2025") if code_2025 else ("", "")


def counts(connection: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """Establishments by verdict."""
    found = connection.execute("SELECT verdict, count(*) FROM judged GROUP BY verdict").fetchall()
    return dict(found)


def rows(connection: "duckdb.DuckDBPyConnection", verdict: str) -> Iterator[list[dict[str, Any]]]:
    """Rows of one verdict in batches, by SIREN, head office first. Missing values are empty strings."""
    answer = connection.execute(
        "SELECT * FROM judged WHERE verdict = ? "
        "ORDER BY siren, p_head_office = 'true' DESC NULLS LAST, p_siret",
        [verdict],
    )
    names = [column[0] for column in answer.description or ()]
    while batch := answer.fetchmany(BATCH):
        if any("\0" in value for row in batch for value in row if value):
            raise SourceError("Le fichier contient des caractères nuls : il est abîmé.")
        yield [{n: v or "" for n, v in zip(names, row, strict=True)} for row in batch]
