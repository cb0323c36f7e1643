"""Three editions of Progr'ESS in the Hauts-de-Seine: one open, one before the jury, one whose projects run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.actions.editions.create import create_from_profile
from maillage.calls.actions.publishing import publish_grants
from maillage.calls.enums import ApplicationStatus, EditionStatus, TeamKind
from maillage.calls.models import Application, Correction, Edition, Envelope, Programme, TeamMember
from maillage.demo.actions.calls_awards import run_first
from maillage.demo.actions.calls_files import Files, give_to
from maillage.demo.actions.calls_jury import READINGS, read_second
from maillage.demo.lib.calls import FIRST, SECOND, THIRD
from maillage.spaces.models import LegalInformation, Space
from maillage.structures.enums import Proof
from maillage.structures.models import Membership, Structure

SPACE = "hauts-de-seine"
_SIRET = "22920050600017"  # the département's own number, with a key that holds
_DRAFTS = 4
_BASIS = (
    "Solidarité et cohésion du territoire : aide aux projets des associations et des structures agréées, en faveur "
    "des personnes fragiles (code général des collectivités territoriales, article L3211-1)."
)
_CLIMATE = {"code": "climat", "label": "Transition écologique"}


def run_calls(spaces: list[Space], people: Mapping[str, User], *, seed: str, now: datetime) -> None:
    """Write the three editions. Nothing in a space whose structures are too few to apply."""
    space = next(space for space in spaces if space.slug == SPACE)
    structures = applicants(space)
    if len(structures) < 3:
        return
    LegalInformation.objects.update_or_create(space=space, defaults={"publisher_siret": _SIRET})
    agent = people["agent"]
    mine = _keep(structures[0], people["membre"], now=now)
    year = timezone.localdate(now).year
    first = _edition(
        space,
        agent,
        year - 1,
        EditionStatus.EXECUTION,
        closed=_midnight(now - timedelta(days=330)),
        now=now,
    )
    second = _edition(
        space,
        agent,
        year,
        EditionStatus.JURY,
        closed=_midnight(now - timedelta(days=47)),
        now=now,
        themes=[_CLIMATE],
    )
    third = _edition(space, agent, year + 1, EditionStatus.OPEN, closed=None, now=now)
    Edition.objects.filter(pk=third.pk).update(cloned_from=second)
    closed = first.closes_at or now
    files = Files(first, structures, seed=seed).write(
        FIRST, at=closed, status=ApplicationStatus.DELIBERATED
    )
    run_first(first, files, people, seed=seed, now=now)
    give_to(files[0], people["membre"], at=files[0].created_at)
    closed = second.closes_at or now
    files = Files(second, structures[5:] + structures[:5], seed=seed, skip=15).write(
        SECOND, at=closed, status=ApplicationStatus.IN_REVIEW
    )
    read_second(second, files, people, seed=seed, now=now)
    files = Files(third, structures[1:], seed=seed, skip=30).write(
        THIRD,
        at=now - timedelta(days=1),
        status=ApplicationStatus.SUBMITTED,
        deposited=THIRD - _DRAFTS,
    )
    give_to(files[-1], people["membre"], at=files[-1].created_at)
    files[-1].partners.update(structure=mine, name=mine.name)
    Application.objects.filter(pk=files[-1].pk).update(lead_name=mine.name)
    _ask_to_mend(files[1], agent, now=now)
    publish_grants(space, by=None, now=now)


def applicants(space: Space) -> list[Structure]:
    """Structures of the space that may apply, always in the same order."""
    found = Structure.objects.published().in_space(space)
    fit = found.filter(
        family__in=["association", "cooperative", "foundation", "mutual"],
        siren__isnull=False,
        establishments__is_head_office=True,
        establishments__siret__isnull=False,
    )
    return list(fit.distinct().order_by("siren")[:70])


def _keep(structure: Structure, user: User, *, now: datetime) -> Structure:
    """Let `user` administer the page of `structure`, so that its files and its grant are theirs."""
    Membership.objects.get_or_create(
        structure=structure,
        user=user,
        ended_at=None,
        defaults={
            "kind": Membership.Kind.ADMINISTRATOR,
            "proof": Proof.OFFICIAL,
            "since": now - timedelta(days=500),
        },
    )
    return structure


def _midnight(moment: datetime) -> datetime:
    """23:59 of that day in Paris, as calls close."""
    return timezone.localtime(moment).replace(hour=23, minute=59, second=0, microsecond=0)


def _edition(
    space: Space,
    agent: User,
    year: int,
    status: str,
    *,
    closed: datetime | None,
    now: datetime,
    themes: list[dict[str, str]] | None = None,
) -> Edition:
    """The ready-made call at a later step of its life; one without `closed` closes on the day the profile says."""
    begun = (closed or now) - timedelta(days=100 if closed else 25)
    edition = create_from_profile(space, by=agent, now=begun)
    edition.title, edition.year, edition.status = f"Progr'ESS {year}", year, status
    edition.slug, edition.prefix = f"progress-{year}", f"PROG{year % 100}"
    edition.themes = [*edition.themes, *(themes or [])]
    edition.programme = Programme.objects.filter(space=space).order_by("pk")[0]
    edition.legal_basis = _BASIS
    edition.nature = {"initiated": True, "defined": True, "service": False}
    edition.deliberation_ref = f"CP-{year - 1}-112"
    edition.deliberation_on = timezone.localdate(begun)
    opened = closed - timedelta(days=75) if closed else now - timedelta(days=12)
    edition.opens_at = timezone.localtime(opened).replace(hour=9, minute=0, second=0, microsecond=0)
    edition.closes_at = closed or edition.closes_at
    edition.reviews_wanted = READINGS
    edition.published_at, edition.published_by = begun + timedelta(days=5), agent
    edition.envelope = _envelope(space, year, begun)
    edition.save()
    edition.forms.update(frozen_at=edition.published_at)
    for kind in (TeamKind.AUTHORITY, TeamKind.SECRETARY):
        TeamMember.objects.get_or_create(edition=edition, user=agent, kind=kind)
    return edition


def _envelope(space: Space, year: int, begun: datetime) -> Envelope:
    return Envelope.objects.update_or_create(
        space=space,
        year=year,
        label="Progr'ESS",
        defaults={
            "amount": Decimal(100_000),
            "budget_line": "65748",
            "voted_ref": f"CD-{year - 1}-31",
            "voted_on": timezone.localdate(begun),
        },
    )[0]


def _ask_to_mend(file: Application, agent: User, *, now: datetime) -> None:
    """One deposited file waits for its applicants."""
    Correction.objects.create(
        application=file,
        reason="incomplete",
        items=["evaluation"],
        text="Dites-nous combien de personnes répondront au questionnaire, et quand.",
        due_at=now + timedelta(days=8),
        asked_by=agent,
        asked_at=now - timedelta(hours=5),
    )
