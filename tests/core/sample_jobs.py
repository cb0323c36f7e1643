"""Jobs for the tests of the worker, and a worker process that knows them.

`python -m tests.core.sample_jobs --lease 1` is `maillage worker` with these jobs declared.
Effects are rows of the journal of clocks: one `Clock` per job, whose value counts its effects.
"""

import os
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    import django

    django.setup()

from maillage.core.jobs import Context, JobRefused, enqueue, job
from maillage.core.journal import tick


@job("test.add", backoff=(0,))
def add(context: Context, *, a: int, b: int) -> int:
    return a + b


@job("test.refused")
def refused(context: Context) -> None:
    raise JobRefused("Ce fichier est vide.")


@job("test.broken", max_attempts=2, backoff=(0,))
def broken(context: Context, *, name: str) -> None:
    with context.commit():
        tick(name)
        raise ZeroDivisionError("boom")


@job("test.later", max_attempts=2, backoff=(3600,))
def later(context: Context) -> None:
    raise OSError("away")


@job("test.slow", max_attempts=9)
def slow(context: Context, *, name: str, folder: str, pause: float) -> None:
    """Leaves a mark when it starts, works for `pause` seconds, then takes effect once."""
    Path(folder, f"{name}-{context.attempt}-{os.getpid()}").touch()
    end = time.monotonic() + pause
    while time.monotonic() < end:
        time.sleep(0.02)
        context.progress(50, "à mi-chemin")
    with context.commit() as done:
        tick(name)
        done.result = {"attempt": context.attempt}


@job("test.chain", backoff=(0,))
def chain(context: Context, *, name: str) -> None:
    with context.commit():
        tick(name)
        enqueue("test.add", a=1, b=2, key=f"after-{name}")


if __name__ == "__main__":
    sys.modules["tests.core.sample_jobs"] = sys.modules["__main__"]
    from django.core.management import call_command

    call_command("worker", *sys.argv[1:])
