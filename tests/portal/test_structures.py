"""The management list, the sheet, a new structure."""

import pytest

from maillage.core.models import JournalEntry
from maillage.portal.queries.structures import StructureSearch, structures_page
from maillage.sources.models import ImportRun, Suggestion
from maillage.structures.actions.archive import archive_structure
from maillage.structures.actions.indexing import reindex
from maillage.structures.actions.save import update_structure
from maillage.structures.enums import EssStatus, State
from maillage.structures.models import Structure
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_label,
    make_siren,
    make_space,
    make_structure,
    make_term,
    tag,
)
from tests.portal.pages import filled, text, url

pytestmark = pytest.mark.django_db


def names(cast: Cast, **search) -> list[str]:
    reindex()
    return [one.name for one in structures_page(cast.space, StructureSearch(**search)).page]


def test_every_state_but_the_archive_is_shown_at_first(cast: Cast):
    make_structure("Vivante", in_space=cast.space)
    make_structure("Cessée", in_space=cast.space, state=State.CEASED)
    make_structure("Exclue", in_space=cast.space, ess_status=EssStatus.EXCLUDED)
    archived = make_structure("Rangée", in_space=cast.space)
    archive_structure(archived, reason="double", by=cast.chloe, now=NOW, space=cast.space)
    elsewhere = make_structure("Ailleurs")
    make_establishment(elsewhere, municipality_code="75120")
    closed = make_structure("Fermée ici")
    make_establishment(closed, municipality_code="93055", state=State.CEASED)
    assert names(cast) == ["Cessée", "Exclue", "Fermée ici", "Vivante"]
    assert names(cast, state="archived") == ["Rangée"]
    assert names(cast, state="ceased") == ["Cessée"]
    assert names(cast, q="rangee") == []
    assert names(cast, q="rangee", state="archived") == ["Rangée"]


def test_words_forgive_and_numbers_are_exact(cast: Cast):
    siren = make_siren()
    shop = make_structure("La Recyclerie du Canal", in_space=cast.space, siren=siren)
    make_structure("Épicerie solidaire", in_space=cast.space)
    siret = shop.establishments.get().siret
    assert names(cast, q="recycleries") == ["La Recyclerie du Canal"]
    assert names(cast, q="epicerie") == ["Épicerie solidaire"]
    assert names(cast, q=f"{siren[:3]} {siren[3:6]} {siren[6:]}") == ["La Recyclerie du Canal"]
    assert names(cast, q=siret) == ["La Recyclerie du Canal"]
    assert names(cast, q="000000000") == []
    assert structures_page(cast.space, StructureSearch(q="épicrie")).corrected == "epicerie"


def test_filters_narrow(cast: Cast):
    term = make_term(code="sec-essai", label="Essai")
    here = make_structure("Ici", in_space=cast.space, provenance={"name": {"source": "sirene"}})
    tag(here, term)
    pantin = make_structure("Là", ess_status=EssStatus.UNKNOWN)
    make_establishment(pantin, municipality_code="93055", lon=None, lat=None)
    make_label(pantin, make_term("label", "lab-esus"), valid_to=NOW.date().replace(year=2020))
    assert names(cast, source="sirene") == ["Ici"]
    assert names(cast, sector="sec-essai") == ["Ici"]
    assert names(cast, commune="93055") == ["Là"]
    assert names(cast, status="unknown") == ["Là"]
    assert names(cast, missing="point") == ["Là"]
    assert names(cast, missing="sector") == ["Là"]
    assert names(cast, missing="label") == ["Là"]


def test_a_merged_sheet_leads_to_the_one_that_was_kept(cast: Cast):
    winner = make_structure("Gardée", in_space=cast.space)
    loser = make_structure("Perdue", in_space=cast.space, merged_into=winner)
    assert names(cast) == ["Gardée"]
    answer = cast.client("chloe").get(url("structure", cast, loser.pk))
    assert answer["Location"] == url("structure", cast, winner.pk)


def test_the_page_reads_the_address_and_ignores_nonsense(cast: Cast):
    make_structure("Seule", in_space=cast.space)
    client = cast.client("chloe")
    page = text(client.get(url("structures", cast), {"etat": "bizarre", "page": "-3"}))
    assert "1 structure " in page
    page = text(client.get(url("structures", cast), {"q": "introuvable"}))
    assert "Aucune structure ne correspond" in page


def test_pages_keep_the_filters(cast: Cast, monkeypatch):
    monkeypatch.setattr("maillage.portal.queries.structures.PAGE_SIZE", 2)
    for number in range(3):
        make_structure(f"N° {number}", in_space=cast.space)
    answer = cast.client("chloe").get(url("structures", cast), {"etat": "active", "page": "2"})
    assert "N° 2" in text(answer)
    assert 'href="?etat=active&amp;page=1"' in answer.content.decode()


@pytest.mark.parametrize("q", ["", "atelier"])
def test_the_list_asks_ten_queries_whatever_its_length(
    cast: Cast, q, django_assert_max_num_queries
):
    client = cast.client("chloe")
    for number in (1, 3):
        for rank in range(number):
            one = make_structure(f"Atelier {number} {rank}", in_space=cast.space)
            tag(one, make_term(code="sec-essai"))
        reindex()
        with django_assert_max_num_queries(10):
            assert client.get(url("structures", cast), {"q": q}).status_code == 200


