"""The desk: the same pages for an agent and for the structure's people, with their own limits."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from maillage.core import journal
from maillage.core.models import Upload
from maillage.structures.actions.kept import edit_kept, remove_kept
from maillage.structures.actions.save import save_establishment, update_structure
from maillage.structures.models import Draft, Structure
from tests.factories import NOW, Crowd, signed_in
from tests.portal.pages import filled, text

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["keeper", "agent"])
def side(request, crowd: Crowd):
    """One person of each side, and how they write an address."""
    return Side(crowd, request.param)


class Side:
    def __init__(self, crowd: Crowd, name: str) -> None:
        self.crowd, self.structure = crowd, crowd.structure
        self.by_agent = name == "agent"
        self.user = crowd.chloe if self.by_agent else crowd.marc
        self.client = signed_in(self.user)
        self.given = {"by": self.user, "now": NOW, "space": crowd.space if self.by_agent else None}

    def url(self, name: str, **given) -> str:
        known = {"pk": self.structure.pk} | given
        if self.by_agent:
            known["space"] = self.crowd.space.slug
        return reverse(f"{'manage' if self.by_agent else 'member'}:{name}", kwargs=known)


def test_both_sides_edit_and_the_page_says_for_whom(side):
    address = side.url("edit")
    posted = filled(side.client, address) | {"description": "Nous réparons.", "phone": "01 02"}
    assert side.client.post(address, posted).status_code == 302
    side.structure.refresh_from_db()
    assert (side.structure.description, side.structure.phone) == ("Nous réparons.", "01 02")
    assert side.structure.provenance["phone"]["source"] == ("agent" if side.by_agent else "membre")
    entry = journal.history(side.structure)[0]
    assert (entry.by, entry.acting_for) == (
        side.user,
        None if side.by_agent else side.structure.pk,
    )


def test_what_registers_say_is_not_in_the_keeper_s_hands(crowd: Crowd):
    one, client = crowd.structure, signed_in(crowd.marc)
    address = reverse("member:edit", args=[one.pk])
    siren = one.siren
    posted = filled(client, address)
    assert not {"siren", "rna", "legal_category", "activity_code", "disclosure"} & set(posted)
    forged = {
        "siren": "732829320",
        "disclosure": "P",
        "state": "archived",
        "ess_status": "excluded",
    }
    assert client.post(address, posted | forged | {"acronym": "LR"}).status_code == 302
    one.refresh_from_db()
    assert (one.siren, one.disclosure, one.state, one.acronym) == (siren, "O", "active", "LR")
    page = text(client.get(address))
    assert f"SIREN {siren}" in page
    assert "Proposer une correction" in page


def test_who_says_their_profile_declares_it(crowd: Crowd):
    client, address = signed_in(crowd.marc), reverse("member:edit", args=[crowd.structure.pk])
    client.post(address, filled(client, address) | {"typology": "militant"})
    crowd.structure.refresh_from_db()
    assert (crowd.structure.typology, crowd.structure.typology_origin) == ("militant", "declared")


def test_preview_shows_the_public_page_and_writes_nothing(side):
    address = side.url("edit")
    typed = filled(side.client, address) | {
        "name": "Nouveau nom",
        "description": "Ce que nous ferons.",
        "preview": "1",
    }
    answer = side.client.post(address, typed)
    page = text(answer)
    assert answer.templates[0].name == "portal/desk/preview.html"
    assert "Rien n'est enregistré" in page
    assert "Ce que nous ferons." in page
    assert answer.context["sheet"].card.name == "Nouveau nom"
    assert Structure.objects.get(pk=side.structure.pk).name == "La Ressourcerie"
    # Nothing of it stays in the process: the public page says what is stored.
    public = reverse("directory:structure", args=[side.crowd.space.slug, side.structure.slug])
    assert "Ce que nous ferons." not in text(side.client.get(public))
    hidden = dict(answer.context["posted"])
    again = side.client.post(address, hidden | {"back": "1"})
    assert again.context["form"]["description"].value() == "Ce que nous ferons."
    assert side.client.post(address, hidden).status_code == 302
    side.structure.refresh_from_db()
    assert (side.structure.name, side.structure.description) == (
        "Nouveau nom",
        "Ce que nous ferons.",
    )


def test_preview_of_a_service_and_of_hours(side):
    address = side.url("kept_new", kind="services")
    answer = side.client.post(address, {"name": "Atelier vélo", "preview": "1"})
    assert [one.name for one in answer.context["sheet"].kept.services] == ["Atelier vélo"]
    assert side.structure.services.count() == 0
    place = side.structure.establishments.get()
    address = side.url("hours", place=place.pk)
    answer = side.client.post(
        address, {"d0_1_from": "09:00", "d0_1_to": "12:00", "preview": "1", "seen": "{}"}
    )
    assert answer.context["sheet"].places[0].hours.text == "Mo 09:00-12:00"
    place.refresh_from_db()
    assert place.opening_hours == ""


def test_no_preview_where_no_page_shows_the_structure(crowd: Crowd):
    Structure.objects.filter(pk=crowd.structure.pk).update(state="archived")
    journal.tick("structures")
    client, address = signed_in(crowd.marc), reverse("member:edit", args=[crowd.structure.pk])
    answer = client.post(address, filled(client, address) | {"acronym": "X", "preview": "1"})
    assert "Il n'y a pas d'aperçu" in text(answer)
    assert answer.context["form"]["acronym"].value() == "X"


def test_a_draft_is_kept_taken_up_and_gone_once_saved(side):
    address, draft = side.url("edit"), side.url("draft", form="sheet")
    typed = filled(side.client, address) | {
        "description": "Commencé",
        "website_visibility": "agents",
    }
    answer = side.client.post(draft, typed)
    assert answer.json()["kept"].startswith("Saisie gardée à ")
    side.structure.refresh_from_db()
    assert side.structure.description == ""
    page = side.client.get(address)
    assert "Reprendre votre saisie du" in text(page)
    assert page.context["form"]["description"].value() == ""
    page = side.client.get(f"{address}?reprendre=1")
    form = page.context["form"]
    assert (form["description"].value(), form["website_visibility"].value()) == (
        "Commencé",
        "agents",
    )
    again = filled(side.client, f"{address}?reprendre=1")
    again["seen"] = json.dumps(form.initial["seen"])
    assert side.client.post(address, again).status_code == 302
    assert Draft.objects.count() == 0
    side.structure.refresh_from_db()
    assert side.structure.description == "Commencé"


def test_a_draft_taken_up_later_still_sees_the_conflict(side):
    address = side.url("edit")
    typed = filled(side.client, address) | {"phone": "03 33"}
    side.client.post(side.url("draft", form="sheet"), typed)
    update_structure(
        side.structure, {"phone": "02 22"}, by=side.crowd.aicha, now=NOW, space=side.crowd.space
    )
    page = side.client.get(f"{address}?reprendre=1")
    again = filled(side.client, f"{address}?reprendre=1")
    again["seen"] = json.dumps(page.context["form"].initial["seen"])
    answer = side.client.post(address, again)
    assert answer.status_code == 409
    assert "Ma saisie : 03 33" in text(answer)
    assert "La valeur enregistrée entre-temps : 02 22" in text(answer)


def test_a_draft_is_for_its_author_alone(crowd: Crowd):
    one = crowd.structure
    Draft.objects.create(
        structure=one,
        user=crowd.marc,
        form="sheet",
        fields={"description": ["secret"]},
        saved_at=NOW,
    )
    addresses = {
        "nadia": reverse("member:edit", args=[one.pk]),
        "chloe": reverse("manage:edit", args=[crowd.space.slug, one.pk]),
    }
    for name, address in addresses.items():
        for query in ("", "?reprendre=1"):
            page = signed_in(getattr(crowd, name)).get(address + query).content.decode()
            assert "secret" not in page, name
            assert "Reprendre" not in page, name
    client = signed_in(crowd.nadia)
    client.post(reverse("member:drop_draft", args=[one.pk, "sheet"]))
    assert Draft.objects.count() == 1


def test_a_draft_can_be_abandoned_and_goes_back_to_the_form(side):
    side.client.post(side.url("draft", form="sheet"), {"description": "x"})
    address = side.url("edit")
    answer = side.client.post(side.url("drop_draft", form="sheet"), {"back": address})
    assert (answer.status_code, answer.url, Draft.objects.count()) == (302, address, 0)
    answer = side.client.post(
        side.url("drop_draft", form="sheet"), {"back": "https://mal.example/"}
    )
    assert answer.url.startswith("/")


@pytest.mark.parametrize("form", ["autre", "sheet-1", "service-", "service-1x"])
def test_drafts_of_unknown_forms_are_refused(side, form):
    assert side.client.post(side.url("draft", form=form), {"a": "b"}).status_code == 404


def test_a_draft_has_bounds(side):
    draft = side.url("draft", form="sheet")
    answer = side.client.post(draft, {f"f{n}": "x" * 11_000 for n in range(8)})
    assert answer.status_code == 413
    assert "trop longue" in answer.json()["error"]
    for number in range(45):
        side.client.post(side.url("draft", form=f"service-{number}"), {"name": "x"})
    assert Draft.objects.count() == 40


@pytest.mark.parametrize("seen", ["", "[]", "pas du json", '{"a": 3}'])
def test_a_damaged_draft_is_kept_all_the_same(side, seen):
    address = side.url("draft", form="sheet")
    assert side.client.post(address, {"name": "x", "seen": seen}).status_code == 200


def test_a_service_is_added_changed_moved_and_removed(side):
    new = side.url("kept_new", kind="services")
    for name in ("Atelier", "Réparation"):
        answer = side.client.post(new, {"name": name, "seen": "{}"})
        assert (answer.status_code, answer.url) == (302, side.url("kept", kind="services"))
    first, second = side.structure.services.all()
    move = side.url("kept_move", kind="services", row=second.pk)
    side.client.post(move, {"way": "up"})
    assert [one.name for one in side.structure.services.all()] == ["Réparation", "Atelier"]
    item = side.url("kept_item", kind="services", row=first.pk)
    side.client.post(item, filled(side.client, item) | {"fee": "gratuit"})
    first.refresh_from_db()
    assert first.fee == "gratuit"
    remove = side.url("kept_remove", kind="services", row=first.pk)
    assert "L'historique permet d'y revenir" in text(side.client.get(remove))
    side.client.post(remove)
    assert [one.name for one in side.structure.services.all()] == ["Réparation"]


@pytest.mark.parametrize(
    ("kind", "posted"),
    [
        ("liens", {"kind": "social", "url": "mamot.fr/@ici"}),
        ("annonces", {"kind": "looking", "text": "Des bras"}),
        ("services", {"name": "Atelier"}),
    ],
)
def test_every_list_teaches_when_empty_then_shows(side, kind, posted):
    assert "Rien ici pour l'instant" in text(side.client.get(side.url("kept", kind=kind)))
    answer = side.client.post(side.url("kept_new", kind=kind), posted | {"seen": "{}"}, follow=True)
    assert "C'est ajouté" in text(answer)
    assert "1 sur" in text(answer)


def test_conflict_on_a_service_and_on_one_that_was_removed(side):
    row = side.structure.services.create(name="Atelier")
    item = side.url("kept_item", kind="services", row=row.pk)
    mine = filled(side.client, item) | {"name": "Atelier vélo", "fee": "5 €"}
    edit_kept(row, {"name": "Atelier bois"}, **side.given)
    answer = side.client.post(item, mine)
    assert answer.status_code == 409
    assert "Ma saisie : Atelier vélo" in text(answer)
    assert "La valeur enregistrée entre-temps : Atelier bois" in text(answer)
    again = mine | {"seen": answer.context["form"].data["seen"], "keep-name": "theirs"}
    assert side.client.post(item, again).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.fee) == ("Atelier bois", "5 €")


def test_conflict_on_a_place_and_on_its_hours(side):
    place = side.structure.establishments.get()
    address = side.url("establishment", place=place.pk)
    mine = filled(side.client, address) | {"name": "Boutique A"}
    save_establishment(side.structure, {"name": "Boutique B"}, establishment=place, **side.given)
    assert side.client.post(address, mine).status_code == 409
    hours = side.url("hours", place=place.pk)
    mine = filled(side.client, hours) | {"d0_1_from": "09:00", "d0_1_to": "12:00"}
    save_establishment(
        side.structure, {"opening_hours": "Tu 14:00-18:00"}, establishment=place, **side.given
    )
    answer = side.client.post(hours, mine)
    assert answer.status_code == 409
    assert "Ma saisie : lundi de 9\u00a0h à 12\u00a0h" in answer.content.decode()
    assert "entre-temps : mardi de 14\u00a0h à 18\u00a0h" in answer.content.decode()
    again = mine | {"seen": answer.context["form"].data["seen"], "keep-opening_hours": "mine"}
    assert side.client.post(hours, again).status_code == 302
    place.refresh_from_db()
    assert (place.name, place.opening_hours) == ("Boutique B", "Mo 09:00-12:00")


def png(size: tuple[int, int] = (1200, 800)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "#0F5A66").save(out, "PNG")
    return SimpleUploadedFile("photo.png", out.getvalue(), "image/png")


def test_a_picture_is_rewritten_described_and_shown(side):
    new = side.url("kept_new", kind="photos")
    answer = side.client.post(new, {"file": png(), "alt": "L'atelier", "credit": "Marc"})
    assert answer.status_code == 302
    picture = side.structure.pictures.get()
    assert (picture.upload.media_type, picture.upload.by) == ("image/webp", side.user)
    public = reverse("directory:structure", args=[side.crowd.space.slug, side.structure.slug])
    page = side.client.get(public).content.decode()
    assert 'alt="L&#x27;atelier"' in page or 'alt="L\'atelier"' in page
    assert 'width="1200" height="800" loading="lazy"' in page


@pytest.mark.parametrize(
    ("file", "alt", "said"),
    [
        (b"<svg onload='alert(1)'/>", "x", "n'est pas d'un type accepté"),
        (b"", "x", "vide"),
        (None, "", "obligatoire"),
    ],
)
def test_a_picture_that_is_refused_says_why_and_keeps_nothing(side, file, alt, said):
    sent = png() if file is None else SimpleUploadedFile("x.png", file, "image/png")
    answer = side.client.post(side.url("kept_new", kind="photos"), {"file": sent, "alt": alt})
    assert answer.status_code == 200
    assert said in text(answer)
    assert (side.structure.pictures.count(), Upload.objects.count()) == (0, 0)


def test_a_crowd_of_files_is_stopped_before_it_fills_the_disk(side, monkeypatch):
    monkeypatch.setattr("maillage.portal.views.kept.MOST_FILES", (1, 3600))
    new = side.url("kept_new", kind="photos")
    for alt in ("Une", "Deux"):
        answer = side.client.post(new, {"file": png(), "alt": alt})
    assert "Beaucoup de fichiers en peu de temps" in text(answer)
    assert (side.structure.pictures.get().alt, Upload.objects.count()) == ("Une", 1)


@pytest.mark.parametrize("name", ["kept_item", "kept_remove"])
def test_rows_of_another_structure_are_not_found(side, name):
    row = side.crowd.other_structure.services.create(name="Ailleurs")
    assert side.client.get(side.url(name, kind="services", row=row.pk)).status_code == 404
    assert side.client.get(side.url("kept", kind="inconnu")).status_code == 404
    elsewhere = side.crowd.other_structure.establishments.get()
    assert side.client.get(side.url("hours", place=elsewhere.pk)).status_code == 404
    moved = side.client.post(side.url("kept_move", kind="services", row=row.pk))
    assert moved.status_code == 404


def test_a_removed_row_under_the_form_loses_nothing_typed(side, monkeypatch):
    """It goes between the reading of the form and the writing."""
    row = side.structure.services.create(name="Atelier")
    item = side.url("kept_item", kind="services", row=row.pk)
    mine = filled(side.client, item) | {"name": "Atelier vélo"}
    from maillage.portal.views import flow

    real = flow.save_or_conflicts

    def late(*args, **kwargs):
        remove_kept(type(row).objects.get(pk=row.pk), **side.given)
        return real(*args, **kwargs)

    monkeypatch.setattr(flow, "save_or_conflicts", late)
    answer = side.client.post(item, mine)
    assert answer.status_code == 409
    assert "Quelqu'un a retiré cet élément" in text(answer)
    assert answer.context["form"]["name"].value() == "Atelier vélo"
