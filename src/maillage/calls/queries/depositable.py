"""What still stands between a file and its deposit, each thing with a sentence and the page where it is mended."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from maillage.calls.enums import ApplicationStatus, Outcome, RuleKind, Severity
from maillage.calls.lib.answer_values import euros
from maillage.calls.lib.answers import check
from maillage.calls.lib.answers import columns as columns_of
from maillage.calls.lib.eligibility import Judgement
from maillage.calls.lib.form import Form
from maillage.calls.lib.window import window_of
from maillage.calls.lib.words import long_instant
from maillage.calls.models import Application, Edition
from maillage.calls.queries.eligibility import judgements_of
from maillage.calls.queries.overdue import overdue_of, why_late
from maillage.calls.queries.partners import not_engaged, shares_problem
from maillage.calls.queries.written import Written, written
from maillage.core.hours.reading import PARIS
from maillage.core.uploads.models import Upload

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Obstacle:
    """`section` and `anchor` say where to mend it; `partners` that it is on the page of the partners."""

    text: str
    section: str = ""
    anchor: str = ""
    label: str = ""
    partners: bool = False
    reports: bool = False


@dataclass(frozen=True)
class Readiness:
    """`obstacles` forbid the deposit; `warnings` are told, and forbid nothing."""

    obstacles: list[Obstacle]
    warnings: list[Obstacle]

    def __bool__(self) -> bool:
        return not self.obstacles


def readiness(
    application: Application,
    *,
    now: datetime,
    content: Written | None = None,
    committed: bool = True,
) -> Readiness:
    """Everything but the window and who asks, in the order of the form.

    `committed` False: the contract of republican commitment, when a rule asks for it, is not signed by the lead.
    """
    content = content or written(application)
    seen = copy(application)
    for name, value in columns_of(content.form, content.answers).items():
        setattr(seen, name, value)
    found = _answers(content) + _files(content) + _money(application.edition, content)
    found += _shares(seen)
    found += [_not_engaged(one.name) for one in not_engaged(application)]
    warnings: list[Obstacle] = []
    late = _late(application, content, now)
    (found if application.edition.blocks_overdue else warnings).extend(late)
    blocked, doubtful = _rules(seen, now, committed=committed)
    return Readiness(found + blocked, warnings + doubtful)


def why_closed(application: Application, now: datetime) -> str:
    """One sentence when a deposit cannot be received at `now`, else an empty string."""
    window = window_of(application.edition, application.stage)
    if application.status not in {
        ApplicationStatus.DRAFT,
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.SHORTLISTED,
    }:
        return "Cette candidature ne peut plus être déposée à cette étape."
    if window.is_open(now):
        return ""
    if window.until is None or window.closes_at is None:
        return "Cet appel ne reçoit pas de candidature pour l'instant."
    if window.opens_at is not None and now < window.opens_at:
        return f"L'appel s'ouvre le {long_instant(window.opens_at)} : vous pouvez déjà écrire, pas encore déposer."
    return (
        f"Trop tard : l'appel s'est fermé le {long_instant(window.closes_at)}, et votre demande est arrivée le "
        f"{long_instant(now)}. Vos réponses restent lisibles."
    )


def _answers(content: Written) -> list[Obstacle]:
    places = section_of(content.form)
    labels = {one.code: one.label for one in content.form.fields}
    problems = check(content.form, content.answers, files=content.counts, partners=content.others)
    return [
        Obstacle(
            text=one.message,
            section=places.get(one.code, ""),
            anchor=one.anchor,
            label=labels.get(one.code, ""),
        )
        for one in problems
    ]


def section_of(form: Form) -> dict[str, str]:
    """The section of each field."""
    return {one.code: section.code for section in form.sections for one in section.fields}


def _files(content: Written) -> list[Obstacle]:
    """A file that waits for the scanner may be deposited; one that it refused, never."""
    places = section_of(content.form)
    refused = (Upload.State.INFECTED, Upload.State.WITHHELD)
    return [
        Obstacle(
            text=f"« {one.upload.name} » a été refusé par l'antivirus : retirez-le, joignez-en un autre.",
            section=places.get(one.code, ""),
            anchor=f"f-{one.code}",
        )
        for one in content.files
        if one.upload.state in refused
    ]


def _money(edition: Edition, content: Written) -> list[Obstacle]:
    told = columns_of(content.form, content.answers)
    asked, cost = told.get("requested"), told.get("total_cost")
    field = content.form.meaning("requested")
    if asked is None or field is None:
        return []
    words = []
    if edition.amount_max is not None and asked > edition.amount_max:
        words.append(
            f"Vous demandez {euros(asked)} : cet appel donne {euros(edition.amount_max)} au plus par projet."
        )
    if edition.amount_min is not None and asked < edition.amount_min:
        words.append(
            f"Vous demandez {euros(asked)} : cet appel donne {euros(edition.amount_min)} au moins par projet."
        )
    if cost is not None and asked > cost:
        words.append(f"Vous demandez {euros(asked)} pour un projet qui coûte {euros(cost)}.")
    elif (
        cost is not None
        and edition.max_rate is not None
        and asked * _HUNDRED > edition.max_rate * cost
    ):
        limit = (edition.max_rate * cost / _HUNDRED).quantize(
            Decimal("0.01"), rounding="ROUND_DOWN"
        )
        rate = f"{edition.max_rate.normalize():f}".replace(".", ",")
        words.append(
            f"Vous demandez {euros(asked)} : cet appel paie {rate} % du coût au plus, soit {euros(limit)} ici."
        )
    place = section_of(content.form).get(field.code, "")
    return [
        Obstacle(text=one, section=place, anchor=f"f-{field.code}", label=field.label)
        for one in words
    ]


def _shares(application: Application) -> list[Obstacle]:
    problem = shares_problem(application)
    return [Obstacle(text=problem, partners=True)] if problem else []


def _not_engaged(name: str) -> Obstacle:
    return Obstacle(
        text=f"{name} ne s'est pas encore engagé : sa représentante ou son représentant légal doit le faire.",
        partners=True,
    )


def _late(application: Application, content: Written, now: datetime) -> list[Obstacle]:
    today = now.astimezone(PARIS).date()
    found = []
    for one in content.partners:
        if one.structure is None or one.refused_at is not None:
            continue
        reports = overdue_of(one.structure, today, space=application.edition.space)
        if reports:
            found.append(Obstacle(text=f"{one.name} : {why_late(reports)}", reports=True))
    return found


def _rules(
    application: Application, now: datetime, *, committed: bool
) -> tuple[list[Obstacle], list[Obstacle]]:
    """A blocking « non » refuses, unless an agent overruled it; « à vérifier » is told."""
    judged = judgements_of(application, now)
    if not judged:
        return [], []
    overruled = application.results.exclude(overruled__in=["", Outcome.NO])
    spared = set(overruled.values_list("code", flat=True))
    blocked = [
        Obstacle(text=" ".join(filter(None, [one.sentence, one.how_to_fix])), label=one.label)
        for one in judged
        if one.code not in spared and (one.blocking or (is_unsigned(one) and not committed))
    ]
    doubtful = [
        Obstacle(text=one.sentence, label=one.label)
        for one in judged
        if one.outcome == Outcome.TO_CHECK
    ]
    return blocked, doubtful


def is_unsigned(one: Judgement) -> bool:
    """Whether the contract of republican commitment is asked of the lead, who has not signed it yet."""
    asked = one.kind == RuleKind.COMMITMENT and one.severity == Severity.BLOCKING
    return asked and one.outcome in {Outcome.UNKNOWN, Outcome.NO}


def must_commit(application: Application, now: datetime) -> bool:
    """Whether the page of the deposit must show the box of the contract of republican commitment."""
    return any(is_unsigned(one) for one in judgements_of(application, now))
