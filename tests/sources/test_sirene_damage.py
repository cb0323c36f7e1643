"""Damaged Sirene files: a sentence or a result, never a crash."""

import random

import pytest

from maillage.sources.connectors.base import (
    Issue,
    Outside,
    Progress,
    ReadContext,
    SourceError,
    SourceRecord,
)
from maillage.sources.connectors.sirene import SireneConnector
from tests.sources.sirene_files import place, places_file, unit, units_file

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]
KINDS = (SourceRecord, Issue, Outside, Progress)


def damage(content, dice):
    """One wound: bytes cut out, changed, doubled, or a piece of something else put in."""
    at = dice.randrange(len(content))
    size = dice.choice([1, 1, 2, 40, 4_000])
    wound = dice.choice(["cut", "noise", "double", "foreign"])
    if wound == "cut":
        return content[:at] + content[at + size :]
    if wound == "noise":
        return content[:at] + dice.randbytes(size) + content[at + size :]
    if wound == "double":
        return content[:at] + content[at : at + size] * 2 + content[at + size :]
    foreign = dice.choice(
        [b'"', b"\n", b"\r", b",", b";", b"\x00", b"\xe9", b"<html>", b"\xef\xbb\xbf"]
    )
    return content[:at] + foreign + content[at:]


@pytest.mark.parametrize("seed", [4, 22, 311, *range(30, 50)])
def test_a_wound_gives_a_sentence_or_a_result(tmp_path, seed):
    dice = random.Random(seed)
    units = units_file(tmp_path, [unit(f"9{n:08d}") for n in range(60)])
    places = places_file(tmp_path, [place(f"9{n:08d}00011") for n in range(60)])
    target = dice.choice([units, places])
    content = target.read_bytes()
    for _ in range(dice.choice([1, 1, 3])):
        content = damage(content, dice)
    target.write_bytes(content)
    context = ReadContext(frozenset({"75120"}), {"units": units, "establishments": places})
    try:
        items = list(SireneConnector().read(context))
    except SourceError as error:
        sentence = str(error)
        assert sentence.endswith((".", ")")), sentence
        assert "\n" not in sentence
        assert "Error" not in sentence
        assert len(sentence) < 400
    else:
        assert all(isinstance(item, KINDS) for item in items)
        for item in items:
            if isinstance(item, SourceRecord):
                assert len(item.siren) == 9
                assert all(len(at.siret) == 14 for at in item.establishments)
