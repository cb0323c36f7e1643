"""Begin an edition: from the ready-made call, from last year's, or from nothing."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from maillage.accounts.models import User
from maillage.calls.enums import Stage
from maillage.calls.lib import profile
from maillage.calls.lib.moments import clock_of, day_later, in_paris, year_later
from maillage.calls.lib.profile_form import cerfa_form
from maillage.calls.models import (
    Criterion,
    Edition,
    EligibilityRule,
    Envelope,
    Programme,
    RuleExample,
)
from maillage.calls.models import FormVersion as Version
from maillage.core import journal
from maillage.spaces.models import Space
from maillage.spaces.queries import perimeter_codes

_NOTICE = timedelta(
    days=45
)  # What is left at least between its creation and the closing of a ready-made call.
# Neither copied nor kept: what belongs to one year only.
_OWN = frozenset(
    {
        "id", "slug", "cloned_from", "status", "envelope", "deliberation_ref", "deliberation_on",
        "decision_ref", "decision_on", "decided_at", "notified_at", "unsealed_at", "unsealed_by",
        "last_number", "version", "created_by", "created_at", "published_at", "published_by",
    }
)  # fmt: skip
_INSTANTS = ("opens_at", "closes_at", "full_closes_at")
_YEAR = re.compile(r"\b20\d\d\b")


@transaction.atomic
def create_empty(
    space: Space, *, programme: Programme, title: str, year: int, by: User, now: datetime
) -> Edition:
    edition = Edition(
        title=title,
        year=year,
        prefix=prefix_for(programme.name, year),
        contact_email=programme.contact_email,
        convention_from=Decimal(profile.EDITION["convention_from"]),
    )
    return _begin(edition, space, programme, by=by, now=now, origin="empty")


@transaction.atomic
def create_from_profile(space: Space, *, by: User, now: datetime) -> Edition:
    """The ready-made call whole: texts, envelope, rules, criteria, form, instalments, dates.

    What only the authority can say is left to say: legal basis, deliberation, the three questions. The envelope of the
    year is taken when the programme already has one.
    """
    closes = _next_closing(now)
    programme = Programme.objects.filter(space=space, name=profile.NAME).first()
    if programme is None:
        programme = Programme.objects.create(
            space=space,
            slug=free_slug(Programme, space, profile.NAME, 60),
            name=profile.NAME,
            summary=profile.EDITION["summary"],
            contact_email=space.contact_email,
            created_by=by,
            created_at=now,
        )
    year = clock_of(closes).year
    money = ("amount_max", "max_rate", "convention_from", "de_minimis_ceiling")
    fields = profile.EDITION | {name: Decimal(profile.EDITION[name]) for name in money}
    edition = Edition(
        **fields
        | {
            "title": _free_title(space, f"{profile.NAME} {year}"),
            "year": year,
            "prefix": f"PROG{year % 100:02d}",
            "contact_email": programme.contact_email,
            "opens_at": _morning_after(now),
            "closes_at": closes,
            "envelope": _envelope_of(space, year),
        }
    )
    _begin(edition, space, programme, by=by, now=now, origin="profile")
    _write_profile(edition, by=by, now=now)
    return edition


def _write_profile(edition: Edition, *, by: User, now: datetime) -> None:
    EligibilityRule.objects.bulk_create(
        EligibilityRule(
            edition=edition,
            position=rank,
            **rule | {"legal_ref_on": _iso(rule.get("legal_ref_on"))},
        )
        for rank, rule in enumerate(profile.RULES)
    )
    Criterion.objects.bulk_create(
        Criterion(edition=edition, position=rank, scale_max=4, **one)
        for rank, one in enumerate(profile.CRITERIA)
    )
    inside = sorted(perimeter_codes(edition.space))[:1]
    RuleExample.objects.bulk_create(
        RuleExample(edition=edition, **one | {"facts": one["facts"] | {"places": inside}})
        for one in profile.EXAMPLES
    )
    Version.objects.create(
        edition=edition,
        stage=Stage.FULL,
        definition=cerfa_form(edition.themes, str(edition.amount_max)),
        note="Formulaire livré avec l'appel prêt à l'emploi",
        created_by=by,
        created_at=now,
    )


@transaction.atomic
def clone(source: Edition, *, by: User, now: datetime) -> Edition:
    """A draft for the next year: every row copied, dates one year later (more until the closing is to come).

    Deliberations, decisions, jurors and deposits stay with the old one. The envelope is the next year's of the same
    name, when it exists.
    """
    years = _years_on(source, now)
    year = source.year + years
    columns = [field for field in Edition._meta.concrete_fields if field.name not in _OWN]
    fields = {field.attname: getattr(source, field.attname) for field in columns}
    title = _YEAR.sub(str(year), source.title)
    shifted = {
        "year": year,
        "title": _free_title(source.space, title if title != source.title else f"{title} {year}"),
        "prefix": next_prefix(source.prefix, source.year, year),
        "forecast_on": day_later(source.forecast_on, years) if source.forecast_on else None,
        "key_dates": [_shifted(one, years) for one in source.key_dates],
        "meetings": [_shifted(one, years) for one in source.meetings],
        "envelope": _same_envelope(source, year),
        "cloned_from": source,
    }
    for name in _INSTANTS:
        moment = getattr(source, name)
        shifted[name] = year_later(moment, years) if moment else None
    edition = Edition(**fields | shifted)
    _begin(edition, source.space, source.programme, by=by, now=now, origin=f"clone:{source.pk}")
    _copy_rows(source, edition, by=by, now=now)
    return edition


def _copy_rows(source: Edition, edition: Edition, *, by: User, now: datetime) -> None:
    for rows in ("rules", "examples", "criteria", "routing", "team", "paper_templates"):
        manager = getattr(source, rows)
        copies = list(manager.all())
        for one in copies:
            one.pk, one.edition = None, edition
        manager.model.objects.bulk_create(copies)
    latest: dict[str, Version] = {}
    for form in source.forms.order_by("number"):
        latest[form.stage] = form
    for stage, form in latest.items():
        Version.objects.create(
            edition=edition,
            stage=stage,
            definition=form.definition,
            note=f"Repris de « {source.title} »"[:300],
            created_by=by,
            created_at=now,
        )


def _begin(
    edition: Edition, space: Space, programme: Programme, *, by: User, now: datetime, origin: str
) -> Edition:
    edition.space, edition.programme = space, programme
    edition.slug = free_slug(Edition, space, edition.title, 80)
    edition.created_by, edition.created_at = by, now
    edition.save()
    changes = {"title": ["", edition.title], "from": ["", origin]}
    journal.record("edition.created", edition, by=by, at=now, changes=changes, space_id=space.pk)
    return edition


def free_slug(model: Any, space: Space, words: str, longest: int) -> str:
    """A slug that the space does not use yet."""
    base = slugify(words)[: longest - 4].strip("-") or "appel"
    taken = set(
        model.objects.filter(space=space, slug__startswith=base).values_list("slug", flat=True)
    )
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def prefix_for(name: str, year: int) -> str:
    """« Progr'ESS », 2027 → « PROGRESS27 »: what numbers of deposits begin with."""
    letters = re.sub(r"[^A-Z]", "", slugify(name).upper())[:8] or "AAP"
    return f"{letters}{year % 100:02d}"


