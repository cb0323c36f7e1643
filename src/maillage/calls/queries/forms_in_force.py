"""Which version of a form a file is written in."""

from maillage.calls.enums import ApplicationStatus
from maillage.calls.models import Application, Edition, FormVersion

_WRITTEN = (ApplicationStatus.DRAFT, ApplicationStatus.SHORTLISTED, ApplicationStatus.SUBMITTED)


def latest_form(edition: Edition, stage: str) -> FormVersion | None:
    """The last version that was frozen for `stage`."""
    found = FormVersion.objects.filter(edition=edition, stage=stage, frozen_at__isnull=False)
    return found.order_by("-number").first()


def form_in_force(application: Application) -> FormVersion:
    """A file that is still written follows a corrected form, and loses no answer; one that is read keeps its own."""
    if application.status not in _WRITTEN:
        return application.form
    return latest_form(application.edition, application.stage) or application.form
