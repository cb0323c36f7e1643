"""The call list: who is first, what a result does, how it is taken back."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.core import journal
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.models import CallEntry, CallNote, ClosureSign, Structure
from tests.factories import (
    Cast,
    make_establishment,
    make_role,
    make_structure,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def silent(cast: Cast, name: str, months: int = 14, **fields) -> Structure:
    """A page without news, that has a telephone and no address."""
    day = (TODAY - timedelta(days=31 * months)).isoformat()
    one = make_structure(
        name,
        in_space=cast.space,
        provenance={"name": {"source": "sirene", "date": day}},
        **({"phone": "01 48 00 00 00"} | fields),
    )
    refresh_upkeep([one.pk], now=timezone.now())
    return one


def url(cast: Cast, rest: str = "") -> str:
    return f"/{cast.space.slug}/gestion/appels/{rest}"


def names(answer) -> list[str]:
    return [one.structure.name for one in answer.context["found"].entries]


def record(cast: Cast, one: Structure, who: str = "chloe", **fields):
    return cast.client(who).post(url(cast, f"{one.pk}/resultat/"), fields)


def test_the_oldest_is_first_and_everything_to_call_is_on_the_page(cast: Cast) -> None:
    silent(cast, "Récente", 14)
    silent(cast, "Ancienne", 30)
    answer = cast.client("chloe").get(url(cast))
    assert names(answer) == ["Ancienne", "Récente"]
    page = answer.content.decode()
    assert 'href="tel:0148000000"' in page
    assert answer.context["found"].current.structure.name == "Ancienne"
    assert "Un an sans confirmation" in page
    assert "Il manque une présentation" in page


def test_an_empty_list_says_why_and_what_to_do(cast: Cast) -> None:
    page = cast.client("chloe").get(url(cast)).content.decode()
    assert "Personne à appeler aujourd'hui" in page.replace("&#x27;", "'")
    page = cast.client("chloe").get(url(cast, "?motif=2")).content.decode()
    assert "Personne à appeler avec ces filtres" in page


def test_filters_and_pages_stay_after_a_result(cast: Cast) -> None:
    one = silent(cast, "À Montreuil")
    other = make_structure(
        "À Pantin", phone="01", provenance={"name": {"source": "sirene", "date": "2020-01-01"}}
    )
    make_establishment(other, municipality_code="93055")
    refresh_upkeep([other.pk], now=timezone.now())
    client = cast.client("chloe")
    assert names(client.get(url(cast, "?commune=93055"))) == ["À Pantin"]
    assert names(client.get(url(cast, "?motif=3"))) == ["À Pantin", "À Montreuil"]
    assert names(client.get(url(cast, "?motif=99&commune=x&page=x&fiche=-1"))) == [
        "À Pantin",
        "À Montreuil",
    ]
    answer = client.post(
        url(cast, f"{one.pk}/resultat/"),
        {"outcome": "no_answer", "motif": "3", "commune": "93048"},
    )
    assert answer["Location"] == url(cast, "?motif=3&commune=93048#appel")


def test_reached_confirms_the_page_and_the_next_one_comes(cast: Cast) -> None:
    first, second = silent(cast, "Première", 30), silent(cast, "Deuxième", 20)
    client = cast.client("chloe")
    fields = {"outcome": "reached", "note": "  Merci  "}
    assert client.post(url(cast, f"{first.pk}/resultat/"), fields).status_code == 302
    first.refresh_from_db()
    assert first.confirmed_by == cast.chloe
    call = CallNote.objects.get()
    assert (call.outcome, call.note, call.is_last, call.by) == (
        "reached",
        "Merci",
        True,
        cast.chloe,
    )
    page = client.get(url(cast))
    assert names(page) == ["Deuxième"]
    assert page.context["found"].current.structure == second
    assert page.context["undoable"]["pk"] == call.pk
    assert "Première, « joint, fiche à jour »" in page.content.decode()
    assert client.get(f"/{cast.space.slug}/gestion/appels/").status_code == 200
    client.post(url(cast, f"reprendre/{call.pk}/"))
    assert client.get(url(cast)).context["undoable"] is None


def test_a_bad_result_says_so_and_keeps_what_was_typed(cast: Cast) -> None:
    one = silent(cast, "Une")
    silent(cast, "Avant elle", 40)
    yesterday = TODAY - timedelta(days=1)
    for fields, sentence in (
        ({}, "Choisissez le résultat"),
        ({"outcome": "sing"}, "Sélectionnez un choix valide"),
        ({"outcome": "later"}, "Dites quel jour rappeler."),
        ({"outcome": "later", "next_on": yesterday.isoformat()}, "un jour à venir"),
        ({"outcome": "no_answer", "next_on": TODAY.isoformat()}, "un jour à venir"),
        ({"outcome": "no_answer", "next_on": "2999-01-01"}, "dans les deux ans"),
        ({"outcome": "no_answer", "next_on": "demain"}, "Écrivez une date"),
    ):
        answer = record(cast, one, note="Un mot", **fields)
        page = answer.content.decode()
        assert (answer.status_code, sentence in page, "Un mot" in page) == (422, True, True), fields
        assert answer.context["found"].current.structure == one
    assert CallNote.objects.count() == 0


def test_a_promised_day_hides_the_line_until_then_and_puts_it_first(cast: Cast) -> None:
    one = silent(cast, "Promise")
    day = TODAY + timedelta(days=10)
    record(cast, one, outcome="later", next_on=day.isoformat())
    entry = CallEntry.objects.get()
    assert (entry.reason, entry.visible_from) == (1, day)
    assert names(cast.client("chloe").get(url(cast))) == []
    CallNote.objects.update(next_on=TODAY)
    refresh_upkeep(now=timezone.now())
    silent(cast, "Très ancienne", 60)
    assert names(cast.client("chloe").get(url(cast))) == ["Promise", "Très ancienne"]


@pytest.mark.parametrize(
    ("outcome", "days"), [("no_answer", 3), ("to_correct", 7), ("wrong_number", 30)]
)
def test_each_result_has_its_pause(cast: Cast, outcome: str, days: int) -> None:
    one = silent(cast, "Une")
    record(cast, one, outcome=outcome)
    assert CallEntry.objects.get().visible_from == TODAY + timedelta(days=days)


def test_closed_proposes_for_archive(cast: Cast) -> None:
    one = silent(cast, "Fermée")
    record(cast, one, outcome="closed", note="Le gardien le dit")
    sign = ClosureSign.objects.get()
    assert (sign.structure, sign.kind, sign.detail) == (one, "call", "Le gardien le dit")
    one.refresh_from_db()
    assert one.state == "active"


def undo(cast: Cast, who: str = "chloe"):
    call = CallNote.objects.order_by("-pk").first()
    return cast.client(who).post(url(cast, f"reprendre/{call.pk}/"))


def test_taking_a_call_back_puts_everything_as_it_was(cast: Cast) -> None:
    one = silent(cast, "Une")
    record(cast, one, outcome="no_answer")
    record(cast, one, outcome="reached")
    assert undo(cast).status_code == 302
    one.refresh_from_db()
    assert (one.confirmed_at, one.confirmed_by) == (None, None)
    assert CallNote.objects.get().is_last is True
    assert CallEntry.objects.get().visible_from == TODAY + timedelta(days=3)
    record(cast, one, outcome="closed")
    undo(cast)
    assert ClosureSign.objects.count() == 0
    acts = [row.action for row in journal.history(one)]
    assert acts[:2] == ["call_undone", "call"]


def test_what_cannot_be_taken_back(cast: Cast) -> None:
    one = silent(cast, "Une")
    record(cast, one, outcome="closed")
    assert undo(cast, "aicha").status_code == 404  # not hers
    ClosureSign.objects.update(decision="kept")
    undo(cast)
    assert CallNote.objects.count() == 1
    ClosureSign.objects.all().delete()
    CallNote.objects.update(at=timezone.now() - timedelta(hours=13))
    undo(cast)
    assert CallNote.objects.count() == 1
    CallNote.objects.update(at=timezone.now())
    record(cast, one, who="aicha", outcome="no_answer")
    old = CallNote.objects.get(by=cast.chloe)
    cast.client("chloe").post(url(cast, f"reprendre/{old.pk}/"))
    assert CallNote.objects.count() == 2


def test_not_today_comes_back_tomorrow(cast: Cast) -> None:
    one = silent(cast, "Une")
    cast.client("chloe").post(url(cast, f"{one.pk}/plus-tard/"))
    assert CallEntry.objects.get().visible_from == TODAY + timedelta(days=1)
    assert names(cast.client("chloe").get(url(cast))) == []


def test_a_colleague_sees_who_takes_care_of_it(cast: Cast) -> None:
    one, other = silent(cast, "Prise", 30), silent(cast, "Libre", 20)
    take = url(cast, f"{one.pk}/prendre/")
    cast.client("chloe").post(take)
    answer = cast.client("aicha").get(url(cast))
    assert "Chloé Martin s'en occupe" in answer.content.decode()
    assert answer.context["found"].current.structure == other
    page = cast.client("aicha").post(take, follow=True).content.decode()
    assert "Un collègue s'en occupe déjà." in page.replace("&#x27;", "'")
    mine = cast.client("chloe").get(url(cast, f"?fiche={one.pk}"))
    assert "vous vous en occupez" in mine.content.decode()
    cast.client("aicha").post(take, {"leave": "1"})  # not hers to leave
    assert CallEntry.objects.get(structure=one).taken_by == cast.chloe
    cast.client("chloe").post(take, {"leave": "1"})
    assert CallEntry.objects.get(structure=one).taken_by is None
    CallEntry.objects.update(taken_by=cast.chloe, taken_on=date(2020, 1, 1))
    assert "s'en occupe</" not in cast.client("aicha").get(url(cast)).content.decode()


def test_another_space_has_its_own_calls(cast: Cast) -> None:
    one = silent(cast, "Ici")
    stranger = make_user()
    make_role(cast.other_space, stranger)
    theirs = f"/{cast.other_space.slug}/gestion/appels/"
    assert names(signed_in(stranger).get(theirs)) == []
    for rest in ("resultat", "plus-tard", "prendre"):
        answer = signed_in(stranger).post(f"{theirs}{one.pk}/{rest}/", {"outcome": "closed"})
        assert answer.status_code == 404
    assert CallNote.objects.count() == 0


def test_the_list_downloads_without_formulas(cast: Cast) -> None:
    silent(cast, "=HYPERLINK(1)", phone="01 48 00 00 00")
    answer = cast.client("chloe").get(url(cast, "liste.csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, line = text.strip().split("\r\n")
    assert head.startswith("Motif;Depuis;Téléphone;Nom;Commune")
    assert "'=HYPERLINK(1)" in line
    assert "un an sans nouvelles" in line
    assert answer["Content-Disposition"] == 'attachment; filename="appels-val-de-bievre.csv"'


def test_thirty_lines_cost_as_many_queries_as_one(cast: Cast) -> None:
    for number in range(3):
        silent(cast, f"Structure {number}")
    client = cast.client("chloe")
    client.get(url(cast))
    with CaptureQueriesContext(connection) as few:
        client.get(url(cast))
    for number in range(40):
        silent(cast, f"Autre {number}")
    with CaptureQueriesContext(connection) as many:
        answer = client.get(url(cast, "?page=2"))
    assert len(names(answer)) == 13
    assert len(few) == len(many) <= 8, [query["sql"][:120] for query in many]
