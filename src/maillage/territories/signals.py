"""What happens here that a room above may want to know."""

from django.dispatch import Signal

# Neighbourhoods were added, changed or removed. No argument; sent inside the transaction, so that what
# follows from it is written with it or not at all.
neighbourhoods_changed = Signal()