def test_the_sheet_asks_as_much_for_one_part_or_three(cast: Cast, django_assert_max_num_queries):
    client = cast.client("chloe")
    structure = make_structure("Grande", in_space=cast.space)
    for number in range(3):
        make_establishment(structure)
        make_label(structure, make_term("label", f"lab-x{number}"))
        tag(structure, make_term(code=f"sec-x{number}"))
        with django_assert_max_num_queries(22):
            client.get(url("structure", cast, structure.pk))


def test_the_sheet_shows_what_an_agent_must_know(cast: Cast):
    structure = make_structure("La Fabrique", in_space=cast.space, description="Un atelier.")
    make_establishment(
        structure, municipality_code="75120", address="8 rue Loin", lon=None, lat=None
    )
    esus = make_term("label", "lab-esus")
    make_label(structure, esus, valid_to=NOW.date().replace(year=2020), proof="Arrêté 12")
    run = ImportRun.objects.create(space=cast.space, connector="rna", created_at=NOW)
    Suggestion.objects.create(
        run=run, structure=structure, field="phone", proposed="01", source="rna"
    )
    page = text(cast.client("chloe").get(url("structure", cast, structure.pk)))
    assert "Un atelier." in page
    assert "8 rue Loin 93100 Paris 20e" in page
    assert "hors du périmètre" in page
    assert "sans position" in page
    assert "périmé" in page
    assert "Preuve : Arrêté 12" in page
    assert "1 suggestion d'un registre attend votre avis" in page
    assert "jamais par une personne" in page


def test_history_tells_who_changed_what(cast: Cast):
    structure = make_structure("Avant", in_space=cast.space)
    update_structure(
        structure,
        {"name": "Après", "is_employer": True},
        by=cast.chloe,
        now=NOW,
        space=cast.space,
    )
    page = text(cast.client("aicha").get(url("history", cast, structure.pk)))
    assert "Modification 22 novembre 2026 à 10:30, par Chloé Martin" in page
    assert "Nom Avant → Après" in page
    assert "Employeuse vide → oui" in page
    assert "Nom Après la collectivité 22 novembre 2026 Chloé Martin" in page


def test_checked_today(cast: Cast):
    structure = make_structure("La Fabrique", in_space=cast.space)
    answer = cast.client("chloe").post(url("check", cast, structure.pk), follow=True)
    assert "est marquée comme vérifiée aujourd'hui" in text(answer)
    structure.refresh_from_db()
    assert structure.confirmed_by == cast.chloe


def test_a_structure_is_added_by_hand_with_its_place(cast: Cast):
    client, address = cast.client("chloe"), url("new_structure", cast)
    posted = filled(client, address) | {
        "name": "Le Collectif des Berges",
        "commune": "93055",
        "address": "2 quai de l'Ourcq",
        "postal_code": "93500",
        "website": "berges.example",
        "description": "Ligne 1\r\nLigne 2",
    }
    answer = client.post(address, posted, follow=True)
    assert "« Le Collectif des Berges » est dans l'annuaire." in text(answer)
    structure = Structure.objects.get(name="Le Collectif des Berges")
    [place] = structure.establishments.all()
    assert (place.municipality_code, place.is_head_office) == ("93055", True)
    assert (structure.siren, structure.website) == (None, "https://berges.example")
    assert structure.description == "Ligne 1\nLigne 2"
    assert structure.provenance["name"]["by"] == cast.chloe.pk
    assert JournalEntry.objects.filter(action="create", by=cast.chloe).count() == 1
    assert names(cast, q="berges") == ["Le Collectif des Berges"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Nom"),
        ({"siren": "123456789"}, "Ce SIREN n'existe pas"),
        ({"rna": "12"}, "Un numéro RNA est un W"),
        ({"commune": "75120"}, "Commune"),
        ({"postal_code": "935"}, "Un code postal a cinq chiffres."),
        ({"legal_category": "0042"}, "Cette catégorie juridique n'existe pas"),
    ],
)
def test_a_wrong_answer_says_so_and_adds_nothing(cast: Cast, wrong, sentence):
    client, address = cast.client("chloe"), url("new_structure", cast)
    posted = filled(client, address) | {"name": "Bien", "commune": "93055"} | wrong
    page = text(client.post(address, posted))
    assert sentence in page
    assert Structure.objects.count() == 0


def test_a_siren_already_known_is_refused(cast: Cast):
    known = make_structure(in_space=cast.space)
    client, address = cast.client("chloe"), url("new_structure", cast)
    posted = filled(client, address) | {
        "name": "Double",
        "commune": "93055",
        "siren": known.siren,
    }
    page = text(client.post(address, posted))
    assert "Une réponse est à revoir" in page
    assert Structure.objects.count() == 1


def test_an_old_address_tells_nothing_of_another_space(cast: Cast):
    paris = make_space(communes=("75120",))
    kept = make_structure(in_space=paris)
    merged = make_structure(in_space=paris, merged_into=kept)
    answer = cast.client("chloe").get(url("structure", cast, merged.pk))
    assert answer.status_code == 404
