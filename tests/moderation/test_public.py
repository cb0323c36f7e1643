"""What anybody may send, without an account: nothing typed is lost, nothing unconfirmed is read."""

import html
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from maillage.core.models import Letter
from maillage.moderation.enums import Kind, State, Trust
from maillage.moderation.models import Contribution
from tests.factories import (
    NOW,
    Cast,
    make_establishment,
    make_structure,
    make_term,
    tag,
)
from tests.moderation.sending import PERSON, confirm_last, path_of, stamp

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def pages_are_old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillage.core.public_form.QUICKEST", -1)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> str:
    return stamp(monkeypatch)


def proposal(opened: str, **fields: str) -> dict[str, str]:
    return {
        "name": "Le Vélo partagé",
        "description": "Atelier où chacun répare son vélo.",
        "address": "3 rue Kléber",
        "postal_code": "93100",
        "commune": "Montreuil",
        "proof": "Association déclarée en 2019.",
        "opened": opened,
        **PERSON,
        **fields,
    }


def words(answer) -> str:
    return html.unescape(answer.content.decode())


def test_a_proposal_waits_for_its_address_then_for_an_agent(cast: Cast, opened: str):
    answer = Client().post("/val-de-bievre/proposer/", proposal(opened))
    assert (answer.status_code, answer["Location"]) == (302, "/val-de-bievre/envoye/")
    one = Contribution.objects.get()
    assert (one.state, one.trust, one.kind) == (State.UNVERIFIED, Trust.VISITOR, Kind.PROPOSE)
    assert one.fields == {
        "name": "Le Vélo partagé",
        "description": "Atelier où chacun répare son vélo.",
        "address": "3 rue Kléber",
        "postal_code": "93100",
        "municipality_code": "93048",
    }
    assert one.details == {"proof": "Association déclarée en 2019."}
    letter = Letter.objects.get()
    assert (letter.to, letter.is_secret) == ("rosa@test.example", True)
    queue = cast.client("chloe").get("/val-de-bievre/gestion/contributions/?etat=toutes")
    assert "Le Vélo partagé" not in words(queue)

    Client().get(path_of(letter))  # a mail scanner
    one.refresh_from_db()
    assert one.state == State.UNVERIFIED
    assert "un agent lira votre envoi" in words(confirm_last())
    one.refresh_from_db()
    assert (one.state, one.trust, one.version) == (State.OPEN, Trust.VERIFIED, 1)
    told = Letter.objects.filter(kind="moderation.arrived").values_list("to", flat=True)
    assert sorted(told) == ["aicha@test.example", "chloe@test.example"]
    assert "déjà confirmée" in words(confirm_last_again(letter))


def confirm_last_again(letter: Letter):
    return Client().post(path_of(letter), {"act": "confirm"}, follow=True)


def test_a_known_structure_is_shown_before_sending(cast: Cast, opened: str):
    known = make_structure("Vélo partagé de Montreuil", in_space=cast.space)
    asked = Client().post("/val-de-bievre/proposer/", proposal(opened))
    assert "Est-ce celle-ci ?" in words(asked)
    assert f"/val-de-bievre/structures/{known.slug}/corriger/" in words(asked)
    assert 'value="3 rue Kléber"' in words(asked)
    assert Contribution.objects.count() == 0
    sent = Client().post("/val-de-bievre/proposer/", proposal(opened) | {"new": "1"})
    assert sent.status_code == 302
    assert Contribution.objects.count() == 1


def test_the_same_number_is_the_same_structure(cast: Cast, opened: str):
    known = make_structure("Tout autre nom", in_space=cast.space, siren="732829320")
    asked = Client().post("/val-de-bievre/proposer/", proposal(opened, siret="732 829 320 00074"))
    assert "même numéro" in words(asked)
    assert known.slug in words(asked)


def test_a_page_that_is_not_public_is_not_told(cast: Cast, opened: str):
    make_structure("Le Vélo partagé", in_space=cast.space, state="archived")
    assert Client().post("/val-de-bievre/proposer/", proposal(opened)).status_code == 302


def test_outside_of_the_perimeter_the_right_space_is_offered(cast: Cast, opened: str):
    answer = Client().post(
        "/val-de-bievre/proposer/", proposal(opened, commune="Bobigny", postal_code="93000")
    )
    assert "Cette commune n'est pas dans le territoire de Val de Bièvre." in words(answer)
    assert 'href="/plaine-sud/proposer/?nom=Le%20V%C3%A9lo%20partag%C3%A9"' in words(answer)
    assert 'value="Bobigny"' in words(answer)
    cast.other_space.is_public = False
    cast.other_space.save()
    answer = Client().post(
        "/val-de-bievre/proposer/", proposal(opened, commune="Bobigny", postal_code="93000")
    )
    assert "/plaine-sud/" not in words(answer)
    assert Contribution.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Ce champ est obligatoire."),
        ("commune", "Nulle-Part-sur-Rien", "Cette commune n'est pas connue"),
        ("siret", "123", "Ce SIRET n'existe pas"),
        ("siret", "73282932000075", "Ce SIRET n'existe pas"),
        ("rna", "X123456789", "Un numéro RNA est un W"),
        ("phone", "appelez-moi", "Un numéro de téléphone"),
        ("website", "javascript:alert(1)", "Saisissez une URL valide"),
        ("website", "ftp://velo.example", "Une adresse de site commence par https://"),
        ("email", "pas une adresse", "adresse"),
        ("postal_code", "9310", "Un code postal a cinq chiffres."),
        ("person_email", "rosa", "adresse"),
        ("person_email", "", "Ce champ est obligatoire."),
        ("sector", "inconnu", "choix"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    field: str, value: str, sentence: str, cast: Cast, opened: str
):
    sent = proposal(opened, **{field: value})
    if field == "commune":
        sent["postal_code"] = ""
    answer = Client().post("/val-de-bievre/proposer/", sent)
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert "Association déclarée en 2019." in words(answer)
    assert Contribution.objects.count() == 0


