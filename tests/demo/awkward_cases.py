"""What each awkward case looks like in the database."""

from datetime import timedelta

from django.utils import timezone

from maillage.structures.enums import State
from tests.factories import NOW

AWKWARD = {
    "no point": {"establishments__lon": None, "establishments__address": ""},
    "approximate point": {"establishments__location_quality": "area"},
    "partial disclosure": {"disclosure": "P", "establishments__disclosure": "P"},
    "quotes, ampersand, emoji": {"name__contains": "🌱"},
    "markup in a name": {"name__contains": "<ouvert>"},
    "no description": {"description": ""},
    "ceased": {"state": State.CEASED, "ceased_on__isnull": False},
    "archived": {"state": State.ARCHIVED, "merged_into": None},
    "merged": {"merged_into__isnull": False},
    "unknown membership": {"ess_status": "unknown"},
    "excluded": {"ess_status": "excluded", "ess_override": ""},
    "decided by an agent": {"ess_override": "excluded", "ess_override_by__isnull": False},
    "without SIREN": {"siren": None, "rna": None},
    "without a sector": {"structure_terms": None},
    "new this week": {"created_at__gte": NOW - timedelta(days=7)},
    "young this week": {"created_on__gte": (NOW - timedelta(days=7)).date()},
    "never confirmed": {"confirmed_at": None, "created_at__lte": NOW - timedelta(days=800)},
    "confirmed 14 months ago": {
        "confirmed_at__date": timezone.localdate(NOW) - timedelta(days=426)
    },
    "employer of 5 000": {"size_band": "52"},
    "hidden address": {"establishments__address_is_public": False, "disclosure": "O"},
}
