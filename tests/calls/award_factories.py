"""A call decided, an award in each moment of its life, and what their addresses need."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from maillage.accounts.models import User
from maillage.calls.enums import (
    ApplicationStatus,
    AwardStatus,
    EditionStatus,
    JuryOutcome,
    TeamKind,
)
from maillage.calls.models import (
    Application,
    Award,
    AwardReport,
    Edition,
    Instalment,
    JuryDecision,
    Paper,
    Recovery,
)
from maillage.core.models import Upload
from maillage.spaces.models import Space
from tests.calls.factories import (
    make_award,
    make_edition,
    make_session,
    make_submitted,
    name_as,
)
from tests.factories import NOW, make_user


def make_decided(space: Space, authority: User | None = None, **fields: Any) -> Edition:
    """A call whose jury proposed and whose authority decided; nothing is notified."""
    fields = {
        "status": EditionStatus.DECIDED,
        "decision_ref": "CP-2026-118",
        "decision_on": date(2026, 10, 12),
        "decided_at": NOW,
        "contact_email": "ess@test.example",
    } | fields
    edition = make_edition(space, **fields)
    if authority is not None:
        name_as(edition, authority, TeamKind.AUTHORITY)
    make_session(edition)
    return edition


def decide(edition: Edition, outcome: str, amount: str = "0", **fields: Any) -> Application:
    """A file deliberated: the jury's word, its reasons, and the award that was granted."""
    reasons = fields.pop("reasons", "Un projet utile aux habitants.")
    rank = fields.pop("rank", None)
    one = make_submitted(edition, status=ApplicationStatus.DELIBERATED, **fields)
    JuryDecision.objects.create(
        session=edition.sessions.get(),
        application=one,
        outcome=outcome,
        amount=Decimal(amount),
        rank=rank,
        reasons=reasons,
        at=NOW,
    )
    if outcome == JuryOutcome.AWARD:
        make_award(
            one,
            amount,
            status=AwardStatus.GRANTED,
            state_aid=edition.state_aid,
            decision_ref=edition.decision_ref,
            decision_on=edition.decision_on,
        )
    return one


def make_told(space: Space, amount: str = "7000.00", **fields: Any) -> Award:
    """An award notified, its two payments and its report; edition in execution unless told."""
    edition = fields.pop("edition", None) or make_decided(space, status=EditionStatus.NOTIFIED)
    user = fields.pop("user", None)
    application = make_submitted(
        edition, status=ApplicationStatus.AWARDED, **({"user": user} if user else {})
    )
    fields = {"status": AwardStatus.GRANTED, "notified_at": NOW} | fields
    award = make_award(application, amount, **fields)
    total = Decimal(amount)
    first = (total * 7 / 10).quantize(Decimal("0.01"))
    Instalment.objects.create(
        award=award, rank=1, kind="advance", amount=first, status="to_pay",
        payable_at=NOW, due_on=NOW.date() + timedelta(days=60),
    )  # fmt: skip
    Instalment.objects.create(
        award=award, rank=2, kind="balance", amount=total - first, status="waiting"
    )
    AwardReport.objects.create(award=award, due_on=date(2027, 6, 30))
    return award


def make_upload(**fields: Any) -> Upload:
    """A row without its file, that waits for the scanner."""
    number = Upload.objects.count() + 1
    fields = {
        "path": f"files/award-{number}.pdf", "name": "piece.pdf", "media_type": "application/pdf",
        "size": 1, "sha256": "0" * 64, "is_private": True, "state": "quarantined", "at": NOW,
    } | fields  # fmt: skip
    return Upload.objects.create(**fields)


def award_arguments(space: Space) -> dict[str, dict[str, Any]]:
    """What the addresses of agents need."""
    decided = make_decided(space)
    file = decide(decided, JuryOutcome.REJECT)
    award = make_told(space)
    report = award.reports.get()
    report.status, report.submitted_at = "submitted", NOW
    report.save()
    entry = make_upload()
    report.files.add(entry)
    paper = Paper.objects.create(
        application=award.application, award=award, kind="award",
        key=f"addresses-{award.pk}", made_at=NOW, sent_at=NOW,
    )  # fmt: skip
    recovery = Recovery.objects.create(
        award=award, amount=Decimal(1), reason="x", asked_on=NOW.date(), due_on=date(2027, 1, 1)
    )
    of_edition = ("notify", "progress", "waiting", "delays")
    return {
        **{f"awards:{name}": {"pk": decided.pk} for name in of_edition},
        **{f"awards:{name}": {"pk": file.pk} for name in ("reasons", "letter")},
        "awards:application_pdf": {"pk": award.application_id},
        "subsidies:act": {"verb": "accepter"},
        "subsidies:attached": {"entry": entry.pk},
        **{
            f"awards:{name}": {"kind": "award"}
            for name in ("words_edit", "words_preview", "words_restore")
        },
        "awards:payment": {"pk": award.instalments.get(rank=1).pk, "verb": "corriger"},
        "awards:report": {"pk": report.pk},
        "awards:report_pdf": {"pk": report.pk},
        "awards:report_file": {"pk": report.pk, "entry": entry.pk},
        "awards:report_act": {"pk": report.pk, "verb": "rendre"},
        "awards:paper": {"pk": paper.pk},
        "awards:recovery": {"pk": recovery.pk, "verb": "recu"},
        "awards:one": {"pk": award.pk},
        "awards:signed_copy": {"pk": award.pk},
        "awards:act": {"pk": award.pk, "verb": "archiver"},
    }


def owned_awards(space: Space, user: User | None = None) -> dict[str, dict[str, object]]:
    """Addresses of a beneficiary, for an award of `user`."""
    award = make_told(space, user=user or make_user())
    report = award.reports.get()
    entry = make_upload()
    report.files.add(entry)
    paper = Paper.objects.create(
        application=award.application, award=award, kind="award",
        key=f"owned-{award.pk}", made_at=NOW, sent_at=NOW,
    )  # fmt: skip
    return {
        "subsidies:paper": {"pk": paper.pk},
        "subsidies:application_pdf": {"pk": award.application_id},
        **{
            f"subsidies:{name}": {"pk": report.pk}
            for name in ("report", "report_file", "report_pdf")
        },
        "subsidies:attached": {"pk": report.pk, "entry": entry.pk},
        "subsidies:one": {"pk": award.pk},
        "subsidies:signed_copy": {"pk": award.pk},
        "subsidies:act": {"pk": award.pk, "verb": "accepter"},
    }
