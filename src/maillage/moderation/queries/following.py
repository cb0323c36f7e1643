"""What a contributor sees of what they sent."""

from datetime import datetime
from typing import Any

from maillage.accounts.models import User
from maillage.moderation.enums import PENDING, State
from maillage.moderation.lib.keys import hash_of
from maillage.moderation.lib.wording import lines_of
from maillage.moderation.models import Contribution, ContributionKey, ContributionMessage
from maillage.moderation.queries.reasons import reason_label

MOST = 200


def by_key(key: str, *, now: datetime) -> Contribution | None:
    """The contribution that this key opens, while it is good."""
    found = (
        ContributionKey.objects.filter(key_hash=hash_of(key), expires_at__gt=now)
        .select_related("contribution__space", "contribution__structure")
        .first()
    )
    return found.contribution if found else None


def sent_by(user: User) -> list[Contribution]:
    """What this person sent, newest first."""
    mine = Contribution.objects.filter(contributor=user).select_related("space")
    return list(mine.order_by("-created_at", "-pk")[:MOST])


def story_of(contribution: Contribution) -> dict[str, Any]:
    """Everything the follow-up page shows; notes between agents are left out."""
    thread = contribution.thread.exclude(side=ContributionMessage.Side.NOTE)
    published = contribution.outcome.get("fields", {})
    # Attached to a page by an agent, `seen` is what the agent read there: contacts kept back included.
    seen = {} if "attached" in contribution.details else contribution.seen
    return {
        "contribution": contribution,
        "lines": lines_of(contribution.fields, seen),
        "published": set(published),
        "thread": list(thread),
        "is_open": contribution.state in PENDING,
        "must_confirm": contribution.state == State.UNVERIFIED,
        "reason": reason_label(contribution.space, contribution.reason),
    }
