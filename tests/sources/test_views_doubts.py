"""Doubts and suggestions: a person decides, once."""

import pytest
from django.urls import reverse

from maillage.sources.models import Match, Suggestion
from maillage.structures.actions.save import update_structure
from maillage.structures.models import Structure
from tests.factories import NOW, Cast, make_siren, make_structure
from tests.sources.pipeline import imported, place, plan, record
from tests.sources.test_views_import import page, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubt(cast: Cast) -> Match:
    known = make_structure("La Recyclerie du Faubourg", in_space=cast.space)
    imported(
        cast.space,
        record(
            "La Recyclerie Faubourgs",
            places=(place(address="40 rue Haute"),),
            fields={"website": "https://faubourg.example"},
        ),
    )
    match = Match.objects.get()
    assert match.structure == known
    return match


def answer(client, cast, match, word):
    address = reverse("sources:decide_doubt", args=[cast.space.slug, match.pk])
    return client.post(address, {"reponse": word}, follow=True)


def test_the_queue_explains_the_doubt(cast: Cast, doubt: Match):
    text = page(cast.client("chloe").get(url("doubts", cast)))
    assert f"Ressemblance : {round(doubt.score * 100)} %" in text
    assert "même commune" in text
    assert "La Recyclerie Faubourgs" in text
    assert "La Recyclerie du Faubourg" in text
    assert "40 rue Haute Montreuil" in text
    assert "Ouvrir la fiche" in text  # the portal, above, fills this place


def test_same_completes_the_known_structure(cast: Cast, doubt: Match):
    count = Structure.objects.count()
    text = page(answer(cast.client("chloe"), cast, doubt, "meme"))
    assert "C'est la même structure : la fiche est complétée." in text
    assert "Aucun doublon possible" in text
    doubt.structure.refresh_from_db()
    assert doubt.structure.website == "https://faubourg.example"
    assert Structure.objects.count() == count


def test_different_creates_another(cast: Cast, doubt: Match):
    count = Structure.objects.count()
    text = page(answer(cast.client("chloe"), cast, doubt, "differentes"))
    assert "Ce sont deux structures : une nouvelle fiche est créée." in text
    assert Structure.objects.count() == count + 1
    text = page(answer(cast.client("chloe"), cast, doubt, "meme"))  # a late double click
    assert "Ce doublon possible a déjà été tranché." in text
    assert Structure.objects.count() == count + 1


def test_later_stays_in_the_queue(cast: Cast, doubt: Match):
    text = page(answer(cast.client("chloe"), cast, doubt, "plus-tard"))
    assert "La question est remise à plus tard." in text
    assert "La Recyclerie Faubourgs" in text


def test_doubts_are_nobody_elses(cast: Cast, doubt: Match):
    stranger = cast.client("bruno")
    address = reverse("sources:decide_doubt", args=[cast.other_space.slug, doubt.pk])
    assert stranger.post(address, {"reponse": "meme"}).status_code == 404
    address = reverse("sources:decide_doubt", args=[cast.space.slug, doubt.pk])
    assert stranger.post(address, {"reponse": "meme"}).status_code == 403
    assert cast.client("chloe").get(address).status_code == 405
    assert cast.client("chloe").post(address, {"reponse": "peut-être"}).status_code == 400
    doubt.refresh_from_db()
    assert doubt.decision == "pending"


@pytest.fixture
def suggestion(cast: Cast) -> Suggestion:
    siren = make_siren()
    imported(cast.space, record("Le Fournil", siren))
    known = Structure.objects.get(siren=siren)
    update_structure(
        known, {"name": "Le Fournil de Montreuil"}, by=cast.chloe, now=NOW, space=cast.space
    )
    imported(cast.space, record("Le Fournil", siren, fields={"phone": "+33123456789"}))
    return Suggestion.objects.get()


def decide(client, cast, suggestion, word):
    address = reverse("sources:decide_suggestion", args=[cast.space.slug, suggestion.pk])
    return client.post(address, {"reponse": word}, follow=True)


