"""What the house sees by itself between a person and a file, and how much it weighs."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Weight(StrEnum):
    """CERTAIN recuses a juror at once; DOUBT keeps the file closed until an agent decides; INFO is only shown."""

    CERTAIN = "certain"
    DOUBT = "doubt"
    INFO = "info"


# code: (weight, what is said of it)
KINDS: dict[str, tuple[Weight, str]] = {
    "writer": (Weight.CERTAIN, "écrit cette candidature"),
    "member": (Weight.CERTAIN, "tient la fiche d'une structure qui candidate"),
    "contact": (Weight.CERTAIN, "est le contact donné par un partenaire de la candidature"),
    "employer": (Weight.CERTAIN, "a pour employeur une structure qui candidate (SIREN)"),
    "was_member": (Weight.DOUBT, "tenait la fiche d'une structure qui candidate"),
    "officer": (Weight.DOUBT, "porte le nom du représentant ou du contact d'un partenaire"),
    "domain": (Weight.DOUBT, "a une adresse e-mail du même domaine qu'une structure qui candidate"),
    "organisation": (Weight.DOUBT, "dit venir d'un organisme du même nom qu'une structure qui candidate"),
    "competes": (Weight.DOUBT, "est d'une structure qui candidate au même appel"),
    "funded": (Weight.INFO, "est d'une structure aidée par le même programme"),
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Signal:
    """`detail` is what matched: a domain, a SIREN; never a person's name."""

    code: str
    detail: str = ""

    @property
    def weight(self) -> Weight:
        return KINDS[self.code][0]

    @property
    def label(self) -> str:
        words = KINDS[self.code][1]
        return f"{words} ({self.detail})" if self.detail else words

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def signals_of(stored: list[dict[str, Any]]) -> list[Signal]:
    """What `Interest.signals` holds; a code of an older version of the program is left out."""
    return [
        Signal(one["code"], one.get("detail", "")) for one in stored if one.get("code") in KINDS
    ]


def recuses(found: list[Signal]) -> bool:
    return any(one.weight == Weight.CERTAIN for one in found)


def in_doubt(found: list[Signal]) -> bool:
    return any(one.weight == Weight.DOUBT for one in found)


# Addresses of these domains say nothing of who employs the person. A setting may add others.
SHARED_DOMAINS = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr",
        "msn.com", "yahoo.com", "yahoo.fr", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "bbox.fr",
        "laposte.net", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "gmx.fr", "gmx.com", "aol.com",
        "numericable.fr", "club-internet.fr", "riseup.net", "mailo.com", "ik.me", "tutanota.com",
    }
)  # fmt: skip


def own_domain(email: str) -> str:
    """Domain of an address when it tells an organisation; empty otherwise."""
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in SHARED_DOMAINS else domain
