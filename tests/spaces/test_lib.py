"""Contrast of colours, by the formulas of WCAG 2.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.spaces.lib import PAPER, contrast_ratio, is_readable, nearest_readable

pytestmark = pytest.mark.one_engine

colors = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),
        ("#FFFFFF", "#FFFFFF", 1.0),
        ("#767676", "#FFFFFF", 4.54),  # the lightest grey that WCAG allows on white
        ("#777777", "#FFFFFF", 4.48),
        ("#FF0000", "#FFFFFF", 4.0),
        ("#b4441f", "#FFFFFF", 5.54),
    ],
)
def test_contrast_ratio(one, other, ratio):
    assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast_ratio(other, one) == contrast_ratio(one, other)


def test_a_good_colour_is_its_own_nearest():
    assert nearest_readable("#b4441f") == "#B4441F"


@pytest.mark.parametrize(
    ("color", "nearest"), [("#FFFFFF", "#727272"), ("#FFCC00", "#8B6F00"), ("#FF0000", "#E70000")]
)
def test_the_nearest_keeps_the_hue(color, nearest):
    assert nearest_readable(color) == nearest


@given(colors)
def test_the_nearest_can_be_read_and_is_hardly_darker_than_needed(color):
    nearest = nearest_readable(color)
    assert is_readable(nearest, PAPER)
    if nearest != color:
        assert contrast_ratio(nearest, PAPER) < 4.75
