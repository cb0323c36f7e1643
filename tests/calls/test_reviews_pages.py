"""Pages of jurors and of their manager, through the browser's requests."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from maillage.calls.models import Application, Interest, Juror, Review
from maillage.core.models import Letter
from maillage.core.tabular.writing import XLSX_TYPE
from tests.calls.factories import make_edition, make_juror, make_review, make_submitted
from tests.factories import NOW, make_membership, make_user, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
NAME = "La Ruche secrète"


@pytest.fixture
def edition(cast):
    return make_edition(cast.space, status="instruction", is_blind=True)


@pytest.fixture
def file(edition):
    file = make_submitted(edition, NAME, status="in_review", pseudonym="Mésange calme")
    file.answers.create(code="resume", value=f"Avec {NAME}, un four.", at=NOW)
    file.answers.create(code="equipe", value="Équipe secrète", at=NOW)
    return file


@pytest.fixture
def juror(edition):
    return make_juror(edition, user=make_user(name="Jeanne Lecture"))


def to(name, edition, *args):
    return reverse(f"reviews:{name}", args=[edition.space.slug, *args])


def manage(name, edition, *args):
    return reverse(f"readings:{name}", args=[edition.space.slug, edition.pk, *args])


def scores(edition, *values, **more):
    criteria = list(edition.criteria.all())
    said = {f"c{one.pk}": str(value) for one, value in zip(criteria, values, strict=True)}
    return said | {"recommendation": "favourable", "version": "0"} | more


def test_a_file_opens_behind_the_charter_then_the_declaration(edition, file, juror):
    review = Review.objects.create(application=file, juror=juror, assigned_at=NOW)
    client, page = signed_in(juror.user), to("one", edition, review.pk)
    call = to("call", edition, edition.pk)
    assert client.get(page)["Location"] == call
    assert "La charte du jury" in client.get(call).text
    client.post(to("charter", edition, edition.pk), {})
    assert Juror.objects.get(pk=juror.pk).charter_at is None
    client.post(to("charter", edition, edition.pk), {"agree": "1"})
    door = client.get(page).text
    assert "Avant d'ouvrir Mésange calme" in door
    assert "un four" not in door
    declare = to("declare", edition, review.pk)
    assert client.post(declare, {}).status_code == 422
    assert client.post(to("submit", edition, review.pk), scores(edition, 3, 4)).status_code == 404
    client.post(declare, {"answer": "none"})
    opened = client.get(page).text
    assert "Avec [nom masqué], un four." in opened
    assert not re.search("secrète|Ruche", opened)


def test_a_juror_scores_then_sees_the_others(edition, file, juror):
    juror.charter_at = NOW
    juror.save()
    other = make_juror(edition, user=make_user(name="Omar Autre"))
    make_review(file, other, 1, 1, total="25", comment_jury="Trop fragile")
    review = make_review(file, juror)
    client, page = signed_in(juror.user), to("one", edition, review.pk)
    assert "Omar Autre" not in client.get(page).text
    draft = to("draft", edition, review.pk)
    kept = client.post(draft, scores(edition, 3, "na"), headers={"accept": "application/json"})
    assert kept.json() == {"version": 1, "total": "75,0"}
    stale = client.post(draft, scores(edition, 0, 0), headers={"accept": "application/json"})
    assert (stale.status_code, "Rechargez" in stale.json()["problem"]) == (409, True)
    short = scores(edition, 3, "", version="1", comment_jury="À garder")
    missing = client.post(to("submit", edition, review.pk), short)
    assert missing.status_code == 422
    assert "« Equipe » : choisissez un niveau" in missing.text
    assert "À garder" in missing.text
    done = client.post(to("submit", edition, review.pk), scores(edition, 3, 2, version="1"))
    assert done.status_code == 302
    review.refresh_from_db()
    file.refresh_from_db()
    assert (review.status, str(review.total), file.status) == ("submitted", "65.000", "reviewed")
    after = client.get(page).text
    assert "Omar Autre" in after
    assert "Trop fragile" in after
    again = client.post(to("submit", edition, review.pk), scores(edition, 0, 0, version="2"))
    assert again.status_code == 409


def test_an_interest_hides_the_file_and_another_juror_gets_it(edition, file, juror):
    other = make_juror(edition)
    review = make_review(file, juror, due_on=NOW.date() + timedelta(days=9))
    Juror.objects.update(charter_at=NOW)
    client = signed_in(juror.user)
    answer = client.post(to("declare", edition, review.pk), {"answer": "direct", "text": "Ma sœur"})
    assert answer["Location"] == to("call", edition, edition.pk)
    assert "Mésange" not in client.get(answer["Location"]).text
    assert client.get(to("one", edition, review.pk)).status_code == 404
    taken = Review.objects.get(application=file, juror=other)
    assert (taken.status, taken.due_on) == ("assigned", review.due_on)
    letter = Letter.objects.get(user_id=other.user_id)
    assert letter.subject == f"À lire : 1 dossier, {edition.title}"
    assert NAME not in letter.subject + letter.body


def test_a_doubt_keeps_the_file_closed_until_an_agent_settles(cast, edition, file, juror):
    file.partners.update(contact_email="x@ruche.example")
    juror.user.emailaddress_set.create(email="jeanne@ruche.example")
    Juror.objects.update(charter_at=NOW)
    review = make_review(file, juror)
    client, page = signed_in(juror.user), to("one", edition, review.pk)
    client.post(to("declare", edition, review.pk), {"answer": "none"})
    assert "abord trancher" in client.get(page).text
    agent = cast.client("chloe")
    listed = agent.get(manage("interests", edition)).text
    assert "1 à trancher" in listed
    assert "domaine" in listed
    asked = {"application": file.pk, "user": juror.user_id, "recused": "0"}
    agent.post(manage("settle", edition), asked)
    assert "abord trancher" in client.get(page).text
    agent.post(manage("settle", edition), asked | {"reason": "Homonyme de domaine"})
    assert "un four" in client.get(page).text


def test_files_of_others_of_other_spaces_and_of_the_left_do_not_exist(cast, edition, file, juror):
    Juror.objects.update(charter_at=NOW)
    review = make_review(file, juror)
    stranger = make_juror(make_edition(cast.space, status="instruction"), charter_at=NOW)
    for client in (cast.client("chloe"), signed_in(stranger.user)):
        assert client.get(to("one", edition, review.pk)).status_code == 404
        assert client.get(to("call", edition, edition.pk)).status_code == 404
    Juror.objects.filter(pk=juror.pk).update(left_at=NOW)
    assert signed_in(juror.user).get(to("one", edition, review.pk)).status_code == 404


def test_the_manager_names_shares_and_reopens(cast, edition, file):
    agent = cast.client("chloe")
    named = {"name": "Nora Lima", "email": "nora@jury.example", "reads": "on", "votes": "on", "skills": "climat"}  # fmt: skip
    assert agent.post(manage("jurors", edition), named).status_code == 302
    assert agent.post(manage("jurors", edition), named).status_code == 422
    juror = Juror.objects.get()
    assert (juror.skills, juror.user.name) == (["climat"], "Nora Lima")
    preview = agent.get(manage("share", edition))
    mark = re.search(r'name="mark" value="(\w+)"', preview.text)[1]
    assert "Nora Lima" in preview.text
    assert not Review.objects.exists()
    late = make_submitted(edition, status="admissible")
    stale = agent.post(manage("share", edition), {"mark": mark})
    assert (stale.status_code, "Quelque chose a changé" in stale.text) == (409, True)
    mark = re.search(r'name="mark" value="(\w+)"', stale.text)[1]
    assert agent.post(manage("share", edition), {"mark": mark, "due_on": "2020-01-01"}).status_code == 200  # fmt: skip
    assert agent.post(manage("share", edition), {"mark": mark}).status_code == 302
    assert Review.objects.count() == 2
    late.refresh_from_db()
    assert late.status == "in_review"
    page = agent.get(manage("list", edition)).text
    assert NAME in page
    assert "1 à confier" in page


def test_reopening_needs_a_reason_and_tells_the_juror(cast, edition, file, juror):
    review = make_review(file, juror, 3, 4, total="85")
    Application.objects.filter(pk=file.pk).update(status="reviewed")
    agent, url = cast.client("chloe"), manage("act", edition, review.pk, "rouvrir")
    agent.post(url, {"reason": " "})
    review.refresh_from_db()
    assert review.status == "submitted"
    agent.post(url, {"reason": "Un critère est vide."})
    review.refresh_from_db()
    file.refresh_from_db()
    assert (review.status, file.status) == ("reopened", "in_review")
    assert "Un critère est vide." in Letter.objects.get(user_id=juror.user_id).body


def test_a_juror_who_leaves_frees_what_is_not_handed_in(cast, edition, file, juror):
    other = make_juror(edition)
    kept = make_review(make_submitted(edition, status="in_review"), juror, 1, 1)
    draft = make_review(file, juror, status="draft")
    cast.client("chloe").post(manage("leave", edition, juror.pk), {"reason": "Absence"})
    kept.refresh_from_db()
    draft.refresh_from_db()
    assert (kept.status, draft.status) == ("submitted", "replaced")
    assert Review.objects.get(application=file, juror=other).status == "assigned"
    assert not cast.space.roles.filter(user=juror.user_id).exists()


def test_a_recused_agent_finds_the_file_nowhere_here(cast, edition, file, juror):
    make_review(file, juror, 3, 4, total="85")
    agent = cast.client("chloe")
    assert NAME in agent.get(manage("list", edition)).text
    agent.post(manage("declare", edition, file.pk), {"answer": "indirect"})
    for name in ("list", "share", "interests", "jurors"):
        page = agent.get(manage(name, edition)).text
        assert NAME not in page, name
        assert "0 dossiers" not in page
    assert agent.get(manage("file", edition, file.pk)).status_code == 404
    assert agent.get(manage("declare", edition, file.pk)).status_code == 404
    assert NAME in cast.client("aicha").get(manage("list", edition)).text


def filled(client, edition, change):
    answer = client.get(to("sheet", edition, edition.pk))
    assert answer["Content-Type"] == XLSX_TYPE
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    change(book["Notes"])
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("feuille.xlsx", file.getvalue(), XLSX_TYPE)


def test_the_workbook_goes_out_blind_and_comes_back_checked(edition, file, juror):
    juror.charter_at = NOW
    juror.save()
    review = make_review(file, juror)
    closed = make_submitted(edition, "Fermée", status="in_review")
    Review.objects.create(application=closed, juror=juror, assigned_at=NOW)
    client, url = signed_in(juror.user), to("sheet_in", edition, edition.pk)
    seen = []

    def fill(sheet):
        rows = list(sheet.iter_rows(values_only=True))
        seen.extend(rows)
        assert sheet.protection.sheet
        assert sheet["A2"].protection.locked
        assert not sheet["E2"].protection.locked
        sheet["E2"], sheet["G2"], sheet["I2"] = 3, "NSP", "favorable"

    sheet = filled(client, edition, fill)
    assert len(seen) == 2
    assert seen[1][2] == "Mésange calme"
    assert NAME not in str(seen)
    told = client.post(url, {"file": sheet}).text
    assert "<strong>1</strong> lecture à écrire" in told
    review.refresh_from_db()
    assert (review.status, review.scores.count()) == ("assigned", 0)
    key = re.search(r'name="key" value="([^"]+)"', told)[1]
    client.post(to("sheet_write", edition, edition.pk), {"key": key})
    review.refresh_from_db()
    assert (review.status, str(review.total)) == ("draft", "75.000")
    assert [one.value for one in review.scores.order_by("criterion")] == [3, None]
    sheet.seek(0)
    again = client.post(url, {"file": sheet}).text
    assert "Notées en ligne depuis" in again


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("A2", "L999999", "ne vous est pas ouvert"),
        ("A2", "x", "a été changée"),
        ("E2", "7", "ni un niveau de 0 à 4"),
        ("F2", "Parce que", "a une explication et pas de note"),
        ("I2", "super", "n&#x27;est pas un avis"),
        ("J2", "9", "n&#x27;est pas une assurance"),
    ],
)
def test_wrong_rows_are_told_and_not_written(edition, file, juror, cell, value, said):
    juror.charter_at = NOW
    juror.save()
    make_review(file, juror)
    client = signed_in(juror.user)

    def fill(sheet):
        sheet[cell] = value

    told = client.post(to("sheet_in", edition, edition.pk), {"file": filled(client, edition, fill)})
    assert said in told.text
    assert 'name="key"' not in told.text


def test_what_is_no_workbook_is_said(edition, file, juror):
    client = signed_in(juror.user)
    for content in (b"\x00\x01", b"a;b\r\n1;2\r\n"):
        told = client.post(
            to("sheet_in", edition, edition.pk), {"file": SimpleUploadedFile("x.xlsx", content)}
        )
        assert (told.status_code, "pas une feuille" in told.text) == (422, True)
    assert client.post(to("sheet_in", edition, edition.pk)).status_code == 422
    lost = client.post(to("sheet_write", edition, edition.pk), {"key": "faux"}, follow=True)
    assert "a expiré" in lost.text


def test_links_are_looked_for_again_when_people_change(edition, file, juror):
    review = make_review(file, juror)
    make_membership(file.partners.get().structure, juror.user)
    review.refresh_from_db()
    assert (review.status, Interest.objects.get(user=juror.user).recused) == ("replaced", True)
