"""Objects of the calls for the tests that open every door (`tests/portal/test_matrix.py`, `test_doors.py`)."""

from maillage.accounts.models import User
from maillage.spaces.models import Space
from tests.calls.factories import make_application, make_edition

Arguments = dict[str, dict[str, object]]
OF_A_FILE = ("list", "add", "lead")
OF_A_PARTNER = ("one", "sign", "refuse", "read", "edit", "remove", "remind")


def partners_of(space: Space, user: User) -> Arguments:
    """A file of `user` and a partner that the directory does not know."""
    file = make_application(make_edition(space), user=user)
    partner = file.partners.create(role="funded", name="Dehors", contact_email="a@dehors.example")
    return {
        **{f"partners:{name}": {"application": file.pk} for name in OF_A_FILE},
        **{f"partners:{name}": {"pk": partner.pk} for name in OF_A_PARTNER},
        **{f"partners:{name}": {"key": "rien"} for name in ("invitation", "new_link")},
    }
