"""An invented call in instruction: files, jurors, readings handed in, begun and late."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.models import (
    Application,
    Criterion,
    Edition,
    FormVersion,
    Interest,
    Juror,
    Programme,
    Review,
    Score,
)
from maillage.spaces.models import Role, Space

AGENT = "agent@banc.example"


@transaction.atomic
def build(files: int, readings: int, jurors: int) -> None:
    draw, now = random.Random(7), timezone.now()
    space = Space.objects.create(slug="banc", name="Banc", authority="Banc", is_public=True)
    agent = User.objects.create(email=AGENT, name="Agente du banc", is_demo=True, is_protected=True)
    Role.objects.create(space=space, user=agent, kind=Role.Kind.AGENT)
    edition = Edition.objects.create(
        space=space,
        programme=Programme.objects.create(space=space, slug="p", name="P", created_at=now),
        slug="banc",
        title="Appel du banc",
        year=2026,
        status="instruction",
        reviews_wanted=readings,
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=30),
        created_at=now,
        themes=[{"code": one, "label": f"Thème {one}"} for one in "abcde"],
    )
    form = FormVersion.objects.create(edition=edition, created_at=now)
    criteria = [
        Criterion.objects.create(edition=edition, code=f"c{rank}", label=f"Critère {rank}", weight=weight)
        for rank, weight in enumerate((25, 15, 20, 15, 10, 10, 5))
    ]  # fmt: skip
    people = User.objects.bulk_create(
        User(email=f"jure{rank}@banc.example", name=f"Juré Numéro{rank}") for rank in range(jurors)
    )
    named = Juror.objects.bulk_create(Juror(edition=edition, user=one) for one in people)
    held = Application.objects.bulk_create(
        Application(
            edition=edition,
            form=form,
            status="in_review",
            number=rank,
            reference=f"BANC-{rank:04d}",
            pseudonym=f"Dossier {rank}",
            lead_name=f"Association du banc numéro {rank}",
            title=f"Un projet de quartier, version {rank}",
            theme=draw.choice("abcde"),
            requested=Decimal(draw.randrange(2000, 15000)),
            deposits=1,
            deposited_at=now,
            created_at=now,
            updated_at=now,
        )
        for rank in range(1, files + 1)
    )
    Interest.objects.bulk_create(
        Interest(application=one, user=agent, recused=True) for one in held[:5]
    )
    reviews = Review.objects.bulk_create(
        _review(draw, one, juror, now) for one in held for juror in draw.sample(named, readings)
    )
    Score.objects.bulk_create(
        (
            Score(review=one, criterion=criterion, value=draw.randrange(5))
            for one in reviews
            for criterion in criteria
            if one.status == "submitted"
        ),
        2_000,
    )


def _review(draw: random.Random, file: Application, juror: Juror, now: datetime) -> Review:
    status = draw.choice(["submitted", "submitted", "submitted", "draft", "assigned"])
    is_in = status == "submitted"
    return Review(
        application=file,
        juror=juror,
        status=status,
        due_on=(now + timedelta(days=draw.randrange(-10, 20))).date(),
        assigned_at=now,
        submitted_at=now if is_in else None,
        total=Decimal(draw.randrange(20_000, 98_000)) / 1000 if is_in else None,
    )
