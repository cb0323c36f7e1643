"""What people follow, and the letter that a space writes to who asked for it."""

from maillage.notices.models.follow import Follow
from maillage.notices.models.newsletter import Issue, IssueDelivery, IssueItem, Subscription

__all__ = ["Follow", "Issue", "IssueDelivery", "IssueItem", "Subscription"]
