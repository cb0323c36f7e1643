"""Establishments, labels, terms, membership, and the end or the merge of a structure."""

from datetime import date

import pytest

from maillage.core.models import JournalEntry
from maillage.structures.enums import State
from maillage.structures.models import Structure
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_label,
    make_siret,
    make_structure,
    make_term,
    tag,
)
from tests.portal.pages import filled, text, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure(cast: Cast) -> Structure:
    return make_structure("La Fabrique", in_space=cast.space)


def test_an_establishment_is_added_and_placed_by_hand(cast: Cast, structure):
    client, address = cast.client("chloe"), url("new_establishment", cast, structure.pk)
    posted = filled(client, address) | {
        "name": "L'annexe",
        "municipality_code": "93055",
        "siret": make_siret(structure.siren, 7),
        "lat": "48.8965",
        "lon": "2.4017",
        "state": "active",
    }
    assert "L'établissement est enregistré." in text(client.post(address, posted, follow=True))
    place = structure.establishments.get(name="L'annexe")
    assert (place.lon, place.lat, place.location_quality) == (2.4017, 48.8965, "house")
    assert place.provenance["lon"]["by"] == cast.chloe.pk


def test_an_establishment_is_closed(cast: Cast, structure):
    place = structure.establishments.get()
    client, address = cast.client("chloe"), url("establishment", cast, structure.pk, place.pk)
    posted = filled(client, address) | {"state": "ceased", "closed_on": "2026-10-01"}
    client.post(address, posted)
    place.refresh_from_db()
    assert (place.state, place.closed_on) == (State.CEASED, date(2026, 10, 1))
    assert place.lon == 2.44


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"siret": "123"}, "Ce SIRET n'existe pas"),
        ({"siret": make_siret("900000019")}, "Ce SIRET n'est pas de cette structure"),
        ({"lat": ""}, "Une position demande la latitude et la longitude."),
        ({"lat": "95", "lon": "2"}, "La latitude va de -90 à 90 degrés."),
        ({"opened_on": "2026-02-01", "closed_on": "2026-01-01"}, "La fermeture ne peut précéder"),
        ({"postal_code": "ABC"}, "Un code postal a cinq chiffres."),
        ({"municipality_code": ""}, "Commune"),
    ],
)
def test_a_wrong_place_is_refused_in_words(cast: Cast, structure, wrong, sentence):
    place = structure.establishments.get()
    client, address = cast.client("chloe"), url("establishment", cast, structure.pk, place.pk)
    page = text(client.post(address, filled(client, address) | wrong))
    assert sentence in page
    assert JournalEntry.objects.count() == 0


def test_an_establishment_outside_the_perimeter_keeps_its_commune(cast: Cast, structure):
    place = make_establishment(structure, municipality_code="75120")
    client, address = cast.client("chloe"), url("establishment", cast, structure.pk, place.pk)
    client.post(address, filled(client, address) | {"name": "Loin"})
    place.refresh_from_db()
    assert (place.name, place.municipality_code) == ("Loin", "75120")


def test_a_label_has_its_dates_and_its_proof(cast: Cast, structure):
    esus = make_term("label", "lab-esus")
    client, address = cast.client("chloe"), url("new_label", cast, structure.pk)
    posted = {"term": esus.pk, "valid_from": "2025-01-01", "valid_to": "2029-12-31"}
    assert "Preuve" in client.post(address, posted).context["form"].fields["proof"].label
    assert structure.labels.count() == 0
    client.post(address, posted | {"proof": "Arrêté préfectoral 2025-12"})
    [label] = structure.labels.all()
    assert (label.valid_to, label.proof) == (date(2029, 12, 31), "Arrêté préfectoral 2025-12")
    client.post(address, posted | {"valid_to": "2024-01-01", "proof": "x"})
    label.refresh_from_db()
    assert label.valid_to == date(2029, 12, 31)


