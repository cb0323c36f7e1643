"""Calls to addresses that people typed: only to the public Internet, whatever the name resolves to.

`addresses.py` says which addresses may be called, `pinned.py` connects to the very address that was
checked, `client.py` sends. Addresses that the host wrote in its settings do not go through here: it may
name its own network.
"""

from maillage.core.outbound.addresses import AddressRefusedError, check
from maillage.core.outbound.client import Answer, UnreachableError, post

__all__ = ["AddressRefusedError", "Answer", "UnreachableError", "check", "post"]
