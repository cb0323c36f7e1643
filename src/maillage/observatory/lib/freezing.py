"""What else is kept with a dated snapshot: each part of the observatory registers its own.

>>> @freezing
... def freeze_gaps(snapshot): ...

Called inside the transaction of the snapshot, its figures being written: if one fails, none is kept. Register in `tasks.py`
or `receivers.py`, which are imported when Django starts or when work is looked for; `take_snapshot` asks for both.
"""

from collections.abc import Callable
from typing import Any

Freeze = Callable[[Any], None]
_registered: list[Freeze] = []


def freezing(function: Freeze) -> Freeze:
    if function not in _registered:
        _registered.append(function)
    return function


def registered() -> tuple[Freeze, ...]:
    return tuple(_registered)