def test_a_label_is_withdrawn_after_a_question(cast: Cast, structure):
    label = make_label(structure, make_term("label", "lab-esus"))
    client, address = cast.client("chloe"), url("remove_label", cast, structure.pk, label.pk)
    assert "L'historique de La Fabrique garde" in text(client.get(address))
    assert structure.labels.count() == 1
    client.post(address)
    assert structure.labels.count() == 0


def test_terms_on_every_axis(cast: Cast, structure):
    main, second = make_term(code="sec-un"), make_term(code="sec-deux")
    aim, audience = make_term("aim", "us-x"), make_term("audience", "pub-x")
    role, label = make_term("role", "rol-x"), make_term("label", "lab-esus")
    make_label(structure, label)
    tag(structure, second, main=second)
    client, address = cast.client("chloe"), url("terms", cast, structure.pk)
    assert client.get(address).context["form"].initial["main"] == "sec-deux"
    posted = {
        "main": main.code,
        "sectors": [second.code],
        "aims": [aim.code],
        "audiences": [audience.code],
        "roles": [role.code],
    }
    client.post(address, posted)
    held = dict(structure.structure_terms.values_list("term__code", "is_main"))
    assert held == {
        "sec-un": True,
        "sec-deux": False,
        "us-x": False,
        "pub-x": False,
        "rol-x": False,
    }
    client.post(address, posted | {"aims": ["inventé"]})
    assert structure.structure_terms.count() == 5


def test_membership_is_decided_with_a_reason(cast: Cast, structure):
    client, address = cast.client("chloe"), url("membership", cast, structure.pk)
    client.post(address, {"status": "excluded", "reason": ""})
    structure.refresh_from_db()
    assert structure.ess_override == ""
    client.post(address, {"status": "excluded", "reason": "Club d'entreprises"})
    structure.refresh_from_db()
    assert (structure.ess_status, structure.ess_override_by) == ("excluded", cast.chloe)
    page = text(client.get(url("structure", cast, structure.pk)))
    assert "Décidé par Chloé Martin" in page
    assert "Club d'entreprises" in page
    client.post(address, {"status": "", "reason": "Erreur"})
    structure.refresh_from_db()
    assert structure.ess_override == ""


def test_archive_then_undo(cast: Cast, structure):
    client = cast.client("chloe")
    assert client.post(url("archive", cast, structure.pk), {"reason": ""}).status_code == 200
    structure.refresh_from_db()
    assert structure.state == State.ACTIVE
    answer = client.post(url("archive", cast, structure.pk), {"reason": "Doublon"}, follow=True)
    assert "Annuler l'archivage" in text(answer)
    structure.refresh_from_db()
    assert structure.state == State.ARCHIVED
    assert JournalEntry.objects.get(action="archive").reason == "Doublon"
    client.post(url("restore", cast, structure.pk))
    structure.refresh_from_db()
    assert structure.state == State.ACTIVE


def test_a_cessation_has_its_date(cast: Cast, structure):
    client = cast.client("chloe")
    client.post(url("cease", cast, structure.pk), {"on": "2026-06-30", "reason": "BODACC"})
    structure.refresh_from_db()
    assert (structure.state, structure.ceased_on) == (State.CEASED, date(2026, 6, 30))


def test_two_sheets_are_compared_then_merged_then_parted(cast: Cast):
    kept = make_structure("La Fabrique", in_space=cast.space, phone="01")
    lost = make_structure("La Fabrik", siren=None, description="Un atelier")
    make_establishment(lost, municipality_code="93055")
    client = cast.client("chloe")
    from maillage.structures.actions.indexing import reindex

    reindex()
    page = text(client.get(url("merge_choose", cast, kept.pk), {"q": "fabrik"}))
    assert "La Fabrik Pantin" in page
    page = text(client.get(url("merge", cast, kept.pk, lost.pk)))
    assert "Téléphone 01 vide différent" in page
    assert "Présentation vide Un atelier différent" in page
    answer = client.post(url("merge", cast, kept.pk, lost.pk), {"winner": kept.pk}, follow=True)
    assert "« La Fabrik » est fusionnée" in text(answer)
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (lost.merged_into, kept.description) == (kept, "Un atelier")
    assert kept.establishments.count() == 2
    client.post(url("unmerge", cast, kept.pk, lost.pk))
    lost.refresh_from_db()
    assert lost.merged_into is None
    assert lost.establishments.count() == 1


