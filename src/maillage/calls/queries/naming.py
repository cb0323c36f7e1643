"""What a person may be shown of who applies: the one place where a name comes out.

    seen_by = viewpoint(request.user, edition)      # management, account, public pages
    seen_by = reader_viewpoint(request.user, edition)  # pages, sheets and letters of jurors
    seen_by.name(application), seen_by.title(application), seen_by.hidden_codes(form)

A juror of a call read without names is shown pseudonyms until the outcome is notified, or from the session of the
jury on when the edition's `reading` says `{"names_in_session": true}`.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from maillage.calls.enums import ApplicationStatus, EditionStatus
from maillage.calls.lib.form import Field, FieldType, Form, form_of
from maillage.calls.models import Application, Edition, Interest, Juror, Partner, TeamMember, Writer
from maillage.spaces.permissions import can_manage

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from maillage.accounts.models import User

# Answers that say who applies, whatever the form says of them.
_TELLS_WHO = frozenset(
    {
        FieldType.SIRET, FieldType.RNA, FieldType.IBAN, FieldType.EMAIL, FieldType.PHONE, FieldType.URL,
        FieldType.PARTNERS,
    }
)  # fmt: skip
_AFTER = (EditionStatus.NOTIFIED, EditionStatus.EXECUTION, EditionStatus.FINISHED)
_HIDDEN = "Dossier non accessible"
_MASK = "[nom masqué]"
# Under this a name would also be found inside ordinary words.
_SHORTEST = 4


class Eye(StrEnum):
    """From where a person looks at the files of an edition."""

    AGENT = "agent"
    BLIND = "blind"
    OPEN = "open"
    PUBLIC = "public"


@dataclass(frozen=True)
class Viewpoint:
    """A person in front of an edition. `mine` are the files they write, `recused` those that are nowhere for them."""

    edition: Edition
    eye: Eye
    mine: frozenset[int] = frozenset()
    recused: frozenset[int] = frozenset()
    _names: dict[int, list[str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_blind(self) -> bool:
        return self.eye == Eye.BLIND

    def knows(self, application: Application) -> bool:
        """Whether the name of this applicant may be said to the person."""
        if application.pk in self.mine:
            return True
        if application.pk in self.recused:
            return False
        if _is_public(application, self.edition):
            return True
        if self.eye not in (Eye.AGENT, Eye.OPEN) or application.number is None:
            return False
        return not self.edition.is_sealed or self.edition.unsealed_at is not None

    def name(self, application: Application) -> str:
        """The lead's name, or its pseudonym, or words that say that nothing may be shown; never empty."""
        if self.knows(application):
            return application.lead_name or str(application)
        if self.is_blind and application.pk not in self.recused:
            return application.pseudonym
        return _HIDDEN

    def title(self, application: Application) -> str:
        """The project's title as it may be read, or the pseudonym where the form hides it from blind readers."""
        if self.knows(application):
            return application.title or str(application)
        if not self.is_blind or application.pk in self.recused:
            return _HIDDEN
        form = form_of(application.form.definition)
        asked = form.meaning("title")
        if asked is None or asked.code in self.hidden_codes(form) or not application.title:
            return application.pseudonym
        return self.masked(application, application.title)

    def label(self, application: Application) -> str:
        """What stands for the file in a list, a breadcrumb, a file's name or a letter: pseudonym, or number and name."""
        if self.is_blind and not self.knows(application):
            return self.name(application)
        if self.knows(application):
            return f"{application} · {self.name(application)}"
        return _HIDDEN

    def masked(self, application: Application, text: str) -> str:
        """`text` without the names of the applicants, for a blind reader: free answers often say them."""
        if self.knows(application):
            return text
        for name in self._told(application):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _MASK, text, flags=re.IGNORECASE)
        return text

    def hidden_codes(self, form: Form, application: Application | None = None) -> frozenset[str]:
        """Codes of the fields not shown; one inside a repeated block is `outer.inner`. Nothing of one's own file."""
        if application is not None and application.pk in self.mine:
            return frozenset()
        return frozenset(
            [one.code for one in form.fields if self._hides(one)]
            + [
                f"{one.code}.{inner.code}"
                for one in form.fields
                for inner in one.fields
                if self._hides(inner)
            ]
        )

    def _hides(self, one: Field) -> bool:
        if self.eye == Eye.AGENT:
            return False
        if self.eye == Eye.OPEN:
            return one.type == FieldType.IBAN
        if self.eye == Eye.BLIND:
            return one.blind or one.personal or one.type in _TELLS_WHO
        return not one.public

    def _told(self, application: Application) -> list[str]:
        """Names to mask, longest first. Read once for all the files of the edition."""
        if not self._names:
            found: dict[int, set[str]] = defaultdict(set)
            rows = Partner.objects.filter(application__edition=self.edition).values_list(
                "application", "name", "contact_name", "representative", "siret", "rna",
                "structure__name", "structure__legal_name", "structure__acronym", "structure__siren",
            )  # fmt: skip
            for pk, *names in rows:
                found[pk].update(one.strip() for one in names if one)
            for pk, lead in self.edition.applications.values_list("pk", "lead_name"):
                found[pk].add(lead.strip())
            for pk, names_of in found.items():
                said = [one for one in names_of if len(one) >= _SHORTEST]
                self._names[pk] = sorted(said, key=len, reverse=True)
        return self._names.get(application.pk, [])


