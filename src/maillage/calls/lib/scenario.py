"""Ways to share an envelope that need no solver, and the settings of those that do. Money in cents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

STOP, SKIP = "stop", "skip"
POINT = 1000  # thousandths of a point


@dataclass(frozen=True)
class Settings:
    """As the form keeps them in `Scenario.parameters`. `forced` says why, by number of file; `minima` `(group, count)`."""

    misfit: str = STOP
    partial: int = 100
    step: int = 10_000
    floor: int | None = None
    gap: int | None = None
    least: int | None = None
    most: int | None = None
    one_each: bool = True
    minima: tuple[tuple[str, int], ...] = ()
    exclusions: tuple[tuple[int, int], ...] = ()
    forced_in: dict[int, str] = field(default_factory=dict)
    forced_out: dict[int, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "misfit": self.misfit,
            "partial": self.partial,
            "step": self.step,
            "floor": self.floor,
            "gap": self.gap,
            "least": self.least,
            "most": self.most,
            "one_each": self.one_each,
            "minima": [list(one) for one in self.minima],
            "exclusions": [list(one) for one in self.exclusions],
            "forced_in": {str(key): why for key, why in self.forced_in.items()},
            "forced_out": {str(key): why for key, why in self.forced_out.items()},
        }


def settings_of(kept: dict[str, Any]) -> Settings:
    """What `as_json` wrote; anything absent has its default."""
    usual = Settings()
    return Settings(
        misfit=kept.get("misfit", usual.misfit),
        partial=kept.get("partial", usual.partial),
        step=kept.get("step", usual.step),
        floor=kept.get("floor"),
        gap=kept.get("gap"),
        least=kept.get("least"),
        most=kept.get("most"),
        one_each=kept.get("one_each", True),
        minima=tuple((group, count) for group, count in kept.get("minima", [])),
        exclusions=tuple((a, b) for a, b in kept.get("exclusions", [])),
        forced_in={int(key): why for key, why in kept.get("forced_in", {}).items()},
        forced_out={int(key): why for key, why in kept.get("forced_out", {}).items()},
    )


def down_the_ranking(
    asked: Sequence[tuple[int, int]], envelope: int, settings: Settings
) -> dict[int, int]:
    """Whole requests down `asked` (key, cents; the best first).

    The first that does not fit may get what is left, when that is `partial` % of it; then the list stops, or goes on
    with whom it fits.
    """
    left = envelope
    found: dict[int, int] = {}
    for key, cents in asked:
        if cents <= 0 or (settings.most is not None and len(found) >= settings.most):
            continue
        if cents <= left:
            given = cents
        else:
            given = left // settings.step * settings.step
            if given * 100 < cents * settings.partial or given <= 0:
                if settings.misfit == STOP:
                    break
                continue
        found[key] = given
        left -= given
        if given < cents and settings.misfit == STOP:
            break
    return found
