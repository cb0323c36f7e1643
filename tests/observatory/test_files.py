"""Working files: a gap taken in hand, compared with each measure since, never losing what was typed."""

import csv
import io
import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from maillage.core.models import JournalEntry, Letter
from maillage.observatory.actions import files
from maillage.observatory.actions.reminding import remind_of_reviews
from maillage.observatory.models import (
    DatedSnapshot,
    GapMeasure,
    InformationGap,
    WorkingFile,
    WorkingNote,
)
from maillage.territories.models import Neighbourhood, PopulationCell
from tests.factories import NOW, Cast, make_cast, make_structure
from tests.observatory.saying import make_declared, make_echoes

HOME = "/val-de-bievre/gestion/manques/"
OPEN = f"{HOME}ouvrir/"
ABOUT = {"besoin": "sport", "sorte": "commune", "lieu": "93048"}
pytestmark = pytest.mark.django_db


def make_measure(cast: Cast, supply: int = 3, **fields) -> GapMeasure:
    fields = {
        "need_code": "sport",
        "place_kind": "commune",
        "place_code": "93048",
        "population": 110_000.0,
        "rate": 0.27,
        "expected": 0.9,
        "shrunk": 0.3,
        "probability": 0.87,
        "nearest": 1240.0,
        "measured_at": NOW,
    } | fields
    return GapMeasure.objects.create(space=cast.space, supply=supply, **fields)


def make_file(cast: Cast, **fields) -> WorkingFile:
    fields = {
        "need": "sport",
        "place_kind": "commune",
        "place": "93048",
        "by": cast.chloe,
        "now": NOW,
    } | fields
    return files.open_file(cast.space, **fields)


def test_opening_says_what_is_kept_then_keeps_it(cast: Cast):
    make_measure(cast)
    client = cast.client("chloe")
    html = client.get(OPEN, ABOUT).content.decode()
    assert "Ouvrir un dossier : Sport pour tous, Montreuil" in html
    assert "3 structures qui y répondent" in html
    assert WorkingFile.objects.count() == 0
    answer = client.post(OPEN, ABOUT)
    file = WorkingFile.objects.get()
    assert answer["Location"] == f"{HOME}{file.pk}/"
    assert (file.title, file.status, file.owner) == (
        "Sport pour tous, Montreuil",
        "noted",
        cast.chloe,
    )
    assert file.baseline["supply"] == 3
    assert file.baseline["probability"] == 0.87
    assert file.baseline["accessibility"] is None
    assert [entry.action for entry in JournalEntry.objects.all()] == ["file_opened"]
    # A second one about the same gap leads to the first.
    assert client.post(OPEN, ABOUT)["Location"] == f"{HOME}{file.pk}/"
    assert "Un dossier est déjà ouvert" in client.get(OPEN, ABOUT).content.decode()


def test_it_opens_without_a_measure_for_a_quarter_and_a_cell(cast: Cast):
    Neighbourhood.objects.create(
        kind="qpv", code="QN09304M", name="Bel Air", municipality_codes=["93048"], geometry={}
    )
    PopulationCell.objects.create(
        code="CRS1",
        municipality_code="93048",
        lon=2.4,
        lat=48.8,
        population=3,
        year=2021,
        source="x",
    )
    file = make_file(cast, place_kind="quarter", place="QN09304M")
    assert (file.title, file.baseline) == ("Sport pour tous, Bel Air", {})
    assert make_file(cast, place_kind="cell", place="CRS1").title.endswith("carreau de Montreuil")
    page = cast.client("chloe").get(f"{HOME}{file.pk}/").content.decode()
    assert "Ce n'est pas un zéro" in page


@pytest.mark.parametrize(
    "wrong",
    [{"besoin": "inconnu"}, {"lieu": "93008"}, {"sorte": "space"}, {"sorte": "quarter"}, {"lieu": ""},
     {"sorte": "cell"}, {"besoin": "x" * 500}],
)  # fmt: skip
def test_nothing_opens_about_what_is_not_of_the_space(cast: Cast, wrong):
    client = cast.client("chloe")
    assert client.get(OPEN, ABOUT | wrong).status_code == 404
    assert client.post(OPEN, ABOUT | wrong).status_code == 404
    assert WorkingFile.objects.count() == 0


