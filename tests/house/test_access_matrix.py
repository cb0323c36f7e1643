"""Who may open what: every address of the installation × every role, by GET and by POST.

A new address fails here until it is declared: that is when somebody thinks about who it is for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from maillage.sources.models import ImportRun, Match, Suggestion
from maillage.structures.models import Structure
from tests.factories import NOW, Cast, make_structure

pytestmark = pytest.mark.one_engine
PUBLIC = {
    *("account_login", "account_logout", "account_inactive", "account_signup"),
    *("account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("core:health", "core:charter", "directory_site:sitemap_index", "directory_site:sitemap"),
    *("directory_site:robots", "portal:home", "portal:accessibility", "portal:space_home"),
    *("portal:legal", "portal:space_accessibility", "portal:data", "spaces:theme", "spaces:logo"),
    *("directory:list", "directory:map", "directory:sector", "directory:municipality"),
    *("directory:points", "directory:export", "directory:perimeter", "directory:feed"),
    *("directory:card", "directory:structure", "directory:structure_qr"),
}
SIGNED_IN = {"account_change_password", "account_set_password", "portal:after_login"}
ADMINISTRATORS = {
    *("manage:identity", "manage:look", "manage:logo", "manage:perimeter"),
    *("manage:people", "manage:invite", "manage:person"),
    *("manage:synonyms", "manage:synonym", "manage:remove_synonym", "manage:term"),
    *("manage:new_term", "manage:legal_category", "manage:activity"),
}
AGENTS = {
    *("manage:dashboard", "manage:structures", "manage:new_structure", "manage:bulk"),
    *("manage:structure", "manage:history", "manage:edit", "manage:check", "manage:terms"),
    *("manage:membership", "manage:new_establishment", "manage:establishment"),
    *("manage:new_label", "manage:remove_label", "manage:archive", "manage:cease"),
    *("manage:restore", "manage:merge_choose", "manage:merge", "manage:unmerge"),
    *("manage:vocabulary", "manage:vocabulary_axis", "manage:legal_categories"),
    "manage:activities",
    *("sources:list", "sources:new", "sources:upload", "sources:doubts", "sources:decide_doubt"),
    *("sources:suggestions", "sources:decide_suggestion", "sources:run", "sources:columns"),
    *("sources:progress", "sources:apply", "sources:undo", "sources:read_again"),
    "sources:issues",
}
HOST = "admin:"  # the technical administration, whose own checks are Django's


@dataclass(frozen=True)
class Address:
    name: str
    is_open: bool
    converters: dict[str, str]  # parameter → kind

    def path(self, space: str, **known: Any) -> str:
        """With this space and, for what is not `known`, things that do not exist."""
        unknown = {"int": 999_999_999, "slug": "inconnu", "str": "csv"}
        values = {name: known.get(name, unknown[kind]) for name, kind in self.converters.items()}
        return reverse(self.name, kwargs=values | {"space": space} if "space" in values else values)


def kinds(entry: URLPattern | URLResolver) -> dict[str, str]:
    names = {
        "PathConverter": "str",
        "IntConverter": "int",
        "SlugConverter": "slug",
        "StringConverter": "str",
    }
    return {name: names[type(kind).__name__] for name, kind in entry.pattern.converters.items()}


def addresses(
    resolver: URLResolver, spaces: tuple[str, ...] = (), outer: dict[str, str] | None = None
) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        converters = (outer or {}) | kinds(entry)
        if isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name or str(entry.pattern)))
            is_open = not getattr(entry.callback, "login_required", True)
            yield Address(name, is_open, converters)
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, inner, converters)


ALL = {
    address.name: address
    for address in addresses(get_resolver())
    if not address.name.startswith(HOST)
}


def test_every_address_is_declared_once() -> None:
    declared = [*PUBLIC, *SIGNED_IN, *ADMINISTRATORS, *AGENTS]
    assert len(declared) == len(set(declared))
    assert ALL.keys() == set(declared)


def test_only_declared_addresses_are_open_without_signing_in() -> None:
    opened = {name for name, address in ALL.items() if address.is_open}
    assert opened == PUBLIC


def answers(cast: Cast, who: str, path: str) -> list[HttpResponse]:
    client = cast.client(who)
    return [client.get(path), client.post(path)]


def asks_to_sign_in(response: HttpResponse) -> bool:
    login = reverse(settings.LOGIN_URL)
    return response.status_code == 302 and response["Location"].startswith(login)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ADMINISTRATORS | AGENTS))
def test_a_management_page_opens_for_its_people_only(name: str, cast: Cast) -> None:
    path = ALL[name].path(cast.space.slug)
    assert all(asks_to_sign_in(response) for response in answers(cast, "", path))
    refused = ["denis", "bruno", "host", *(["chloe"] if name in ADMINISTRATORS else [])]
    for who in refused:  # 405: a method that the address never takes, from anybody
        assert {r.status_code for r in answers(cast, who, path)} in ({403}, {403, 405}), who
    allowed = ["aicha"] if name in ADMINISTRATORS else ["aicha", "chloe"]
    for who in allowed:
        for response in answers(cast, who, path):
            assert response.status_code in {200, 302, 404, 405, 409, 422}
            assert not asks_to_sign_in(response)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(SIGNED_IN))
def test_a_personal_page_asks_to_sign_in(name: str, cast: Cast) -> None:
    path = ALL[name].path(cast.space.slug)
    assert all(asks_to_sign_in(response) for response in answers(cast, "", path))
    assert not any(asks_to_sign_in(response) for response in answers(cast, "denis", path))


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["", "denis", "bruno"])
def test_a_space_that_is_not_open_answers_like_one_that_does_not_exist(
    who: str, cast: Cast
) -> None:
    type(cast.space).objects.filter(pk=cast.space.pk).update(is_public=False)
    client = cast.client(who)
    for name in ("portal:space_home", "directory:list", "directory:points", "directory:feed"):
        closed = client.get(reverse(name, args=[cast.space.slug]))
        absent = client.get(reverse(name, args=["nulle-part"]))
        assert (closed.status_code, absent.status_code) == (404, 404), name
        assert len(closed.content) == len(absent.content), name


@pytest.fixture
def theirs(cast: Cast) -> dict[str, int]:
    """Things of the other space only, as numbers to try in our own addresses."""
    structure = make_structure(in_space=cast.other_space)
    structure.establishments.update(municipality_code="93008")
    run = ImportRun.objects.create(space=cast.other_space, connector="table", created_at=NOW)
    match = Match.objects.create(
        fingerprint="x", space=cast.other_space, structure=structure, record={}, score=0.8
    )
    suggestion = Suggestion.objects.create(
        run=run, structure=structure, field="phone", source="test"
    )
    return {
        "structure": structure.pk,
        "place": structure.establishments.get().pk,
        "run": run.pk,
        "doubt": match.pk,
        "suggestion": suggestion.pk,
        "person": cast.bruno.space_roles.get().pk,
    }


SWAPPED = {
    **dict.fromkeys((n for n in AGENTS if n.startswith("manage:")), "structure"),
    **dict.fromkeys((n for n in AGENTS if n.startswith("sources:")), "run"),
    "sources:decide_doubt": "doubt",
    "sources:decide_suggestion": "suggestion",
    "manage:person": "person",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name in SWAPPED if "pk" in ALL[name].converters))
def test_a_thing_of_another_space_does_not_exist_here(
    name: str, cast: Cast, theirs: dict[str, int]
) -> None:
    known = {"pk": theirs[SWAPPED[name]], "place": theirs["place"], "other": theirs["structure"]}
    before = list(Structure.objects.values()), list(ImportRun.objects.values())
    stranger = answers(cast, "aicha", ALL[name].path(cast.space.slug, **known))
    nobody = answers(cast, "aicha", ALL[name].path(cast.space.slug))
    assert [r.status_code for r in stranger] == [r.status_code for r in nobody]
    assert {r.status_code for r in stranger} <= {404, 405}
    assert (list(Structure.objects.values()), list(ImportRun.objects.values())) == before
