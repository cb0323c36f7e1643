"""Everything that a notification will do, shown before it is done: who gets which letter, what is missing, the totals."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from maillage.calls.enums import ApplicationStatus, AwardStatus, JuryOutcome, PaperKind
from maillage.calls.lib.merge import missing_in
from maillage.calls.models import Application, Award, Edition, JuryDecision
from maillage.calls.queries.feedback import named_jurors, proposed_reasons
from maillage.calls.queries.merging import values_of
from maillage.calls.queries.papers import Words, all_words

_OUTCOMES = {
    PaperKind.AWARD: ApplicationStatus.AWARDED,
    PaperKind.WAITING: ApplicationStatus.WAITING,
    PaperKind.REJECTION: ApplicationStatus.REJECTED,
}


@dataclass
class Line:
    """One file: the letter it gets (`kind`), the awards it is told, what stops it (`problems`, French sentences)."""

    application: Application
    kind: str
    awards: list[Award]
    rank: int | None = None
    missing: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        return _OUTCOMES[PaperKind(self.kind)]

    @property
    def outcome_label(self) -> str:
        return ApplicationStatus(self.outcome).label

    @property
    def letter(self) -> str:
        return PaperKind(self.kind).label

    @property
    def amount(self) -> Decimal:
        return sum((one.amount for one in self.awards), Decimal(0))


@dataclass
class Plan:
    edition: Edition
    lines: list[Line]
    words: dict[str, Words]

    @property
    def awarded(self) -> list[Line]:
        return self.of(PaperKind.AWARD)

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.awarded), Decimal(0))

    @property
    def letters(self) -> int:
        return sum(max(1, len(line.awards)) for line in self.lines)

    @property
    def stopped(self) -> list[Line]:
        return [line for line in self.lines if line.problems or line.missing]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Each letter and how many of it."""
        return [(PaperKind(kind).label, len(self.of(kind))) for kind in _OUTCOMES]

    def of(self, kind: str) -> list[Line]:
        return [line for line in self.lines if line.kind == kind]


def plan_of(edition: Edition, *, now: datetime) -> Plan:
    """The whole batch, whoever looks; a page filters its lines by `reachable_by` first (`lines_for`).

    Reasons that nobody wrote are proposed on `application.outcome_reasons`, not saved.
    """
    words = all_words(edition.space, edition)
    applications = list(
        Application.objects.filter(edition=edition, status=ApplicationStatus.DELIBERATED)
        .prefetch_related("partners")
        .order_by("number")
    )
    awards: dict[int, list[Award]] = {}
    granted = Award.objects.filter(
        application__in=applications, status=AwardStatus.GRANTED, notified_at=None
    )
    for award in granted.prefetch_related("instalments").order_by("pk"):
        awards.setdefault(award.application_id, []).append(award)
    decisions = decisions_of(edition)
    reasons = proposed_reasons(applications, edition, decisions)
    ranks = _ranks(applications, awards, decisions)
    lines = []
    for one in applications:
        one.edition = edition
        one.outcome_reasons = one.outcome_reasons or reasons[one.pk]
        line = _line(one, awards.get(one.pk, []), decisions.get(one.pk), ranks.get(one.pk))
        _look(line, words[line.kind], now)
        lines.append(line)
    return Plan(edition, lines, words)


def decisions_of(edition: Edition) -> dict[int, JuryDecision]:
    """The jury's last word on each file."""
    rows = JuryDecision.objects.filter(session__edition=edition).order_by("at", "pk")
    return {row.application_id: row for row in rows}


def values_for(line: Line, award: Award | None, now: datetime) -> dict[str, str]:
    """Values of the letter of the file, or of one of its awards."""
    extra = {"rang": str(line.rank)} if line.rank else {}
    return values_of(line.kind, line.application, award, now=now, extra=extra)


def _line(
    application: Application, awards: list[Award], decision: JuryDecision | None, rank: int | None
) -> Line:
    for award in awards:
        award.application = application
    if awards:
        return Line(application, PaperKind.AWARD, awards)
    if rank is not None:
        return Line(application, PaperKind.WAITING, [], rank)
    line = Line(application, PaperKind.REJECTION, [])
    if decision is not None and decision.outcome == JuryOutcome.AWARD:
        line.problems.append(
            "Le jury propose de retenir ce dossier, mais aucune subvention n'est attribuée."
        )
    return line


def _ranks(
    applications: list[Application],
    awards: dict[int, list[Award]],
    decisions: dict[int, JuryDecision],
) -> dict[int, int]:
    """1, 2, 3… in the jury's order; files that it did not rank come last, in the order of their deposit."""
    waiting = [
        one
        for one in applications
        if one.pk not in awards
        and one.pk in decisions
        and decisions[one.pk].outcome == JuryOutcome.WAITING
    ]
    waiting.sort(key=lambda one: (decisions[one.pk].rank or 9999, one.number or 0))
    return {one.pk: rank for rank, one in enumerate(waiting, 1)}


def _look(line: Line, words: Words, now: datetime) -> None:
    """What would stop the letters of this file."""
    text = f"{words.subject}\n{words.body}"
    missing: dict[str, None] = {}
    awards: list[Award | None] = [*line.awards] or [None]
    for award in awards:
        missing |= dict.fromkeys(missing_in(text, values_for(line, award, now)))
    line.missing = list(missing)
    if not line.application.outcome_reasons.strip() and "motifs" not in missing:
        line.missing.append("motifs")
    named = named_jurors(line.application.outcome_reasons, line.application.edition)
    if named:
        line.problems.append(
            "Les motifs nomment une personne du jury : retirez ce nom avant l'envoi."
        )
