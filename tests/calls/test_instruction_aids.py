"""History of public aid: files as they are published, refused or kept with a reserve, and taken back."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from maillage.calls.actions.aids import AidsRefusedError, apply_aids, declare_aid, undo_aids
from maillage.calls.connectors.aid_table import read
from maillage.calls.enums import AwardStatus, StateAid
from maillage.calls.models import AidBatch, AidRecord
from maillage.calls.queries.aids import aids_of, de_minimis_of
from maillage.core.models import JournalEntry
from maillage.core.tabular.errors import TableError
from tests.calls.factories import make_award, make_edition, make_submitted
from tests.factories import NOW, Cast, make_siret, make_structure

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
SIRET = "32385721900097"  # its key is right


def csv(*lines: str, head: str = "nomBeneficiaire;idBeneficiaire;montant;dateConvention") -> bytes:
    return "\n".join([head, *lines]).encode()


def reading(*lines: str, **head: str):
    return read(csv(*lines, **head), giver="Ville", today=TODAY)


def codes(problems) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in problems]


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("number", "kept", "code"),
    [
        (SIRET, (SIRET, "323857219"), ""),
        ("323857219", ("", "323857219"), "siren-seul"),
        ("8,30E+13", ("", ""), "siret-excel"),
        ("3.80476E+13", ("", ""), "siret-excel"),
        ("22040000000000", ("", ""), "siret-arrondi"),
        ("32385721900098", ("", ""), "siret-cle"),
        ("404758690000055", ("", ""), "siret-longueur"),
        ("", ("", ""), ""),
    ],
)
def test_a_number_that_a_spreadsheet_destroyed_is_told_and_never_guessed(number, kept, code):
    found = reading(f"La Fabrique;{number};1000;2024-03-12")
    assert [(one.siret, one.siren) for one in found.drafts] == [kept]
    assert codes(found.reserves) == ([(2, code)] if code else [])
    assert found.refused == []


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("said", "day", "code"),
    [
        ("2024-03-12", date(2024, 3, 12), ""),
        ("12/03/2024", date(2024, 3, 12), ""),
        ("Commission Permanente du 12/03/2024", date(2024, 3, 12), "date-phrase"),
        ("CP de mars 2024", date(2024, 1, 1), "date-phrase"),
        ("Commission Permanente", None, "date-format"),
        ("1502-01-01", None, "date-bornes"),
        ("", None, "sans-date"),
    ],
)
def test_a_date_is_read_even_in_a_sentence(said, day, code):
    found = reading(f"La Fabrique;{SIRET};1000;{said}")
    if said == "1502-01-01":
        assert found.drafts[0].decided_on is None
        return
    assert found.drafts[0].decided_on == day
    assert codes(found.reserves) == ([(2, code)] if code else [])


@pytest.mark.one_engine
def test_rows_that_nobody_could_use_are_refused_with_their_line():
    found = reading(
        ";32385721900097;10;2024-01-01",
        "A;;;2024-01-01",
        "B;;-5;2024-01-01",
        "C;;beaucoup;2024-01-01",
        "D;;99999999999;2024-01-01",
        "E;;10;2024-01-01",
    )
    assert codes(found.refused) == [
        (2, "sans-beneficiaire"),
        (3, "sans-montant"),
        (4, "montant-nul"),
        (5, "montant-format"),
        (6, "montant-trop-grand"),
    ]
    assert [one.name for one in found.drafts] == ["E"]


@pytest.mark.one_engine
def test_the_number_of_a_person_keeps_the_row_out():
    head = "Année;SIRET ou NIR;Raison Sociale;Mandaté"
    found = reading("2024;1850593048123;Jean D.;50", f"2024;{SIRET};La Fabrique;60", head=head)
    assert codes(found.refused) == [(2, "personne")]
    assert [(one.name, one.decided_on, one.giver) for one in found.drafts] == [
        ("La Fabrique", date(2024, 1, 1), "Ville")
    ]


@pytest.mark.one_engine
def test_a_share_keeps_the_part_of_this_beneficiary():
    head = (
        "nomBeneficiaire;idBeneficiaire;montant;dateConvention;pourcentageSubvention;notificationUE"
    )
    found = reading(
        f"A;{SIRET};1000;2024-01-01;0.6;oui",
        f"B;{SIRET};1000;2024-01-01;40;non",
        f"C;{SIRET};1000;2024-01-01;0;non",
        f"D;{SIRET};1000;2024-01-01;1;non",
        head=head,
    )
    assert [(one.amount, one.is_de_minimis) for one in found.drafts] == [
        (Decimal("600.00"), True),
        (Decimal("400.00"), False),
        (Decimal("1000.00"), False),
        (Decimal("1000.00"), False),
    ]
    assert codes(found.reserves) == [(3, "part"), (4, "part")]


SCDL = (
    "nomAttribuant,idAttribuant,dateConvention,referenceDecision,idBeneficiaire,nomBeneficiaire,objet,montant,nature,"
    "conditionsVersement,datesPeriodeVersement,IdRAE,notificationUE,pourcentageSubvention"
)


@pytest.mark.one_engine
def test_a_row_shifted_by_a_decimal_comma_finds_its_columns_again():
    rows = [
        f"Dép,1,2017-09-08,2,{SIRET},A,Travaux, phase 1,24\u00a0975,00,aide en numéraire,10 %, puis 40 %,2017_2021,,non,1;;",
        f"Dép,1,2017-09-08,2,{SIRET},B,Travaux,300,aide en nature,unique,2017,,non,1",
        f"Dép,1,2017-09-08,2,{SIRET},C,Sans nature,24 975,00,autre chose,unique,2017,,non,1",
    ]
    found = read("\n".join([SCDL, *rows]).encode("cp1252"), giver="x", today=TODAY)
    assert [(one.name, one.amount, one.purpose) for one in found.drafts] == [
        ("A", Decimal("24975.00"), "Travaux, phase 1"),
        ("B", Decimal("300.00"), "Travaux"),
    ]
    assert (found.mended, codes(found.refused)) == (1, [(4, "colonnes-decalees")])


@pytest.mark.one_engine
def test_lines_of_another_alphabet_are_read_too():
    head, good = (
        SCDL.encode(),
        f"Dép,1,2017-09-08,2,{SIRET},É,x,1\u00a0000,00,aide en numéraire,u,2017,,non,1",
    )
    file = b"\n".join([head, good.encode("cp1252"), good.replace("É", "Été").encode()])
    found = read(file, giver="x", today=TODAY)
    assert [(one.name, one.amount) for one in found.drafts] == [
        ("É", Decimal("1000.00")),
        ("Été", Decimal("1000.00")),
    ]


@pytest.mark.one_engine
def test_a_workbook_is_read_and_a_table_without_amounts_is_refused():
    book = openpyxl.Workbook()
    book.active.append(["nombeneficiaire", "idbeneficiaire", "montant", "dateConvention"])
    book.active.append(["SAS Mabris", 34982600000000, 90545, "2019-01-08"])
    file = io.BytesIO()
    book.save(file)
    found = read(file.getvalue(), giver="x", today=TODAY)
    assert [(one.name, one.amount) for one in found.drafts] == [("SAS Mabris", Decimal("90545.00"))]
    assert codes(found.reserves) == [(2, "siret-arrondi")]
    with pytest.raises(TableError, match="Il manque une colonne pour le montant"):
        read(b"association;ville\nA;B\n", giver="x", today=TODAY)


def applied(cast: Cast, *lines: str, name: str = "aides.csv") -> AidBatch:
    return apply_aids(
        cast.space,
        reading(*lines),
        file_name=name,
        file_hash="h" + name,
        source="Données ouvertes",
        by=cast.chloe,
        now=NOW,
    )


def test_a_file_is_read_once_linked_to_the_structures_and_taken_back(cast: Cast):
    structure = make_structure(siren="323857219")
    batch = applied(cast, f"La Fabrique;{SIRET};1000;2024-03-12", "Autre;;5;2024-01-01")
    assert list(batch.records.order_by("line").values_list("line", "structure", "amount")) == [
        (2, structure.pk, Decimal("1000.00")),
        (3, None, Decimal("5.00")),
    ]
    with pytest.raises(AidsRefusedError, match="déjà lu"):
        applied(cast, "Autre;;5;2024-01-01")
    assert undo_aids(batch, by=cast.chloe, now=NOW) == 2
    assert AidRecord.objects.count() == 0
    with pytest.raises(AidsRefusedError, match="déjà été repris"):
        undo_aids(batch, by=cast.chloe, now=NOW)
    applied(cast, "Autre;;5;2024-01-01")
    acts = JournalEntry.objects.filter(subject_type="calls.aidbatch").order_by("pk")
    assert list(acts.values_list("action", "changes")) == [
        ("aids_read", {"rows": [0, 2]}),
        ("aids_undone", {"rows": [2, 0]}),
        ("aids_read", {"rows": [0, 1]}),
    ]


def test_a_file_with_nothing_to_keep_is_refused(cast: Cast):
    with pytest.raises(AidsRefusedError, match="Aucune ligne"):
        applied(cast, "A;;0;2024-01-01")
    assert not AidBatch.objects.exists()


def test_de_minimis_sums_three_rolling_years_of_declared_known_and_own(cast: Cast):
    siren = "323857219"
    head = "nomBeneficiaire;idBeneficiaire;montant;dateConvention;notificationUE"
    lines = [
        f"A;{SIRET};100000;2023-11-23;oui",  # the first day that counts
        f"A;{SIRET};50000;2023-11-22;oui",  # three years ago: no longer
        f"A;{SIRET};70000;2025-01-01;non",
        f"A;{SIRET};7000;2026-11-22;oui",  # our own award, as the file tells it
    ]
    apply_aids(
        cast.space,
        reading(*lines, head=head),
        file_name="a",
        file_hash="a",
        source="s",
        by=None,
        now=NOW,
    )
    edition = make_edition(cast.space)
    structure = make_structure("La Fabrique", siren=siren)
    file = make_submitted(edition, structure=structure, user=cast.denis)
    own = {"siret": SIRET, "state_aid": StateAid.DE_MINIMIS}
    make_award(file, "7000.00", status=AwardStatus.GRANTED, **own)
    make_award(make_submitted(edition), "9000.00", **own)  # only proposed: nobody may know
    declare_aid(
        cast.space,
        name="A",
        siret=SIRET,
        rna="",
        giver="Région",
        amount=Decimal(133000),
        decided_on=date(2026, 1, 1),
        is_de_minimis=True,
        structure=structure,
        by=cast.chloe,
        now=NOW,
    )
    found = de_minimis_of(cast.space, siren=siren, on=TODAY, ceiling=Decimal(300000))
    assert (found.declared, found.known, found.own, found.total) == (133000, 100000, 7000, 240000)
    assert found.since == date(2023, 11, 22)
    assert [found.level(Decimal(asked)) for asked in (-1, 0, 60000, 60001)] == [
        "under",
        "near",
        "near",
        "above",
    ]
    assert de_minimis_of(cast.space, siren=siren, on=TODAY).level() == "unknown"
    assert de_minimis_of(cast.other_space, siren=siren, on=TODAY).total == 0
    assert list(aids_of(cast.space)) == []


def test_the_command_tries_then_writes_and_is_undone(cast: Cast, tmp_path: Path, capsys):
    file = tmp_path / "aides.csv"
    file.write_bytes(csv(f"La Fabrique;{SIRET};1000;2024-03-12", "Autre;8,3E+13;5;", "X;;0;"))
    told = {"created": 2, "refused": 1, "reserved": 1, "mended": 0, "identified": 1, "undated": 1}

    def last(*arguments: str) -> dict[str, object]:
        call_command(*arguments)
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    assert last("import_aids", str(file), "--space", cast.space.slug) == {"batch": None} | told
    assert not AidBatch.objects.exists()
    done = last("import_aids", str(file), "--space", cast.space.slug, "--apply")
    batch = AidBatch.objects.get()
    assert done == {"batch": batch.pk} | told
    assert last("undo_aids", str(batch.pk)) == {"batch": batch.pk, "deleted": 2}
    for arguments in (
        ("import_aids", str(tmp_path / "rien.csv"), "--space", cast.space.slug),
        ("import_aids", str(file), "--space", "inconnu"),
        ("undo_aids", str(batch.pk)),
        ("undo_aids", "999999"),
    ):
        with pytest.raises(CommandError):
            call_command(*arguments)


def send(client, cast: Cast, content: bytes):
    return client.post(
        reverse("aids:upload", args=[cast.space.slug]),
        {
            "file": SimpleUploadedFile("aides.csv", content),
            "giver": "Ville",
            "source": "Données ouvertes 2024",
        },
    )


def test_the_screens_read_a_file_explain_it_and_take_it_back(cast: Cast):
    client = cast.client("chloe")
    home = reverse("aids:list", args=[cast.space.slug])
    assert "Aucune aide connue" in client.get(home).text
    sent = send(
        client, cast, csv(f"La Fabrique;{SIRET};1000;2024-03-12", "Autre;8,3E+13;5;", "X;;0;")
    )
    dry = client.get(sent.url).text
    assert "Rien n&#x27;est encore écrit" in dry or "Rien n'est encore écrit" in dry
    assert "notation scientifique" in dry
    assert not AidBatch.objects.exists()
    done = client.post(sent.url)
    batch = AidBatch.objects.get()
    assert batch.source == "Données ouvertes 2024"
    assert done.url == reverse("aids:batch", args=[cast.space.slug, batch.pk])
    assert "La Fabrique" in client.get(done.url).text
    assert "déjà lu" in client.get(client.post(sent.url).url).text
    found = client.get(home, {"q": "323 857 219"}).text
    assert ("La Fabrique" in found, "Autre" in found) == (True, False)
    assert "Aucune aide ne correspond" in client.get(home, {"q": make_siret("999999999")}).text
    undo = reverse("aids:undo", args=[cast.space.slug, batch.pk])
    assert "2 aides retirées" in client.post(undo, follow=True).text
    assert "déjà été repris" in client.post(undo, follow=True).text


def test_a_file_that_is_no_table_is_refused_beside_the_field(cast: Cast):
    client = cast.client("chloe")
    answer = send(client, cast, b"<!doctype html><html><body>x</body></html>")
    assert (answer.status_code, "page web" in answer.text) == (422, True)
    empty = client.post(reverse("aids:upload", args=[cast.space.slug]), {})
    assert (empty.status_code, "Choisissez un fichier" in empty.text) == (422, True)
