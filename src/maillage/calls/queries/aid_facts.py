"""De minimis aids that the authority knows of: files it read, and its own awards."""

from django.db.models import Q

from maillage.calls.enums import AwardStatus, StateAid
from maillage.calls.lib.facts import Aid
from maillage.calls.models import AidRecord, Award
from maillage.spaces.models import Space
from maillage.structures.models import Structure

# Proposed ones are hidden and not granted; the others no longer weigh.
_GIVEN_BACK = (AwardStatus.PROPOSED, AwardStatus.LAPSED, AwardStatus.RENOUNCED, AwardStatus.REVOKED)


def aids_of(
    space: Space, *, structure: Structure | None = None, siren: str = ""
) -> tuple[Aid, ...]:
    """By structure or SIREN, undated ones last. An aid is counted when it was granted, whatever was paid."""
    whose = Q(structure=structure) if structure is not None else Q(pk=None)
    if siren:
        whose |= Q(siren=siren) | Q(siret__startswith=siren)
    records = AidRecord.objects.filter(whose, space=space, is_de_minimis=True).filter(
        Q(batch=None) | Q(batch__undone_at=None)
    )
    found = [Aid(*row) for row in records.values_list("amount", "decided_on")]
    theirs = Q(structure=structure) if structure is not None else Q(pk=None)
    if siren:
        theirs |= Q(siret__startswith=siren)
    awards = Award.objects.filter(
        theirs, envelope__space=space, state_aid=StateAid.DE_MINIMIS
    ).exclude(status__in=_GIVEN_BACK)
    found += [Aid(*row) for row in awards.values_list("amount", "decision_on")]
    return tuple(sorted(found, key=lambda one: (one.on is None, str(one.on), one.amount)))
