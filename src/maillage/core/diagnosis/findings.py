"""What a probe says."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """ERROR: something does not work. WARNING: it will not last, or it is not safe. FINE: looked at, sound."""

    ERROR = "erreur"
    WARNING = "à voir"
    FINE = "bien"


@dataclass(frozen=True)
class Finding:
    """`told` is one French sentence; `remedy` says what to do, empty when nothing is to be done."""

    level: Level
    subject: str
    told: str
    remedy: str = ""


def fine(subject: str, told: str) -> Finding:
    return Finding(Level.FINE, subject, told)


def warning(subject: str, told: str, remedy: str) -> Finding:
    return Finding(Level.WARNING, subject, told, remedy)


def error(subject: str, told: str, remedy: str) -> Finding:
    return Finding(Level.ERROR, subject, told, remedy)
