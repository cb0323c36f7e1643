"""Every act that the code writes in the journal is said in French where people read it."""

import re

from maillage.portal.lib import ACTION_LABELS
from tests.house.files import SOURCE, under

WRITTEN = re.compile(r"""(?:journal\.|\b)record\(\s*"([a-z_.]+)"|\baction="([a-z_.]+)",""")
# A line of the shell, and words that are no act: options of commands, a keyword passed on.
OTHERS = {"load_reference", "store_true", "append", "action"}


def test_each_act_has_its_words() -> None:
    acts = {
        found[1] or found[2]
        for path in under(SOURCE, ".py")
        for found in WRITTEN.finditer(path.read_text())
    }
    assert len(acts) > 60
    assert acts - OTHERS - ACTION_LABELS.keys() == set()
