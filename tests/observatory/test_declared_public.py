"""Anybody says what is missing: with and without an account, once, moderated, without robots."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client

from maillage.core.models import JournalEntry, Letter
from maillage.observatory.models import DeclaredNeed, Echo
from maillage.observatory.views import declared as views
from maillage.territories.models import Neighbourhood
from tests.factories import NOW, Cast, Crowd, make_structure
from tests.moderation.sending import stamp
from tests.observatory.saying import make_declared, make_echoes

pytestmark = pytest.mark.django_db
SAY = "/val-de-bievre/manques/dire/"
LIST = f"{SAY}tous/"
XSS = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> str:
    return stamp(monkeypatch)


def words(opened: str, **fields: str) -> dict[str, str]:
    return {
        "need": "reparation",
        "commune": "Montreuil",
        "text": "Personne ne répare les grille-pain.",
        "opened": opened,
    } | fields


def test_a_visitor_says_it_and_nobody_reads_it_before_an_agent(cast: Cast, opened: str):
    answer = Client().post(SAY, words(opened, email="Rosa@test.example"))
    assert (answer.status_code, answer["Location"]) == (302, f"{SAY}merci/")
    one = DeclaredNeed.objects.get()
    assert (one.space, one.need_code, one.municipality_code) == (cast.space, "reparation", "93048")
    assert (one.state, one.email, one.author, one.version) == (
        "waiting",
        "rosa@test.example",
        None,
        0,
    )
    assert "répare" not in Client().get(LIST).content.decode()
    assert Client().get(f"{SAY}{one.pk}/").status_code == 404
    assert Client().post(f"{SAY}{one.pk}/moi-aussi/").status_code == 404
    [entry] = JournalEntry.objects.filter(action="need_declared")
    assert (entry.by, entry.space_id) == (None, cast.space.pk)
    assert "rosa" not in str(entry.changes)
    assert "va lire ce que vous avez écrit" in Client().get(f"{SAY}merci/").content.decode()


def test_letters_hold_no_word_that_a_stranger_typed(cast: Cast, opened: str):
    Client().post(SAY, words(opened, email="victime@test.example", text="Achetez sur spam.example"))
    letters = Letter.objects.order_by("to")
    assert [letter.to for letter in letters] == [
        cast.aicha.email,
        cast.chloe.email,
        "victime@test.example",
    ]
    assert not any("spam" in letter.subject + letter.body for letter in letters)
    assert letters[2].subject == "Bien reçu : Réparation, Montreuil"


def test_one_address_gets_few_letters_from_strangers(cast: Cast, monkeypatch):
    for rank in range(5):
        text = f"Il manque {'abcde'[rank] * 9}."
        sent = words(stamp(monkeypatch), need="autre", text=text, email="a@test.example")
        assert Client().post(SAY, sent).status_code == 302
    assert DeclaredNeed.objects.count() == 5
    assert Letter.objects.filter(to="a@test.example").count() == 3
    # Agents are told once of the burst.
    assert Letter.objects.filter(to=cast.chloe.email).count() == 1


def test_the_address_fills_the_form_in(cast: Cast):
    html = Client().get(f"{SAY}?besoin=reparation&commune=93055").content.decode()
    assert '<option value="reparation" selected>' in html
    assert 'value="Pantin"' in html
    html = Client().get(f"{SAY}?mots=cordonnier{XSS}").content.decode()
    assert "Je cherche : cordonnier&lt;script&gt;" in html
    assert '<option value="autre" selected>' in html
    assert Client().get(f"{SAY}?besoin=rien&commune=00000&quartier=x").status_code == 200


def test_a_member_speaks_for_their_structure_only(crowd: Crowd, opened: str, monkeypatch):
    nadia = crowd.client("nadia")
    answer = nadia.post(SAY, words(opened, structure=str(crowd.structure.pk)))
    assert answer.status_code == 302
    one = DeclaredNeed.objects.get()
    assert (one.structure, one.author, one.email) == (crowd.structure, crowd.nadia, "")
    other = words(stamp(monkeypatch), structure=str(crowd.other_structure.pk), need="sport")
    assert nadia.post(SAY, other).status_code == 200
    assert (
        Client().post(SAY, words(stamp(monkeypatch), structure="1", need="sport")).status_code
        == 302
    )
    assert list(DeclaredNeed.objects.filter(need_code="sport").values_list("structure")) == [
        (None,)
    ]


def test_nothing_else_than_the_form_can_be_set(cast: Cast, opened: str):
    more = {"state": "published", "author": str(cast.chloe.pk), "version": "9", "answer": "Oui",
            "space": str(cast.other_space.pk), "decided_by": str(cast.chloe.pk)}  # fmt: skip
    Client().post(SAY, words(opened, **more))
    one = DeclaredNeed.objects.get()
    assert (one.state, one.author, one.version, one.answer) == ("waiting", None, 0, "")
    assert (one.space, one.decided_by) == (cast.space, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"need": "autre", "text": "  "}, "Dites en quelques mots ce qui manque."),
        ({"need": ""}, "Ce champ est obligatoire"),
        ({"need": "inconnu"}, "Sélectionnez un choix valide"),
        ({"commune": "Bobigny"}, "n&#x27;est pas dans le territoire"),
        ({"commune": "Nulle-Part"}, "pas connue"),
        ({"text": "x" * 601}, "600"),
        ({"email": "pas une adresse"}, "adresse"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(cast: Cast, opened: str, wrong, said: str):
    answer = Client().post(SAY, words(opened) | wrong)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert said in html
    assert "répare les grille-pain" in html or "text" in wrong
    assert DeclaredNeed.objects.count() == 0


def test_a_quarter_must_be_of_the_commune(cast: Cast, opened: str, monkeypatch):
    Neighbourhood.objects.create(
        kind="qpv", code="QN09304M", name="Bel Air", municipality_codes=["93048"], geometry={}
    )
    Neighbourhood.objects.create(
        kind="iris", code="930480101", name="Iris 1", municipality_codes=["93048"], geometry={}
    )
    html = Client().get(SAY).content.decode()
    assert ("Bel Air" in html, "Iris 1" in html) == (True, False)
    wrong = Client().post(SAY, words(opened, quarter="QN09304M", commune="Pantin"))
    assert "Ce quartier n&#x27;est pas dans la commune choisie." in wrong.content.decode()
    Client().post(SAY, words(stamp(monkeypatch), quarter="QN09304M"))
    assert DeclaredNeed.objects.get().neighbourhood.code == "QN09304M"


def test_robots_are_refused_with_a_sentence(cast: Cast, monkeypatch):
    trapped = Client().post(SAY, words(stamp(monkeypatch), adresse_web="https://spam.example"))
    assert "comme le font les robots" in trapped.content.decode()
    quick = Client().post(SAY, words(stamp(monkeypatch, age=0)))
    assert "trop rapide pour une personne" in quick.content.decode()
    old = Client().post(SAY, words(stamp(monkeypatch, age=90000)))
    assert "plus d&#x27;un jour" in old.content.decode()
    forged = Client().post(SAY, words("forgé:1:2"))
    assert "rien n&#x27;est perdu" in forged.content.decode()
    assert DeclaredNeed.objects.count() == 0


def test_the_same_form_sent_twice_is_one_need(cast: Cast, opened: str):
    assert [Client().post(SAY, words(opened)).status_code for _ in range(3)] == [302] * 3
    assert DeclaredNeed.objects.count() == 1
    assert Letter.objects.filter(to=cast.chloe.email).count() == 1


def test_too_many_from_one_connection_wait(cast: Cast, monkeypatch):
    monkeypatch.setattr(views, "SENDINGS", 1)
    codes = [Client().post(SAY, words(stamp(monkeypatch), need=need)).status_code
             for need in ("reparation", "sport")]  # fmt: skip
    assert codes == [302, 429]
    assert DeclaredNeed.objects.count() == 1


def test_what_is_said_already_is_shown_first(cast: Cast, opened: str, monkeypatch):
    there = make_declared(cast.space, "Un cordonnier, personne ne répare les chaussures.")
    other = words(opened, need="autre", text="Il n'y a plus de cordonnier pour nos chaussures")
    answer = Client().post(SAY, other)
    html = answer.content.decode()
    assert (answer.status_code, DeclaredNeed.objects.count()) == (200, 1)
    assert f'formaction="{SAY}{there.pk}/moi-aussi/"' in html
    # « Moi aussi » sends the form that was filled to the other address.
    assert Client().post(f"{SAY}{there.pk}/moi-aussi/", other).status_code == 302
    assert (Echo.objects.count(), DeclaredNeed.objects.count()) == (1, 1)
    assert Client().post(SAY, other | {"new": "1"}).status_code == 302
    assert DeclaredNeed.objects.count() == 2
    # Elsewhere, or about something else, nothing is near.
    far = words(stamp(monkeypatch), need="autre", text="Un cordonnier", commune="Pantin")
    assert Client().post(SAY, far).status_code == 302


def test_a_page_shows_text_as_text_and_never_an_address(cast: Cast):
    one = make_declared(
        cast.space,
        f"Vélos {XSS}",
        email="rosa@test.example",
        author=cast.denis,
        state="answered",
        answer=f"Bientôt {XSS}",
    )
    make_echoes(one, 2)
    pages = [Client().get(url).content.decode() for url in (f"{SAY}{one.pk}/", LIST)]
    for html in pages:
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "Vélos &lt;script&gt;" in html
        assert "rosa@test.example" not in html
        assert "Denis" not in html
    assert "<strong>2</strong> « moi aussi »" in pages[0]
    assert "La réponse de la collectivité" in pages[0]


def test_a_merged_need_leads_to_the_other(cast: Cast):
    kept = make_declared(cast.space)
    gone = make_declared(cast.space, state="merged", merged_into=kept)
    answer = Client().get(f"{SAY}{gone.pk}/")
    assert (answer.status_code, answer["Location"]) == (301, f"{SAY}{kept.pk}/")
    kept.state = "refused"
    kept.save()
    assert Client().get(f"{SAY}{gone.pk}/").status_code == 404


def test_the_list_is_filtered_and_paged(cast: Cast, django_assert_max_num_queries):
    for rank in range(23):
        make_declared(cast.space, f"Texte {rank}", need_code="sport", said_at=NOW - timedelta(rank))
    make_declared(cast.space, "Ailleurs", municipality_code="93055")
    make_declared(cast.other_space, "Autre espace")
    with django_assert_max_num_queries(8):
        html = Client().get(f"{LIST}?besoin=sport&commune=93048").content.decode()
    assert "<strong>23</strong> besoins publiés" in html
    assert html.count("Texte ") == 20
    assert Client().get(f"{LIST}?besoin=sport&page=2").content.decode().count("Texte ") == 3
    assert (
        "<strong>1</strong> besoin publié" in Client().get(f"{LIST}?besoin=autre").content.decode()
    )
    empty = Client().get(f"{LIST}?besoin=culture").content.decode()
    assert "Cela ne prouve pas que rien ne manque" in empty
    assert f'href="{SAY}?besoin=culture"' in empty
    assert Client().get(f"{LIST}?besoin=rien&commune=x&page=zéro").status_code == 200


def test_the_feed_is_atom_and_in_order(cast: Cast):
    make_declared(cast.space, "Ancien & <b>", said_at=NOW - timedelta(9))
    make_declared(cast.space, "Récent", need_code="sport")
    make_declared(cast.space, "Caché", state="waiting")
    root = ET.fromstring(Client().get(f"{SAY}tous.atom").content)  # noqa: S314
    atom = "{http://www.w3.org/2005/Atom}"
    entries = root.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}title") for entry in entries] == [
        "Sport pour tous, Montreuil",
        "Autre chose, Montreuil",
    ]
    summary = entries[1].find(f"{atom}summary")
    assert summary is not None
    assert (summary.get("type"), summary.text) == ("html", "Ancien &amp; &lt;b&gt;")
    assert root.findtext(f"{atom}author/{atom}name") == "Collectivité de test"


def test_a_search_that_finds_nothing_offers_to_say_it(cast: Cast):
    make_declared(cast.space)
    make_structure("La Fabrique", in_space=cast.space)
    html = Client().get("/val-de-bievre/annuaire/?q=xylophoniste+ambulant").content.decode()
    assert f'href="{SAY}?mots=xylophoniste%20ambulant"' in html