def page(cast: Cast, **fields):
    structure = make_structure(
        "La Fabrique",
        in_space=cast.space,
        phone="01 00 00 00 00",
        email="contact@fabrique.example",
        provenance={"phone": {"source": "sirene", "date": "2026-03-12"}},
        **fields,
    )
    return structure, f"/val-de-bievre/structures/{structure.slug}/corriger/"


def as_shown(client: Client, url: str) -> dict[str, str]:
    """What a browser would send back untouched."""
    form = client.get(url).context["form"]
    shown = {bound.html_name: (bound.field.widget, bound.value()) for bound in form}
    return {
        name: value if name == "seen" else widget.format_value(value) or ""
        for name, (widget, value) in shown.items()
    }


def test_only_what_changes_is_sent(cast: Cast, opened: str):
    structure, url = page(cast)
    first = Client().get(url)
    assert "Source : Sirene (Insee), 12 mars 2026." in words(first)
    answer = Client().post(url, as_shown(Client(), url) | PERSON | {"phone": "01 48 00 00 01"})
    assert answer.status_code == 302
    one = Contribution.objects.get()
    assert (one.fields, one.seen["phone"]) == ({"phone": "01 48 00 00 01"}, "01 00 00 00 00")
    assert one.structure == structure
    assert one.details == {"place": structure.establishments.get().pk}


def test_nothing_changed_is_said(cast: Cast):
    _structure, url = page(cast)
    answer = Client().post(url, as_shown(Client(), url) | PERSON)
    assert "Rien n'a changé" in words(answer)
    assert Contribution.objects.count() == 0


def test_a_message_alone_is_enough(cast: Cast):
    _structure, url = page(cast)
    Client().post(url, as_shown(Client(), url) | PERSON | {"message": "Les horaires ont changé."})
    assert (Contribution.objects.get().fields, Contribution.objects.get().message) == (
        {},
        "Les horaires ont changé.",
    )


def test_a_value_that_was_not_shown_does_not_come_from_the_visitor(cast: Cast, opened: str):
    """`seen` is what the browser says: it decides what counts as a change, nothing else."""
    _structure, url = page(cast)
    sent = (
        as_shown(Client(), url)
        | PERSON
        | {"phone": "01 48 00 00 01", "siren": "732829320", "state": "ceased"}
    )
    Client().post(url, sent)
    assert set(Contribution.objects.get().fields) == {"phone"}


@pytest.mark.parametrize(
    ("fields", "hidden"),
    [
        (
            {"disclosure": "P"},
            ("01 00 00 00 00", "contact@fabrique.example", "1 rue de la République"),
        ),
        ({"contact_visibility": {"phone": "members"}}, ("01 00 00 00 00",)),
        ({"contact_visibility": {"email": "agents"}}, ("contact@fabrique.example",)),
    ],
)
def test_what_is_kept_back_is_not_in_the_form(cast: Cast, fields: dict, hidden: tuple[str, ...]):
    _structure, url = page(cast, **fields)
    shown = words(Client().get(url))
    assert [one for one in hidden if one in shown] == []


def test_the_address_of_a_home_is_not_in_the_form(cast: Cast):
    structure, url = page(cast)
    structure.establishments.update(address_is_public=False)
    assert "rue de la République" not in words(Client().get(url))


def test_one_place_among_several_is_chosen(cast: Cast):
    structure, url = page(cast)
    second = make_establishment(structure, municipality_code="93055", address="9 quai de l'Ourcq")
    outside = make_establishment(structure, municipality_code="75120", address="1 rue ailleurs")
    assert 'value="9 quai de l\'Ourcq"' in words(Client().get(f"{url}?lieu={second.pk}"))
    assert 'value="1 rue ailleurs"' not in words(Client().get(f"{url}?lieu={outside.pk}"))
    sent = (
        as_shown(Client(), f"{url}?lieu={second.pk}") | PERSON | {"address": "10 quai de l'Ourcq"}
    )
    Client().post(url, sent)
    one = Contribution.objects.get()
    assert (one.fields, one.details) == ({"address": "10 quai de l'Ourcq"}, {"place": second.pk})