def test_the_other_sheet_may_be_the_one_that_is_kept(cast: Cast):
    one = make_structure("Une", in_space=cast.space)
    other = make_structure("Autre", siren=None)
    make_establishment(other)
    cast.client("chloe").post(url("merge", cast, one.pk, other.pk), {"winner": other.pk})
    one.refresh_from_db()
    assert one.merged_into == other


def test_two_legal_persons_are_not_merged(cast: Cast, structure):
    other = make_structure("Autre personne", in_space=cast.space)
    page = text(
        cast.client("chloe").post(
            url("merge", cast, structure.pk, other.pk), {"winner": structure.pk}
        )
    )
    assert "Ces deux structures ont des SIREN différents" in page
    other.refresh_from_db()
    assert other.merged_into is None


def test_a_sheet_is_not_merged_with_itself(cast: Cast, structure):
    answer = cast.client("chloe").get(url("merge", cast, structure.pk, structure.pk))
    assert answer["Location"] == url("merge_choose", cast, structure.pk)


def bulk(cast: Cast, ids, **posted):
    return cast.client("chloe").post(url("bulk", cast), {"ids": ids, **posted}, follow=True)


def test_bulk_acts_ask_before_they_act(cast: Cast):
    ids = [make_structure(f"N° {n}", in_space=cast.space).pk for n in range(3)]
    page = text(bulk(cast, ids, act="archive"))
    assert "Agir sur 3 structures" in page
    assert "N° 2" in page
    assert Structure.objects.filter(state="archived").count() == 0
    page = text(bulk(cast, ids, act="archive", confirm="1", reason=""))
    assert "Écrivez pourquoi ces structures sont archivées." in page
    page = text(bulk(cast, ids, act="archive", confirm="1", reason="Hors sujet"))
    assert "3 structures modifiées sur 3 choisies." in page
    assert Structure.objects.filter(state="archived").count() == 3


def test_bulk_sector_keeps_the_others(cast: Cast):
    first, second = make_term(code="sec-un"), make_term(code="sec-deux")
    one, two = (make_structure(in_space=cast.space) for _ in range(2))
    tag(one, first, main=first)
    tag(two, second, main=second)
    bulk(cast, [one.pk, two.pk], act="sector", sector="sec-deux", confirm="1")
    assert dict(one.structure_terms.values_list("term__code", "is_main")) == {
        "sec-deux": True,
        "sec-un": False,
    }
    assert dict(two.structure_terms.values_list("term__code", "is_main")) == {"sec-deux": True}


def test_bulk_audience_keeps_the_main_sector(cast: Cast):
    sector = make_term(code="sec-un")
    make_term("audience", "pub-x")
    one = make_structure(in_space=cast.space)
    tag(one, sector, main=sector)
    bulk(cast, [one.pk], act="audience", audience="pub-x", confirm="1")
    assert dict(one.structure_terms.values_list("term__code", "is_main")) == {
        "sec-un": True,
        "pub-x": False,
    }


def test_bulk_leaves_other_spaces_alone(cast: Cast):
    mine = make_structure("Ici", in_space=cast.space)
    theirs = make_structure("Là-bas")
    make_establishment(theirs, municipality_code="93008")
    page = text(bulk(cast, [mine.pk, theirs.pk, "x", "99999999999999999999"], act="checked"))
    assert "Agir sur 1 structure" in page
    bulk(cast, [theirs.pk], act="checked", confirm="1")
    theirs.refresh_from_db()
    assert theirs.confirmed_at is None


def test_bulk_without_a_tick_says_so(cast: Cast):
    assert "Cochez au moins une structure" in text(bulk(cast, [], act="checked"))


def test_bulk_check(cast: Cast, structure):
    bulk(cast, [structure.pk], act="checked", confirm="1")
    structure.refresh_from_db()
    assert structure.confirmed_by == cast.chloe
    assert structure.confirmed_at > NOW.replace(year=2020)