def next_prefix(prefix: str, before: int, after: int) -> str:
    """The two digits of the year follow it; a prefix without them gets them."""
    old, new = f"{before % 100:02d}", f"{after % 100:02d}"
    if prefix.endswith(old):
        return prefix[: -len(old)] + new
    return (prefix[:10] + new) if not prefix[-1:].isdigit() else prefix


def _free_title(space: Space, title: str) -> str:
    """Two calls of a space never bear one name: people would write to the wrong one."""
    taken = set(
        Edition.objects.filter(space=space, title__startswith=title[:150]).values_list(
            "title", flat=True
        )
    )
    if title not in taken:
        return title[:160]
    return next(
        f"{title[:150]} ({n})"
        for n in range(2, len(taken) + 3)
        if f"{title[:150]} ({n})" not in taken
    )


def _next_closing(now: datetime) -> datetime:
    local = clock_of(now)
    for year in (local.year, local.year + 1, local.year + 2):
        closes = in_paris(datetime(year, *profile.CLOSING))  # noqa: DTZ001
        if closes - now >= _NOTICE:
            return closes
    raise AssertionError("a closing comes every year")


def _morning_after(now: datetime) -> datetime:
    return in_paris(datetime.combine(clock_of(now).date() + timedelta(days=1), time(9)))


def _envelope_of(space: Space, year: int) -> Envelope:
    label = f"Enveloppe {profile.NAME}"
    known = Envelope.objects.filter(space=space, year=year, label=label).first()
    return known or Envelope.objects.create(
        space=space, year=year, label=label, amount=Decimal(profile.ENVELOPE)
    )


def _same_envelope(source: Edition, year: int) -> Envelope | None:
    if source.envelope is None:
        return None
    label = _YEAR.sub(str(year), source.envelope.label)
    return Envelope.objects.filter(space=source.space, year=year, label=label).first()


def _years_on(source: Edition, now: datetime) -> int:
    years = 1
    while source.closes_at and years < 30 and year_later(source.closes_at, years) <= now:
        years += 1
    return years


def _shifted(one: dict[str, Any], years: int) -> dict[str, Any]:
    """A date or an instant, written in ISO as it was."""
    said = str(one.get("on", ""))
    try:
        if "T" in said:
            return one | {"on": year_later(datetime.fromisoformat(said), years).isoformat()}
        return one | {"on": day_later(date.fromisoformat(said), years).isoformat()}
    except ValueError:
        return one


def _iso(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
