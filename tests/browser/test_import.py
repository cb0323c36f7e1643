"""An agent imports a list of members: with scripts, without, on a small screen, and takes it back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SPACE, Opener, invalid_html, overflow, violations

IMPORTS = f"{SPACE}gestion/imports/"
MEMBERS = (
    "Intitulé;Ville;Téléphone;ESUS;lattitude;longitude\n"
    "Xylophène Quartz;Pantin;01 23 45 67 89;oui;48,8938;2,4125\n"
    "Wapiti Boréal;Montreuil (93);12;non;;\nAilleurs;Lyon 3e;;;;\n;Pantin;;;;\n"
)


@pytest.fixture
def members(tmp_path: Path) -> Path:
    path = tmp_path / "adhérents.csv"
    path.write_text(MEMBERS, encoding="cp1252")
    return path


def sound(page: Page, step: str, folder: Path | None = None) -> None:
    assert violations(page) == [], step
    assert overflow(page) == 0, step
    if folder:
        served = page.request.get(page.url).text()  # as sent: a browser writes it its own way
        (folder / f"{step}.html").write_text(served, encoding="utf-8")


def test_from_a_file_to_the_directory_and_back(agent: Opener, members: Path, tmp_path: Path):
    visitor = agent()
    page = visitor.go(IMPORTS)
    pages = tmp_path / "pages"
    pages.mkdir()
    page.get_by_role("link", name="Nouvel import").click()
    sound(page, "choose", pages)
    page.get_by_role("link", name="Un tableau que vous tenez").click()
    page.get_by_label("Fichier").set_input_files(members)
    sound(page, "upload", pages)
    page.get_by_role("button", name="Envoyer et lire").click()

    expect(page.get_by_label("Intitulé")).to_have_value("name")
    expect(page.get_by_label("ESUS")).to_have_value("label:lab-esus")
    sound(page, "columns", pages)
    page.get_by_role("button", name="Lire le fichier").click()

    expect(page.get_by_text("Rien n'est encore écrit")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name="Nouvelles (2)")).to_be_visible()
    sound(page, "report", pages)
    page.get_by_role("link", name="Lignes refusées (1)").click()
    sound(page, "refused", pages)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger ces lignes").click()
    assert "sans_nom" in Path(download.value.path()).read_text(encoding="utf-8-sig")

    page.get_by_role("link", name="Appliquer cet import").click()
    sound(page, "apply", pages)
    page.get_by_role("button", name="Oui, appliquer").dblclick()
    expect(page.get_by_text("Import appliqué le")).to_be_visible(timeout=60_000)
    report = page.url
    visitor.go(f"{SPACE}annuaire/?q=xylophene+quartz")
    expect(page.get_by_role("link", name="Xylophène Quartz")).to_be_visible()

    page.goto(report)
    page.get_by_role("link", name="Annuler cet import").click()
    sound(page, "undo", pages)
    page.get_by_role("button", name="Oui, annuler l'import").click()
    expect(page.get_by_text("Import annulé le")).to_be_visible(timeout=60_000)
    sound(page, "undone", pages)
    visitor.go(f"{SPACE}annuaire/?q=xylophene+quartz")
    expect(page.get_by_role("link", name="Xylophène Quartz")).to_have_count(0)
    assert invalid_html(pages) == []


def test_without_scripts_on_a_small_screen(agent: Opener, members: Path):
    # Its own header: a choice of columns is kept for the next file with the same one.
    members.write_text(MEMBERS.replace("Téléphone", "Téléphone fixe"), encoding="cp1252")
    visitor = agent(390, scripts=False)
    page = visitor.go(f"{IMPORTS}nouveau/table/")
    page.get_by_role("button", name="Envoyer et lire").click()
    expect(page.get_by_text("Choisissez un fichier.").first).to_be_visible()
    page.get_by_label("Fichier").set_input_files(members)
    page.get_by_role("button", name="Envoyer et lire").click()
    page.get_by_label("ESUS").select_option("")
    page.get_by_role("button", name="Lire le fichier").click()
    # The page refreshes itself every five seconds.
    expect(page.get_by_text("Rien n'est encore écrit")).to_be_visible(timeout=60_000)
    assert overflow(page) == 0


@pytest.mark.parametrize("width", [390, 320])
def test_the_steps_fit_a_small_screen(agent: Opener, members: Path, width: int):
    visitor = agent(width)
    page = visitor.go(f"{IMPORTS}nouveau/table/")
    sound(page, "upload")
    page.get_by_label("Fichier").set_input_files(members)
    page.get_by_role("button", name="Envoyer et lire").click()
    expect(page.get_by_label("Intitulé")).to_be_visible()
    sound(page, "columns")
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_text("Rien n'est encore écrit")).to_be_visible(timeout=60_000)
    sound(page, "report")
    for path in ("doublons/", "suggestions/", ""):
        visitor.go(f"{IMPORTS}{path}")
        sound(page, path)
