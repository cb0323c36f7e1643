"""Lists that only complete what the directory knows: ESS France, ESUS."""

from datetime import date, datetime

import pytest
import xlsxwriter

from maillage.sources.connectors.base import (
    Issue,
    LabelRecord,
    Outside,
    ReadContext,
    SourceError,
    SourceRecord,
)
from maillage.sources.connectors.ess_list import EssListConnector
from maillage.sources.connectors.esus import EsusConnector
from tests.factories import make_structure

pytestmark = pytest.mark.django_db
ESS_HEADER = (
    "SIREN,Nom ou raison sociale de l'entreprise,Famille juridique de l'entreprise,Code postal,"
    "Libellé de la commune de l'établissement,Code du département de l'établissement,"
    "Département de l'établissement,Région de l'établissement"
)
PROOF = "Liste nationale des agréments ESUS, direction générale du Trésor"


@pytest.fixture
def known():
    """A structure whose SIREN begins with zeros, and another."""
    make_structure(siren="005720610")
    make_structure(siren="900000001")


def read(connector, path, **options):
    return list(connector.read(ReadContext(frozenset({"93048"}), {"file": path}, options)))


def records(items):
    return [item for item in items if isinstance(item, SourceRecord)]


def issues(items):
    return [(item.line, item.code, item.severity) for item in items if isinstance(item, Issue)]


def outside(items):
    return {item.reason: item.count for item in items if isinstance(item, Outside)}


def test_the_ess_list_marks_known_structures(tmp_path, known):
    path = tmp_path / "entreprisesess.csv"
    path.write_text(
        f"{ESS_HEADER}\n"
        "5720610,COMITE INVENTE,Associations,93100,MONTREUIL,93,Seine-Saint-Denis,ILE DE FRANCE\n"
        "900000001,COOP INVENTEE,Coopératives,,,,,\n"
        "900000001,COOP INVENTEE,Coopératives,,,,,\n"
        "900000100,AUTRE,,,,,,\n"
        "900000002,CLE FAUSSE,,,,,,\n"
        ",SANS NUMERO,,,,,,\n"
    )
    items = read(EssListConnector(), path)
    assert records(items) == [
        SourceRecord(siren="005720610", fields={"in_ess_list": True}, line=2),
        SourceRecord(siren="900000001", fields={"in_ess_list": True}, line=3),
    ]
    assert issues(items) == [(6, "siren-cle", "refused"), (7, "siren-absent", "refused")]
    assert outside(items) == {"inconnues de l'annuaire": 1}


def test_another_list_is_not_the_ess_list(tmp_path):
    path = tmp_path / "autre.csv"
    path.write_text("SIREN,Nom\n900000001,A\n")
    with pytest.raises(SourceError, match="ce n'est pas la liste des entreprises de l'ESS"):
        read(EssListConnector(), path)


def esus(folder, rows, *, title_rows=0, empty_column=True, headers=None):
    """A workbook laid out as the Trésor does: an empty first column, sometimes a title."""
    path = folder / "liste.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("ESUS")
    left = 1 if empty_column else 0
    if title_rows:
        sheet.write(0, left, "Liste nationale des entreprises agréées au 1er novembre 2026")
    headers = headers or ["SIREN", "Raison sociale", "Date d'agrément", "Date de fin d'agrément"]
    sheet.write_row(title_rows, left, headers)
    for number, row in enumerate(rows, start=title_rows + 1):
        for column, value in enumerate(row, start=left):
            sheet.write(number, column, value)
    book.close()
    return path


@pytest.mark.parametrize("title_rows", [0, 3])
@pytest.mark.parametrize("empty_column", [True, False])
def test_esus_approvals_with_their_dates(tmp_path, known, title_rows, empty_column):
    rows = [
        (5720610, "COMITE INVENTE", datetime(2024, 2, 1), datetime(2029, 1, 31)),  # noqa: DTZ001
        ("900 000 001", "COOP INVENTEE", "15/03/2025", ""),
        (900000100, "INCONNUE", "", ""),
        (900000002, "CLE FAUSSE", "", ""),
    ]
    items = read(
        EsusConnector(), esus(tmp_path, rows, title_rows=title_rows, empty_column=empty_column)
    )
    assert [(record.siren, record.labels, record.fields) for record in records(items)] == [
        ("005720610", (LabelRecord("lab-esus", "", "", "2024-02-01", "2029-01-31", PROOF),), {}),
        ("900000001", (LabelRecord("lab-esus", "", "", "2025-03-15", None, PROOF),), {}),
    ]
    assert [code for _, code, _ in issues(items)] == ["siren-cle"]
    assert outside(items) == {"inconnues de l'annuaire": 1}


def test_esus_dates_that_make_no_sense_are_told(tmp_path, known):
    rows = [
        (900000001, "A", "01/02/2027", "31/01/2026"),
        (5720610, "B", "un jour", "31/01/2026"),
    ]
    items = read(EsusConnector(), esus(tmp_path, rows))
    labels = [record.labels[0] for record in records(items)]
    assert [(label.valid_from, label.valid_to) for label in labels] == [
        (None, "2026-01-31"),
        (None, "2026-01-31"),
    ]
    assert [severity for *_, severity in issues(items)] == ["warning", "warning"]


def test_an_esus_list_without_siren_is_refused(tmp_path):
    path = esus(tmp_path, [("A", "B")], headers=["Nom", "Ville"])
    with pytest.raises(SourceError, match="Il manque la colonne « siren »"):
        read(EsusConnector(), path)


def test_the_date_of_the_data_is_the_one_given():
    context = ReadContext(frozenset(), {}, {"date": "2026-11-01"})
    assert EsusConnector().source_date(context) == date(2026, 11, 1)
    assert EssListConnector().source_date(ReadContext(frozenset())) is None


@pytest.mark.parametrize(
    ("headers", "dates", "told"),
    [
        (["SIREN", "Nom", "Date décision", "Fin de validité"], ("2024-02-01", "2029-01-31"), []),
        (["N° SIREN", "Nom", "Début", "Valable jusqu'au"], ("2024-02-01", "2029-01-31"), []),
        (["SIREN", "Nom", "Date", "Remarque"], ("2024-02-01", None), ["fin-inconnue"]),
    ],
)
def test_esus_columns_under_other_names(tmp_path, known, headers, dates, told):
    rows = [(900000001, "A", "01/02/2024", "31/01/2029")]
    items = read(EsusConnector(), esus(tmp_path, rows, headers=headers))
    (label,) = records(items)[0].labels
    assert (label.valid_from, label.valid_to) == dates
    assert [code for _, code, _ in issues(items)] == told
