"""A file and a report on paper, in the order of the official forms (`lib/cerfa.py`), as tagged PDFs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from maillage.calls.lib.answer_tables import is_blank_line, rows_of
from maillage.calls.lib.answer_words import said
from maillage.calls.lib.answers import visible
from maillage.calls.lib.cerfa import (
    APPLICATION_NOTE,
    APPLICATION_SECTIONS,
    REPORT_NOTE,
    REPORT_SECTIONS,
)
from maillage.calls.lib.form import Field, FieldType, form_of
from maillage.calls.lib.report_figures import SIDES, Line, amount_of, tables
from maillage.calls.lib.words import in_euros, long_date
from maillage.calls.models import Application, AwardReport
from maillage.calls.queries.merging import lead_of
from maillage.calls.queries.reports import (
    deposited,
    figures_of,
    form_of_report,
    indicators_of,
)
from maillage.core.pdf.making import make

TEMPLATE = "calls/dossier.typ"
Block = dict[str, Any]


def application_pdf(application: Application, now: datetime) -> bytes:
    """What was deposited, sections 1 to 7. Raises PdfError."""
    form = form_of(application.form.definition)
    answers = deposited(application)
    shown = visible(form, answers)
    sections = []
    for number, title in APPLICATION_SECTIONS.items():
        fields = [one for one in form.fields if _section_of(one) == number and one.code in shown]
        blocks = _blocks(fields, answers)
        if number == 1:
            blocks = [_partners(application), *blocks]
        if number == 6:
            blocks = [_project(application), *blocks]
        if number == 7:
            blocks += _attestations(application)
        sections.append({"title": title, "blocks": blocks or [_words("Rien n'est déclaré.")]})
    return _draw(
        application,
        now,
        title=f"Demande de subvention {application.reference}".strip(),
        note=APPLICATION_NOTE,
        sections=sections,
    )


def report_pdf(report: AwardReport, now: datetime) -> bytes:
    """Account, figures, annex. Raises PdfError."""
    form = form_of_report(report)
    award = report.award
    account = _blocks(
        [one for one in form.fields if one.code in visible(form, report.answers)], report.answers
    )
    figures: list[Block] = [
        {
            "kind": "table",
            "caption": table.label,
            "head": ["Compte et intitulé", "Prévu", "Réalisé", "Écart"],
            "rows": [_figure(line) for line in (*table.lines, table.total)],
            "numeric": [1, 2, 3],
        }
        for table in tables(figures_of(report))
        if table.lines
    ]
    annex: list[Block] = [
        _facts(
            [
                ("Subvention attribuée", in_euros(award.amount)),
                ("Délibération", award.decision_ref),
                (
                    "Dépense retenue",
                    in_euros(report.spent) if report.spent is not None else "à examiner",
                ),
                (
                    "Rendu le",
                    long_date(report.submitted_at)
                    if report.submitted_at
                    else "en cours d'écriture",
                ),
            ]
        )
    ]
    indicators = indicators_of(report)
    if indicators:
        annex.append(
            {
                "kind": "table",
                "caption": "Indicateurs",
                "head": ["Indicateur", "Prévu", "Réalisé", "Commentaire"],
                "rows": [
                    [
                        f"{one.get('label', '')} {one.get('unit', '')}".strip(),
                        str(one.get("target", "")),
                        str(one.get("actual", "")),
                        str(one.get("comment", "")),
                    ]
                    for one in indicators
                ],
                "numeric": [],
            }
        )
    bodies = (account, figures, annex)
    return _draw(
        award.application,
        now,
        title=f"Compte rendu financier {award.application.reference}",
        note=REPORT_NOTE,
        sections=[
            {"title": title, "blocks": blocks or [_words("Rien n'est déclaré.")]}
            for title, blocks in zip(REPORT_SECTIONS, bodies, strict=True)
        ],
    )


def _draw(
    application: Application, now: datetime, *, title: str, note: str, sections: list[Block]
) -> bytes:
    space = application.edition.space
    data = {
        "title": title,
        "author": space.authority,
        "over": application.edition.title,
        "subtitle": f"{application.lead_name} – {application.title}".strip(" –"),
        "foot": f"{space.authority} – {application.reference}",
        "note": note,
        "sections": sections,
    }
    return make(TEMPLATE, data, at=now)


def _section_of(one: Field) -> int:
    """Where a question is printed: its section, or the project's."""
    return one.cerfa if one.cerfa in APPLICATION_SECTIONS else 6


