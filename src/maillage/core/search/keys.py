"""One integer for a kind and an object: the row number of the full-text index."""

from functools import cache
from zlib import crc32

_OBJECT_BITS = 40
OBJECTS = (1 << _OBJECT_BITS) - 1


@cache
def first(kind: str) -> int:
    """Key of object 0 of `kind`: 22 bits of a checksum of its name, then 40 bits for the object."""
    return (crc32(kind.encode()) & 0x3FFFFF) << _OBJECT_BITS


def last(kind: str) -> int:
    return first(kind) | OBJECTS


def key(kind: str, object_id: int) -> int:
    return first(kind) | object_id


def object_id(key: int) -> int:
    return key & OBJECTS
