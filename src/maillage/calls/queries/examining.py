"""One file as the authority examines it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils import timezone

from maillage.accounts.models import User
from maillage.calls.enums import FactSource, MessageSide, Outcome, Verdict
from maillage.calls.lib.differences import Difference, differences
from maillage.calls.lib.form import Field, FieldType, Form, form_of
from maillage.calls.models import (
    Admissibility,
    Application,
    Attachment,
    CallMessage,
    Correction,
    Deposit,
    EligibilityResult,
    EligibilityRule,
    Follower,
    Partner,
    RegisterCheck,
)
from maillage.calls.queries.inbox import dress, readable
from maillage.calls.querysets import ENDED
from maillage.spaces.models import Space

SIRET_CHECK = "siret"
_SOURCES = {str(code): str(label) for code, label in FactSource.choices}


def load(space: Space, user: User, pk: int, now: datetime) -> Application:
    """The file, with its flags; 404 for one that the person may not know of."""
    rows = dress(readable(space, user, now).filter(pk=pk), user, now)
    one: Application | None = rows.select_related(
        "edition__space", "edition__programme", "assigned_to", "form"
    ).first()
    if one is None:
        raise Http404
    return one


@dataclass(frozen=True, slots=True)
class RuleResult:
    rule: EligibilityRule | None
    result: EligibilityResult

    @property
    def label(self) -> str:
        return self.rule.label if self.rule else self.result.code

    @property
    def outcome(self) -> Outcome:
        """What holds: the agent's answer, else the rule's."""
        return Outcome(self.result.overruled or self.result.outcome)

    @property
    def sentence(self) -> str:
        return str(self.result.evidence.get("sentence", ""))

    @property
    def sources(self) -> list[str]:
        """What was seen, where and when."""
        found = []
        for one in self.result.evidence.get("sources", ()):
            origin = ", ".join(
                str(part) for part in (_SOURCES.get(str(one.get("source"))), one.get("on")) if part
            )
            found.append(
                f"{one.get('words', '')} ({origin})" if origin else str(one.get("words", ""))
            )
        return found


def results_of(application: Application) -> list[RuleResult]:
    """In the order of the rules; what a rule that is gone said comes last."""
    rules = {rule.code: rule for rule in application.edition.rules.all()}
    results = {one.code: one for one in application.results.select_related("overruled_by")}
    known = [RuleResult(rule, results[code]) for code, rule in rules.items() if code in results]
    return known + [RuleResult(None, one) for code, one in results.items() if code not in rules]


def checks_of(application: Application) -> list[RegisterCheck]:
    """The latest of each check and partner, with `about`, the partner's name, and `text`, what was found."""
    names = dict(application.partners.values_list("pk", "name"))
    latest: dict[tuple[str, int | None], RegisterCheck] = {}
    for one in application.checks.order_by("pk"):
        latest[one.code, one.partner_id] = one
    found = list(latest.values())
    for one in found:
        one.about = names.get(one.partner_id or 0, "")  # type: ignore[attr-defined]
        one.text = one.evidence.get("text", "")  # type: ignore[attr-defined]
    return found


def siret_in_doubt(application: Application) -> bool:
    """Whether the state of the lead's establishment is not known: its latest check is neither yes nor no."""
    lead = application.partners.filter(role="lead").values_list("pk", flat=True).first()
    last = application.checks.filter(code=SIRET_CHECK, partner_id=lead).order_by("-pk").first()
    return last is None or last.outcome in {Outcome.TO_CHECK, Outcome.UNKNOWN}


def open_correction_of(application: Application) -> Correction | None:
    found: Correction | None = application.corrections.filter(
        answered_at=None, closed_at=None
    ).first()
    return found


def pending_of(application: Application) -> Admissibility | None:
    """An inadmissibility that waits for a second person."""
    found: Admissibility | None = (
        application.admissibilities.filter(
            verdict=Verdict.INADMISSIBLE, confirmed_at=None, declined_at=None
        )
        .select_related("proposed_by")
        .first()
    )
    return found


def form_for(application: Application) -> Form:
    return form_of(application.form.definition)


def correctable(form: Form) -> list[tuple[str, str]]:
    """Questions that may be opened again: (code, label)."""
    return [(one.code, one.label) for one in form.fields if one.type != FieldType.NOTE]


@dataclass(frozen=True, slots=True)
class Version:
    """A deposit, and what it changed from the one before (nothing for the first)."""

    deposit: Deposit
    changes: list[Difference]


def versions_of(application: Application) -> list[Version]:
    """Newest first."""
    rows = list(application.deposit_rows.select_related("by", "form").order_by("rank"))
    found, before = [], None
    for row in rows:
        comparable = before is not None and before.stage == row.stage
        changes: list[Difference] = (
            differences(form_of(row.form.definition), before.content, row.content)
            if comparable and before is not None
            else []
        )
        found.append(Version(row, changes))
        before = row
    return found[::-1]


def answers_of(application: Application) -> dict[str, Any]:
    """As last deposited: what is being typed since is the applicant's alone."""
    last = application.deposit_rows.filter(stage=application.stage).order_by("-rank").first()
    last = last or application.deposit_rows.order_by("-rank").first()
    return dict(last.content.get("answers", {})) if last else {}


def files_of(application: Application) -> list[tuple[Field | None, Attachment]]:
    """Attachments of the last deposit with the question each answers."""
    fields = {one.code: one for one in form_for(application).fields}
    last = application.deposit_rows.order_by("-rank").first()
    rows = application.attachments.select_related("upload")
    frozen = [one.get("id") for one in (last.content.get("files", ()) if last else ())]
    kept = [one for one in rows if one.pk in frozen]
    return [(fields.get(one.code), one) for one in kept]


def partners_of(application: Application) -> list[Partner]:
    return list(application.partners.select_related("structure", "engaged_by"))


def messages_of(application: Application) -> list[CallMessage]:
    return list(application.messages.select_related("by", "upload"))


def unread_of(application: Application) -> int:
    return int(application.messages.filter(side=MessageSide.APPLICANT, read_at=None).count())


def follows(application: Application, user: User) -> bool:
    return Follower.objects.filter(application=application, user=user).exists()


@dataclass(frozen=True, slots=True)
class Silence:
    """The clock of implicit rejection; `left` days, negative once past. None for a file whose answer was given."""

    on: date
    left: int

    @property
    def is_near(self) -> bool:
        return self.left <= 15


def silence_of(application: Application, now: datetime) -> Silence | None:
    on = application.implicit_rejection_on
    if on is None or application.status in ENDED:
        return None
    return Silence(on, (on - timezone.localdate(now)).days)


def twins_of(application: Application, user: User) -> list[Application]:
    """Other files of the same call with the lead's SIREN."""
    lead = application.partners.filter(role="lead").first()
    siren = lead.siret[:9] if lead else ""
    if not siren:
        return []
    others = Application.objects.filter(edition=application.edition).reachable_by(user).deposited()
    mine = Partner.objects.filter(role="lead", siret__startswith=siren).values("application")
    return list(others.filter(pk__in=mine).exclude(pk=application.pk).order_by("number"))