def viewpoint(user: "User | AnonymousUser", edition: Edition) -> Viewpoint:
    """From the management when they are in it, as a juror when they are one, else as anyone (and as who wrote)."""
    if not user.is_authenticated:
        return Viewpoint(edition, Eye.PUBLIC)
    return _seen(user, edition, _eye_of(user, edition))


def reader_viewpoint(user: "User | AnonymousUser", edition: Edition) -> Viewpoint:
    """As a juror sees, even when the person is also an agent: a reading without names is without names for all."""
    if not user.is_authenticated:
        return Viewpoint(edition, Eye.PUBLIC)
    return _seen(user, edition, _reader(edition))


def room_viewpoint(edition: Edition) -> Viewpoint:
    """What the whole jury may be shown at once, on the screen of the room."""
    return Viewpoint(edition, _reader(edition))


def agent_viewpoint(edition: Edition) -> Viewpoint:
    """For lists of the management that began with `reachable_by`: recused files are out of them already."""
    return Viewpoint(edition, Eye.AGENT)


def is_blind_now(edition: Edition) -> bool:
    """Whether jurors are shown pseudonyms at this step of the call."""
    if not edition.is_blind or edition.status in _AFTER:
        return False
    in_session = edition.status in (EditionStatus.JURY, EditionStatus.DECIDED)
    return not (in_session and edition.reading.get("names_in_session"))


def _seen(user: "User | AnonymousUser", edition: Edition, eye: Eye) -> Viewpoint:
    mine = Writer.objects.filter(application__edition=edition, user=user.pk, ended_at=None)
    away = Interest.objects.filter(application__edition=edition, user=user.pk, recused=True)
    return Viewpoint(
        edition,
        eye,
        mine=frozenset(mine.values_list("application", flat=True)),
        recused=frozenset(away.values_list("application", flat=True)),
    )


def _eye_of(user: "User | AnonymousUser", edition: Edition) -> Eye:
    if can_manage(user, edition.space):
        return Eye.AGENT
    if Juror.objects.filter(edition=edition, user=user.pk, left_at=None).exists():
        return _reader(edition)
    if TeamMember.objects.filter(edition=edition, user=user.pk).exists():
        return Eye.AGENT
    return Eye.PUBLIC


def _reader(edition: Edition) -> Eye:
    return Eye.BLIND if is_blind_now(edition) else Eye.OPEN


def _is_public(application: Application, edition: Edition) -> bool:
    """Laureates are known to all once notified; nobody else ever is."""
    return application.status == ApplicationStatus.AWARDED and edition.status in _AFTER
