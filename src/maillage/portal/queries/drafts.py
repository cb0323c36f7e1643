"""What a person typed and did not send."""

from typing import TYPE_CHECKING

from maillage.structures.models import Draft, Structure

if TYPE_CHECKING:
    from maillage.accounts.models import User


def draft_of(structure: Structure, user: "User", form: str) -> Draft | None:
    """This person's own draft of this form; nobody else's, ever."""
    return Draft.objects.filter(structure=structure, user=user, form=form).first()
