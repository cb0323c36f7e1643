"""Jobs of the ground floor."""

from maillage.core.jobs import Context, job


@job("core.echo", max_attempts=1)
def echo(context: Context, *, word: str) -> str:
    """Gives `word` back: lets a host check that jobs are done (`maillage check_worker`)."""
    return word
