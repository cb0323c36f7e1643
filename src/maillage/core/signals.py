"""Signals of the ground floor."""

from django.dispatch import Signal

# After a restore, in its last transaction: rooms put right what time has changed since (`now`).
restored = Signal()
