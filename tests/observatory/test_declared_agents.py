"""Agents publish, refuse, bring together, answer; two at once; the last decision taken back."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from maillage.core.models import JournalEntry, Letter
from maillage.observatory.actions import decide
from maillage.observatory.models import DeclaredNeed, Echo
from tests.factories import NOW, Cast, make_cast
from tests.observatory.saying import make_declared, make_echoes

HOME = "/val-de-bievre/gestion/manques/dits/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def one(cast: Cast) -> DeclaredNeed:
    return make_declared(cast.space, state="waiting", email="rosa@test.example")


def who(cast: Cast, name: str = "chloe", version: int | None = 0) -> dict[str, object]:
    return {"by": getattr(cast, name), "now": NOW, "version": version}


def test_publishing_corrects_tells_and_writes_the_journal(cast: Cast, one: DeclaredNeed):
    done = decide.publish(one, need_code="reparation", commune="93055", **who(cast))
    assert (done.state, done.need_code, done.municipality_code) == (
        "published",
        "reparation",
        "93055",
    )
    assert (done.version, done.decided_by, done.decided_at) == (1, cast.chloe, NOW)
    [letter] = Letter.objects.filter(to="rosa@test.example")
    assert letter.subject == "Publié : Réparation, Pantin"
    assert letter.link.endswith(f"/val-de-bievre/manques/dire/{one.pk}/")
    assert letter.next_at == NOW + timedelta(minutes=5)
    [entry] = JournalEntry.objects.filter(action="declared_decided")
    assert entry.changes == {
        "state": ["waiting", "published"],
        "need_code": ["", "reparation"],
        "municipality_code": ["93048", "93055"],
    }


@pytest.mark.parametrize("given", [{"need_code": "inconnu"}, {"commune": "93008"}, {"commune": ""}])
def test_a_correction_is_of_the_space(cast: Cast, one: DeclaredNeed, given):
    with pytest.raises(ValidationError):
        decide.publish(one, **given, **who(cast))
    one.refresh_from_db()
    assert (one.state, one.version, Letter.objects.count()) == ("waiting", 0, 0)


def test_a_refusal_needs_a_reason_that_is_sent(cast: Cast, one: DeclaredNeed):
    with pytest.raises(ValidationError):
        decide.refuse(one, reason=" \n ", **who(cast))
    decide.refuse(one, reason="Ce texte nomme une personne.", **who(cast))
    [letter] = Letter.objects.all()
    assert "Pourquoi : Ce texte nomme une personne." in letter.body
    assert (letter.link, DeclaredNeed.objects.get().state) == ("", "refused")
    # A published one can be taken back from the public, and a refused one published after all.
    published = decide.publish(one, **who(cast, version=1))
    decide.refuse(published, reason="Erreur.", **who(cast, version=2))
    assert DeclaredNeed.objects.get().state == "refused"


def test_an_answer_is_published_told_and_can_change(cast: Cast, one: DeclaredNeed):
    with pytest.raises(decide.StaleError):
        decide.answer(one, text="Bientôt.", **who(cast))
    decide.publish(one, **who(cast))
    decide.answer(one, text="Bientôt.", **who(cast, version=1))
    with pytest.raises(ValidationError):
        decide.answer(one, text="Bientôt.", **who(cast, version=2))
    decide.answer(one, text="En mai.", **who(cast, version=2))
    html = cast.client("").get(f"/val-de-bievre/manques/dire/{one.pk}/").content.decode()
    assert ("En mai." in html, "Bientôt." in html) == (True, False)
    assert Letter.objects.filter(kind="observatory.declared_answered").count() == 2


def test_bringing_together_adds_voices_and_counts_nobody_twice(cast: Cast):
    kept = make_declared(cast.space, author=cast.bruno)
    gone = make_declared(cast.space, state="waiting", author=cast.denis)
    make_echoes(kept, 2)
    make_echoes(gone, 3)
    for declared, person in (
        (kept, cast.chloe),
        (gone, cast.chloe),
        (gone, cast.bruno),
        (gone, cast.host),
    ):
        Echo.objects.create(declared=declared, user=person, at=NOW)
    decide.merge(gone, kept, **who(cast))
    # Two and three prints, Chloé once, the host, and who said it; not Bruno, who said the other.
    assert Echo.objects.filter(declared=kept).count() == 8
    assert sorted(
        Echo.objects.filter(declared=kept, user__isnull=False).values_list("user__name", flat=True)
    ) == sorted(person.name for person in (cast.chloe, cast.host, cast.denis))
    [letter] = Letter.objects.filter(user=cast.denis)
    assert letter.link.endswith(f"/{kept.pk}/")
    decide.undo(gone, by=cast.chloe, now=NOW + timedelta(minutes=1))
    assert Echo.objects.filter(declared=kept).count() == 3
    assert Echo.objects.filter(declared=gone).count() == 6
    gone.refresh_from_db()
    assert (gone.state, gone.merged_into, gone.version) == ("waiting", None, 2)
    assert Letter.objects.count() == 0


def test_what_was_brought_to_it_follows(cast: Cast):
    first, second, third = (make_declared(cast.space) for _ in range(3))
    decide.merge(first, second, **who(cast))
    decide.merge(second, third, **who(cast))
    first.refresh_from_db()
    assert (first.merged_into, Echo.objects.filter(declared=third).count()) == (third, 2)
    decide.undo(second, by=cast.chloe, now=NOW)
    first.refresh_from_db()
    assert (first.merged_into, Echo.objects.filter(declared=second).count()) == (second, 1)


@pytest.mark.parametrize("fault", ["itself", "waiting", "elsewhere"])
def test_it_is_brought_to_a_published_one_of_the_space(cast: Cast, one: DeclaredNeed, fault: str):
    into = {
        "itself": one,
        "waiting": make_declared(cast.space, state="waiting"),
        "elsewhere": make_declared(cast.other_space),
    }[fault]
    with pytest.raises(ValidationError):
        decide.merge(one, into, **who(cast))
    assert Echo.objects.count() == 0


def test_a_decision_is_taken_back_until_its_letter_leaves(cast: Cast, one: DeclaredNeed):
    decide.publish(one, need_code="sport", **who(cast))
    decide.undo(one, by=cast.chloe, now=NOW + timedelta(minutes=4))
    one.refresh_from_db()
    assert (one.state, one.need_code, one.decided_by, one.decided_at) == ("waiting", "", None, None)
    assert Letter.objects.count() == 0
    with pytest.raises(ValidationError):  # once only
        decide.undo(one, by=cast.chloe, now=NOW + timedelta(minutes=4))
    decide.publish(one, **who(cast, version=one.version))
    with pytest.raises(ValidationError):
        decide.undo(one, by=cast.chloe, now=NOW + timedelta(minutes=5))
    decide.answer(one, text="Oui.", **who(cast, version=None))
    Letter.objects.update(status="sent")
    with pytest.raises(ValidationError):
        decide.undo(one, by=cast.chloe, now=NOW)
    one.refresh_from_db()
    assert (one.state, one.answer) == ("answered", "Oui.")


def test_two_agents_on_the_same_page(cast: Cast, one: DeclaredNeed):
    chloe, aicha = cast.client("chloe"), cast.client("aicha")
    assert chloe.post(f"{HOME}{one.pk}/publier/", {"version": "0"}).status_code == 302
    late = aicha.post(f"{HOME}{one.pk}/refuser/", {"version": "0", "reason": "Trop vague."})
    html = late.content.decode()
    assert late.status_code == 409
    assert "Chloé Martin a déjà tranché" in html
    assert "Trop vague." in html
    assert DeclaredNeed.objects.get().state == "published"
    for version in ("", "-1", "x", "99999999999999999999"):
        answer = aicha.post(f"{HOME}{one.pk}/repondre/", {"version": version, "answer": "Oui."})
        assert answer.status_code == 409
    assert Letter.objects.filter(to="rosa@test.example").count() == 1


def test_the_queue_its_filters_and_its_next_one(cast: Cast, django_assert_max_num_queries):
    for rank in range(31):
        make_declared(
            cast.space, f"Texte {rank:02}", state="waiting", need_code="sport",
            said_at=NOW - timedelta(days=rank), author=cast.denis,
        )  # fmt: skip
    make_declared(cast.space, "Publié", municipality_code="93055")
    make_declared(cast.other_space, "Ailleurs", state="waiting")
    client = cast.client("chloe")
    with django_assert_max_num_queries(16):
        html = client.get(HOME).content.decode()
    assert "À lire <strong>31</strong>" in html
    assert "Publiés <strong>1</strong>" in html
    assert html.index("Texte 30") < html.index("Texte 29")
    assert "Texte 00" not in html
    assert "Texte 00" in client.get(f"{HOME}?page=2").content.decode()
    assert "Changez d'onglet" in client.get(f"{HOME}?besoin=culture").content.decode()
    assert "Publié" in client.get(f"{HOME}?etat=publies&commune=93055").content.decode()
    assert client.get(f"{HOME}?etat=rien&besoin=x&page=0").status_code == 200
    oldest = DeclaredNeed.objects.get(text="Texte 30")
    done = client.post(f"{HOME}{oldest.pk}/publier/", {"version": "0"})
    following = DeclaredNeed.objects.get(text="Texte 29")
    assert done["Location"] == f"{HOME}{following.pk}/"


def test_ticked_ones_are_published_together_and_taken_back_together(cast: Cast):
    rows = [make_declared(cast.space, f"Texte {rank}", state="waiting") for rank in range(3)]
    theirs = make_declared(cast.other_space, state="waiting")
    done = make_declared(cast.space, state="refused", decided_at=NOW)
    client = cast.client("chloe")
    ids = [str(row.pk) for row in (*rows, theirs, done)] + ["x", "9" * 30]
    html = client.post(f"{HOME}lot/", {"ids": ids}, follow=True).content.decode()
    assert "3 besoins publiés." in html
    assert "3 besoins tranchés ensemble" in html
    assert DeclaredNeed.objects.filter(state="published").count() == 3
    client.post(f"{HOME}{rows[0].pk}/defaire/", {"lot": "1"})
    assert DeclaredNeed.objects.filter(state="waiting").count() == 4
    empty = client.post(f"{HOME}lot/", {"ids": []}, follow=True).content.decode()
    assert "Cochez au moins un besoin à lire." in empty


def test_what_waits_is_on_the_menu_and_the_dashboard(cast: Cast, one: DeclaredNeed):
    html = cast.client("chloe").get("/val-de-bievre/gestion/").content.decode()
    assert "<strong>1</strong> besoin déclaré</a> : à lire avant publication" in html
    one.delete()
    assert (
        "à lire avant publication"
        not in cast.client("chloe").get("/val-de-bievre/gestion/").content.decode()
    )


def test_typed_words_survive_a_fault_in_the_page(cast: Cast, one: DeclaredNeed):
    client = cast.client("chloe")
    answer = client.post(
        f"{HOME}{one.pk}/publier/", {"version": "0", "need": "inconnu", "commune": "93055"}
    )
    html = answer.content.decode()
    assert "Choisissez un besoin de la liste." in html
    assert '<option value="93055" selected>' in html
    merged = client.post(f"{HOME}{one.pk}/reunir/", {"version": "0", "into": "x"})
    assert "Choisissez le besoin qui dit la même chose." in merged.content.decode()
    assert client.post(f"{HOME}{one.pk}/inconnu/", {"version": "0"}).status_code == 404
    assert timezone.is_aware(one.said_at)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_the_same_moment_make_one():
    cast = make_cast()
    one = make_declared(cast.space, state="waiting", email="rosa@test.example")
    barrier, found = threading.Barrier(2), []

    def run(act) -> None:
        barrier.wait()
        try:
            found.append(type(act()).__name__)
        except decide.StaleError:
            found.append("StaleError")
        finally:
            connection.close()

    acts = (
        lambda: decide.publish(one, **who(cast)),
        lambda: decide.refuse(one, reason="Non.", **who(cast, "aicha")),
    )
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["DeclaredNeed", "StaleError"]
    assert Letter.objects.count() == 1
    assert JournalEntry.objects.filter(action="declared_decided").count() == 1
