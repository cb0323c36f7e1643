"""A report as its beneficiary finds it: its form, the figures and indicators of the application ready to be completed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maillage.calls.lib.answers import Problem, check
from maillage.calls.lib.form import FieldType, Form, form_of
from maillage.calls.lib.report_figures import from_budget, from_indicators, problems
from maillage.calls.lib.report_form import DEFAULT
from maillage.calls.models import Application, AwardReport, Deposit


@dataclass(frozen=True)
class Faults:
    """What keeps a report from being handed in: of its form, then of its tables (French sentences)."""

    answers: list[Problem]
    tables: list[str]

    def __bool__(self) -> bool:
        return bool(self.answers or self.tables)


def form_of_report(report: AwardReport) -> Form:
    """The call's own, frozen when the award was told, or the three questions that we ship."""
    return form_of(report.form.definition if report.form else DEFAULT)


def figures_of(report: AwardReport) -> list[dict[str, Any]]:
    """Rows as they were saved, or those of the budget that was deposited."""
    if report.figures:
        return list(report.figures)
    return list(from_budget(_answers(report.award.application, FieldType.BUDGET)))


def indicators_of(report: AwardReport) -> list[dict[str, Any]]:
    if report.indicators:
        return list(report.indicators)
    return list(from_indicators(_answers(report.award.application, FieldType.INDICATORS)))


def faults_of(
    report: AwardReport,
    answers: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]],
    indicators: Sequence[Mapping[str, Any]],
) -> Faults:
    """Documents asked by the form are counted among the files of the report, whatever their question."""
    form = form_of_report(report)
    count = report.files.count()
    files = {one.code: count for one in form.fields if one.type == FieldType.FILE}
    wrong = problems(figures)
    wrong += [
        f"Indicateur « {one.get('label')} » : indiquez le résultat."
        for one in indicators
        if not str(one.get("actual", "")).strip()
    ]
    return Faults(check(form, answers, files=files), wrong)


def deposited(application: Application) -> dict[str, Any]:
    """Answers of the last deposit; those being written when it froze none."""
    last = Deposit.objects.filter(application=application).order_by("-rank").first()
    frozen = (last.content.get("answers") if last else None) or {}
    if frozen:
        return dict(frozen)
    return dict(application.answers.values_list("code", "value"))


def _answers(application: Application, kind: FieldType) -> list[Any]:
    known = deposited(application)
    form = form_of(application.form.definition)
    return [known[one.code] for one in form.fields if one.type == kind and one.code in known]