def test_the_three_layers_side_by_side_never_merged(cast: Cast):
    make_measure(cast, 3)
    file = make_file(cast, now=NOW - timedelta(days=40))
    for rank, supply in enumerate((4, 5)):
        taken = DatedSnapshot.objects.create(
            space=cast.space, on=date(2026, 10 + rank, 1), taken_at=NOW
        )
        make_measure(cast, supply, snapshot=taken)
    GapMeasure.objects.filter(snapshot=None).update(supply=6)
    InformationGap.objects.create(
        space=cast.space, need_code="sport", place_kind="commune", place_code="93048", known=12,
        old=5, untold=2, is_silent=True, measured_at=NOW,
    )  # fmt: skip
    make_echoes(make_declared(cast.space, "Pas de créneau.", need_code="sport"), 4)
    make_declared(cast.space, "Ailleurs", need_code="sport", municipality_code="93055")
    html = cast.client("chloe").get(f"{HOME}{file.pk}/").content.decode()
    row = html[html.index("Structures qui y répondent") :]
    assert [cell.split("<")[0] for cell in row[: row.index("</tr>")].split('"number">')[1:]] == [
        "3", "4", "5", "6"
    ]  # fmt: skip
    assert "87 %" in html
    assert "1,2 km" in html
    assert "inconnu" in html
    assert "<strong>5</strong> voix" in html
    assert "en sait trop peu ici" in html
    assert "Ailleurs" not in html
    printed = cast.client("chloe").get(f"{HOME}{file.pk}/imprimer/").content.decode()
    assert ("Pas de créneau." in printed, "87 %" in printed, "Imprimé le" in printed) == (True,) * 3


def test_steps_go_with_a_reason_close_and_open_again(cast: Cast):
    file = make_file(cast)
    who = {"by": cast.chloe, "now": NOW}
    for step, reason in (("studied", ""), ("noted", "x"), ("rien", "x")):
        with pytest.raises(ValidationError):
            files.change_step(file, step, reason=reason, version=0, **who)
    files.change_step(file, "studied", reason="Trois structures vues.", version=0, **who)
    closed = files.change_step(file, "filled", reason="Ouvert en mai.", version=1, **who)
    assert (closed.closed_at, closed.version) == (NOW, 2)
    again = files.change_step(file, "carried", reason="Refermé.", version=2, **who)
    assert again.closed_at is None
    assert list(WorkingNote.objects.values_list("text", flat=True)) == [
        "Étape : étudié. Trois structures vues.",
        "Étape : comblé. Ouvert en mai.",
        "Dossier rouvert. Étape : porté. Refermé.",
    ]
    assert JournalEntry.objects.filter(action="file_step").count() == 3


def test_it_is_not_opened_again_beside_another(cast: Cast):
    first = make_file(cast)
    files.change_step(first, "dropped", reason="Pas prêt.", version=0, by=cast.chloe, now=NOW)
    make_file(cast)
    with pytest.raises(ValidationError, match="Un autre dossier est ouvert"):
        files.change_step(first, "noted", reason="Si.", version=1, by=cast.chloe, now=NOW)
    first.refresh_from_db()
    assert (first.status, first.version) == ("dropped", 1)
    assert first.notes.count() == 1


def test_two_tabs_lose_nothing(cast: Cast):
    file = make_file(cast)
    chloe, aicha = cast.client("chloe"), cast.client("aicha")
    url = f"{HOME}{file.pk}/"
    follow = {
        "version": "0",
        "title": "Gymnases",
        "owner": str(cast.aicha.pk),
        "review_on": "2026-12-01",
    }
    assert chloe.post(f"{url}suivre/", follow).status_code == 302
    late = aicha.post(
        f"{url}etape/", {"version": "0", "step": "called", "reason": "Appel publié ce matin."}
    )
    html = late.content.decode()
    assert late.status_code == 409
    assert "Un autre agent a changé ce dossier" in html
    assert "Appel publié ce matin." in html
    assert '<option value="called" selected>' in html
    assert 'value="Gymnases"' in html
    assert 'name="version" value="1"' in html
    # Notes are appended, whatever the version.
    assert aicha.post(f"{url}noter/", {"text": "Vu ensemble."}).status_code == 302
    file.refresh_from_db()
    assert (file.status, file.owner, file.review_on) == ("noted", cast.aicha, date(2026, 12, 1))
    faults = chloe.post(
        f"{url}suivre/", follow | {"version": "1", "title": "", "review_on": "bientôt"}
    )
    assert "bientôt" in faults.content.decode()
    assert faults.status_code == 200
    assert chloe.post(f"{url}noter/", {"text": " "}).status_code == 200
    assert WorkingNote.objects.count() == 1


def test_the_owner_is_an_agent_of_the_space(cast: Cast):
    file = make_file(cast)
    answer = cast.client("chloe").post(
        f"{HOME}{file.pk}/suivre/", {"version": "0", "title": "x", "owner": str(cast.bruno.pk)}
    )
    assert answer.status_code == 200
    with pytest.raises(ValidationError):
        files.follow(
            file, title="x", owner=cast.bruno, review_on=None, by=cast.chloe, now=NOW, version=0
        )
    file.refresh_from_db()
    assert (file.owner, file.title) == (cast.chloe, "Sport pour tous, Montreuil")


