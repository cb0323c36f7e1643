"""What the interface writes: French punctuation that never starts a line alone."""

import pytest

from maillage.core.templatetags.house import tied


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Moins d'offre : 8 chances", "Moins d'offre\u00a0: 8 chances"),
        ("Où ? « Ici » ; là !", "Où\u00a0? «\u00a0Ici\u00a0»\u00a0; là\u00a0!"),
        ("à 10:30, rien", "à 10:30, rien"),
        ("", ""),
    ],
)
def test_punctuation_is_tied_to_its_word(written: str, shown: str):
    assert tied(written) == shown
