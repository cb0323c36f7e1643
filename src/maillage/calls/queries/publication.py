"""A call as `lib/checks.py` sees it, read from the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from maillage.calls.enums import CallKind, Outcome, RuleKind, Stage, TeamKind
from maillage.calls.lib import checks
from maillage.calls.lib.checks import FormState, Prepared, Remark, Scale
from maillage.calls.lib.eligibility import facts_from, judge
from maillage.calls.lib.form_check import check_definition
from maillage.calls.models import Edition, EligibilityRule, FormVersion, RuleExample
from maillage.calls.queries.facts import closing_day, terms_of
from maillage.spaces.models import Space

# First two figures of the SIREN of a département (INSEE, « catégories juridiques », public bodies).
_DEPARTMENT = "22"
_GRANTS = frozenset({CallKind.GRANT, CallKind.INTEREST, CallKind.ALLIES})


@dataclass(frozen=True)
class NeededForm:
    """The form of a stage, in its newest version; None when nobody made it."""

    stage: str
    label: str
    version: FormVersion | None


def remarks_of(edition: Edition, now: datetime) -> list[Remark]:
    return checks.remarks(prepared_of(edition, now), now)


def needed_forms(edition: Edition) -> list[NeededForm]:
    """What applicants will fill: one form, or two in a call of two stages; the newest version of each."""
    stages = [Stage.PRE, Stage.FULL] if edition.two_stages else [Stage.FULL]
    newest = {form.stage: form for form in edition.forms.order_by("number")}
    return [NeededForm(stage, str(stage.label), newest.get(stage)) for stage in stages]


def prepared_of(edition: Edition, now: datetime) -> Prepared:
    envelope = edition.envelope
    rules = list(edition.rules.all())
    examples = list(edition.examples.all())
    team = list(edition.team.values_list("kind", flat=True))
    return Prepared(
        title=edition.title,
        summary=edition.summary,
        description=edition.description,
        contact=edition.contact_email,
        themes=tuple(one["label"] for one in edition.themes),
        envelope=envelope.amount if envelope else None,
        left=envelope.amount - envelope.reserved if envelope else None,
        envelope_year=envelope.year if envelope else None,
        amount_min=edition.amount_min,
        amount_max=edition.amount_max,
        instalments=tuple(edition.instalments),
        opens_at=edition.opens_at,
        closes_at=edition.closes_at,
        two_stages=edition.two_stages,
        full_closes_at=edition.full_closes_at,
        nature=edition.nature,
        is_grant=edition.kind in _GRANTS,
        legal_basis=edition.legal_basis.strip(),
        state_aid=edition.state_aid,
        de_minimis_ceiling=edition.de_minimis_ceiling,
        deliberation_ref=edition.deliberation_ref,
        deliberation_on=edition.deliberation_on,
        is_department=is_department(edition.space),
        takes_companies=takes_companies(rules),
        criteria=tuple(
            Scale(
                one.label,
                one.weight,
                one.scale_max,
                tuple(str(anchor) for anchor in one.anchors),
                one.is_independent,
                one.floor,
            )
            for one in edition.criteria.all()
        ),
        rules=len(rules),
        examples=len(examples),
        wrong_examples=tuple(_wrong(edition, rules, examples, now)),
        forms=tuple(_state(form) for form in needed_forms(edition)),
        quorum=edition.quorum,
        reviews_wanted=edition.reviews_wanted,
        jurors=edition.jurors.filter(left_at=None, votes=True).count(),
        minima=tuple(edition.minima),
        awards_max=edition.awards_max,
        authorities=team.count(TeamKind.AUTHORITY),
        secretaries=team.count(TeamKind.SECRETARY),
    )


def _state(form: NeededForm) -> FormState:
    if form.version is None:
        return FormState(form.label, exists=False)
    flaws = check_definition(form.version.definition, to_publish=True)
    return FormState(form.label, problems=tuple(flaw.message for flaw in flaws))


def _wrong(
    edition: Edition, rules: list[EligibilityRule], examples: list[RuleExample], now: datetime
) -> Iterator[str]:
    """A sentence for each outcome of an example that is not the one expected."""
    if not examples:
        return
    terms, at = terms_of(edition, rules), closing_day(edition, now)
    codes = {rule.code for rule in rules}
    for example in examples:
        try:
            judgements = judge(rules, facts_from(example.facts, at=at, terms=terms))
        except (ValueError, TypeError, KeyError, AttributeError):
            yield f"L'exemple « {example.label} » ne se lit pas : corrigez ce qu'on en sait."
            continue
        expected = {code: said for code, said in example.expected.items() if code in codes}
        for one in judgements:
            wanted = expected.get(one.code)
            if wanted is not None and wanted != one.outcome:
                yield (
                    f"Exemple « {example.label} », règle « {one.label} » : la réponse est « {one.outcome.label} », vous "
                    f"attendiez « {_outcome_words(wanted)} »."
                )


def _outcome_words(said: object) -> str:
    return str(Outcome(said).label) if said in Outcome.values else str(said)


def is_department(space: Space) -> bool:
    """By its SIREN, or by its name when nobody gave it."""
    if space.siren:
        return space.siren.startswith(_DEPARTMENT)
    words = f"{space.authority} {space.name}".lower()
    return "département" in words or "conseil départemental" in words


def takes_companies(rules: list[EligibilityRule]) -> bool:
    """Whether a commercial company may apply: nothing says who may, or a rule lets companies in (an approval does)."""
    forms = [one for one in rules if one.kind in {RuleKind.LEGAL_FORM, RuleKind.FORM_OR_LABEL}]
    if not forms:
        return True
    return all(
        "commercial" in one.value.get("families", ())
        or (one.kind == RuleKind.FORM_OR_LABEL and one.value.get("labels"))
        for one in forms
    )
