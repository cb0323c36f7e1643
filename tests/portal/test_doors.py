"""Every role at every address: the table of roles, the declared audience and what really answers agree.

The people and their objects are made once; each visit is undone. The addresses come from the URL
configuration (`test_matrix.py` declares for whom each is).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.base import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from maillage.accounts.models import Consent, User
from maillage.core.models import Letter
from maillage.directory.models import SavedSearch
from maillage.moderation.models import Contribution
from maillage.spaces.access import View, act_of
from maillage.spaces.permissions.matrix import ACTS
from maillage.structures.models import Claim, Establishment, Structure
from tests.calls.addresses import SERVED, owned_application
from tests.calls.award_factories import owned_awards
from tests.calls.doors import allies_of, partners_of
from tests.factories import (
    NOW,
    Crowd,
    make_crowd,
    make_membership,
    make_space,
    make_structure,
    make_user,
)
from tests.portal.test_matrix import (
    ADDRESSES,
    ADMINISTRATOR,
    AGENT,
    AUDIENCE,
    HOST,
    KEEPER,
    MEMBER,
    POST_ONLY,
    PUBLIC,
    READER,
    SIGNED,
    arguments_in,
)

# What a door shows and to whom does not depend on the engine.
pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
Arguments = dict[str, dict[str, object]]

# What a view of each audience may declare (`spaces/permissions/matrix.py`).
ACTS_OF = {
    PUBLIC: {"public.read", "contribution.send"},
    SIGNED: {"account.keep", "structure.claim"},
    MEMBER: {"structure.edit", "structure.history"},
    KEEPER: {"structure.members"},
    AGENT: {"space.manage"},
    READER: {"calls.read"},
    ADMINISTRATOR: {"space.administer", "space.audit", "vocabulary.keep"},
    HOST: {"host.audit"},
}
# `theo` keeps the structure of the addresses too; `lena` keeps another one only.
PEOPLE = (
    "", "fanny", "denis", "paule", "bruno", "lena", "ines", "jules", "host", "marc", "nadia", "theo",
    "chloe", "aicha",
)  # fmt: skip
FEW = ("", "denis", "bruno", "lena", "chloe")
NOT_SIGNED_IN = {"", "fanny"}
SIGNED_IN = set(PEOPLE) - NOT_SIGNED_IN
ADMITTED = {
    PUBLIC: set(PEOPLE),
    SIGNED: SIGNED_IN,
    MEMBER: {"nadia", "marc", "theo"},
    KEEPER: {"nadia", "theo"},
    AGENT: {"chloe", "aicha"},
    READER: {"ines", "jules", "chloe", "aicha"},
    ADMINISTRATOR: {"aicha"},
    HOST: {"host"},
}
# In a space that is not open, these see its public pages; for the others it does not exist.
OF_THE_SPACE = {"ines", "jules", "chloe", "aicha"}
NUMBERS = {
    "pk",
    "edition",
    "place",
    "label",
    "other",
    "member",
    "claim",
    "call",
    "delivery",
    "invitation",
    "structure_id",
    "row",
    "entry",
    "application",
    "attachment",
    "writer",
    "message",
    "file",
}
ABSENT = 999_999_999
# Tables that every space shares: an object of another space is the same one.
SHARED = {"manage:term", "manage:synonym", "manage:remove_synonym", "manage:activity"}
OF_A_SPACE = sorted(name for name, given in ADDRESSES.items() if "space" in given)
OF_A_STRUCTURE = sorted(name for name, who in AUDIENCE.items() if who in {MEMBER, KEEPER})


def views(found: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, View]]:
    for one in found:
        if isinstance(one, URLResolver):
            if one.namespace != "admin":
                inner = f"{one.namespace}:" if one.namespace else space
                yield from views(one.url_patterns, inner)
        else:
            yield f"{space}{one.name}", one.callback


VIEWS = dict(views(get_resolver().url_patterns))


@dataclass(frozen=True)
class World:
    crowd: Crowd
    clients: dict[str, Client]
    ours: Arguments  # of `crowd.space`
    theirs: Arguments  # of `crowd.other_space`, out of the perimeter of ours
    owned: dict[str, dict[str, object]]  # objects of `paule`, by address


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        # The contexts of templates, which Django copies for tests to look at, are a third of the time.
        patch.object(Template, "_render", lambda page, context: page.nodelist.render(context)),
    ):
        yield _build()
        transaction.set_rollback(True)


def _build() -> World:
    crowd = make_crowd()
    lena = make_user("lena@test.example", name="Léna Roy")
    make_membership(crowd.other_structure, lena)
    ours = arguments_in(crowd, crowd.space, crowd.chloe)
    last = Structure.objects.order_by("pk").last().pk
    theirs = arguments_in(crowd, crowd.other_space, crowd.bruno)
    # Bobigny is in their perimeter only; Pantin is in both.
    Establishment.objects.filter(structure_id__gt=last).update(municipality_code="93008")
    _hide(crowd)
    clients = {name: crowd.client(name) for name in PEOPLE if name != "lena"}
    clients["lena"] = Client()
    clients["lena"].force_login(lena)
    return World(crowd, clients, ours, theirs, _owned(crowd))


def _owned(crowd: Crowd) -> dict[str, dict[str, object]]:
    """Objects of `paule`, by the addresses that carry their number."""
    who = {"user": crowd.paule}
    claim = Claim.objects.create(
        structure=crowd.other_structure, proof="word", created_at=NOW, **who
    )
    letter = Letter.objects.create(
        to=crowd.paule.email, subject="Bonjour", body="x", created_at=NOW, **who
    )
    sent = Contribution.objects.create(
        space=crowd.space,
        subject="x",
        kind="propose",
        state="open",
        created_at=NOW,
        contributor=crowd.paule,
    )
    agreed = Consent.objects.create(purpose="x.y", given_at=NOW, wording="Oui", **who)
    search = SavedSearch.objects.create(
        space=crowd.space, name="Vélos", created_at=NOW, looked_at=NOW, **who
    )
    of_the_claim = ("claim", "claim_proof", "resend_code", "withdraw_claim")
    return {
        **owned_application(crowd.space, crowd.paule),
        **{f"member:{name}": {"claim": claim.pk} for name in of_the_claim},
        **owned_awards(crowd.space, crowd.paule),
        "inbox:letter": {"pk": letter.pk},
        "inbox:mark": {"pk": letter.pk},
        "moderation_account:one": {"pk": sent.pk},
        "privacy:withdraw": {"pk": agreed.pk},
        "searches:change": {"pk": search.pk},
        **partners_of(crowd.space, crowd.paule),
        **allies_of(crowd.space, crowd.paule),
    }


def _hide(crowd: Crowd) -> None:
    """What a person who may not know of it must meet nowhere: each word is in one place only."""
    closed = make_space("canari-ferme", name="Canari fermé", communes=("93005",), is_public=False)
    make_structure("Canari du fermé", in_space=closed)
    make_structure("Canari archivé", in_space=crowd.space, state="archived")
    crowd.structure.email = "canari-agents@secret.example"
    crowd.structure.email_visibility = "agents"
    crowd.structure.save()


CANARIES = {
    "canari-ferme": {"host"},  # the slug of a space that is not open
    "Canari fermé": {"host"},
    "Canari du fermé": {"host"},
    "Canari archivé": {"chloe", "aicha", "host"},
    "canari-agents@secret.example": {"chloe", "aicha", "host"},
    # Where to write to a person is known to them, to who keeps a page with them, to agents.
    "ines@test.example": {"ines", "chloe", "aicha", "host"},
    "jules@test.example": {"jules", "chloe", "aicha", "host"},
    "nadia@test.example": {"nadia", "marc", "theo", "chloe", "aicha", "host"},
    "paule@test.example": {"paule", "nadia", "theo", "chloe", "aicha", "bruno", "host"},
}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def body_of(answer) -> str:
    return b"".join(answer.streaming_content).decode(errors="replace") if answer.streaming else (
        answer.content.decode(errors="replace")
    )  # fmt: skip


def visit(world: World, person: str, url: str, method: str):
    """The answer, the database and the session being then as before. `answer.words` is its body."""
    client = world.clients[person]
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with undone():
        answer = getattr(client, method)(url)
        answer.words = body_of(answer)
    client.cookies.clear()
    client.cookies.load(cookies)
    for word, knowing in CANARIES.items():
        assert person in knowing or word not in answer.words, (person, word, method, url)
    if answer.wsgi_request.user.is_authenticated:  # signing out is one of the addresses
        assert "no-store" in answer["Cache-Control"], (person, url)
    return answer


def address(name: str, arguments: Arguments, **others: object) -> str:
    given = arguments[""] | arguments.get(name, {}) | others
    return reverse(name, kwargs={key: given[key] for key in ADDRESSES[name]})


def natural(name: str) -> str:
    return "post" if name in POST_ONLY else "get"


def same(answer, url: str) -> tuple[int, str]:
    """Status and body without what differs from one request to the next."""
    words = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", answer.words)
    return answer.status_code, words.replace(url, "URL")


@pytest.mark.one_engine
def test_each_view_declares_the_act_of_its_audience():
    wrong = {
        name: act_of(view)
        for name, view in VIEWS.items()
        if act_of(view) not in ACTS_OF[AUDIENCE[name]]
    }
    assert wrong == {}
    assert {code for codes in ACTS_OF.values() for code in codes} == set(ACTS)


@pytest.mark.parametrize("name", sorted(AUDIENCE))
def test_only_the_declared_audience_comes_in(name: str, world: World):
    """By its natural method everyone; by POST, a few of those it is not for and one of the others."""
    url, audience = address(name, world.ours), AUDIENCE[name]
    admitted = ADMITTED[audience]
    for person in PEOPLE:
        answer = visit(world, person, url, natural(name))
        if person in admitted:
            assert answer.status_code in {200, 204, 302, 400, 404, 409, 422}, person
            assert not asks_to_sign_in(answer, url), person
        elif person in NOT_SIGNED_IN:
            assert asks_to_sign_in(answer, url), person
        else:
            assert answer.status_code == refusal(audience, person), person
    if natural(name) == "post":
        return
    for person in [one for one in FEW if one not in admitted]:
        answer = visit(world, person, url, "post")
        if answer.status_code != 405:
            refused = refusal(audience, person)
            assert asks_to_sign_in(answer, url) or answer.status_code == refused, person
    someone = next(person for person in reversed(PEOPLE) if person in admitted)
    assert visit(world, someone, url, "post").status_code < 500


def asks_to_sign_in(answer, url: str) -> bool:
    return answer.get("Location", "") == f"/compte/connexion/?next={url}"


def refusal(audience: str, person: str) -> int:
    """Who has nothing to do with a structure is not told that it has people."""
    if audience not in {MEMBER, KEEPER}:
        return 403
    return 403 if person in ADMITTED[MEMBER] else 404


@pytest.mark.parametrize("name", OF_A_SPACE)
def test_a_space_that_is_not_open_does_not_exist_for_strangers(name: str, world: World):
    url, elsewhere = address(name, world.ours), address(name, world.ours, space="nulle-part")
    method = natural(name)
    with undone():
        type(world.crowd.space).objects.filter(pk=world.crowd.space.pk).update(is_public=False)
        for person in PEOPLE:
            answer = visit(world, person, url, method)
            if person in OF_THE_SPACE:
                inside = person in ADMITTED[AUDIENCE[name]]
                assert (answer.status_code != 403) is inside, person
            elif AUDIENCE[name] != PUBLIC and person in NOT_SIGNED_IN:
                assert answer.status_code == 302
            else:
                assert answer.status_code == 404, person
                if person in FEW:
                    absent = visit(world, person, elsewhere, method)
                    assert same(answer, url) == same(absent, elsewhere), person


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        (name, parameter)
        for name in OF_A_SPACE
        for parameter in sorted(ADDRESSES[name] & NUMBERS)
        if AUDIENCE[name] in {AGENT, ADMINISTRATOR} and name not in SHARED
    ],
)
def test_objects_of_another_space_do_not_exist(name: str, parameter: str, world: World):
    """Each number of an address, swapped for one of the neighbouring space."""
    theirs = (world.theirs[""] | world.theirs.get(name, {}))[parameter]
    swapped = address(name, world.ours, **{parameter: theirs})
    absent = address(name, world.ours, **{parameter: ABSENT})
    for method in {natural(name), "post"}:
        answer = visit(world, "aicha", swapped, method)
        if answer.status_code == 405:
            continue
        assert answer.status_code == 404, method
        assert same(answer, swapped) == same(visit(world, "aicha", absent, method), absent)


@pytest.mark.parametrize("name", OF_A_STRUCTURE)
def test_another_structure_does_not_exist(name: str, world: World):
    """For who keeps a page, for who keeps nothing: its number says no more than one that is not used."""
    swapped = address(name, world.ours, pk=world.crowd.other_structure.pk)
    absent = address(name, world.ours, pk=ABSENT)
    for person in ("nadia", "denis", "chloe", "host"):
        answer = visit(world, person, swapped, natural(name))
        expected = visit(world, person, absent, natural(name))
        assert (answer.status_code, expected.status_code) == (404, 404), person
        assert same(answer, swapped) == same(expected, absent), person


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        (name, parameter)
        for name in OF_A_STRUCTURE
        for parameter in sorted((ADDRESSES[name] & NUMBERS) - {"pk"})
    ],
)
def test_objects_of_another_structure_do_not_exist(name: str, parameter: str, world: World):
    theirs = (world.theirs[""] | world.theirs.get(name, {}))[parameter]
    swapped = address(name, world.ours, **{parameter: theirs})
    absent = address(name, world.ours, **{parameter: ABSENT})
    for method in {natural(name), "post"}:
        answer = visit(world, "nadia", swapped, method)
        if answer.status_code == 405:
            continue
        assert answer.status_code == 404
        assert same(answer, swapped) == same(visit(world, "nadia", absent, method), absent)


def _passkey(user: User) -> int:
    """Made for the one test: the pages that ask for a passkey would try to read it."""
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Clé"})
    return int(key.pk)


OWNED_BY_A_PERSON = sorted(
    name for name, who in AUDIENCE.items() if who == SIGNED and ADDRESSES[name] & NUMBERS
)


@pytest.mark.parametrize("name", OWNED_BY_A_PERSON)
def test_what_is_mine_does_not_exist_for_others(name: str, world: World):
    """Every address of a signed-in person that carries a number says whose it is (`_owned`)."""
    passkey = name.startswith("mfa_")
    mine = {"pk": _passkey(world.crowd.paule)} if passkey else world.owned[name]
    url = address(name, world.ours, **mine)
    absent = address(name, world.ours, **dict.fromkeys(mine, ABSENT))
    method = natural(name)
    default_storage.save(SERVED, ContentFile(b"%PDF"))  # in the folder of this test
    owner = visit(world, "paule", url, method)
    assert owner.status_code in {200, 302}
    for person in ("denis", "bruno", "nadia", "aicha", "host"):
        answer = visit(world, person, url, method)
        assert same(answer, url) == same(visit(world, person, absent, method), absent), person
        assert answer.status_code != 200, person
