"""Home of the installation, home of a space, legal pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from maillage.directory.queries.memory import current, forget
from maillage.portal.queries import home
from maillage.sources.connectors.registry import PRIORITIES
from maillage.sources.models import ImportRun
from maillage.sources.queries.credits import CREDITS, credit
from maillage.spaces.models import Space
from maillage.structures.enums import EssStatus, State
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_label,
    make_space,
    make_structure,
    make_term,
    tag,
)
from tests.portal.pages import text

pytestmark = pytest.mark.django_db


def test_an_empty_installation_says_how_to_open_a_space():
    page = text(Client().get("/"))
    assert "Aucun territoire n'est encore ouvert" in page
    assert "maillage create_space" in page


def test_the_installation_shows_open_spaces_with_their_figures(cast: Cast):
    make_space("secret", name="Territoire secret", is_public=False)
    make_structure("La Fabrique", in_space=cast.space)
    page = text(Client().get("/"))
    assert "Val de Bièvre Collectivité de test 1 structure dans 2 communes" in page
    assert "Plaine Sud Collectivité de test 0 structure dans 2 communes" in page
    assert "secret" not in page


def test_three_honest_counts(cast: Cast):
    employer = make_structure("Employeuse", in_space=cast.space, is_employer=True)
    make_establishment(employer, municipality_code="93055")
    make_establishment(employer, municipality_code="75120")  # outside
    make_establishment(employer, state=State.CEASED)
    make_structure("Sans salarié", in_space=cast.space, is_employer=False)
    make_structure("Inconnue", in_space=cast.space)
    make_structure("Archivée", in_space=cast.space, state=State.ARCHIVED, is_employer=True)
    make_structure("Hors ESS", in_space=cast.space, ess_status=EssStatus.EXCLUDED)
    make_structure("Fusionnée", in_space=cast.space, merged_into=employer)
    assert home.figures(cast.space) == home.Figures(
        structures=3, establishments=4, employers=1, communes=2
    )
    counts = {one.slug: one.structure_count for one in home.public_spaces(now=NOW)}
    assert counts == {"val-de-bievre": 3, "plaine-sud": 1}


def test_a_commune_that_left_no_longer_counts(cast: Cast):
    make_structure(in_space=cast.space)
    cast.space.perimeter.filter(municipality_code="93048").update(until=NOW.date())
    fresh = Space.objects.get(pk=cast.space.pk)
    assert home.figures(fresh).structures == 0
    assert [one.code for one in home.commune_counts(fresh, current(fresh, NOW))] == ["93055"]


def test_sectors_count_their_children_once(cast: Cast):
    parent = make_term(code="sec-essai", label="Essai")
    child = make_term(code="sec-essai-01", label="Petit essai", parent=parent)
    both = make_structure(in_space=cast.space)
    tag(both, parent, child)
    tag(make_structure(in_space=cast.space), child)
    counts = {one.code: one.count for one in home.sector_counts(current(cast.space, NOW))}
    assert counts["sec-essai"] == 2
    assert "sec-essai-01" not in counts


def test_the_home_of_a_space_says_what_is_new(cast: Cast):
    cast.space.tagline = "Trois villes, un élan."
    cast.space.introduction = "Bienvenue.\n\nÀ bientôt."
    cast.space.contact_email = "ess@test.example"
    cast.space.save()
    structure = make_structure("La Fabrique", in_space=cast.space)
    term = make_term("label", "lab-esus", "ESUS")
    today = timezone.localdate()
    make_label(structure, term, valid_from=today - timedelta(days=20))
    old = make_structure("Vieux label", in_space=cast.space)
    make_label(old, term, valid_from=today - timedelta(days=500))
    page = text(Client().get("/val-de-bievre/"))
    assert "2 structures de l'économie sociale et solidaire Trois villes, un élan." in page
    assert f"La Fabrique : {term.label}, depuis le" in page
    assert "Vieux label :" not in page
    assert "Écrivez à ess@test.example" in page
    assert "Montreuil 2" in page
    assert "Pantin 0" in page


def test_an_empty_space_teaches(cast: Cast):
    page = text(Client().get("/val-de-bievre/"))
    assert "L'annuaire n'est pas encore rempli" in page
    assert "Aucun import appliqué pour l'instant." in page


def test_queries_of_the_home_do_not_grow(cast: Cast, django_assert_max_num_queries):
    for number in range(3):
        structure = make_structure(in_space=cast.space)
        tag(structure, make_term(code=f"sec-x{number}"))
        make_label(structure, make_term("label", "lab-esus"), valid_from=timezone.localdate())
        forget()
        Client().get("/val-de-bievre/")  # this process learns what the directory holds
        with django_assert_max_num_queries(10):
            Client().get("/val-de-bievre/")


def test_sources_in_force_are_credited(cast: Cast):
    def run(connector, status, day, source):
        return ImportRun.objects.create(
            space=cast.space,
            connector=connector,
            status=status,
            created_at=day,
            applied_at=day,
            source_date=source,
        )

    run("sirene", "applied", NOW - timedelta(days=40), NOW.date() - timedelta(days=60))
    run("sirene", "applied", NOW, NOW.date())
    run("rna", "undone", NOW, NOW.date())
    page = text(Client().get("/val-de-bievre/donnees/"))
    assert page.count("Base Sirene") == 1
    assert "INSEE, Sirene, 22 novembre 2026 Licence Ouverte 2.0 22 novembre 2026" in page
    assert "Répertoire national" not in page


def test_every_connector_has_its_credit():
    assert PRIORITIES.keys() <= CREDITS.keys()
    assert credit("inconnu").name == "inconnu"


def test_the_accessibility_page_promises_nothing(cast: Cast):
    for address in ("/accessibilite/", "/val-de-bievre/accessibilite/"):
        page = text(Client().get(address))
        assert "Accessibilité : non conforme" in page
        assert "(RGAA, version 4.1.2)" in page


def test_the_legal_page_names_the_authority(cast: Cast):
    page = text(Client().get("/val-de-bievre/mentions-legales/"))
    assert "Éditeur Collectivité de test" in page
    assert "Non indiqué par la collectivité à ce jour." in page