def test_a_suggestion_is_accepted(cast: Cast, suggestion: Suggestion):
    client = cast.client("chloe")
    text = page(client.get(url("suggestions", cast)))
    assert "Le Fournil de Montreuil Ouvrir la fiche Nom Le Fournil de Montreuil Le Fournil" in text
    text = page(decide(client, cast, suggestion, "accepter"))
    assert "« Le Fournil » est mise à jour." in text
    assert "Aucune suggestion" in text
    suggestion.structure.refresh_from_db()
    assert suggestion.structure.name == "Le Fournil"


def test_a_suggestion_is_refused(cast: Cast, suggestion: Suggestion):
    text = page(decide(cast.client("chloe"), cast, suggestion, "refuser"))
    assert "La valeur actuelle est gardée ; cette suggestion ne reviendra pas." in text
    suggestion.structure.refresh_from_db()
    assert suggestion.structure.name == "Le Fournil de Montreuil"
    text = page(decide(cast.client("chloe"), cast, suggestion, "accepter"))
    assert "Cette suggestion a déjà été tranchée." in text


def test_a_value_that_cannot_be_written_leaves_the_suggestion_open(cast, suggestion: Suggestion):
    taken = make_structure().siren
    Suggestion.objects.filter(pk=suggestion.pk).update(field="siren", proposed=taken)
    text = page(decide(cast.client("chloe"), cast, suggestion, "accepter"))
    assert "existe déjà" in text
    suggestion.refresh_from_db()
    assert suggestion.status == "pending"


def test_suggestions_are_nobody_elses(cast: Cast, suggestion: Suggestion):
    address = reverse("sources:decide_suggestion", args=[cast.other_space.slug, suggestion.pk])
    assert cast.client("bruno").post(address, {"reponse": "accepter"}).status_code == 404
    assert decide(cast.client("bruno"), cast, suggestion, "accepter").status_code == 403
    assert decide(cast.client("chloe"), cast, suggestion, "autre").status_code == 400


def test_the_report_shows_before_after_and_what_is_kept(cast: Cast, suggestion: Suggestion):
    run = plan(
        cast.space,
        record(
            "Le Pain",
            suggestion.structure.siren,
            fields={"phone": "+33999999999", "created_on": "2019-03-01"},
            labels=("lab-scic",),
        ),
    )
    client = cast.client("chloe")
    text = page(client.get(url("run", cast, run.pk) + "?onglet=changements"))
    assert "Téléphone +33123456789 +33999999999" in text
    assert "Date de création (vide) 1 mars 2019" in text
    assert "Agrément ou label (nouveau) Société coopérative d'intérêt collectif (SCIC)" in text
    assert "Nom : « Le Fournil de Montreuil » est gardé, la source propose « Le Pain »" in text
    assert "une suggestion est classée" in text


def test_the_report_is_paged_in_few_queries(cast: Cast, django_assert_max_num_queries):
    run = plan(cast.space, *[record(f"Structure {n}", make_siren()) for n in range(60)])
    client = cast.client("chloe")
    with django_assert_max_num_queries(16):
        first = client.get(url("run", cast, run.pk))
    assert "Pages du rapport" in first.content.decode()
    assert len(first.context["found"].rows) == 25
    last = client.get(url("run", cast, run.pk) + "?onglet=nouvelles&page=99999999999999999999")
    assert len(last.context["found"].rows) == 10


def test_queries_do_not_grow_with_the_queue(cast: Cast, django_assert_max_num_queries):
    for number in range(3):
        make_structure(f"Atelier vélo numéro {number}", in_space=cast.space)
        imported(
            cast.space,
            record(f"Ateliers vélos numéros {number}", places=(place(address=f"{number} rue B"),)),
        )
    client = cast.client("chloe")
    with django_assert_max_num_queries(12):
        assert client.get(url("doubts", cast)).status_code == 200
