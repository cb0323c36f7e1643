"""A report that an agent keeps, in Est Ensemble: what she brings to the council every autumn."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from maillage.accounts.models import User
from maillage.observatory.actions.reports import Choice, save_report
from maillage.observatory.models import SavedReport
from maillage.spaces.models import Space

_FOREWORD = (
    "Ce bilan accompagne le débat d'orientation budgétaire. Il dit qui est là, ce que d'autres ont publié, et ce "
    "qui manque d'après trois lectures que rien n'additionne.\n\n"
    "Les structures de cette démonstration sont inventées : les chiffres aussi."
)
_SECTIONS = (
    *("figures", "communes", "sectors", "movements", "jobs", "published", "gaps", "declared"),
    *("unknown", "files", "method"),
)


def keep_a_report(spaces: list[Space], people: Mapping[str, User], *, now: datetime) -> SavedReport:
    """The whole space, eleven parts."""
    choice = Choice(
        title="Bilan annuel pour le conseil de territoire",
        foreword=_FOREWORD,
        place_code="",
        sections=_SECTIONS,
    )
    space = next(one for one in spaces if one.slug == "est-ensemble")
    return save_report(space, choice, by=people["agent"], now=now - timedelta(days=12))