def test_structures_are_found_linked_and_let_go(cast: Cast):
    file = make_file(cast)
    club = make_structure("Club des Murs à pêches", in_space=cast.space)
    far = make_structure("Club du bout du monde")
    client, url = cast.client("chloe"), f"{HOME}{file.pk}/"
    for _ in range(2):
        client.post(f"{url}associer/", {"structure": str(club.pk)})
    assert client.post(f"{url}associer/", {"structure": str(far.pk)}).status_code == 404
    assert client.post(f"{url}associer/", {"structure": "x"}).status_code == 404
    assert list(file.structures.all()) == [club]
    assert "Club des Murs à pêches" in client.get(url).content.decode()
    client.post(f"{url}retirer/", {"structure": str(club.pk)})
    assert file.structures.count() == 0
    assert JournalEntry.objects.filter(action="file_structures").count() == 2
    assert client.post(f"{url}inconnu/").status_code == 404


def test_the_list_its_filters_and_its_table(cast: Cast, django_assert_max_num_queries):
    today = timezone.localdate()
    for code in ("sport", "culture", "sante", "jeunesse"):
        make_file(cast, need=code)
    make_file(cast, place="93055", by=cast.aicha)
    WorkingFile.objects.filter(need_code="culture").update(review_on=today, title="=2+2")
    WorkingFile.objects.filter(need_code="sante").update(status="filled", closed_at=NOW)
    WorkingFile.objects.filter(need_code="jeunesse").update(owner=None)
    client = cast.client("chloe")
    with django_assert_max_num_queries(16):
        html = client.get(HOME).content.decode()
    assert "<strong>4</strong> dossiers" in html
    assert "1 dossier</a> : le jour de revue est passé" in html
    counts = {
        query: int(client.get(f"{HOME}?{query}").context["found"].total)
        for query in (
            "etat=tous", "etat=retard", "etape=filled", "etape=studied", "qui=moi", "qui=personne",
            f"qui={cast.aicha.pk}", "besoin=sport", "besoin=sport&commune=93055", "qui=999&page=x",
        )
    }  # fmt: skip
    assert list(counts.values()) == [5, 1, 1, 0, 2, 1, 1, 2, 1, 4]
    answer = client.get(f"{HOME}dossiers.csv?besoin=culture")
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))
    assert [row[:3] for row in rows[1:]] == [["'=2+2", "Culture de proximité", "Montreuil"]]
    assert rows[1][8] == "oui"


def test_a_commune_brings_its_quarters(cast: Cast):
    Neighbourhood.objects.create(
        kind="qpv", code="QN09304M", name="Bel Air", municipality_codes=["93048"], geometry={}
    )
    make_file(cast, place_kind="quarter", place="QN09304M")
    client = cast.client("chloe")
    assert client.get(f"{HOME}?commune=93048").context["found"].total == 1
    assert client.get(f"{HOME}?commune=93055").context["found"].total == 0


def test_the_owner_is_reminded_once_for_each_review_day(cast: Cast):
    today = timezone.localdate(NOW)
    late, ahead, closed, alone = (
        make_file(cast, need=code) for code in ("sport", "culture", "sante", "jeunesse")
    )
    WorkingFile.objects.update(review_on=today - timedelta(days=2))
    WorkingFile.objects.filter(pk=ahead.pk).update(review_on=today + timedelta(days=1))
    WorkingFile.objects.filter(pk=closed.pk).update(closed_at=NOW)
    WorkingFile.objects.filter(pk=alone.pk).update(owner=None)
    assert [remind_of_reviews(NOW, today) for _ in range(2)] == [1, 0]
    [letter] = Letter.objects.all()
    assert (letter.to, letter.link.endswith(f"{HOME}{late.pk}/")) == (cast.chloe.email, True)
    assert "de le revoir le 20 novembre 2026. Étape actuelle : constaté." in letter.body
    WorkingFile.objects.filter(pk=late.pk).update(review_on=today)
    assert remind_of_reviews(NOW, today) == 1


@pytest.mark.django_db(transaction=True)
def test_two_agents_open_the_same_gap_at_once():
    cast = make_cast()
    barrier, found = threading.Barrier(2), []

    def run(person) -> None:
        barrier.wait()
        try:
            found.append(make_file(cast, by=person).pk)
        except files.AlreadyOpenError as known:
            found.append(known.file.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in (cast.chloe, cast.aicha)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found == [WorkingFile.objects.get().pk] * 2
