"""A reading as a page or a workbook gives it, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mark:
    """What a juror says on one criterion. `value` None with `is_said`: they cannot say; not `is_said`: not yet."""

    value: int | None = None
    is_said: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A whole reading as a page or a workbook gives it; marks by key of criterion."""

    marks: Mapping[int, Mark] = field(default_factory=dict)
    comment_jury: str = ""
    comment_applicant: str = ""
    recommendation: str = ""
    confidence: int | None = None
    abstains: bool = False
