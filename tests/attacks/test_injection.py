"""Stored and reflected: what anybody may have typed, shown at every address of the installation."""

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction

from maillage.core import journal
from maillage.core.models import JournalEntry
from tests.attacks.corpus import EVIL, SCRIPT_URL, XSS, betrayed, leaves, typed
from tests.factories import NOW
from tests.portal.test_doors import ADMITTED, PEOPLE, World, address, body_of, natural, undone
from tests.portal.test_matrix import ADDRESSES, AUDIENCE

# Doors and templates do not know the engine; what asks the database is tried on both by each room.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

# Words of the code, not of people: nobody types them.
CODES = {
    "slug", "code", "kind", "status", "state", "connector", "source", "password", "name_key", "axis",
    "language", "purpose", "field", "fingerprint", "subject_type", "subject_id", "action", "category",
    "color_main", "color_ink", "municipality_code", "postal_code", "siren", "rna", "siret", "key",
    "legal_category", "activity_code", "activity_nomenclature", "path", "digest", "worker", "family",
    "naf", "form", "media_type", "rule", "nomenclature", "proof", "opening_hours", "querystring",
    "location_quality", "origin", "logo", "provider", "typology", "severity", "role", "term_code",
}  # fmt: skip
NOT_TYPED = {
    "JournalEntry",
    "Job",
    "Clock",
    "SearchDocument",
    "SearchWord",
    "Municipality",
    "Territory",
}


def fields_that_people_type():
    """(model, field) for every text of ours that a page may show."""
    for model in apps.get_models():
        if not model.__module__.startswith("maillage.") or model.__name__ in NOT_TYPED:
            continue
        if "territories" in model.__module__:
            continue
        for field in model._meta.concrete_fields:
            text = isinstance(field, models.CharField | models.TextField)
            if not text or field.choices or field.unique or field.primary_key:
                continue
            if field.name in CODES or "hash" in field.name or isinstance(field, models.SlugField):
                continue
            yield model, field


def value_for(field) -> str:
    if isinstance(field, models.URLField):
        return SCRIPT_URL
    if isinstance(field, models.EmailField):
        return ""
    return typed(field.max_length)


def poison(world: World) -> list[str]:
    """Write the attack in every row, past every form; gives the fields reached."""
    done = []
    for model, field in fields_that_people_type():
        value = value_for(field)
        reached = {f.name for c in model._meta.constraints for f in _fields_of(model, c)}
        if value and field.name not in reached:
            done.append(f"{model.__name__}.{field.name}")
            model._base_manager.update(**{field.name: value})
    journal.record(
        "edit", world.crowd.structure, by=world.crowd.chloe, at=NOW, reason=XSS[:300],
        changes={XSS: [XSS, XSS]}, space_id=world.crowd.space.pk,
    )  # fmt: skip
    journal.tick("structures")
    journal.tick("spaces")
    return done


def _fields_of(model, constraint):
    for name in getattr(constraint, "fields", ()):
        try:
            yield model._meta.get_field(name)
        except FieldDoesNotExist:
            continue


@pytest.fixture(scope="module")
def poisoned(world: World):
    with transaction.atomic():
        reached = poison(world)
        yield reached
        transaction.set_rollback(True)


def readers(name: str) -> list[str]:
    """A visitor, and the best placed of those the address is for."""
    admitted = [person for person in PEOPLE if person in ADMITTED[AUDIENCE[name]]]
    return list(dict.fromkeys([admitted[0], admitted[-1]]))


def ask(world: World, person: str, url: str, method: str = "get", data=None):
    client = world.clients[person]
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with undone():
        answer = getattr(client, method)(url, data or {})
        body = body_of(answer)
    client.cookies.clear()
    client.cookies.load(cookies)
    return answer, body


def test_the_attack_reaches_what_people_type(poisoned):
    assert {"Structure.name", "Space.name", "User.name", "Establishment.address"} <= set(poisoned)
    assert len(poisoned) > 60
    assert JournalEntry.objects.filter(reason__contains="xss-canary").exists()


@pytest.mark.parametrize("name", sorted(AUDIENCE))
def test_stored(name: str, world: World, poisoned):
    url = address(name, world.ours)
    for person in readers(name):
        answer, body = ask(world, person, url, natural(name))
        assert answer.status_code < 500
        assert betrayed(answer, body) == "", (person, url)


ASKED = (
    "q", "page", "next", "commune", "secteur", "tri", "adresse", "lat", "lon", "name", "email", "code",
    "qui", "geste", "objet", "numero", "structure", "du", "au", "reseau", "espace", "kind", "message",
    "reason", "term", "act", "ids", "words", "label", "color_main", "proof", "key", "choix", "value",
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(AUDIENCE))
def test_reflected(name: str, world: World):
    """Every parameter that a page may read, by GET and by POST."""
    url = address(name, world.ours)
    data = dict.fromkeys(ASKED, XSS)
    person = readers(name)[-1]
    for method in ("get", "post"):
        answer, body = ask(world, person, url, method, data)
        assert answer.status_code < 500
        assert betrayed(answer, body) == "", (method, url)
        assert "\n" not in answer.get("Location", "")


@pytest.mark.parametrize("name", sorted(AUDIENCE))
def test_no_address_leads_away(name: str, world: World):
    url = address(name, world.ours)
    person = readers(name)[-1]
    for evil in ("https://mal.example/", "//mal.example", "javascript:alert(1)"):
        data = dict.fromkeys(("next", "redirect", "url", "return_to", "then"), evil)
        for method in ("get", "post"):
            answer, _body = ask(world, person, url, method, data)
            assert not leaves(answer.get("Location", "")), (method, evil)


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("name", ["account_login", "portal:act_for", "account_language"])
def test_the_way_back_stays_here(name: str, evil: str, world: World):
    url = address(name, world.ours)
    typed_in = {"next": evil, "login": "denis@test.example", "password": "un mot de passe de test"}
    person = "" if name == "account_login" else "marc"
    answer, _body = ask(world, person, url, "post", typed_in | {"language": "fr"})
    assert not leaves(answer.get("Location", ""))


def test_every_address_is_attacked():
    assert set(ADDRESSES) == set(AUDIENCE)
