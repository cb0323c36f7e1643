"""Searches that people keep: refused when too wide, looked at again each night, told once."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.core.models import Letter
from maillage.directory import tasks
from maillage.directory.actions import searches as actions
from maillage.directory.models import SavedSearch
from maillage.structures.actions.archive import archive_structure, restore_structure
from maillage.structures.actions.save import create_structure, set_terms
from tests.factories import Cast, make_structure, make_term

pytestmark = pytest.mark.django_db
LIST = "/compte/recherches/"
SAVE = "/val-de-bievre/annuaire/enregistrer/"
MONTREUIL = "commune=93048"


def keep(cast: Cast, query: str = MONTREUIL, name: str = "Chez nous", who: str = "denis"):
    return cast.client(who).post(f"{SAVE}?{query}", {"name": name})


def add(cast: Cast, name: str = "Le Potager"):
    return create_structure(
        {"name": name, "family": "association"}, by=cast.chloe, now=timezone.now(),
        space=cast.space, place={"municipality_code": "93048", "is_head_office": True},
    )  # fmt: skip


def night() -> dict[str, int]:
    class Quiet:
        def progress(self, percent: int, message: str) -> None: ...

    return tasks.saved_searches(Quiet())


@pytest.fixture(autouse=True)
def here(cast: Cast):
    found = make_structure("La Fabrique", in_space=cast.space)
    from maillage.structures.actions.after import after_write

    after_write(structures=[found.pk], places=[], now=timezone.now())
    return found


def test_the_directory_offers_it_once_something_is_asked(cast: Cast) -> None:
    url = reverse("directory:list", args=["val-de-bievre"])
    assert "Enregistrer cette recherche" not in Client().get(url).content.decode()
    page = Client().get(f"{url}?{MONTREUIL}").content.decode()
    assert f'href="{SAVE}?{MONTREUIL}"' in page
    answer = Client().get(f"{SAVE}?{MONTREUIL}&q=a")
    assert answer["Location"] == f"/compte/connexion/?next={SAVE}%3Fcommune%3D93048%26q%3Da"


def test_a_search_is_kept_under_a_name(cast: Cast) -> None:
    page = cast.client("denis").get(f"{SAVE}?{MONTREUIL}").content.decode()
    assert 'value="Montreuil"' in page
    assert "Elle trouve aujourd'hui 1 structure" in page
    assert keep(cast)["Location"] == LIST
    shown = cast.client("denis").get(LIST).content.decode()
    assert ("Chez nous" in shown, f"?{MONTREUIL}" in shown) == (True, True)
    keep(cast, name="Autre nom")
    assert list(SavedSearch.objects.values_list("name", flat=True)) == ["Autre nom"]


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [("", "Tout", "Ajoutez un mot ou un filtre"), (MONTREUIL, "", "à revoir"),
     ("tri=nom&page=3", "Tout", "Ajoutez un mot ou un filtre")],
)  # fmt: skip
def test_what_cannot_be_kept_is_told(cast: Cast, query: str, name: str, said: str) -> None:
    answer = keep(cast, query, name)
    assert (answer.status_code, said in answer.content.decode()) == (200, True)
    assert SavedSearch.objects.count() == 0


def test_a_search_that_is_too_wide_is_refused(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(actions, "MOST_RESULTS", 0)
    assert "trop large" in keep(cast).content.decode()


def test_nobody_keeps_hundreds(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(actions, "MOST_SEARCHES", 1)
    keep(cast)
    assert "Vous avez déjà 1 recherches" in keep(cast, "q=fabrique").content.decode()


def test_new_results_are_told_once_and_shown_until_seen(cast: Cast) -> None:
    keep(cast)
    assert night() == {"looked": 1, "fresh": 0}
    add(cast)
    assert night() == {"looked": 1, "fresh": 1}
    letter = Letter.objects.get()
    assert (letter.user, letter.subject) == (
        cast.denis,
        "Du nouveau pour votre recherche dans l'annuaire Val de Bièvre",
    )
    assert "« Chez nous » trouve une structure de plus" in letter.body
    assert "• Le Potager\n  http://127.0.0.1:8000/val-de-bievre/structures/" in letter.body
    assert "La Fabrique" not in letter.body
    assert letter.link.endswith(f"/val-de-bievre/annuaire/?{MONTREUIL}")
    assert night() == {"looked": 1, "fresh": 0}
    denis = cast.client("denis")
    assert "1 nouvelle<" in denis.get(LIST).content.decode()
    denis.post(f"{LIST}{SavedSearch.objects.get().pk}/", {"act": "seen"})
    assert "1 nouvelle<" not in denis.get(LIST).content.decode()


def test_what_enters_by_a_change_is_new_too(cast: Cast, here) -> None:
    term = make_term("sector", "sec-alimentation")
    other = add(cast)
    set_terms(other, [term.code], term.code, by=cast.chloe, now=timezone.now(), space=cast.space)
    keep(cast, f"secteur={term.code}")
    set_terms(here, [term.code], term.code, by=cast.chloe, now=timezone.now(), space=cast.space)
    assert night() == {"looked": 1, "fresh": 1}


def test_what_left_and_came_back_is_no_news(cast: Cast) -> None:
    back = add(cast)
    keep(cast)
    archive_structure(back, reason="x", by=cast.chloe, now=timezone.now(), space=cast.space)
    assert night()["fresh"] == 0
    restore_structure(back, by=cast.chloe, now=timezone.now(), space=cast.space)
    assert night()["fresh"] == 0


def test_a_filter_that_the_space_lost_does_not_widen_the_search(cast: Cast) -> None:
    keep(cast)
    SavedSearch.objects.update(querystring="secteur=disparu")
    add(cast)
    assert night() == {"looked": 1, "fresh": 0}
    assert Letter.objects.count() == 0


def test_a_process_that_was_overtaken_tells_nothing(cast: Cast) -> None:
    from django.http import QueryDict

    from maillage.directory.filters import parse

    keep(cast)
    add(cast)
    late = SavedSearch.objects.get()
    assert night()["fresh"] == 1
    filters = parse(QueryDict(late.querystring)).filters
    assert actions.look_again(late, filters, now=timezone.now()) == 0
    assert Letter.objects.count() == 1


def test_the_searches_of_others_do_not_exist(cast: Cast) -> None:
    keep(cast)
    pk = SavedSearch.objects.get().pk
    assert cast.client("chloe").post(f"{LIST}{pk}/", {"act": "forget"}).status_code == 404
    assert "Aucune recherche enregistrée" in cast.client("chloe").get(LIST).content.decode()
    assert cast.client("denis").post(f"{LIST}{pk}/", {"act": "forget"}).status_code == 302
    assert SavedSearch.objects.count() == 0
