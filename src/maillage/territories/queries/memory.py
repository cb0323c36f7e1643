"""What a process keeps in memory of the territories, and when it lets go.

Communes and their names change with an upgrade only (`load_territories`), so they are kept for the
life of the process. Contours and neighbourhoods can be imported at any time: what is kept of them is
bound to the clock `territories`, read once per question.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from maillage.core import journal

CLOCK = "territories"
KEPT = 8  # perimeters whose shapes stay in memory

T = TypeVar("T")
_for_life: dict[str, Any] = {}
_by_clock: dict[Any, tuple[int, Any]] = {}


def for_life(key: str, build: Callable[[], T]) -> T:
    """The value built once per process; an empty one is not kept (the table may not be loaded yet)."""
    if key in _for_life:
        return _for_life[key]  # type: ignore[no-any-return]
    value = build()
    if value:
        _for_life[key] = value
    return value


def until_changed(key: Any, build: Callable[[], T]) -> T:
    """The value built since the last import of contours or neighbourhoods."""
    now = journal.now_at(CLOCK)
    at, value = _by_clock.get(key, (-1, None))
    if at != now or value is None:
        value = build()
        while len(_by_clock) >= KEPT:
            _by_clock.pop(next(iter(_by_clock)), None)
        _by_clock[key] = (now, value)
    return value  # type: ignore[no-any-return]


def forget_shapes() -> None:
    """Let go of contours and neighbourhoods: called by what writes them."""
    _by_clock.clear()


def forget() -> None:
    """Let go of everything: called by what writes communes."""
    _for_life.clear()
    forget_shapes()
