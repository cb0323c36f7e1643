"""What structures do when something below them changes."""

from typing import Any

from django.dispatch import receiver

from maillage.structures.actions.locate import reassign_all_neighbourhoods
from maillage.territories.signals import neighbourhoods_changed


@receiver(neighbourhoods_changed, dispatch_uid="structures.reassign_neighbourhoods")
def reassign(**_kwargs: Any) -> None:
    """Neighbourhoods of every place follow the new polygons."""
    reassign_all_neighbourhoods()
