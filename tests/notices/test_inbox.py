"""A person's box, their rhythms, the links that stop letters, and digests."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.accounts.actions import tell
from maillage.accounts.models import Preference, User
from maillage.core.jobs import drain
from maillage.core.letters.kinds import LetterKind
from maillage.core.letters.outbox import post
from maillage.core.models import Letter
from maillage.notices.actions import digest as digests
from maillage.notices.actions.digest import Done, send_digests
from maillage.notices.actions.inbox import set_rhythms
from maillage.notices.lib.keys import ALL, category_key, read_category_key
from maillage.notices.notices import DIGEST, NEWS
from tests.core.letters.post_office import PostOffice, post_office
from tests.factories import Cast, make_user, signed_in

pytestmark = pytest.mark.django_db
LIST = "/compte/messages/"
WORDS = {"space": "Val de Bièvre", "news": "• La Ressourcerie : nouveaux horaires"}
SECRET = LetterKind(code="test.key", label="Clé", subject="Clé", text="k", secret=True)


@pytest.fixture
def office(settings) -> PostOffice:
    with post_office(settings) as opened:
        yield opened


def write(user: User, *, count: int = 1, link: str = "http://127.0.0.1:8000/x/") -> list[Letter]:
    return [tell([user], NEWS, WORDS, now=timezone.now(), link=link)[0] for _ in range(count)]


def page(client: Client, url: str = LIST) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_box_says_what_will_be_there(cast: Cast) -> None:
    assert "Pas encore de message" in page(cast.client("denis"))


def test_letters_are_listed_read_and_marked_back(cast: Cast) -> None:
    [letter] = write(cast.denis)
    denis = cast.client("denis")
    assert "Non lu</" in page(denis)
    shown = page(denis, f"{LIST}{letter.pk}/")
    assert "nouveaux horaires" in shown
    letter.refresh_from_db()
    assert letter.read_at is None  # looking writes nothing
    opened = denis.post(f"{LIST}{letter.pk}/marquer/", {"act": "open"})
    assert (opened.status_code, opened["Location"]) == (302, letter.link)
    letter.refresh_from_db()
    assert letter.read_at is not None
    assert "Vous avez tout lu" in page(denis, f"{LIST}?vue=non-lus")
    denis.post(f"{LIST}{letter.pk}/marquer/", {"act": "unread"})
    letter.refresh_from_db()
    assert letter.read_at is None


def test_all_are_read_at_once_and_nobody_elses(cast: Cast) -> None:
    write(cast.denis, count=3)
    write(cast.chloe)
    answer = cast.client("denis").post(f"{LIST}tout-lire/", follow=True)
    assert "3 messages marqués comme lus." in answer.content.decode()
    unread = Letter.objects.filter(read_at=None).values_list("user__email", flat=True)
    assert list(unread) == ["chloe@test.example"]


@pytest.mark.parametrize("act", ["read", "open", "unread"])
def test_a_letter_of_somebody_else_does_not_exist(cast: Cast, act: str) -> None:
    [letter] = write(cast.chloe)
    denis = cast.client("denis")
    assert denis.get(f"{LIST}{letter.pk}/").status_code == 404
    assert denis.post(f"{LIST}{letter.pk}/marquer/", {"act": act}).status_code == 404


def test_a_letter_with_a_key_is_not_in_the_box(cast: Cast) -> None:
    secret = post(SECRET, to=cast.denis.email, values={}, now=timezone.now(), user_id=cast.denis.pk)
    denis = cast.client("denis")
    assert "Clé" not in page(denis)
    assert denis.get(f"{LIST}{secret.pk}/").status_code == 404


def test_the_header_counts_the_unread_for_one_query(cast: Cast) -> None:
    denis = cast.client("denis")
    costs = []
    for count in (0, 30):
        write(cast.denis, count=count)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text = page(denis, "/compte/profil/")
        costs.append(len(asked))
        assert re.search(r"Messages\s*<span class=\"count\">30<", text) is not None or count == 0
    assert costs[0] == costs[1]
    assert "Messages" not in page(Client(), "/accessibilite/").split("</header>")[0]


def test_many_letters_take_pages(cast: Cast) -> None:
    write(cast.denis, count=45)
    denis = cast.client("denis")
    assert [page(denis, f"{LIST}?page={n}").count('<li class="card') for n in (1, 3, "x", "99")] == [
        20, 5, 20, 5,
    ]  # fmt: skip


# Rhythms


def test_each_subject_has_its_rhythm(cast: Cast) -> None:
    denis = cast.client("denis")
    shown = page(denis, f"{LIST}preferences/")
    names = re.findall(r'<select name="(\w+)"', shown)
    assert "follows" in names
    posted = dict.fromkeys(names, "at_once") | {"follows": "weekly"}
    assert denis.post(f"{LIST}preferences/", posted).status_code == 302
    assert Preference.objects.get(user=cast.denis, category="follows").rhythm == "weekly"
    assert write(cast.denis)[0].status == "held"


def test_a_rhythm_that_does_not_exist_changes_nothing(cast: Cast) -> None:
    answer = cast.client("denis").post(f"{LIST}preferences/", {"follows": "jamais de la vie"})
    assert answer.status_code == 200
    assert "à revoir" in answer.content.decode()
    assert Preference.objects.count() == 0


def test_everything_stops_at_once(cast: Cast) -> None:
    held = write(cast.denis)[0]
    cast.client("denis").post(f"{LIST}preferences/", {"act": "stop"})
    assert set(Preference.objects.values_list("rhythm", flat=True)) == {"never"}
    held.refresh_from_db()
    assert held.status == "silent"
    assert write(cast.denis)[0].status == "silent"


# The link at the end of letters


def stop_link(office: PostOffice) -> str:
    return (
        str(office.messages[0]["List-Unsubscribe"])
        .strip("<>")
        .removeprefix("http://127.0.0.1:8000")
    )


def test_the_link_of_a_letter_stops_its_subject_without_sign_in(cast: Cast, office) -> None:
    write(cast.denis)
    drain()
    link = stop_link(office)
    visitor = Client(enforce_csrf_checks=True)
    shown = page(visitor, link)
    assert "Ce que vous suivez" in shown
    assert Preference.objects.count() == 0  # a mail scanner follows links: nothing happens
    answer = visitor.post(
        link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, "Vous ne recevrez plus" in answer.content.decode()) == (200, True)
    assert list(Preference.objects.values_list("user", "category", "rhythm")) == [
        (cast.denis.pk, "follows", "never")
    ]


def test_the_same_page_stops_everything(cast: Cast, office) -> None:
    write(cast.denis)
    drain()
    Client().post(stop_link(office), {"tout": "1"})
    assert Preference.objects.filter(user=cast.denis).count() >= 1
    assert set(Preference.objects.values_list("rhythm", flat=True)) == {"never"}


@pytest.mark.parametrize("change", [lambda key: key + "x", lambda key: "2" + key, lambda key: "x"])
def test_a_key_that_is_not_ours_opens_nothing(cast: Cast, change: Callable[[str], str]) -> None:
    key = category_key(cast.denis.pk, "follows")
    assert read_category_key(key) == (cast.denis.pk, "follows")
    wrong = change(key)
    assert read_category_key(wrong) is None
    assert Client().get(f"{LIST}arreter/{wrong}/").status_code == 404
    assert Client().post(f"{LIST}arreter/{wrong}/").status_code == 404


# Digests


def held(user: User, count: int, rhythm: str = "daily") -> list[Letter]:
    set_rhythms({"follows": rhythm}, by=user, now=timezone.now())
    return write(user, count=count)


def test_a_digest_gathers_what_was_held_once(cast: Cast, office) -> None:
    held(cast.denis, 3)
    held(cast.chloe, 1)
    now = timezone.now()
    assert send_digests(weekly=False, now=now) == Done(2, 4)
    assert send_digests(weekly=False, now=now) == Done(0, 0)
    drain()
    subjects = {(str(m["To"]), str(m["Subject"])) for m in office.messages}
    assert subjects == {
        ("denis@test.example", "Votre résumé : 3 messages"),
        ("chloe@test.example", "Votre résumé : 1 message"),
    }
    assert all(m["List-Unsubscribe-Post"] for m in office.messages)
    [his] = [message for message in office.messages if message["To"] == "denis@test.example"]
    text = next(his.iter_parts()).get_content()
    assert text.count("• Du nouveau dans l'annuaire Val de Bièvre") == 3
    assert "http://127.0.0.1:8000/x/" in text
    assert not Letter.objects.filter(status="held").exists()


def test_a_digest_is_not_in_the_box_nor_counted(cast: Cast) -> None:
    held(cast.denis, 2)
    send_digests(weekly=False, now=timezone.now())
    text = page(cast.client("denis"))
    assert "Votre résumé" not in text
    assert "Non lus (2)" in text


def test_days_and_weeks_do_not_mix(cast: Cast) -> None:
    held(cast.denis, 2, "weekly")
    held(cast.chloe, 1, "daily")
    now = timezone.now()
    assert send_digests(weekly=False, now=now) == Done(1, 1)
    assert send_digests(weekly=True, now=now) == Done(1, 2)


def test_a_letter_held_under_a_former_rhythm_still_leaves(cast: Cast) -> None:
    held(cast.denis, 2, "weekly")
    set_rhythms({"follows": "at_once"}, by=cast.denis, now=timezone.now())
    assert send_digests(weekly=False, now=timezone.now()) == Done(1, 2)


def test_nothing_held_sends_nothing() -> None:
    assert send_digests(weekly=False, now=timezone.now()) == Done(0, 0)
    assert Letter.objects.count() == 0


def test_who_closed_their_account_gets_no_digest(cast: Cast) -> None:
    held(cast.denis, 2)
    User.objects.filter(pk=cast.denis.pk).update(is_active=False)
    assert send_digests(weekly=False, now=timezone.now()) == Done(0, 0)
    assert not Letter.objects.filter(kind=DIGEST.code).exists()


def test_stopped_between_two_people_the_next_run_goes_on(cast: Cast, monkeypatch) -> None:
    people = [cast.denis, cast.chloe, make_user()]
    for person in people:
        held(person, 2)
    original, calls = digests.post_many, []

    def dies(*given: object, **named: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(*given, **named)

    monkeypatch.setattr(digests, "post_many", dies)
    with pytest.raises(KeyboardInterrupt):
        send_digests(weekly=False, now=timezone.now())
    assert Letter.objects.filter(status="held").count() == 4
    assert send_digests(weekly=False, now=timezone.now()) == Done(2, 4)
    assert Letter.objects.filter(kind=DIGEST.code).count() == 3


def test_two_processes_at_once_do_not_write_twice(cast: Cast, monkeypatch) -> None:
    """One read the letters, and the other sent them before it took them."""
    held(cast.denis, 2)
    letters = list(digests._held(weekly=False).order_by("id"))
    send_digests(weekly=False, now=timezone.now())

    class AsRead:
        def filter(self, **kwargs: object) -> "AsRead":
            return self

        def order_by(self, *names: str) -> list[Letter]:
            return letters

    monkeypatch.setattr(digests, "_held", lambda *, weekly: AsRead())  # noqa: PLW0108
    with pytest.raises(digests.Rival):
        digests._digest(cast.denis.pk, weekly=False, now=timezone.now())
    assert Letter.objects.filter(kind=DIGEST.code).count() == 1


def test_a_long_digest_says_how_many_more(cast: Cast) -> None:
    held(cast.denis, digests.MOST + 5)
    send_digests(weekly=False, now=timezone.now())
    assert "… et 5 autres, dans vos messages." in Letter.objects.get(kind=DIGEST.code).body


def test_every_page_is_for_who_signed_in() -> None:
    for url in (LIST, f"{LIST}preferences/", f"{LIST}1/"):
        answer = Client().get(url)
        assert (answer.status_code, answer["Location"]) == (302, f"/compte/connexion/?next={url}")
    assert signed_in(make_user()).get(f"{LIST}1/").status_code == 404
    assert ALL == "all"