def test_the_sector_is_corrected_by_its_name(cast: Cast):
    structure, url = page(cast)
    old, new = (
        make_term(code="sec-a", label="Alimentation"),
        make_term(code="sec-b", label="Réemploi"),
    )
    tag(structure, old, main=old)
    Client().post(url, as_shown(Client(), url) | PERSON | {"sector": new.code})
    assert Contribution.objects.get().fields == {"sector": "sec-b"}


@pytest.mark.parametrize("act", ["corriger", "fermee", "signaler", "contenu-illicite"])
def test_a_page_that_the_public_does_not_see_has_no_form(act: str, cast: Cast):
    for fields in ({"state": "archived"}, {"ess_status": "excluded"}):
        hidden = make_structure(in_space=cast.space, **fields)
        assert Client().get(f"/val-de-bievre/structures/{hidden.slug}/{act}/").status_code == 404
    elsewhere = make_structure(in_space=cast.other_space)
    elsewhere.establishments.update(municipality_code="93008")
    assert Client().get(f"/val-de-bievre/structures/{elsewhere.slug}/{act}/").status_code == 404


def test_closed_says_when_and_how_one_knows(cast: Cast, opened: str):
    structure, _url = page(cast)
    sent = {"on": "2026-10-01", "message": "Rideau baissé.", "opened": opened, **PERSON}
    Client().post(f"/val-de-bievre/structures/{structure.slug}/fermee/", sent)
    one = Contribution.objects.get()
    assert (one.kind, one.details, one.message) == (
        "closed",
        {"on": "2026-10-01"},
        "Rideau baissé.",
    )


def test_a_signed_in_person_confirms_nothing(cast: Cast, opened: str):
    structure, _url = page(cast)
    client = cast.client("denis")
    sent = {"wrong": "error", "message": "Le logo est faux.", "opened": opened}
    answer = client.post(f"/val-de-bievre/structures/{structure.slug}/signaler/", sent)
    one = Contribution.objects.get()
    assert answer["Location"] == f"/compte/contributions/{one.pk}/"
    assert (one.state, one.trust, one.email, one.contributor) == (
        "open",
        Trust.VERIFIED,
        "",
        cast.denis,
    )
    assert "Le logo est faux." in words(client.get(answer["Location"]))
    assert client.get("/compte/contributions/").status_code == 200
    assert cast.client("bruno").get(answer["Location"]).status_code == 404


def test_a_notice_is_read_at_once_and_acknowledged(cast: Cast, opened: str):
    structure, _url = page(cast)
    sent = {
        "illegal": "defamation",
        "where": "la présentation",
        "message": "Accuse une personne nommée.",
        "good_faith": "on",
        "opened": opened,
        **PERSON,
    }
    url = f"/val-de-bievre/structures/{structure.slug}/contenu-illicite/"
    Client().post(url, sent)
    one = Contribution.objects.get()
    assert (one.state, one.kind, one.trust) == ("open", "notice", Trust.VISITOR)
    assert one.details == {"illegal": "defamation", "where": "la présentation", "good_faith": True}
    assert Letter.objects.get(to="rosa@test.example").kind == "moderation.received"


def test_a_notice_needs_a_name_but_where_the_law_says_not(cast: Cast, opened: str):
    url = "/val-de-bievre/contenu-illicite/"
    sent = {"where": "une page", "message": "Ceci.", "good_faith": "on", "opened": opened}
    refused = Client().post(url, sent | {"illegal": "fraud"})
    assert words(refused).count("Ce champ est nécessaire pour ce signalement.") == 4
    assert Contribution.objects.count() == 0
    answer = Client().post(url, sent | {"illegal": "child"}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/suivi/")
    assert "Ceci." in words(answer)
    without = Client().post(url, sent | {"illegal": "child", "good_faith": ""})
    assert "Cette déclaration est nécessaire." in words(without)


def test_an_unknown_or_old_key_opens_nothing(cast: Cast):
    assert Client().get("/suivi/rien/").status_code == 404
    structure, _url = page(cast)
    from maillage.moderation.actions.contribute import contribute

    sent = contribute(
        cast.space,
        kind="report",
        by=None,
        now=NOW,
        structure=structure,
        message="x",
        email="a@b.example",
    )
    letter = Letter.objects.get()
    sent.contribution.keys.update(expires_at=timezone.now() - timedelta(days=1))
    assert Client().get(path_of(letter)).status_code == 404


def test_the_stamp_is_signed(cast: Cast, opened: str):
    forged = signing.TimestampSigner(salt="other").sign("x")
    for wrong in ("", "x", forged, opened + "x"):
        answer = Client().post("/val-de-bievre/proposer/", proposal(wrong))
        assert "Envoyez de nouveau : rien n'est perdu." in words(answer)
        assert (
            Client().post("/val-de-bievre/proposer/", proposal(hidden(answer))).status_code == 302
        )
        Contribution.objects.all().delete()


def hidden(answer) -> str:
    return answer.context["form"]["opened"].value()
