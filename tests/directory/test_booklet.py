"""The printable directory: what it holds is what the export holds, whoever asks and whatever names are like."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from maillage.core import journal
from maillage.core.jobs import Context, LeaseLost, drain
from maillage.core.models import Job, JournalEntry, Upload
from maillage.directory.actions import booklets as actions
from maillage.directory.lib import booklet as shapes
from maillage.directory.lib.booklet import BookletOptions, Entry, grouped
from maillage.directory.models import Booklet
from maillage.directory.tasks import booklet as task
from tests.factories import make_establishment, make_space, make_structure, make_term, tag
from tests.pdf_checks import read, text_of

pytestmark = pytest.mark.django_db
CHOICES = {"group": "secteur", "format": "a4", "contacts": ["adresse", "telephone", "courriel"]}
AWKWARD = [
    '#panic("x") *gras* <étiquette> @ref',
    "جمعية الأمل",
    "Café 🎉 喜",
    "Nom\u202e retourné",
    "É" * 120,
]


def structure(name: str, **fields: object):
    made = make_structure(name, **({"phone": "01 99 00 00 01"} | fields))
    make_establishment(made, address="1 rue du Pré", municipality_code="93048")
    return made


@pytest.fixture
def two(space, publish):
    first = structure("Zèbre solidaire", email="zebre@est.example", description="Un lieu ouvert.")
    second = structure("Atelier du fil", contact_visibility={"phone": "members"})
    make_establishment(second, address="2 rue B", municipality_code="93055")
    tag(second, make_term("sector", "sec-ree", "Réemploi"), main=make_term("sector", "sec-ree"))
    publish()
    return first, second


def ask(query: str = "", client: Client | None = None, **changes: object):
    return (client or Client()).post(f"/est/annuaire/livret/?{query}", CHOICES | changes)


def content_of(answer) -> bytes:
    content = b"".join(answer.streaming_content)
    for close in answer._resource_closers:  # the file, not the test's database
        close()
    return content


def made(query: str = "", **changes: object) -> tuple[str, bytes]:
    """Address of a booklet, and its bytes once the jobs were done."""
    address = ask(query, **changes)["Location"]
    assert [job.status for job in drain() if job.name == actions.JOB] == [Job.Status.DONE]
    return address, content_of(Client().get(f"{address}livret.pdf"))


def test_the_list_offers_it_and_the_form_says_what_it_prints(two, reader) -> None:
    assert (
        'href="/est/annuaire/livret/?commune=93055"'
        in reader.get("annuaire/?commune=93055").content.decode()
    )
    page = reader.get("annuaire/livret/?commune=93055").content.decode()
    assert "1 structure dans un document PDF" in page
    assert "Titre de la couverture" not in page


def test_a_booklet_is_made_aside_and_told_from_page_to_page(two, reader) -> None:
    address = ask()["Location"]
    waiting = Client().get(address).content.decode()
    assert "En attente" in waiting
    assert '<meta http-equiv="refresh" content="5">' in waiting
    assert Client().get(f"{address}livret.pdf")["Location"] == address
    drain()
    ready = Client().get(address).content.decode()
    assert "Votre livret est prêt" in ready
    assert 'http-equiv="refresh"' not in ready
    part = Client().get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    answer = Client().get(f"{address}livret.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "livret-est.pdf" in answer["Content-Disposition"]
    assert content_of(answer).startswith(b"%PDF-1.7")
    assert JournalEntry.objects.get(action="booklet_asked").by is None


def test_it_is_an_accessible_document_with_all_its_parts(two) -> None:
    _, content = made()
    found = read(content)
    assert found.faults == []
    assert found.title == actions.TITLE
    assert found.sizes[0] == (595, 842)
    assert found.bookmarks == 4  # the map, two groups, the index
    assert [words.split(" : ")[0] for words in found.alternatives] == [
        (
            "Où sont les structures de ce livret. 2 structures à une adresse publique ; "
            "les autres ne sont comptées que par commune."
        ),
        "Code à scanner",
        "Code à scanner",
    ]
    assert sorted(found.links) == sorted(
        f"{settings.BASE_URL}/est/structures/{one.slug}/" for one in two
    )
    text = text_of(content)
    parts = [
        "Sommaire",
        "Réemploi",
        "Atelier du fil",
        "Autres secteurs",
        "Zèbre solidaire",
        "Index",
    ]
    places = [text.rindex(part) if part == "Index" else text.index(part) for part in parts]
    assert places[0] < places[1] < places[3]
    assert text.count("Zèbre solidaire") == 2


def test_it_tells_what_the_public_export_tells_and_no_more(two, reader) -> None:
    _, content = made()
    text = text_of(content).replace(" ", "")
    told = {row["Nom"]: row for row in reader.csv_rows()}
    assert told["Atelier du fil"]["Téléphone"] == ""
    assert told["Zèbre solidaire"]["Téléphone"] != ""
    assert text.count("Téléphone:") == 1
    assert "zebre@est.example" in text


def test_only_the_contacts_asked_for_are_printed(two) -> None:
    text = text_of(made(contacts=["courriel"])[1])
    assert "zebre@est.example" in text.replace(" ", "")
    assert "Téléphone" not in text
    assert "rue du Pré" not in text


def test_by_commune_on_small_paper(two) -> None:
    _, content = made(group="commune", format="a5")
    found = read(content)
    assert (found.faults, found.sizes[0]) == ([], (420, 595))
    assert "Montreuil" in text_of(content)


def test_the_same_list_twice_is_the_same_file(two) -> None:
    first, content = made()
    assert ask()["Location"] == first
    assert ask(group="commune")["Location"] != first
    assert ask("commune=93048")["Location"] != first
    assert Booklet.objects.get(key=first.split("/")[-2]).file is not None
    journal.tick("structures")
    assert ask()["Location"] != first
    assert read(content).pages == 6


@pytest.mark.parametrize("group", ["secteur", "commune"])
def test_names_of_every_kind_hold(space, publish, group: str) -> None:
    for name in AWKWARD:
        structure(name, description=name, acronym=name[:12])
    publish()
    _, content = made(group=group)
    assert read(content).faults == []
    assert '#panic("x")' in text_of(content)


def test_an_empty_list_is_told(two, reader) -> None:
    assert "Cette liste est vide" in reader.get("annuaire/livret/?q=introuvable").content.decode()
    answer = ask("q=introuvable")
    assert answer.status_code == 200
    assert "il n'y a rien à imprimer" in str(answer.context["form"].errors) or (
        "Cette liste est vide" in answer.content.decode()
    )
    assert not Booklet.objects.exists()


def test_a_list_too_long_is_refused_with_a_way_out(two, reader, monkeypatch) -> None:
    monkeypatch.setattr(actions, "MOST_STRUCTURES", 1)
    answer = ask()
    assert "Cette liste compte 2 structures et un livret en tient 1 au plus" in (
        answer.content.decode()
    )
    assert not Job.objects.filter(name=actions.JOB).exists()


def test_a_visitor_may_ask_for_few_and_an_agent_for_many(two, cast, monkeypatch) -> None:
    monkeypatch.setattr("maillage.directory.views.booklets._HOURLY", 1)
    assert ask().status_code == 302
    assert ask().status_code == 302, "the same booklet costs nothing"
    refused = ask(format="a5")
    assert "attendez un peu" in refused.content.decode()
    assert 'value="a5"' in refused.content.decode()


def test_only_who_manages_the_space_writes_its_title(cast, publish) -> None:
    made_here = make_structure("La Fabrique", in_space=cast.space)
    publish()
    base = f"/{cast.space.slug}/annuaire/livret/"
    Client().post(base, CHOICES | {"title": "Un faux titre"})
    address = cast.client("chloe").post(base, CHOICES | {"title": " Le guide  2027 "})["Location"]
    assert [one.title for one in Booklet.objects.order_by("pk")] == [actions.TITLE, "Le guide 2027"]
    drain()
    assert read(content_of(Client().get(f"{address}livret.pdf"))).title == "Le guide 2027"
    assert JournalEntry.objects.filter(action="booklet_asked").latest("pk").by == cast.chloe
    assert made_here.pk


@pytest.mark.parametrize("change", ["archived", "phone", "moved"])
def test_what_is_not_public_any_more_is_not_given_any_more(two, publish, change: str) -> None:
    address, _ = made()
    first = two[0]
    if change == "archived":
        first.state = "archived"
    elif change == "phone":
        first.contact_visibility = {"phone": "agents"}
    else:
        first.establishments.update(address_is_public=False)
    first.save()
    publish()
    assert Client().get(f"{address}livret.pdf")["Location"] == address
    assert "annuaire a changé depuis" in Client().get(address).content.decode()


def test_a_change_of_something_else_leaves_it_as_it_is(two, publish) -> None:
    address, content = made()
    structure("Une nouvelle venue")
    publish()
    assert content_of(Client().get(f"{address}livret.pdf")) == content


def test_a_worker_that_dies_leaves_nothing_and_the_next_one_makes_it(two, monkeypatch) -> None:
    address = ask()["Location"]
    booklet = Booklet.objects.get()
    Job.objects.filter(pk=booklet.job_id).update(status=Job.Status.RUNNING, attempt=2)
    with pytest.raises(LeaseLost):
        task.make_booklet(Context(booklet.job_id, attempt=1), booklet_id=booklet.pk)
    assert not Upload.objects.exists()
    assert task.make_booklet(Context(booklet.job_id, attempt=2), booklet_id=booklet.pk) == 2
    assert read(content_of(Client().get(f"{address}livret.pdf"))).faults == []
    assert Job.objects.get(pk=booklet.job_id).status == Job.Status.DONE


def test_a_list_that_emptied_meanwhile_says_so_and_may_be_tried_again(two, publish) -> None:
    address = ask()["Location"]
    for one in two:
        one.state = "archived"
        one.save()
    publish()
    drain()
    page = Client().get(address).content.decode()
    assert "ne sont plus publiées" in page
    for one in two:
        one.state = "active"
        one.save()
    publish()
    assert Client().post(f"{address}recommencer/")["Location"] == address
    drain()
    assert "Votre livret est prêt" in Client().get(address).content.decode()


def test_it_is_forgotten_with_its_file_after_some_days(two) -> None:
    address, _ = made()
    path = Upload.objects.get().path
    now = timezone.now()
    assert actions.forget_old(now) == 0
    assert actions.forget_old(now + shapes.KEPT + timedelta(seconds=1)) == 1
    assert not Upload.objects.filter(path=path).exists()
    assert Client().get(address).status_code == 404


def test_it_is_of_one_space_and_known_by_its_print_only(two) -> None:
    address, _ = made()
    key = address.split("/")[-2]
    make_space("ouest", name="Ouest")
    assert Client().get(f"/ouest/annuaire/livret/{key}/").status_code == 404
    assert Client().get(f"/est/annuaire/livret/{'0' * 64}/").status_code == 404
    assert Client().post(f"/est/annuaire/livret/{'0' * 64}/recommencer/").status_code == 404


def test_wrong_choices_are_told_and_nothing_is_lost(two) -> None:
    answer = ask(group="couleur", contacts=["courriel"])
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"group"}
    assert not Booklet.objects.exists()


def test_options_that_this_version_does_not_know_fall_back() -> None:
    assert BookletOptions.from_json(None) == BookletOptions()
    kept = {"group": "couleur", "format": "a0", "contacts": ["fax", "courriel"]}
    assert BookletOptions.from_json(kept) == BookletOptions(contacts=("courriel",))


def test_groups_and_names_are_in_the_order_of_a_reader() -> None:
    def one(number: int, name: str, group: str) -> Entry:
        return Entry(number, name, group, "", "", (), "", "", "")

    found = grouped(
        [one(1, "zoo", "Énergie"), one(2, "Œuvre", "Énergie"), one(3, "a", "Autres secteurs"), one(4, "b", "Zinc")],
        "secteur",
    )  # fmt: skip
    assert [(name, [each.id for each in entries]) for name, entries in found] == [
        ("Énergie", [2, 1]),
        ("Zinc", [4]),
        ("Autres secteurs", [3]),
    ]
