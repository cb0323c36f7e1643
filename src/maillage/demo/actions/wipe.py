"""Take the demonstration away."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from maillage.accounts.models import User
from maillage.core.journal_lock import unlocked
from maillage.core.models import JournalEntry, Letter, LetterText, Upload
from maillage.core.uploads.store import remove
from maillage.demo.actions.calls_wipe import wipe_calls
from maillage.demo.actions.gaps import forget_people
from maillage.sources.models import ColumnMapping, ImportRun, Match
from maillage.spaces.models import Space
from maillage.structures.actions.indexing import reindex
from maillage.structures.models import (
    Document,
    Establishment,
    FormerSlug,
    Label,
    Picture,
    Structure,
    StructureTerm,
)


@transaction.atomic
def wipe_demo() -> None:
    """Empty a demonstration database: spaces, structures (even imported since), imports, journal.

    The caller checked that no real space is there. Communes, reference tables and the accounts that
    the demonstration did not create stay.
    """
    Match.objects.all().delete()
    ColumnMapping.objects.all().delete()
    ImportRun.objects.all().delete()
    Structure.objects.filter(merged_into__isnull=False).update(merged_into=None)
    files = Upload.objects.filter(
        Q(pk__in=Picture.objects.values("upload")) | Q(pk__in=Document.objects.values("upload"))
    )
    uploads = [*files, *wipe_calls()]
    for model in (Label, StructureTerm, FormerSlug, Establishment, Structure):
        model.objects.all().delete()
    for upload in uploads:
        remove(upload)
    Letter.objects.all().delete()
    LetterText.objects.all().delete()
    Space.objects.all().delete()
    forget_people()
    demo_people = User.objects.filter(is_demo=True)
    with unlocked():
        JournalEntry.objects.all().delete()
    EmailAddress.objects.filter(user__in=demo_people).delete()
    demo_people.delete()
    reindex()
