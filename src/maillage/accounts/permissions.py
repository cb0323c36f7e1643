"""Which authorities a person works for, as the rooms above know it."""

from collections.abc import Callable
from dataclasses import dataclass

from maillage.accounts.models import User


@dataclass(frozen=True)
class Authority:
    """`siren` is empty when the authority has not written its own."""

    name: str
    siren: str


_sources: list[Callable[[User], list[Authority]]] = []


def authorities(source: Callable[[User], list[Authority]]) -> Callable[[User], list[Authority]]:
    """Declare who tells for which authorities a person has a role."""
    if source not in _sources:
        _sources.append(source)
    return source


def authorities_of(user: User) -> list[Authority]:
    return [found for source in _sources for found in source(user)]
