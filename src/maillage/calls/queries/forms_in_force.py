"""Which version of a form a file is written in."""

from maillage.calls.enums import ApplicationStatus
from maillage.calls.models import Application, FormVersion
from maillage.calls.queries.forms import current_form

_WRITTEN = (ApplicationStatus.DRAFT, ApplicationStatus.SHORTLISTED, ApplicationStatus.SUBMITTED)


def form_in_force(application: Application) -> FormVersion:
    """A file that is still written follows a corrected form, and loses no answer; one that is read keeps its own."""
    if application.status not in _WRITTEN:
        return application.form
    return current_form(application.edition, application.stage) or application.form
