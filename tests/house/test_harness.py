"""The tripwires themselves: each must ring, or they protect nobody."""

import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import Context, Origin, Template, engines

from maillage.core.models import Clock
from tests import tripwires
from tests.factories import Cast, make_siren, make_siret, make_structure


def ours(source: str) -> Template:
    origin = Origin(
        name=f"{tripwires.SOURCE}/maillage/core/templates/x.html", template_name="x.html"
    )
    return Template(source, origin=origin, engine=engines["django"].engine)


def test_an_undefined_variable_of_our_templates_fails() -> None:
    with pytest.raises(tripwires.Tripwire, match=r"absent\.thing"):
        ours("<p>{{ absent.thing }}</p>").render(Context({}))


def test_a_condition_may_ask_for_what_is_not_there() -> None:
    assert ours("{% if absent %}yes{% else %}no{% endif %}").render(Context({})) == "no"


def test_templates_of_libraries_may_read_undefined_variables() -> None:
    template = Template("<p>{{ absent }}</p>", engine=engines["django"].engine)
    assert template.render(Context({})) == "<p></p>"


@pytest.mark.parametrize(
    "page",
    [
        "<form method=post><input name=a></form>",
        "<p style='color:red'>x</p>",
        '<button onclick="x()">x</button>',
        "<script>alert(1)</script>",
        "<p>{{ name }}</p>",
        "<p>{% url 'x' %}</p>",
        "<td>None</td>",
    ],
)
def test_an_unsound_page_fails(page: str) -> None:
    with pytest.raises(tripwires.Tripwire):
        tripwires.look_at(HttpResponse(page))


@pytest.mark.parametrize(
    "page",
    [
        "<form method=post><input type=hidden name=csrfmiddlewaretoken value=x></form>",
        "<form method=get><input name=q></form>",
        '<script type="module" src="/static/app.js"></script>',
        '<script type="application/ld+json">{"@type": "Organization"}</script>',
        "<pre>{{ shown as text }}</pre>",
    ],
)
def test_a_sound_page_passes(page: str) -> None:
    tripwires.look_at(HttpResponse(page))


@contextmanager
def reading(environ: dict) -> Iterator[None]:
    with transaction.atomic(), tripwires.reads_only(environ):
        yield


def test_a_get_request_that_writes_fails(db: None) -> None:
    get = {"REQUEST_METHOD": "GET", "PATH_INFO": "/x/"}
    with pytest.raises(tripwires.Tripwire, match="GET /x/ writes"), reading(get):
        Clock.objects.create(name="x")
    with reading({"REQUEST_METHOD": "POST"}):
        Clock.objects.create(name="y")


def test_the_network_is_out_of_reach() -> None:
    with socket.socket() as probe, pytest.raises(tripwires.Tripwire):
        probe.connect(("192.0.2.1", 80))
    with pytest.raises(tripwires.Tripwire):
        socket.getaddrinfo("example.org", 443)


def test_a_warning_is_an_error() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_rows_of_migrations_survive_a_transactional_test(turn: str) -> None:
    """Each turn leaves a committed row that must be gone, and empties what must come back."""
    assert not Clock.objects.filter(name="left behind").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0
    with transaction.atomic():
        Clock.objects.create(name="left behind")


def test_the_cast_has_one_clear_right_each(cast: Cast) -> None:
    kinds = {
        name: list(getattr(cast, name).space_roles.values_list("space__slug", "kind"))
        for name in ("aicha", "chloe", "bruno", "denis", "host")
    }
    assert kinds == {
        "aicha": [("val-de-bievre", "administrator")],
        "chloe": [("val-de-bievre", "agent")],
        "bruno": [("plaine-sud", "agent")],
        "denis": [],
        "host": [],
    }


def test_a_structure_made_in_a_space_is_found_there(cast: Cast) -> None:
    inside, _outside = make_structure(in_space=cast.space), make_structure()
    assert list(type(inside).objects.in_space(cast.space)) == [inside]


def test_invented_numbers_have_a_right_key() -> None:
    from stdnum.fr import siren, siret

    number = make_siren()
    assert siren.is_valid(number)
    assert siret.is_valid(make_siret(number, 12))
