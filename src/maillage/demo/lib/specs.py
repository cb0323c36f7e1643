"""What an invented structure is, before it becomes rows. Fields use the names of the models."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class LabelSpec:
    """`lasts` and `since` are days from today; `place` is the rank of the establishment that holds it."""

    code: str
    identifier: str = ""
    since: int = -400
    lasts: int | None = None
    proof: str = ""
    source: str = ""
    place: int | None = None


@dataclass(slots=True)
class Spec:
    """`entered` and `confirmed` are days ago; `confirmed` is None when nobody ever confirmed.

    `case` names the awkward case that this structure stands for; empty for the ordinary ones.
    """

    rank: int
    fields: dict[str, Any]
    main_sector: str = ""
    terms: tuple[str, ...] = ()
    labels: list[LabelSpec] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    entered: int = 60
    confirmed: int | None = None
    case: str = ""
