"""Long answers are made as they are sent."""

import json
import tracemalloc

import pytest

from maillage.api.exports import streams

pytestmark = pytest.mark.one_engine


def test_rows_are_asked_for_as_they_are_sent():
    taken = []

    def rows():
        for number in range(1_000):
            taken.append(number)
            yield {"n": number}

    chunks = streams.array(rows())
    first = next(chunks)
    assert len(taken) == 200
    assert json.loads(first + b"".join(chunks)) == [{"n": number} for number in range(1_000)]


def test_an_empty_array_is_one():
    assert json.loads(b"".join(streams.array([]))) == []


def test_memory_does_not_grow_with_the_rows():
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in streams.packed(streams.array({"text": "x" * 500, "n": n} for n in range(count))):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    assert peak(20_000) < peak(2_000) + 300_000
