"""Answers kept by this process, ready to be sent: bytes, their compressed copy, their tag."""

import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

MOST_BYTES = 24_000_000
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """`version` is what the clocks said before it was made; it is true as long as they say the same."""

    slug: str
    version: tuple[Any, ...]
    body: bytes
    compressed: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str

    @property
    def weight(self) -> int:
        return len(self.body) + len(self.compressed)


def tag_of(body: bytes) -> str:
    """Weak: the compressed copy and the plain one say the same."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:27]}"'


def knows(asked: str, etag: str) -> bool:
    """Whether `If-None-Match` names this tag: weak comparison of RFC 9110 §13.1.2."""
    if asked.strip() == "*":
        return True
    bare = etag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == bare for one in asked.split(","))


def prepare(
    slug: str, version: tuple[Any, ...], body: bytes, headers: tuple[tuple[str, str], ...]
) -> Answer:
    packed = gzip.compress(body, compresslevel=5, mtime=0)
    return Answer(slug, version, body, packed, headers, tag_of(body))


class Memory:
    """The answers asked for lately, `most_bytes` in all."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._held = most_bytes, 0
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Answer | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def keep(self, key: str, answer: Answer) -> None:
        if answer.weight > LARGEST:
            return
        with self._lock:
            old = self._answers.pop(key, None)
            self._held += answer.weight - (old.weight if old else 0)
            self._answers[key] = answer
            while self._held > self._most:
                self._held -= self._answers.popitem(last=False)[1].weight

    def forget(self) -> None:
        with self._lock:
            self._answers.clear()
            self._held = 0
