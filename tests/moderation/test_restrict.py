"""Content hidden with its reasons, put back on appeal, counted over the year; people forgotten on their day."""

import html
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from maillage.core.models import Letter, Upload
from maillage.core.uploads.kinds import IMAGES
from maillage.core.uploads.store import store, url_of
from maillage.moderation.actions import decide
from maillage.moderation.actions.contribute import contribute
from maillage.moderation.actions.following import reply
from maillage.moderation.actions.forgetting import forget_contributors, forget_unconfirmed
from maillage.moderation.actions.restrict import lift, restrict
from maillage.moderation.models import Contribution, DecisionReason, Restriction
from maillage.moderation.queries.reasons import reasons_of
from maillage.moderation.queries.restrictions import targets_of
from maillage.structures.models import Membership, Picture, Structure, Teaser
from tests.core.uploads.files import picture as a_picture
from tests.factories import NOW, Cast, make_structure
from tests.moderation.things import a_page, sent, who

pytestmark = pytest.mark.django_db
WHY = {
    "ground": "law",
    "ground_text": "Loi du 29 juillet 1881, article 29",
    "facts": "Le texte nomme une personne.",
}
LOG = "/val-de-bievre/gestion/contributions/journal/"


def test_a_text_is_hidden_and_its_people_get_the_reasons(cast: Cast):
    page = a_page(cast, description="Untel a volé la caisse.")
    Membership.objects.create(structure=page, user=cast.denis, kind="member", since=NOW)
    one = sent(cast, "notice", structure=page, message="Faux.", details={"illegal": "defamation"})
    made = restrict(page, "description", contribution=one, **WHY, **who(cast))
    page.refresh_from_db()
    assert (page.description, made.kept, made.measure) == (
        "",
        {"value": "Untel a volé la caisse."},
        "text",
    )
    letter = Letter.objects.get(kind="moderation.restricted")
    assert letter.user == cast.denis
    for element in (
        "cacher un texte (présentation)",
        WHY["facts"],
        "la loi. Loi du 29",
        "sans outil automatique",
        "Recours :",
    ):
        assert element in letter.body
    lift(made, by=cast.aicha, now=NOW)
    page.refresh_from_db()
    assert page.description == "Untel a volé la caisse."
    with pytest.raises(ValidationError, match="déjà levée"):
        lift(made, by=cast.aicha, now=NOW)


def test_a_text_written_since_is_not_overwritten(cast: Cast):
    page = a_page(cast, description="Ancien.")
    made = restrict(page, "description", **WHY, **who(cast))
    Structure.objects.update(description="Nouveau.")
    with pytest.raises(ValidationError, match="Un autre texte"):
        lift(made, by=cast.chloe, now=NOW)
    assert Restriction.objects.get().lifted_at is None


def test_the_page_is_hidden_and_comes_back(cast: Cast):
    page = a_page(cast)
    made = restrict(page, "page", **WHY, **who(cast))
    address = f"/val-de-bievre/structures/{page.slug}/"
    assert cast.client().get(address).status_code == 410
    with pytest.raises(ValidationError, match="n'est déjà plus montrée"):
        restrict(page, "page", **WHY, **who(cast))
    lift(made, by=cast.chloe, now=NOW)
    assert cast.client().get(address).status_code == 200


def test_a_picture_and_a_teaser_are_hidden_and_put_back(cast: Cast):
    page = a_page(cast)
    upload = Upload.objects.create(
        path="uploads/a.webp",
        name="a.webp",
        media_type="image/webp",
        size=1,
        sha256="0" * 64,
        at=NOW,
    )
    picture = Picture.objects.create(structure=page, upload=upload, alt="Une foule")
    teaser = Teaser.objects.create(structure=page, kind="looking", text="Cherche une camionnette")
    codes = [code for code, _label in targets_of(page)]
    assert codes == ["website", "phone", f"picture-{picture.pk}", f"teaser-{teaser.pk}", "page"]
    made = [restrict(page, code, **WHY, **who(cast)) for code in codes[2:4]]
    assert (page.pictures.count(), page.teasers.count()) == (0, 0)
    for one in made:
        lift(one, by=cast.chloe, now=NOW)
    assert (page.pictures.get().alt, page.teasers.get().text) == (
        "Une foule",
        "Cherche une camionnette",
    )


