"""What is told to every applicant: why, in words. Never a score, never the name of a juror.

The averages of the readers choose which criteria are named; a comment « pour le candidat » is told as it was written,
with the others', in an order that says nothing of who wrote it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from maillage.calls.enums import JuryOutcome, ReviewStatus
from maillage.calls.models import Application, Edition, Juror, JuryDecision, Review, Score

_NAMED = 2
LONGEST = 4000


def proposed_reasons(
    applications: Iterable[Application], edition: Edition, decisions: dict[int, JuryDecision]
) -> dict[int, str]:
    """By application, the text that the authority reads again before it is sent; empty when nobody wrote anything.

    `decisions` are the jury's, by application (`queries.notification.decisions_of`).
    """
    chosen = list(applications)
    keys = [one.pk for one in chosen]
    levels = _levels(keys)
    comments = _comments(keys)
    labels = {row.pk: row.label for row in edition.criteria.order_by("position", "pk")}
    return {
        one.pk: _text(
            one, decisions.get(one.pk), levels.get(one.pk, {}), labels, comments.get(one.pk, [])
        )
        for one in chosen
    }


def named_jurors(text: str, edition: Edition) -> list[str]:
    """Names of jurors of the edition that `text` holds: it must not be sent as it is."""
    people = Juror.objects.filter(edition=edition).select_related("user")
    low = text.casefold()
    return sorted({name for one in people if (name := str(one.user)) and name.casefold() in low})


def _text(
    application: Application,
    decision: JuryDecision | None,
    levels: dict[int, Decimal],
    labels: dict[int, str],
    comments: list[str],
) -> str:
    parts = []
    if decision is not None and decision.reasons.strip():
        parts.append(decision.reasons.strip())
    strong, weak = _extremes(levels, labels)
    if strong:
        parts.append(f"Points les plus forts du projet : {_joined(strong)}.")
    if weak:
        gain = (
            "ce qui l'aurait fait avancer au classement"
            if decision is None or decision.outcome != JuryOutcome.AWARD
            else "ce qui peut encore être affermi"
        )
        parts.append(f"Points les moins assurés, et donc {gain} : {_joined(weak)}.")
    if comments:
        parts.append("Ce que le jury en retient :\n" + "\n".join(f"- {one}" for one in comments))
    return "\n\n".join(parts)[:LONGEST]


def _extremes(levels: dict[int, Decimal], labels: dict[int, str]) -> tuple[list[str], list[str]]:
    """Names of the best and of the least good criteria; nothing when they do not differ."""
    ranked = sorted(
        (pk for pk in labels if pk in levels), key=lambda pk: (-levels[pk], list(labels).index(pk))
    )
    if len(ranked) < 2 or levels[ranked[0]] == levels[ranked[-1]]:
        return [], []
    half = min(_NAMED, len(ranked) // 2)
    return [labels[pk] for pk in ranked[:half]], [labels[pk] for pk in reversed(ranked[-half:])]


def _joined(names: list[str]) -> str:
    return " et ".join(f"« {name} »" for name in names)


def _levels(applications: list[int]) -> dict[int, dict[int, Decimal]]:
    """By application, then criterion: mean of what readers gave, as a part of the scale."""
    rows = Score.objects.filter(
        review__application__in=applications,
        review__status=ReviewStatus.SUBMITTED,
        review__abstains=False,
        value__isnull=False,
    ).values_list("review__application", "criterion", "value", "criterion__scale_max")
    given: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    for application, criterion, value, top in rows:
        given[application, criterion].append(Decimal(value or 0) / Decimal(top or 1))
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for (application, criterion), parts in given.items():
        found[application][criterion] = sum(parts, Decimal(0)) / len(parts)
    return found


def _comments(applications: list[int]) -> dict[int, list[str]]:
    rows = (
        Review.objects.filter(application__in=applications, status=ReviewStatus.SUBMITTED)
        .exclude(comment_applicant="")
        .values_list("application", "pk", "comment_applicant")
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for application, pk, text in rows:
        mixed = hashlib.sha256(f"{application}-{pk}".encode()).hexdigest()
        found[application].append((mixed, " ".join(text.split())))
    return {
        application: [text for _mixed, text in sorted(pairs)]
        for application, pairs in found.items()
    }
