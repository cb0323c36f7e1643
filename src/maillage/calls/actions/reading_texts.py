"""Words of an edition that jurors read first."""

from datetime import date, datetime

from django.db import transaction

from maillage.accounts.models import User
from maillage.calls.models import Edition
from maillage.core import journal


@transaction.atomic
def set_texts(
    edition: Edition,
    *,
    charter: str,
    law_ref: str,
    law_text: str,
    law_on: date,
    by: User,
    now: datetime,
) -> None:
    """Keep the charter and the text of law cited; who accepted the former charter is not asked again."""
    held = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    law = {"ref": law_ref.strip(), "text": law_text.strip(), "on": law_on.isoformat()}
    held.reading = held.reading | {"charter": charter.strip(), "law": law}
    held.save(update_fields=["reading"])
    edition.reading = held.reading
    journal.record(
        "reading_texts_set", held, by=by, at=now, changes={"law": law}, space_id=held.space_id
    )
