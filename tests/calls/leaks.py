"""What is planted in one call, who may read each word of it, and how every page of the house is walked.

Every object has the number `N`, so that an address with a number reaches whatever it is about.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from maillage.accounts.models import User
from maillage.calls.models import (
    Answer,
    Application,
    CallMessage,
    Edition,
    InstructionNote,
    Interest,
    JuryDecision,
    Writer,
)
from maillage.core import journal
from maillage.core.models import Letter
from tests.calls.factories import (
    make_award,
    make_edition,
    make_juror,
    make_review,
    make_session,
    make_submitted,
    name_as,
)
from tests.factories import NOW, Cast, make_cast, make_structure, make_user, signed_in
from tests.pdf_checks import text_of

N = 777
# People by what they are for the file.
APPLICANT, PARTNER = "applicant", "partner"
READER, SECOND = "juror reading", "juror who has not handed in"
RECUSED_JUROR, FOREIGN_JUROR = "recused juror", "juror of another call"
AGENT, RECUSED_AGENT, FOREIGN_AGENT = "agent, who signs", "recused agent", "agent elsewhere"
VISITOR, RESIDENT, HOST, RIVAL = "visitor", "resident", "host", "applicant of another file"
SIDE, JURY = {APPLICANT, PARTNER}, {READER, SECOND}


@dataclass(frozen=True)
class Secret:
    """`word` may be read by `allowed` only."""

    what: str
    word: str
    allowed: frozenset[str]


SECRETS = (
    Secret("name of the applicant", "Zyxwald", frozenset({*SIDE, AGENT})),
    Secret("name of the partner", "Qoriphane", frozenset({*SIDE, AGENT})),
    Secret("blind answer", "Motquitrahit", frozenset({*SIDE, AGENT})),
    Secret("number of the file", "SECRET-0777", frozenset({*SIDE, AGENT})),
    Secret("pseudonym", "Sittelle furtive", frozenset({*SIDE, AGENT, *JURY})),
    Secret("score", "61,8", frozenset({AGENT, READER})),
    Secret("comment of a juror", "Commentairesecret", frozenset({AGENT, READER})),
    Secret("why of a score", "Pourquoisecret", frozenset({AGENT, READER})),
    Secret("reason of the jury", "Motifprovisoire", frozenset({AGENT, *JURY})),
    Secret("amount of the jury", "7654", frozenset({AGENT, *JURY})),
    Secret("message", "Messageducandidat", frozenset({*SIDE, AGENT})),
    Secret("note of instruction", "Notedinstruction", frozenset({AGENT})),
    Secret("what a juror declared", "Liendeclare", frozenset({AGENT, RECUSED_JUROR})),
    Secret("name of a juror", "Josephine Lectrice", frozenset({AGENT, RECUSED_AGENT, READER})),
)  # fmt: skip


@dataclass
class World:
    cast: Cast
    edition: Edition
    application: Application
    people: dict[str, User | None]
    clients: dict[str, Client]


def plant(status: str) -> World:
    """A blind call at `status` with one file, read, discussed, proposed to be funded."""
    cast = make_cast()
    edition = make_edition(
        cast.space, pk=N, slug="appel-des-fuites", prefix="SECRET", status=status, is_blind=True,
        last_number=N - 1, title="Appel des fuites",
    )  # fmt: skip
    people: dict[str, User | None] = {
        VISITOR: None,
        RESIDENT: cast.denis,
        HOST: cast.host,
        AGENT: cast.aicha,
        RECUSED_AGENT: cast.chloe,
        FOREIGN_AGENT: cast.bruno,
        APPLICANT: make_user("depot@fuites.example", name="Paula Dépose"),
        PARTNER: make_user("partenaire@fuites.example", name="Pablo Partage"),
        RIVAL: make_user("rival@fuites.example", name="Rita Rivale"),
    }
    application = _file(edition, people)
    make_submitted(edition, "Rivale", user=people[RIVAL], structure=make_structure("Rivale"), status=_step(status))  # fmt: skip
    _read(edition, application, people)
    _decide(edition, application, status, people)
    name_as(edition, cast.aicha, "authority")
    clients = {name: Client() if user is None else signed_in(user) for name, user in people.items()}
    return World(cast, edition, application, people, clients)


def _step(status: str) -> str:
    return {"instruction": "in_review", "jury": "reviewed", "decided": "deliberated"}[status]


def _file(edition: Edition, people: dict[str, Any]) -> Application:
    structure = make_structure("Zyxwald Réemploi", email="contact@zyxwald.example")
    application = make_submitted(
        edition, pk=N, user=people[APPLICANT], structure=structure, title="Un four partagé",
        pseudonym="Sittelle furtive", status=_step(edition.status), theme="climat",
    )  # fmt: skip
    partner = application.partners.create(
        pk=N, role="funded", name="Qoriphane Conseil", siret="90000000700011", contact_email="c@qoriphane.example"
    )  # fmt: skip
    Writer.objects.create(pk=N, application=application, partner=partner, user=people[PARTNER], invited_at=NOW)  # fmt: skip
    answers = {
        "titre": "Un four partagé",
        "resume": "Porté par Zyxwald Réemploi avec Qoriphane Conseil.",
        "equipe": "Motquitrahit",
        "communes": ["93048"],
    }
    for pk, (code, value) in enumerate(answers.items(), N):
        Answer.objects.create(pk=pk, application=application, code=code, value=value, at=NOW)
    deposit = application.deposit_rows.get()
    deposit.content = {"answers": answers, "partners": [{"name": one.name, "role": one.role} for one in application.partners.all()], "files": []}  # fmt: skip
    deposit.save()
    CallMessage.objects.create(pk=N, application=application, side="applicant", by=people[APPLICANT], at=NOW, text="Messageducandidat")  # fmt: skip
    InstructionNote.objects.create(
        pk=N, application=application, by=people[AGENT], at=NOW, text="Notedinstruction"
    )
    return application


def _read(edition: Edition, application: Application, people: dict[str, Any]) -> None:
    """One reading handed in, one begun, one person recused; and a juror of another call."""
    reader = make_juror(edition, pk=N, user=make_user(name="Josephine Lectrice"), charter_at=NOW)
    review = make_review(
        application, reader, 3, 2, pk=N, total=Decimal("61.803"), comment_jury="Commentairesecret",
        recommendation="reserved",
    )  # fmt: skip
    review.scores.update(justification="Pourquoisecret")
    second = make_juror(edition, charter_at=NOW)
    make_review(application, second, status="draft", due_on=NOW.date() + timedelta(days=2))
    recused = make_juror(edition, charter_at=NOW)
    Interest.objects.create(
        application=application,
        user=recused.user,
        answer="direct",
        text="Liendeclare",
        recused=True,
    )
    Interest.objects.create(application=application, user=people[RECUSED_AGENT], answer="indirect", recused=True)  # fmt: skip
    foreign = make_juror(make_edition(edition.space, status="instruction"), charter_at=NOW)
    people |= {
        READER: reader.user,
        SECOND: second.user,
        RECUSED_JUROR: recused.user,
        FOREIGN_JUROR: foreign.user,
    }
    journal.record("interest_declared", application, by=recused.user, at=NOW, changes={"recused": [False, True]}, space_id=edition.space_id)  # fmt: skip


def _decide(
    edition: Edition, application: Application, status: str, people: dict[str, Any]
) -> None:
    """A proposal of the jury, and the award that it reserves, both hidden until notified."""
    if status == "instruction":
        return
    jurors = list(edition.jurors.filter(user__in=[people[READER], people[SECOND]]))
    state = {"jury": "open", "decided": "signed"}[status]
    session = make_session(edition, *jurors, pk=N, status=state, opened_at=NOW)
    session.agenda.create(pk=N, application=application, position=1)
    JuryDecision.objects.create(
        pk=N, session=session, application=application, outcome="award", amount=Decimal(7654),
        reasons="Motifprovisoire", at=NOW,
    )  # fmt: skip
    make_award(application, "7654.00", pk=N)
    # Sums of the whole call are shown to agents: with two awards they tell neither.
    make_award(edition.applications.get(lead_name="Rivale"), "1000.00")


# What fills the parameters of an address that are not numbers.
WORDS = {
    "space": "val-de-bievre",
    "slug": "appel-des-fuites",
    "extension": "csv",
    "key": "rien",
    "code": "equipe",
    "kind": "award",
    "axis": "sector",
    "format": "csv",
    "year": "2026",
    "stage": "full",
    "field": "equipe",
    "section": "projet",
}


def addresses() -> dict[str, str]:
    """Every address of the house that may be asked for with GET, by name; the library's administration left out."""
    return dict(_walk(get_resolver().url_patterns))


