"""Which step may follow which: three tables, read by actions, shown by pages, tried by tests.

Sources: our own reading of how calls for projects are run; few states, and flags beside them.
"""

from maillage.calls.enums import ApplicationStatus, AwardStatus, EditionStatus

E, A, W = EditionStatus, ApplicationStatus, AwardStatus

EDITION: dict[str, frozenset[str]] = {
    E.DRAFT: frozenset({E.CHECKING, E.CANCELLED}),
    E.CHECKING: frozenset({E.DRAFT, E.SCHEDULED, E.CANCELLED}),
    E.SCHEDULED: frozenset({E.OPEN, E.CANCELLED}),
    E.OPEN: frozenset({E.CLOSED, E.CANCELLED}),
    E.CLOSED: frozenset({E.INSTRUCTION, E.CANCELLED}),
    E.INSTRUCTION: frozenset({E.JURY, E.CANCELLED}),
    E.JURY: frozenset({E.INSTRUCTION, E.DECIDED, E.CANCELLED}),
    E.DECIDED: frozenset({E.NOTIFIED, E.JURY}),
    E.NOTIFIED: frozenset({E.EXECUTION}),
    E.EXECUTION: frozenset({E.FINISHED}),
    E.FINISHED: frozenset(),
    E.CANCELLED: frozenset(),
}

APPLICATION: dict[str, frozenset[str]] = {
    A.DRAFT: frozenset({A.SUBMITTED, A.WITHDRAWN, A.DROPPED}),
    A.SUBMITTED: frozenset(
        {A.SUBMITTED, A.ADMISSIBLE, A.INADMISSIBLE, A.SHORTLISTED, A.WITHDRAWN, A.DROPPED}
    ),
    A.INADMISSIBLE: frozenset({A.SUBMITTED}),
    A.ADMISSIBLE: frozenset({A.IN_REVIEW, A.SUBMITTED, A.SHORTLISTED, A.WITHDRAWN, A.DROPPED}),
    A.SHORTLISTED: frozenset({A.SUBMITTED, A.WITHDRAWN, A.DROPPED}),
    A.IN_REVIEW: frozenset({A.REVIEWED, A.WITHDRAWN, A.DROPPED}),
    A.REVIEWED: frozenset({A.IN_REVIEW, A.DELIBERATED, A.WITHDRAWN, A.DROPPED}),
    A.DELIBERATED: frozenset({A.REVIEWED, A.AWARDED, A.WAITING, A.REJECTED, A.DROPPED}),
    A.WAITING: frozenset({A.AWARDED, A.REJECTED, A.WITHDRAWN}),
    A.AWARDED: frozenset({A.WITHDRAWN, A.REVIEWED}),
    A.REJECTED: frozenset({A.REVIEWED}),
    A.DROPPED: frozenset(),
    A.WITHDRAWN: frozenset(),
}

AWARD: dict[str, frozenset[str]] = {
    W.PROPOSED: frozenset({W.GRANTED, W.REVOKED}),
    W.GRANTED: frozenset({W.TO_SIGN, W.RUNNING, W.LAPSED, W.RENOUNCED, W.REVOKED}),
    W.TO_SIGN: frozenset({W.RUNNING, W.LAPSED, W.RENOUNCED, W.REVOKED}),
    W.RUNNING: frozenset({W.REPORT_DUE, W.REPORT_IN, W.LAPSED, W.REVOKED}),
    W.REPORT_DUE: frozenset({W.REPORT_IN, W.LAPSED, W.REVOKED}),
    W.REPORT_IN: frozenset({W.REPORT_DUE, W.SETTLED, W.REVOKED}),
    W.SETTLED: frozenset({W.ARCHIVED, W.REVOKED}),
    W.ARCHIVED: frozenset(),
    W.LAPSED: frozenset(),
    W.RENOUNCED: frozenset(),
    W.REVOKED: frozenset(),
}


class StepRefused(Exception):  # noqa: N818  (an outcome, not a bug)
    """The step cannot be taken, now or by this person. The message is one French sentence for them."""


def check_step(table: dict[str, frozenset[str]], before: str, after: str, label: str) -> None:
    """Raise `StepRefused` when `after` does not follow `before`; `label` is what the person wanted to do."""
    if after not in table[before]:
        raise StepRefused(f"{label} : ce n'est pas possible à cette étape. Rechargez la page.")
