"""Files of published figures: read, refused with reasons, written once, taken back."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from maillage.core.models import JournalEntry
from maillage.core.tabular.writing import Column, xlsx_file
from maillage.observatory.actions.figures import (
    FigureRefusedError,
    change_figure,
    undo_batch,
)
from maillage.observatory.lib.drafts import KEY, SAID, Draft
from maillage.observatory.models import FigureBatch, SourcedFigure
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db

TECHNICAL = "region;ancienne_region;departement;champ_ess;famille_ess;annee;code_region;code_ancienne_region;code_departement;nombre_d_etablissements;effectifs_salaries_moyens;masse_salariale"
LABELS = "Région;Ancienne région;Département;Champ ESS ?;Famille ESS;Année;Code région;Code ancienne région;Code département;Nombre d'établissements;Effectifs salariés moyens;Masse salariale"
ROWS = (
    ("OUI", "Association", 2023, "93", "2000", "25 000,5", "700000000"),
    ("OUI", "Coopérative", 2023, "93", "300", "5000", "200000000"),
    ("OUI", "Fondation", 2023, "93", "20", "1000", "50000000"),
    ("OUI", "Mutuelle", 2023, "93", "80", "900", "40000000"),
    ("NON", "Hors ESS", 2023, "93", "40000", "400000", "20000000000"),
    ("OUI", "Association", 2022, "93", "1990", "24000", "690000000"),
    ("OUI", "Association", 2023, "75", "9999", "99999", "1"),
)


def urssaf(path: Path, header: str = TECHNICAL, rows: tuple = ROWS) -> Path:
    lines = [header]
    for champ, family, year, department, *values in rows:
        lines.append(
            f"IDF;IDF;Dép;{champ};{family};{year};11;11;{department};" + ";".join(map(str, values))
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(command: str, *arguments: object) -> dict:
    out = StringIO()
    call_command(command, *map(str, arguments), stdout=out)
    return json.loads(out.getvalue().strip().splitlines()[-1])


def read_urssaf(cast: Cast, path: Path, *options: str) -> dict:
    return run("import_urssaf_ess", path, "--space", cast.space.slug, *options)


def values(**wanted: object) -> dict[tuple, Decimal]:
    rows = SourcedFigure.objects.filter(**wanted)
    return {(row.indicator, row.family, row.year): row.value for row in rows}


@pytest.mark.parametrize("header", [TECHNICAL, LABELS])
def test_the_series_of_urssaf_by_either_headers(cast: Cast, tmp_path: Path, header: str) -> None:
    path = urssaf(tmp_path / "ess.csv", header)
    dry = read_urssaf(cast, path)
    assert SourcedFigure.objects.count() == 0
    done = read_urssaf(cast, path, "--apply")
    assert {**done, "batch": None} == dry
    assert done == {
        "batch": FigureBatch.objects.get().pk, "created": 20, "updated": 0, "unchanged": 0,
        "kept": 0, "refused": 0, "outside": 1,
    }  # fmt: skip
    found = values(place_kind="department", place_code="93")
    assert found["jobs", "association", 2023] == Decimal("25000.5")
    assert found["jobs", "", 2023] == Decimal("31900.5")
    assert found["all_jobs", "", 2023] == Decimal("431900.5")
    assert found["employer_establishments", "", 2023] == 2400
    assert found["all_establishments", "", 2023] == 42_400
    assert found["wage_bill", "", 2023] == 990_000_000
    # Only one of the four families is told for 2022: no total is made of it.
    assert {key for key in found if key[2] == 2022} == {
        (name, "association", 2022) for name in ("jobs", "employer_establishments", "wage_bill")
    }
    figure = SourcedFigure.objects.get(indicator="jobs", family="", year=2023)
    assert (figure.place_label, figure.confidence, figure.source) == (
        "Seine-Saint-Denis", "official", "Urssaf, données ouvertes",
    )  # fmt: skip


def test_the_same_file_twice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    path = urssaf(tmp_path / "ess.csv")
    read_urssaf(cast, path, "--apply")
    again = read_urssaf(cast, path, "--apply")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 20)
    assert again["batch"] is None
    assert FigureBatch.objects.count() == 1


def test_wrong_rows_are_explained_and_no_total_is_made_of_them(cast: Cast, tmp_path: Path) -> None:
    rows = (
        *ROWS[:4],
        ("OUI", "Association", 2022, "93", "1990", "", "1"),
        ("OUI", "Coopérative", 2022, "93", "300", "10", "1"),
        ("OUI", "Ordre secret", 2021, "93", "1", "1", "1"),
        ("OUI", "Mutuelle", 2021, "93", "1", "1", "1"),
        ("OUI", "Mutuelle", 2020, "93", "1", "1", "1"),
        ("OUI", "Mutuelle", 2020, "93", "2", "2", "2"),
        ("peut-être", "Mutuelle", 2019, "93", "1", "1", "1"),
        ("OUI", "Mutuelle", "l'an dernier", "93", "1", "1", "1"),
        ("OUI", "Mutuelle", 2018, "93", "-4", "1", "1"),
    )
    said = read_urssaf(cast, urssaf(tmp_path / "ess.csv", rows=rows[:-2] + rows[-1:]), "--apply")
    assert said["refused"] == 5
    totals = {key[2] for key in values(family="")}
    assert totals == {2023}
    assert values(family="cooperative", year=2022)
    lines = [line for line, _ in FigureBatch.objects.get().report["refusals"]]
    assert lines == sorted(lines) == [6, 8, 11, 12, 13]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"siren;nom\n1;x\n", "n'est pas la série ESS par département de l'Urssaf"),
        (b"%PDF-1.7 rien", "PDF"),
        (b"<html><body>Erreur 404</body></html>", "page"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(
    cast: Cast, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "ess.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as refused:
        read_urssaf(cast, path, "--apply")
    assert refused.value.returncode == 2
    assert not FigureBatch.objects.exists()


def test_a_file_that_is_not_there_and_a_space_that_is_not_there(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="n'existe pas"):
        read_urssaf(cast, tmp_path / "rien.csv")
    with pytest.raises(CommandError, match="Espaces connus"):
        run("import_figures", urssaf(tmp_path / "ess.csv"), "--space", "ailleurs")


HEAD = "Indicateur;Sorte de territoire;Code du territoire;Famille;Année;Valeur;Source;Périmètre;Confiance;Publiée le;Lien"
GOOD = "emplois salariés;département;93;;2019;33 200;Cress;Salariés de l'ESS;publiée, méthode non vérifiée ici;12/03/2020;https://example.org/x"


def table(path: Path, *rows: str, head: str = HEAD) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="cp1252")
    return path


def read_table(cast: Cast, path: Path, *options: str) -> dict:
    return run("import_figures", path, "--space", cast.space.slug, *options)


def test_a_table_that_an_agent_keeps(cast: Cast, tmp_path: Path) -> None:
    path = table(
        tmp_path / "chiffres.csv",
        GOOD,
        "structures;commune;75056;Associations;2020;1 204;Ville;Toutes les associations;;;",
        "jobs_share;Région;11;;2018;7,1 %;Cress;Part;estimation;;",
        "structures;espace;;coopérative;2021;129;Département;Coopératives;;;",
        "structures;France;;;2021;154679;Avise;Entreprises employeuses;;;",
    )
    assert read_table(cast, path, "--apply")["created"] == 5
    figure = SourcedFigure.objects.get(indicator="jobs")
    assert {name: getattr(figure, name) for name in (*KEY, *SAID)} == {
        "indicator": "jobs", "place_kind": "department", "place_code": "93", "family": "",
        "sector": "", "year": 2019, "source": "Cress", "value": Decimal(33_200),
        "place_label": "Seine-Saint-Denis", "source_url": "https://example.org/x",
        "published_on": figure.published_on, "perimeter": "Salariés de l'ESS",
        "confidence": "published",
    }  # fmt: skip
    assert str(figure.published_on) == "2020-03-12"
    assert set(SourcedFigure.objects.values_list("place_label", "value", "family")) == {
        ("Seine-Saint-Denis", Decimal(33_200), ""),
        ("Paris", Decimal(1_204), "association"),
        ("Île-de-France", Decimal("7.1"), ""),
        ("Val de Bièvre", Decimal(129), "cooperative"),
        ("France", Decimal(154_679), ""),
    }


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (GOOD.replace("93", "999"), "n'est le code d'aucun territoire"),
        (GOOD.replace("département;93", "département;"), "Donnez le code"),
        (GOOD.replace("emplois salariés", "bonheur"), "L'indicateur « bonheur » n'est pas connu"),
        (GOOD.replace("2019", "2090"), "n'est pas une année"),
        (GOOD.replace("2019", "19"), "n'est pas une année"),
        (GOOD.replace("33 200", "beaucoup"), "n'est pas lisible"),
        (GOOD.replace("33 200", "-5"), "n'est pas vraisemblable"),
        (GOOD.replace("33 200", "9" * 17), "n'est pas vraisemblable"),
        (GOOD.replace("33 200", ""), "La valeur est vide"),
        (GOOD.replace("Cress", ""), "« source » est vide"),
        (GOOD.replace("Salariés de l'ESS", ""), "« perimetre » est vide"),
        (GOOD.replace("Cress", "C" * 201), "dépasse 200 caractères"),
        (GOOD.replace("12/03/2020", "45/45/2020"), "n'existe pas"),
        (GOOD.replace("https://example.org/x", "javascript:alert(1)"), "adresse"),
        (GOOD.replace("département;93", "carreau de 200 m;x"), "n'a pas de chiffre publié"),
        (GOOD + "\n" + GOOD, "déjà dit plus haut"),
    ],
)
def test_a_wrong_row_is_refused_and_the_others_enter(
    cast: Cast, tmp_path: Path, row: str, sentence: str
) -> None:
    good = GOOD.replace("2019", "2018")
    said = read_table(cast, table(tmp_path / "chiffres.csv", good, row), "--apply")
    assert said["refused"] == 1
    assert said["created"] == (2 if "\n" in row else 1)
    ((_, message),) = FigureBatch.objects.get().report["refusals"]
    assert sentence in message


def test_a_missing_column_is_named(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", "a;b;1", head="Indicateur;Sorte de territoire;Valeur")
    with pytest.raises(CommandError, match="les colonnes « annee », « source », « perimetre »"):
        read_table(cast, path)


def test_a_workbook_is_read_as_well(cast: Cast, tmp_path: Path) -> None:
    cells = dict(zip(HEAD.split(";"), GOOD.split(";"), strict=True))
    columns = [Column(name, name) for name in cells]
    path = tmp_path / "chiffres.xlsx"
    with xlsx_file([cells], columns, title="Chiffres") as book:
        path.write_bytes(book.read())
    assert read_table(cast, path, "--apply")["created"] == 1


def test_undoing_puts_back_what_was_there(cast: Cast, tmp_path: Path) -> None:
    first = read_table(cast, table(tmp_path / "a.csv", GOOD), "--apply")
    changed = GOOD.replace("33 200", "34 000")
    other = GOOD.replace("2019", "2018")
    second = read_table(cast, table(tmp_path / "b.csv", changed, other), "--apply")
    assert (second["created"], second["updated"]) == (1, 1)
    assert run("undo_figures", second["batch"]) == {
        "batch": second["batch"], "deleted": 1, "restored": 1, "skipped": 0,
    }  # fmt: skip
    assert SourcedFigure.objects.get().value == 33_200
    with pytest.raises(CommandError, match="déjà été annulé"):
        run("undo_figures", second["batch"])
    assert run("undo_figures", first["batch"])["deleted"] == 1
    assert not SourcedFigure.objects.exists()
    assert JournalEntry.objects.filter(action="figures_undone").count() == 2
    with pytest.raises(CommandError, match="n'existe pas"):
        run("undo_figures", 999_999)


def test_undoing_the_first_file_then_the_second_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    first = read_table(cast, table(tmp_path / "a.csv", GOOD), "--apply")
    changed = GOOD.replace("33 200", "34 000")
    second = read_table(cast, table(tmp_path / "b.csv", changed), "--apply")
    assert run("undo_figures", first["batch"])["skipped"] == 1
    assert SourcedFigure.objects.get().value == 34_000
    assert run("undo_figures", second["batch"])["deleted"] == 1
    assert not SourcedFigure.objects.exists()


def test_what_an_agent_changed_is_neither_written_over_nor_undone(
    cast: Cast, tmp_path: Path
) -> None:
    path = table(tmp_path / "a.csv", GOOD)
    batch = FigureBatch.objects.get(pk=read_table(cast, path, "--apply")["batch"])
    figure = SourcedFigure.objects.get()
    said = {name: getattr(figure, name) for name in (*KEY, *SAID)} | {"value": Decimal(35_000)}
    change_figure(figure, Draft(**said), by=cast.chloe, now=NOW)
    again = read_table(cast, path, "--apply")
    assert (again["kept"], again["updated"], again["batch"]) == (1, 0, None)
    assert undo_batch(batch, by=cast.chloe, now=NOW) == {"skipped": 1, "deleted": 0}
    assert SourcedFigure.objects.get().value == 35_000
    with pytest.raises(FigureRefusedError):
        undo_batch(batch, by=cast.chloe, now=NOW)


def test_figures_of_another_space_are_never_touched(cast: Cast, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", GOOD)
    read_table(cast, path, "--apply")
    theirs = run("import_figures", path, "--space", cast.other_space.slug, "--apply")
    assert theirs["created"] == 1
    run("undo_figures", theirs["batch"])
    assert SourcedFigure.objects.get().space == cast.space
