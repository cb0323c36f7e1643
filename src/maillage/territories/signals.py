"""What happens here that a room above may want to know."""

from django.dispatch import Signal

# Neighbourhoods were added, changed or removed. No argument; sent after the transaction.
neighbourhoods_changed = Signal()