def test_the_file_of_a_hidden_picture_is_served_to_nobody(cast: Cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = a_page(cast)
    upload = store(
        ContentFile(a_picture(), "foule.jpg"), accept=IMAGES, by=cast.denis, now=timezone.now()
    )
    picture = Picture.objects.create(structure=page, upload=upload, alt="Une foule")
    large, small = url_of(upload), url_of(upload, small=True)

    def served() -> list[int]:
        clients = [cast.client(name) for name in ("", "denis")]
        answers = [client.get(one) for one in (large, small) for client in clients]
        for answer in answers:
            list(answer)  # the file is closed once it is read
        return [answer.status_code for answer in answers]

    assert served() == [200] * 4
    made = restrict(page, f"picture-{picture.pk}", **WHY, **who(cast))
    assert served() == [404] * 4
    lift(made, by=cast.chloe, now=NOW)
    assert served() == [200] * 4


def test_a_picture_whose_file_went_cannot_come_back(cast: Cast):
    page = a_page(cast)
    upload = Upload.objects.create(
        path="uploads/a.webp",
        name="a.webp",
        media_type="image/webp",
        size=1,
        sha256="0" * 64,
        at=NOW,
    )
    picture = Picture.objects.create(structure=page, upload=upload, alt="Une foule")
    made = restrict(page, f"picture-{picture.pk}", **WHY, **who(cast))
    upload.delete()
    with pytest.raises(ValidationError, match="son fichier n'existe plus"):
        lift(made, by=cast.chloe, now=NOW)


@pytest.mark.parametrize(
    "target", ["", "siren", "picture-", "picture-999", "picture-x", "user-1", "description"]
)
def test_what_cannot_be_hidden(target: str, cast: Cast):
    with pytest.raises(ValidationError):
        restrict(a_page(cast), target, **WHY, **who(cast))
    assert Restriction.objects.count() == 0


def test_a_picture_of_another_page_is_out_of_reach(cast: Cast):
    other = make_structure(in_space=cast.space)
    teaser = Teaser.objects.create(structure=other, kind="looking", text="x")
    with pytest.raises(ValidationError):
        restrict(a_page(cast), f"teaser-{teaser.pk}", **WHY, **who(cast))
    assert other.teasers.count() == 1


@pytest.mark.parametrize("missing", ["ground", "ground_text", "facts"])
def test_no_restriction_without_reasons(missing: str, cast: Cast):
    page = a_page(cast)
    with pytest.raises(ValidationError) as error:
        restrict(page, "phone", **(WHY | {missing: ""}), **who(cast))
    assert list(error.value.message_dict) == [missing]
    page.refresh_from_db()
    assert page.phone


def test_on_screen_from_the_notice_to_the_register_and_back(cast: Cast):
    page = a_page(cast, description="Texte fautif.")
    one = sent(
        cast,
        "notice",
        structure=page,
        message="Faux.",
        details={"illegal": "fraud", "where": "ici"},
    )
    client = cast.client("chloe")
    address = f"/val-de-bievre/gestion/contributions/{one.pk}/cacher/"
    refused = client.post(address, {"target": "description", "facts": "Faits gardés"})
    assert "Faits gardés" in refused.content.decode()
    assert Restriction.objects.count() == 0
    client.post(address, {"target": "description", **WHY})
    log = html.unescape(client.get(LOG).content.decode())
    assert "Loi du 29 juillet 1881" in log
    done = client.post(
        f"/val-de-bievre/gestion/contributions/restrictions/{Restriction.objects.get().pk}/lever/"
    )
    assert done.status_code == 302
    page.refresh_from_db()
    assert page.description == "Texte fautif."
    theirs = cast.client("bruno").post(
        f"/plaine-sud/gestion/contributions/restrictions/{Restriction.objects.get().pk}/lever/"
    )
    assert theirs.status_code == 404


def test_a_notice_decided_tells_redress(cast: Cast):
    one = sent(
        cast, "notice", structure=a_page(cast), message="Faux.", details={"illegal": "fraud"}
    )
    decide.refuse(one, reason="unverifiable", text="", version=one.version, **who(cast))
    told = Letter.objects.get(kind="moderation.decided").body
    assert "aucun outil automatique n'a décidé" in told
    assert "tribunal administratif" in told


def test_the_reasons_of_a_space(cast: Cast):
    client = cast.client("chloe")
    base = "/val-de-bievre/gestion/contributions/motifs/"
    client.post(
        f"{base}double/", {"label": "On l'a déjà", "text": "Elle y est, merci.", "is_active": "on"}
    )
    client.post(f"{base}advert/", {"label": "Publicité", "text": "Non."})
    client.post(base, {"label": "Trop tard", "text": "L'appel est clos.", "is_active": "on"})
    twice = client.post(base, {"label": "Trop tard", "text": "Bis", "is_active": "on"})
    assert "porte déjà cet intitulé" in twice.content.decode()
    found = {one.code: one.label for one in reasons_of(cast.space)}
    assert (found["double"], found["e-trop-tard"]) == ("On l'a déjà", "Trop tard")
    assert "advert" not in found
    assert [*found][-1] == "other"
    assert "double" in {one.code for one in reasons_of(cast.other_space)}
    assert DecisionReason.objects.filter(space=cast.other_space).count() == 0
    assert client.get(f"{base}nimporte/").status_code == 404


def test_the_register_of_a_year_that_has_nothing(cast: Cast):
    answer = cast.client("chloe").get("/val-de-bievre/gestion/contributions/journal/2019.csv")
    assert answer.status_code == 200
    assert "signalement;0;0;0;0;0;" in answer.content.decode()
    assert (
        cast.client("chloe").get("/val-de-bievre/gestion/contributions/journal/1.csv").status_code
        == 404
    )
    assert cast.client("chloe").get(f"{LOG}?annee=0000").status_code == 200


def test_what_is_not_confirmed_goes_after_seven_days(cast: Cast):
    page = a_page(cast)
    for days in (8, 6):
        contribute(
            cast.space,
            kind="report",
            by=None,
            now=NOW - timedelta(days=days),
            structure=page,
            message="x",
            email="a@test.example",
        )
    sent(cast, structure=page, now=NOW - timedelta(days=90))
    assert forget_unconfirmed(NOW) == 1
    assert Contribution.objects.count() == 2


def test_who_contributed_is_forgotten_a_year_after_the_decision(cast: Cast):
    one = sent(cast, name="Rosa", message="Je travaille à côté.")
    reply(one, "Appelez-moi au 06 00 00 00 00", now=NOW)
    decide.accept(one, version=one.version, **who(cast))
    assert forget_contributors(NOW + timedelta(days=364)) == 0
    assert forget_contributors(NOW + timedelta(days=366)) == 1
    one.refresh_from_db()
    assert (one.name, one.email, one.message, one.thread.count(), one.keys.count()) == (
        "",
        "",
        "",
        0,
        0,
    )
    assert (one.state, one.fields) == ("accepted", {"phone": "01 48 00 00 01"})
    assert forget_contributors(NOW + timedelta(days=400)) == 0
    page = cast.client("chloe").get(f"/val-de-bievre/gestion/contributions/{one.pk}/")
    assert "Effacé, un an après la décision" in html.unescape(page.content.decode())


def test_what_waits_is_never_forgotten(cast: Cast):
    one = sent(cast, name="Rosa")
    assert forget_contributors(timezone.now() + timedelta(days=2000)) == 0
    one.refresh_from_db()
    assert one.name == "Rosa"
