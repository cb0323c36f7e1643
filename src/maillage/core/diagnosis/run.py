"""Every probe of the house, in order."""

from collections.abc import Callable, Iterator
from datetime import datetime

from maillage.core.diagnosis import machine, services
from maillage.core.diagnosis.findings import Finding, Level
from maillage.core.room import rooms

Probe = Callable[[datetime], list[Finding]]
_MACHINE: tuple[Probe, ...] = (machine.folder, machine.address, machine.proxies)
_REST: tuple[Probe, ...] = (services.workers, services.mail, services.scanner, machine.backups)


def findings(now: datetime) -> Iterator[Finding]:
    """Without a database that answers and is up to date, what asks it is not asked."""
    for probe in _MACHINE:
        yield from probe(now)
    base = services.database(now)
    yield from base
    if any(one.level == Level.ERROR for one in base):
        return
    for probe in (*_REST, *(probe for room in rooms() for probe in room.probes)):
        yield from probe(now)
