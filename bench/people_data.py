"""What people bring to the invented directory: calls, reminders, letters that came back, contributions."""

import random
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bench.directory_data import build as build_directory
from maillage.accounts.models import User
from maillage.core.models import Letter
from maillage.moderation.models import Contribution
from maillage.spaces.models import Role, Space
from maillage.structures.actions.upkeep import refresh_upkeep
from maillage.structures.enums import CallOutcome
from maillage.structures.models import CallNote, Establishment, FreshnessReminder, Structure

SLUG, PENDING, LETTERS = "banc", 5_000, 10_000
AGENT = "agent@banc.example"


def build(size: int) -> None:
    """Most pages are old and have something to be called for: the longest list that a space may have."""
    build_directory(size, SLUG)
    draw, now = random.Random(5), timezone.now()
    with transaction.atomic():
        space = Space.objects.get(slug=SLUG)
        agent = User.objects.create(email=AGENT, name="Agente du banc", is_demo=True)
        Role.objects.create(space=space, user=agent, kind=Role.Kind.AGENT)
        structures = list(Structure.objects.order_by("pk"))
        for number, one in enumerate(structures):
            day = now - timedelta(days=draw.randrange(900))
            one.provenance = {"name": {"source": "sirene", "date": day.date().isoformat()}}
            one.phone = f"01 48 {number % 100:02d} {number // 100 % 100:02d} 00"
            one.email = f"contact@structure-{number}.example" if draw.random() < 0.3 else ""
        Structure.objects.bulk_update(structures, ["provenance", "phone", "email"], 2_000)
        _calls(draw, space, agent, structures)
        _letters(draw, space, structures)
        _contributions(draw, space, structures)
        User.objects.bulk_create(
            User(email=f"personne{number}@banc.example", name=f"Personne {number}")
            for number in range(LETTERS)
        )
    refresh_upkeep(now=now)


def _calls(draw: random.Random, space: Space, agent: User, structures: list[Structure]) -> None:
    now = timezone.now()
    CallNote.objects.bulk_create(
        CallNote(
            structure=one,
            space_id=space.pk,
            by=agent,
            at=now - timedelta(days=draw.randrange(10, 400)),
            outcome=draw.choice(CallOutcome.values),
            note="Rappeler le matin.",
        )
        for one in draw.sample(structures, len(structures) // 10)
    )


def _letters(draw: random.Random, space: Space, structures: list[Structure]) -> None:
    """Reminders without an answer, and addresses that refused them."""
    now = timezone.now()
    written = [one for one in structures if one.email][: len(structures) // 5]
    FreshnessReminder.objects.bulk_create(
        FreshnessReminder(
            structure=one,
            months=12,
            since=one.provenance["name"]["date"],
            space_id=space.pk,
            to=one.email,
            key_hash=f"{number:064d}",
            sent_at=now - timedelta(days=40),
            expires_at=now + timedelta(days=20),
            answer=draw.choice(("", "", "", "right", "correct")),
        )
        for number, one in enumerate(written)
    )
    Letter.objects.bulk_create(
        Letter(
            kind="structures.freshness",
            space_id=space.pk,
            to=one.email,
            subject="La fiche est-elle juste ?",
            status=Letter.Status.REFUSED if number % 10 == 0 else Letter.Status.SENT,
            created_at=now,
        )
        for number, one in enumerate(written)
    )


def _contributions(draw: random.Random, space: Space, structures: list[Structure]) -> None:
    now = timezone.now()
    chosen = draw.sample(structures, min(PENDING, len(structures)))
    codes = dict(
        Establishment.objects.filter(structure__in=[one.pk for one in chosen]).values_list(
            "structure_id", "municipality_code"
        )
    )
    Contribution.objects.bulk_create(
        Contribution(
            space=space,
            structure=one,
            subject=one.name,
            municipality_code=codes[one.pk],
            kind=draw.choice(("correct", "correct", "correct", "closed")),
            state="open",
            fields={"phone": "01 48 99 99 99", "description": "Un texte plus juste. " * 8},
            seen={"phone": one.phone, "description": one.description},
            message="Bonjour, le numéro a changé.",
            email=f"personne{number}@banc.example",
            trust=draw.randrange(6),
            created_at=now - timedelta(hours=draw.randrange(2_000)),
            verified_at=now,
        )
        for number, one in enumerate(chosen)
    )