def _walk(
    found: list[URLPattern | URLResolver], names: str = "", given: dict[str, Any] | None = None
) -> Iterator[tuple[str, str]]:
    for one in found:
        held = (given or {}) | _values(one)
        if isinstance(one, URLResolver):
            if one.namespace != "admin":
                inner = f"{names}{one.namespace}:" if one.namespace else names
                yield from _walk(one.url_patterns, inner, held)
        elif one.name:
            try:
                yield f"{names}{one.name}", reverse(f"{names}{one.name}", kwargs=held)
            except NoReverseMatch:
                yield f"{names}{one.name}", ""


def _values(one: URLPattern | URLResolver) -> dict[str, Any]:
    converters = getattr(one.pattern, "converters", {})
    return {
        name: N if type(converter).__name__ == "IntConverter" else WORDS.get(name, "rien")
        for name, converter in converters.items()
    }


def body_of(answer: Any) -> str:
    """The words of an answer, whatever it is: page, JSON, CSV, calendar, workbook; spaces of numbers taken out."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kept = [str(dict(answer.headers)), text_in(content)]
    return " ".join(kept)


def text_in(content: bytes) -> str:
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return " ".join(text_in(book.read(name)) for name in book.namelist())
    if content[:5] == b"%PDF-":
        return text_of(content)
    return content.decode("utf-8", "replace")


def found_in(text: str) -> set[str]:
    """What is planted and appears in `text`, with numbers written as French writes them or not."""
    tight = text.replace("\N{NO-BREAK SPACE}", "").replace("\N{NARROW NO-BREAK SPACE}", "")
    tight = tight.replace("&nbsp;", "").replace("7 654", "7654").replace("61.803", "61,8")
    tight = tight.replace("61.8", "61,8")
    return {one.what for one in SECRETS if one.word in tight}


def letters_to(user: User) -> str:
    rows = Letter.objects.filter(user_id=user.pk).values_list("subject", "body")
    return " ".join(f"{subject} {body}" for subject, body in rows)
