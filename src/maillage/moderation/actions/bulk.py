"""One act on many contributions: each on its own, so that one that cannot leaves the others done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError

from maillage.accounts.models import User
from maillage.moderation.actions.decide import MovedError, accept, refuse
from maillage.moderation.actions.deciding import StaleError
from maillage.moderation.actions.handle import assign, snooze
from maillage.moderation.enums import Kind
from maillage.moderation.models import Contribution
from maillage.moderation.queries.current import current_values, place_of
from maillage.spaces.models import Space

Act = Callable[[Contribution], object]


@dataclass(slots=True)
class Done:
    """`left` holds, for each contribution that was not done, why (French)."""

    count: int = 0
    left: list[tuple[Contribution, str]] = field(default_factory=list)


def _each(rows: Iterable[Contribution], act: Act) -> Done:
    done = Done()
    for row in rows:
        try:
            act(row)
        except StaleError:
            done.left.append((row, "elle n'est plus à traiter"))
        except MovedError:
            done.left.append((row, "la fiche a changé depuis : décidez sur sa page"))
        except ValidationError as error:
            done.left.append((row, error.messages[0]))
        else:
            done.count += 1
    return done


def accept_all(rows: Iterable[Contribution], *, by: User, now: datetime, space: Space) -> Done:
    """Accept everything each one proposes; where the page changed since, it is left to an agent's eyes."""

    def act(row: Contribution) -> None:
        if row.kind in {Kind.NOTICE, Kind.REPORT, Kind.LABEL}:
            raise ValidationError("elle se décide sur sa page")
        moved = _moved(row)
        if moved:
            raise MovedError(moved)
        accept(row, by=by, now=now, space=space, version=row.version)

    return _each(rows, act)


def _moved(row: Contribution) -> dict[str, str]:
    if row.kind != Kind.CORRECT or row.structure is None:
        return {}
    present = current_values(row.structure, place_of(row))
    return {
        name: present[name]
        for name, value in row.fields.items()
        if present[name] not in {row.seen.get(name, ""), value}
    }


def refuse_all(
    rows: Iterable[Contribution], reason: str, *, by: User, now: datetime, space: Space
) -> Done:
    """Refuse with the reason's own text; a notice of illegal content is decided on its page."""

    def act(row: Contribution) -> None:
        if row.kind == Kind.NOTICE:
            raise ValidationError("elle se décide sur sa page")
        refuse(row, reason=reason, text="", by=by, now=now, space=space, version=row.version)

    return _each(rows, act)


def assign_all(
    rows: Iterable[Contribution], to: User | None, *, by: User, now: datetime, space: Space
) -> Done:
    return _each(rows, lambda row: assign(row, to, by=by, now=now, space=space))


def snooze_all(
    rows: Iterable[Contribution],
    until: date,
    *,
    by: User,
    now: datetime,
    today: date,
    space: Space,
) -> Done:
    def act(row: Contribution) -> None:
        snooze(row, until, by=by, now=now, today=today, space=space, version=row.version)

    return _each(rows, act)