def _blocks(fields: list[Field], answers: Mapping[str, Any]) -> list[Block]:
    """Tables for budgets, then questions and answers in their order."""
    made: list[Block] = []
    facts: list[tuple[str, str]] = []
    for one in fields:
        if one.type in {FieldType.NOTE, FieldType.FILE, FieldType.PARTNERS}:
            continue
        value = answers.get(one.code)
        if one.type == FieldType.BUDGET and isinstance(value, Mapping):
            made += [_facts(facts)] if facts else []
            facts = []
            made += _budget(one, value)
        else:
            facts.append((one.label, said(one, value) or "Sans réponse"))
    return made + ([_facts(facts)] if facts else [])


def _budget(one: Field, value: Mapping[str, Any]) -> list[Block]:
    found: list[Block] = []
    for side, label in SIDES:
        lines = [line for line in rows_of(value.get(side)) if not is_blank_line(line)]
        if not lines:
            continue
        amounts = [amount_of(line.get("amount", "")) for line in lines]
        rows = [
            [
                f"{line.get('account', '')} {line.get('label', '')}".strip(),
                in_euros(amount) if amount is not None else str(line.get("amount", "")),
            ]
            for line, amount in zip(lines, amounts, strict=True)
        ]
        total = sum(one for one in amounts if one is not None)
        rows.append(["Total", in_euros(total) if total else "0 €"])
        found.append(
            {
                "kind": "table",
                "caption": f"{one.label} : {label.lower()}",
                "head": ["Compte et intitulé", "Montant"],
                "rows": rows,
                "numeric": [1],
            }
        )
    return found


def _partners(application: Application) -> Block:
    lead = lead_of(application)
    facts = [("Chef de file", application.lead_name)]
    if lead is not None:
        facts += [
            ("SIRET", lead.siret),
            ("RNA", lead.rna),
            ("Représentant légal", lead.representative),
        ]
    facts += [
        (one.get_role_display().capitalize(), one.name)
        for one in application.partners.all()
        if one.pk != (lead.pk if lead else None)
    ]
    return _facts([(label, value) for label, value in facts if value])


def _project(application: Application) -> Block:
    period = " au ".join(
        long_date(one) for one in (application.starts_on, application.ends_on) if one
    )
    facts = [
        ("Intitulé", application.title),
        ("Montant demandé", in_euros(application.requested) if application.requested else ""),
        ("Coût total", in_euros(application.total_cost) if application.total_cost else ""),
        ("Période", f"du {period}" if " au " in period else period),
    ]
    return _facts([(label, value) for label, value in facts if value])


def _attestations(application: Application) -> list[Block]:
    """Who engaged each organisation, and who accepted the commitment (décret n° 2021-1947)."""
    rows = []
    for one in application.partners.all():
        if one.engaged_at:
            rows.append(
                (
                    f"{one.name} : engagement",
                    f"le {long_date(one.engaged_at)}, {one.engaged_as}".rstrip(", "),
                )
            )
        if one.commitment_at:
            rows.append(
                (
                    f"{one.name} : contrat d'engagement républicain",
                    f"souscrit le {long_date(one.commitment_at)}",
                )
            )
    return [_facts(rows)] if rows else []


def _figure(line: Line) -> list[str]:
    if line.actual is None:
        return [f"{line.account} {line.label}".strip(), in_euros(line.planned), "à compléter", ""]
    percent = "" if line.percent is None else f"{line.percent:+} %".replace(".", ",")
    return [
        f"{line.account} {line.label}".strip(),
        in_euros(line.planned),
        in_euros(line.actual),
        percent,
    ]


def _facts(rows: list[tuple[str, str]]) -> Block:
    return {"kind": "facts", "rows": [[label, value] for label, value in rows]}


def _words(text: str) -> Block:
    return {"kind": "prose", "text": text}
