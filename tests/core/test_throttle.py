"""A limit holds whatever the crowd, on both engines, and forgets when its window is over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import RequestFactory

from maillage.core import throttle
from maillage.core.models import Throttle
from tests.factories import NOW


def crowd(times: int, ask) -> list[bool]:
    def one(_number: int) -> bool:
        try:
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db(transaction=True)
def test_sixty_at_once_get_three_through():
    answers = crowd(60, lambda: throttle.take("essai", "denis", times=3, seconds=300))
    assert answers.count(True) == 3
    assert Throttle.objects.get().count == 60


@pytest.mark.django_db
def test_a_window_opens_lasts_and_opens_again():
    def ask(seconds: int) -> bool:
        moment = NOW + timedelta(seconds=seconds)
        return throttle.take("essai", "denis", times=2, seconds=60, now=moment)

    assert [ask(0), ask(10), ask(20), ask(59)] == [True, True, False, False]
    assert [ask(60), ask(61), ask(62)] == [True, True, False]


@pytest.mark.django_db
def test_names_and_people_are_counted_apart():
    ask = {"times": 1, "seconds": 60}
    assert throttle.take("a", "denis", **ask)
    assert throttle.take("b", "denis", **ask)
    assert throttle.take("a", "chloe", **ask)
    assert not throttle.take("a", "denis", **ask)


@pytest.mark.django_db
def test_what_is_given_back_was_not_counted():
    ask = {"times": 2, "seconds": 60}
    throttle.take("a", "denis", **ask)
    throttle.give_back("a", "denis")
    throttle.give_back("a", "denis")  # never below nothing
    assert [throttle.take("a", "denis", **ask) for _ in range(3)] == [True, True, False]
    throttle.forget("a", "denis")
    assert throttle.take("a", "denis", **ask)


@pytest.mark.django_db
def test_the_sweep_drops_what_is_over_and_keeps_no_name():
    throttle.take("a", "denis@test.example", times=1, seconds=60, now=NOW)
    throttle.take("a", "chloe@test.example", times=1, seconds=600, now=NOW)
    assert not any("test.example" in row.key for row in Throttle.objects.all())
    assert throttle.sweep(NOW + timedelta(seconds=60)) == 1
    assert not throttle.take(
        "a", "chloe@test.example", times=1, seconds=600, now=NOW + timedelta(seconds=61)
    )


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_a_network_of_one_subscriber_is_one_visitor(address, counted):
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    assert throttle.address_of(request) == counted


@pytest.mark.django_db
def test_a_made_up_proxy_header_changes_nothing():
    factory = RequestFactory()
    answers = [
        throttle.allows(
            factory.get("/", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}"), "essai", times=2, seconds=60
        )
        for n in range(4)
    ]
    assert answers == [True, True, False, False]
