"""What people send about structures, what agents answer, what is taken out of sight."""

from maillage.moderation.models.contribution import (
    Contribution,
    ContributionKey,
    ContributionMessage,
)
from maillage.moderation.models.decision import DecisionReason, Restriction

__all__ = [
    "Contribution",
    "ContributionKey",
    "ContributionMessage",
    "DecisionReason",
    "Restriction",
]
