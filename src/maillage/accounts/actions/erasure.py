"""Empty an account for good, and keep it so after a restore."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from maillage.accounts.lib import account_hash
from maillage.accounts.models import Profile, User
from maillage.accounts.models.privacy import Erasure
from maillage.core import journal
from maillage.core.room import rooms


class ErasureRefusedError(Exception):
    """The account is still needed. `reasons` are French sentences: what to do first."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def reasons_to_stay(user: User) -> list[str]:
    """Sentences of the rooms where this person must hand over before they leave."""
    return [reason for room in rooms() for ask in room.before_leaving for reason in ask(user)]


@transaction.atomic
def erase_account(user: User, *, by: User | None, now: datetime) -> None:
    """Forget the person: every room's rows first, then the account's own. The row stays, empty.

    Sessions die at once: the password they were opened with is no more, and the account is closed.
    The journal keeps the line, whose author is now nobody.

    Raises:
        ErasureRefusedError: the person is the last to administer something.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.erased_at is not None:
        return
    if reasons := reasons_to_stay(held):
        raise ErasureRefusedError(reasons)
    _empty(held, now)
    journal.record("account_erased", held, by=by, at=now)
    user.refresh_from_db()


def _empty(user: User, now: datetime) -> None:
    for room in rooms():
        for kept in room.personal:
            if kept.erase is not None:
                kept.erase(user, now)
    person = account_hash(user.pk, user.date_joined)
    user.email, user.name, user.profile = f"efface-{user.pk}@compte.invalid", "", Profile.RESIDENT
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login, user.erased_at = None, now
    user.set_unusable_password()
    user.save()
    Erasure.objects.get_or_create(person=person, defaults={"at": now})
    transaction.on_commit(write_erasures)


def erasures_file() -> Path:
    """Stands beside the database and the files, and is in no backup: restoring must not shorten it."""
    return Path(settings.VAR_DIR) / "effacements.jsonl"


def write_erasures() -> None:
    """Bring the file up to what the database and itself know together."""
    path = erasures_file()
    known = _read(path) | {
        person: at.isoformat() for person, at in Erasure.objects.values_list("person", "at")
    }
    lines = [json.dumps({"person": person, "at": at}) for person, at in sorted(known.items())]
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    fresh.replace(path)


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {row["person"]: row["at"] for row in rows}


def reapply_erasures(*, now: datetime, more: Iterable[str] = ()) -> int:
    """Erase again whoever a restored backup brought back; the number of people.

    Call it after a restore. `more` are fingerprints (`Erasure.person`) read from the former database;
    those of the file and of the restored database are taken anyway. Run twice, it changes nothing more.
    Nobody is asked whether they may leave: they have left.
    """
    wanted = {*more, *_read(erasures_file()), *Erasure.objects.values_list("person", flat=True)}
    if not wanted:
        return 0
    living = User.objects.filter(erased_at=None).order_by("pk")
    back = [
        pk
        for pk, joined in living.values_list("pk", "date_joined").iterator()
        if account_hash(pk, joined) in wanted
    ]
    for pk in back:
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=pk)
            _empty(user, now)
            journal.record("account_erased_again", user, by=None, at=now)
    return len(back)
