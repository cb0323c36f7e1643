"""A call whose jury sits: files read, members there, a session open. Plain functions."""

from decimal import Decimal
from typing import Any

from maillage.calls.actions.jury import agenda, holding
from maillage.calls.actions.jury.proposing import Proposal, propose
from maillage.calls.actions.jury.starting import start_jury
from maillage.calls.models import Application, Edition, Interest, JurySession
from tests.calls.factories import (
    make_edition,
    make_envelope,
    make_juror,
    make_review,
    make_session,
    make_submitted,
)
from tests.factories import NOW, make_role, make_user

# Levels of the two readings of each file: the first is the best.
LEVELS = ((4, 4), (3, 3), (2, 3), (1, 1))


class Stage:
    """`files` from the best to the weakest, 9 000 € asked each; `jurors` read them all; `chloe` holds the session."""

    def __init__(self, space: Any, *, envelope: str = "20000.00", files: int = 4, **fields: Any):
        self.space = space
        self.secretary = make_user()
        make_role(space, self.secretary)
        self.edition: Edition = make_edition(
            space, status="instruction", envelope=make_envelope(space, envelope), **fields
        )
        self.jurors = [make_juror(self.edition) for _ in range(3)]
        self.files = [
            make_submitted(self.edition, f"Association {chr(65 + rank)}", status="in_review")
            for rank in range(files)
        ]
        for rank, file in enumerate(self.files):
            for juror in self.jurors[:2]:
                make_review(file, juror, *LEVELS[rank % 4])
        self.session: JurySession | None = None

    def start(self) -> "Stage":
        self.edition = start_jury(self.edition, by=self.secretary, now=NOW)
        for file in self.files:
            file.refresh_from_db()
        return self

    def open(self, quorum: int = 2) -> "Stage":
        self.start()
        self.session = make_session(self.edition, *self.jurors, quorum=quorum)
        self.act(agenda.lay_agenda, "deposit")
        seats = self.session.seats.all()
        self.act(holding.set_presence, {one.pk: "present" for one in seats})
        self.act(holding.open_session)
        return self

    def act(self, action: Any, *arguments: Any, **named: Any) -> Any:
        """Do it with the present version, and read the session again."""
        self.session.refresh_from_db()
        done = action(
            self.session,
            *arguments,
            by=self.secretary,
            now=NOW,
            version=self.session.version,
            **named,
        )
        self.session.refresh_from_db()
        return done

    def propose(self, file: int, amount: str = "9000.00", version: int = 0, **fields: Any) -> Any:
        named = {"outcome": "award", "amount": Decimal(amount), "votes_for": 2} | fields
        return propose(
            self.session,
            self.files[file],
            Proposal(**named),
            by=self.secretary,
            now=NOW,
            version=version,
        )

    def recuse(self, file: Application, user: Any) -> None:
        Interest.objects.update_or_create(
            application=file, user=user, defaults={"answer": "direct", "recused": True}
        )

    def finish(self) -> None:
        """Two funded, two not, closed."""
        self.propose(0)
        self.propose(1)
        for rank in range(2, len(self.files)):
            self.propose(rank, "0", outcome="reject", feedback="Le projet est encore trop flou.")
        self.act(holding.close)
