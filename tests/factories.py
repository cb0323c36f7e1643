"""Valid objects in one call, and the people of the stories.

Plain functions: every argument has a believable default and nothing is random, so that a test
names only what it is about. `make_structure(in_space=cast.space)` is enough to be in an annuaire.
"""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from maillage.accounts.adapter import FactorAdapter
from maillage.accounts.models import Profile, User
from maillage.observatory.models import FigureBatch, SourcedFigure
from maillage.spaces.models import PerimeterEntry, Role, Space
from maillage.spaces.permissions import MANAGERS
from maillage.structures.models import (
    Establishment,
    Label,
    Membership,
    Structure,
    StructureTerm,
    Term,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PASSWORD = "un mot de passe de test"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_serial = itertools.count(1)


def make_user(email: str = "", **fields: Any) -> User:
    """A person whose password is `PASSWORD` and whose address is proved; a host has a second factor."""
    number = next(_serial)
    email = email or f"personne{number}@test.example"
    user = User.objects.create_user(email, PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if user.is_staff:
        enrol(user)
    return user


def enrol(user: User, secret: str = TOTP_SECRET) -> None:
    """A second factor: an application that holds `secret`."""
    Authenticator.objects.get_or_create(
        user=user,
        type=Authenticator.Type.TOTP,
        defaults={"data": {"secret": FactorAdapter().encrypt(secret)}},
    )
    user.is_protected = True  # as the database knows already


def make_space(
    slug: str = "", *, communes: tuple[str, ...] = ("93048", "93055"), **fields: Any
) -> Space:
    """A public space over the given INSEE codes (Montreuil and Pantin unless told)."""
    slug = slug or f"espace-{next(_serial)}"
    fields = {
        "name": slug.replace("-", " ").capitalize(),
        "authority": "Collectivité de test",
    } | fields
    space = Space.objects.create(slug=slug, **fields)
    PerimeterEntry.objects.bulk_create(
        PerimeterEntry(space=space, municipality_code=code) for code in communes
    )
    return space


def make_role(space: Space, user: User, kind: str = Role.Kind.AGENT, **fields: Any) -> Role:
    """A role, and the second factor that managing asks for."""
    if kind in MANAGERS:
        enrol(user)
    return Role.objects.create(space=space, user=user, kind=kind, **fields)


def make_siren() -> str:
    """Nine digits whose Luhn key is right; starts with 9, never attributed twice in a run."""
    base = f"9{next(_serial):07d}"
    return base + _luhn_digit(base)


def make_siret(siren: str, nic: int = 1) -> str:
    base = f"{siren}{nic:04d}"
    return base + _luhn_digit(base)


def _luhn_digit(digits: str) -> str:
    total = sum(
        sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(digits))
    )
    return str(-total % 10)


def make_structure(name: str = "", *, in_space: Space | None = None, **fields: Any) -> Structure:
    """A structure; with `in_space`, its head office stands in the first commune of the perimeter."""
    number = next(_serial)
    fields = {
        "slug": f"structure-{number}",
        "siren": make_siren(),
        "family": "association",
        "ess_status": "confirmed",
    } | fields
    structure = Structure.objects.create(name=name or f"Structure {number}", **fields)
    if in_space is not None:
        code = in_space.perimeter.order_by("id").values_list("municipality_code", flat=True)[0]
        make_establishment(structure, municipality_code=code)
    return structure


def make_establishment(structure: Structure, **fields: Any) -> Establishment:
    """An open head office with a point in Montreuil, unless told otherwise."""
    rank = structure.establishments.count() + 1
    siret = make_siret(structure.siren, rank) if structure.siren else None
    fields = {
        "siret": siret,
        "is_head_office": rank == 1,
        "address": f"{rank} rue de la République",
        "postal_code": "93100",
        "municipality_code": "93048",
        "lon": 2.44,
        "lat": 48.86,
        "location_quality": "house",
    } | fields
    return Establishment.objects.create(structure=structure, **fields)


def make_term(axis: str = "sector", code: str = "", label: str = "", **fields: Any) -> Term:
    """The term `code` of an axis, created when migrations did not bring it."""
    code = code or f"terme-{next(_serial)}"
    fields = {"axis": axis, "label": label or code.replace("-", " ")} | fields
    return Term.objects.get_or_create(code=code, defaults=fields)[0]


def tag(structure: Structure, *terms: Term, main: Term | None = None) -> None:
    for term in terms:
        StructureTerm.objects.create(structure=structure, term=term, is_main=term == main)


def make_label(structure: Structure, term: Term, **fields: Any) -> Label:
    return Label.objects.create(structure=structure, term=term, **({"source": "test"} | fields))


def make_membership(structure: Structure, user: User, **fields: Any) -> Membership:
    """`user` keeps the page of `structure`, as its administrator unless told."""
    fields = {"kind": Membership.Kind.ADMINISTRATOR, "since": NOW} | fields
    return Membership.objects.create(structure=structure, user=user, **fields)


def make_sourced(space: Space, **fields: Any) -> SourcedFigure:
    """A published figure that came in a file: 33 200 jobs in Seine-Saint-Denis in 2019, unless told."""
    batch = FigureBatch.objects.create(
        space=space, connector="table", file_name="chiffres.csv", file_hash="0" * 64, at=NOW
    )
    fields = {
        "batch": batch,
        "indicator": "jobs",
        "place_kind": "department",
        "place_code": "93",
        "place_label": "Seine-Saint-Denis",
        "year": 2019,
        "value": 33_200,
        "source": "Cress",
        "perimeter": "Salariés des établissements employeurs.",
        "confidence": "published",
        "entered_at": NOW,
    } | fields
    return SourcedFigure.objects.create(space=space, **fields)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@dataclass(frozen=True)
class Cast:
    """Two neighbouring spaces and five people, each with one clear right."""

    space: Space
    other_space: Space
    aicha: User  # administrator of `space`
    chloe: User  # agent of `space`
    bruno: User  # agent of `other_space`: a stranger in `space`
    denis: User  # signed in, no role anywhere
    host: User  # runs the installation; no role in any space

    def client(self, name: str = "") -> Client:
        """A browser of `aicha`, `chloe`, `bruno`, `denis` or `host`; of a visitor when empty."""
        return signed_in(getattr(self, name)) if name else Client()


def make_cast() -> Cast:
    space = make_space("val-de-bievre", name="Val de Bièvre")
    other = make_space("plaine-sud", name="Plaine Sud", communes=("93055", "93008"))
    people = {
        name: make_user(f"{name}@test.example", name=label, **extra)
        for name, label, extra in (
            ("aicha", "Aïcha Benali", {}),
            ("chloe", "Chloé Martin", {}),
            ("bruno", "Bruno Keller", {}),
            ("denis", "Denis Robert", {}),
            ("host", "Hélène Hôte", {"is_staff": True, "is_superuser": True}),
        )
    }
    make_role(space, people["aicha"], Role.Kind.ADMINISTRATOR)
    make_role(space, people["chloe"])
    make_role(other, people["bruno"])
    return Cast(space=space, other_space=other, **people)


@dataclass(frozen=True)
class Crowd(Cast):
    """The cast, and one person of each other role; two structures of `space`, each with its people."""

    structure: Structure  # kept by `nadia` and `marc`
    other_structure: Structure  # kept by `theo`
    nadia: User  # administrator of `structure`
    marc: User  # member of `structure`
    theo: User  # administrator of `other_structure`: a stranger in `structure`
    ines: User  # partner (funder) of `space`
    jules: User  # juror of `space`
    paule: User  # signed in, came with a project
    fanny: User  # her account is closed, after she signed in


def make_crowd() -> Crowd:
    cast = make_cast()
    structure = make_structure("La Ressourcerie", in_space=cast.space, slug="la-ressourcerie")
    other = make_structure("La Bricothèque", in_space=cast.space, slug="la-bricotheque")
    people = {
        name: make_user(f"{name}@test.example", name=label, **extra)
        for name, label, extra in (
            ("nadia", "Nadia Haddad", {}),
            ("marc", "Marc Lefort", {}),
            ("theo", "Théo Garnier", {}),
            ("ines", "Inès Delmas", {}),
            ("jules", "Jules Morel", {}),
            ("paule", "Paule Vidal", {"profile": Profile.PROJECT_HOLDER}),
            ("fanny", "Fanny Roche", {"is_active": False}),
        )
    }
    make_membership(structure, people["nadia"])
    make_membership(structure, people["marc"], kind=Membership.Kind.MEMBER)
    make_membership(other, people["theo"])
    make_role(cast.space, people["ines"], Role.Kind.PARTNER, partner_kind=Role.Partner.FUNDER)
    make_role(cast.space, people["jules"], Role.Kind.JUROR)
    return Crowd(**vars(cast), **people, structure=structure, other_structure=other)
