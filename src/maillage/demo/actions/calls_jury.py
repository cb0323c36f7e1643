"""The second edition before its jury: five jurors, their readings, one who stepped aside, a session to come."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.enums import ApplicationStatus, InterestAnswer, Recommendation, ReviewStatus
from maillage.calls.models import (
    AgendaItem,
    Application,
    Criterion,
    Edition,
    Interest,
    Juror,
    JurySession,
    Review,
    Score,
    Seat,
)
from maillage.demo.actions.people import silent_person
from maillage.demo.lib.calls import JURORS, levels
from maillage.demo.lib.cast import HOST
from maillage.demo.lib.dice import Dice
from maillage.spaces.models import Role

READINGS = 3
_SEVERITY = (0.5, -0.4, 0.1, 0.3, -0.2)
_FOR_APPLICANTS = (
    "Le besoin est bien décrit et partagé avec les habitants.",
    "Les partenaires sont engagés, leurs rôles sont clairs.",
    "Le calendrier gagnerait à être plus précis.",
    "Le modèle économique après l'aide reste à construire.",
)


def read_second(
    edition: Edition,
    files: list[Application],
    people: Mapping[str, User],
    *,
    seed: str,
    now: datetime,
) -> None:
    """Every file read three times but the last four, which wait for a reading; a session in five days."""
    jurors = name_jury(edition, people, now=now)
    dice = Dice(seed, "readings", edition.slug)
    criteria = list(edition.criteria.all())
    reviews: list[Review] = []
    drawn: list[list[int]] = []
    for rank, file in enumerate(files):
        quality = 1.2 + 2.4 * dice.share()
        for turn in range(READINGS):
            number = (rank + turn * 2) % len(jurors)
            late = rank >= len(files) - 4 and turn == 0
            scores = levels(dice, quality, _SEVERITY[number], len(criteria))
            reviews.append(
                _review(file, jurors[number], scores, criteria, dice, late=late, now=now)
            )
            drawn.append([] if late else scores)
    Interest.objects.bulk_create(
        Interest(
            application=one.application,
            user=one.juror.user,
            answer=InterestAnswer.NONE,
            declared_at=now - timedelta(days=25),
        )
        for one in reviews
    )
    Score.objects.bulk_create(
        Score(review=review, criterion=criterion, value=value)
        for review, scores in zip(Review.objects.bulk_create(reviews), drawn, strict=True)
        for criterion, value in zip(criteria, scores, strict=bool(scores))
    )
    _step_aside(files[0], jurors, now=now)
    Application.objects.filter(pk__in=[one.pk for one in files[:-4]]).update(
        status=ApplicationStatus.REVIEWED
    )
    _session(edition, files[:-4], jurors, people["agent"], now=now)


def name_jury(edition: Edition, people: Mapping[str, User], *, now: datetime) -> list[Juror]:
    """The two accounts of the demonstration, and three people without password."""
    known = [
        (people["jury"], "juriste, présidente d'association", False, Role.Kind.JUROR),
        (people["partenaire"], "financeur solidaire", False, Role.Kind.PARTNER),
    ]
    for name, title, elected in JURORS:
        email = f"{name.split()[1].lower()}@{HOST}"
        known.append((silent_person(email, name, now=now), title, elected, Role.Kind.JUROR))
    for user, _title, _elected, kind in known:
        Role.objects.get_or_create(space=edition.space, user=user, defaults={"kind": kind})
    return Juror.objects.bulk_create(
        Juror(
            edition=edition,
            user=user,
            title=title,
            is_elected=elected,
            load_max=30,
            charter_at=now - timedelta(days=30),
            invited_at=now - timedelta(days=35),
        )
        for user, title, elected, _kind in known
    )


def _review(
    file: Application,
    juror: Juror,
    scores: list[int],
    criteria: list[Criterion],
    dice: Dice,
    *,
    late: bool,
    now: datetime,
) -> Review:
    total = sum(
        (one.weight * value / one.scale_max for one, value in zip(criteria, scores, strict=True)),
        Decimal(0),
    )
    ended = {} if late else {
        "status": ReviewStatus.SUBMITTED,
        "submitted_at": now - timedelta(days=dice.number(6, 20)),
        "total": total.quantize(Decimal("0.001")),
        "recommendation": Recommendation.FAVOURABLE if total >= 60 else Recommendation.RESERVED,
        "comment_applicant": dice.pick(_FOR_APPLICANTS),
    }  # fmt: skip
    return Review(
        application=file,
        juror=juror,
        assigned_at=now - timedelta(days=28),
        due_on=timezone.localdate(now) + timedelta(days=2),
        **ended,
    )


def _step_aside(file: Application, jurors: list[Juror], *, now: datetime) -> None:
    """A juror who sits on the board of an applicant: the file is nowhere for her."""
    read = set(file.reviews.values_list("juror", flat=True))
    juror = next(one for one in jurors if one.pk not in read)
    Interest.objects.create(
        application=file,
        user=juror.user,
        answer=InterestAnswer.DIRECT,
        text="J'ai siégé à son conseil d'administration.",
        declared_at=now - timedelta(days=24),
        recused=True,
    )


def _session(
    edition: Edition, files: list[Application], jurors: list[Juror], agent: User, *, now: datetime
) -> None:
    session = JurySession.objects.create(
        edition=edition,
        title="Jury de sélection",
        starts_at=timezone.localtime(now + timedelta(days=5)).replace(
            hour=9, minute=30, second=0, microsecond=0
        ),
        place="Hôtel du département, salle des commissions",
        quorum=3,
        created_by=agent,
    )
    Seat.objects.bulk_create(Seat(session=session, juror=one) for one in jurors)
    AgendaItem.objects.bulk_create(
        AgendaItem(session=session, application=file, position=rank)
        for rank, file in enumerate(files, 1)
    )
