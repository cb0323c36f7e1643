"""« Moi aussi » : a person counts once, and leaves no address."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from maillage.core.models import JournalEntry
from maillage.observatory.actions.declare import echo
from maillage.observatory.actions.forgetting import forget_prints
from maillage.observatory.lib.prints import print_of
from maillage.observatory.models import Echo
from maillage.observatory.views import declared as views
from tests.factories import NOW, Cast, make_cast
from tests.observatory.saying import make_declared


def url(pk: int) -> str:
    return f"/val-de-bievre/manques/dire/{pk}/moi-aussi/"


@pytest.mark.django_db
def test_a_network_counts_once_a_day_without_being_kept(cast: Cast):
    one, other = make_declared(cast.space), make_declared(cast.space)
    said = [
        Client(REMOTE_ADDR=ip).post(url(pk), follow=True).content.decode()
        for ip, pk in [("192.0.2.1", one.pk), ("192.0.2.1", one.pk), ("192.0.2.2", one.pk),
                       ("192.0.2.1", other.pk)]
    ]  # fmt: skip
    assert ["est comptée" in html for html in said] == [True, False, True, True]
    assert "était déjà comptée" in said[1]
    assert list(Echo.objects.order_by("pk").values_list("declared_id", "user_id")) == [
        (one.pk, None),
        (one.pk, None),
        (other.pk, None),
    ]
    keys = list(Echo.objects.values_list("key", flat=True))
    assert len(set(keys)) == 3
    assert all(len(key) == 64 and "192" not in key[:7] for key in keys)
    assert JournalEntry.objects.count() == 0


def test_prints_change_with_the_day_the_need_and_the_secret(settings):
    day = NOW.date()
    first = print_of("192.0.2.1", day, 1)
    assert first == print_of("192.0.2.1", day, 1)
    settings.SECRET_KEY = "autre"
    assert (
        len({first, print_of("192.0.2.1", day, 1), print_of("192.0.2.1", day, 2),
             print_of("192.0.2.1", day + timedelta(1), 1), print_of("192.0.2.2", day, 1)})
        == 5
    )  # fmt: skip


@pytest.mark.django_db
def test_an_account_counts_once_wherever_it_is_and_not_for_itself(cast: Cast):
    one = make_declared(cast.space)
    mine = make_declared(cast.space, author=cast.denis)
    client = cast.client("denis")
    for pk in (one.pk, one.pk, mine.pk):
        client.post(url(pk))
    assert list(Echo.objects.values_list("declared_id", "user_id", "key")) == [
        (one.pk, cast.denis.pk, "")
    ]
    assert (
        "Votre voix est comptée" in client.get(url(one.pk)[: -len("moi-aussi/")]).content.decode()
    )


@pytest.mark.django_db
def test_a_voice_needs_a_post_a_published_need_and_patience(cast: Cast, monkeypatch):
    one, hidden = make_declared(cast.space), make_declared(cast.space, state="waiting")
    elsewhere = make_declared(cast.other_space)
    assert Client().get(url(one.pk)).status_code == 405
    assert [Client().post(url(pk)).status_code for pk in (hidden.pk, elsewhere.pk)] == [404, 404]
    assert Client(enforce_csrf_checks=True).post(url(one.pk)).status_code == 403
    monkeypatch.setattr(views, "ECHOES", 1)
    codes = [Client(REMOTE_ADDR="192.0.2.9").post(url(one.pk)).status_code for _ in range(2)]
    assert codes == [302, 429]
    assert Echo.objects.count() == 1


@pytest.mark.django_db
def test_prints_are_forgotten_and_voices_stay(cast: Cast):
    one = make_declared(cast.space)
    Echo.objects.create(declared=one, key="ancienne", at=NOW - timedelta(days=8))
    Echo.objects.create(declared=one, key="autre", at=NOW - timedelta(days=8))
    Echo.objects.create(declared=one, key="fraîche", at=NOW)
    assert forget_prints(NOW) == 2
    assert sorted(Echo.objects.values_list("key", flat=True)) == ["", "", "fraîche"]
    assert forget_prints(NOW) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["denis", ""])
def test_many_clicks_at_once_are_one_voice(by: str):
    cast = make_cast()
    one = make_declared(cast.space)
    person = cast.denis if by else None
    barrier, found = threading.Barrier(6), []

    def click() -> None:
        barrier.wait()
        try:
            found.append(echo(one, by=person, key="" if by else "empreinte", now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 5 + [True]
    assert Echo.objects.count() == 1
