"""What stands in a file now: answers, documents, partners."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from maillage.calls.lib.answers import kept
from maillage.calls.lib.form import Form, form_of
from maillage.calls.lib.frozen import Frozen, frozen
from maillage.calls.models import Answer, Application, Attachment, Deposit, FormVersion, Partner
from maillage.calls.queries.forms_in_force import form_in_force


@dataclass(frozen=True)
class Written:
    """`rows` are the answers with their versions and authors."""

    version: FormVersion
    form: Form
    rows: dict[str, Answer]
    files: list[Attachment]
    partners: list[Partner]

    @property
    def answers(self) -> dict[str, Any]:
        return {code: row.value for code, row in self.rows.items()}

    @property
    def counts(self) -> dict[str, int]:
        """Documents of each field."""
        return dict(Counter(one.code for one in self.files))

    @property
    def others(self) -> int:
        """Partners beside the lead, but those who refused."""
        return sum(1 for one in self.partners if one.role != "lead" and one.refused_at is None)

    def content(self) -> Frozen:
        """What a deposit would keep: questions that a condition hides are not of it."""
        answers = kept(self.form, self.answers)
        asked = {one.code for one in self.form.fields}
        return frozen(
            {code: value for code, value in answers.items() if code in asked},
            [one for one in self.partners if one.refused_at is None],
            self.files,
        )


def written(application: Application) -> Written:
    """Three queries, and one for the form."""
    version = form_in_force(application)
    answers = Answer.objects.filter(application=application, stage=application.stage)
    files = Attachment.objects.filter(
        application=application, stage=application.stage, removed_at=None
    )
    partners = Partner.objects.filter(application=application).select_related("structure")
    return Written(
        version=version,
        form=form_of(version.definition),
        rows={one.code: one for one in answers.select_related("by")},
        files=list(files.select_related("upload", "kept").order_by("code", "pk")),
        partners=list(partners.order_by("pk")),
    )


def last_deposit(application: Application) -> Deposit | None:
    return (
        Deposit.objects.filter(application=application)
        .select_related("by")
        .order_by("-rank")
        .first()
    )


def deposited_answers(application: Application) -> dict[str, Any]:
    """What was deposited last, whatever its applicants typed since: the authority reads this."""
    found = last_deposit(application)
    return dict(found.content.get("answers", {})) if found else {}
