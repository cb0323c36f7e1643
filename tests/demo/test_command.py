"""`maillage demo`, as a visitor runs it."""

import io

import pytest
from django.core.management import CommandError, call_command

from maillage.demo.actions.build import SMALLEST
from maillage.demo.management.commands import demo as command
from maillage.spaces.models import Space
from maillage.structures.models import Structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> object:
    """Run the command; returns what it printed and the commands it called."""
    called = []
    monkeypatch.setattr(command, "call_command", lambda *args, **kw: called.append((args, kw)))

    def running(**options: object) -> tuple[str, list]:
        out = io.StringIO()
        call_command("demo", stdout=out, size=SMALLEST, **options)
        return out.getvalue(), called

    return running


def test_it_builds_and_tells_where_to_go_and_how_to_sign_in(run: object) -> None:
    said, called = run(no_serve=True, port=8123)
    assert [args for args, _ in called] == [("migrate",)]
    assert Structure.objects.count() == SMALLEST
    assert f"construite : {SMALLEST} structures inventées" in said
    for slug in ("paris-20e", "est-ensemble", "terres-d-envol", "hauts-de-seine"):
        assert f"http://127.0.0.1:8123/{slug}/annuaire/" in said
    for key in ("agent", "membre", "porteur", "jury", "partenaire"):
        assert f"{key}@demo.maillage.example" in said
    assert "maillage-demo" in said


def test_it_serves_with_a_worker_on_the_port_asked(run: object) -> None:
    _, called = run(port=8123)
    assert called[-1] == (("serve",), {"port": 8123, "with_worker": True})


def test_a_second_run_says_that_it_kept_what_is_there(run: object) -> None:
    run(no_serve=True)
    said, _ = run(no_serve=True)
    assert "déjà là" in said
    assert Structure.objects.count() == SMALLEST


@pytest.mark.parametrize("port", [0, 65_536])
def test_a_wrong_port_is_refused_before_anything(run: object, port: int) -> None:
    with pytest.raises(CommandError, match="--port attend"):
        run(port=port)
    assert not Space.objects.exists()


def test_it_is_refused_in_production_before_migrating(run: object, settings: object) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="refusée en production"):
        run(no_serve=True)
    assert not Space.objects.exists()
