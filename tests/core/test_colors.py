"""A brand colour is always readable, or made so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.core.ui.colors import (
    PAPER,
    WHITE,
    brand_variables,
    contrast,
    mix,
    nearest_readable,
    readable,
    stylesheet,
)

colors = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06X}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        ("#777777", WHITE, 4.48),  # the grey known to fail by a hair
        ("#767676", WHITE, 4.54),
        ("#B4441F", PAPER, 5.2),
        ("#12343B", PAPER, 12.5),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.06)
    assert contrast(other, one) == contrast(one, other)


def test_a_readable_colour_is_kept():
    assert nearest_readable("#b4441f") == "#B4441F"


def test_a_pale_colour_is_darkened_in_its_hue():
    yellow = nearest_readable("#FFE000")

    assert readable(yellow)
    assert yellow.endswith("00")
    assert not readable(mix(yellow, "#FFE000", 0.2))


@pytest.mark.parametrize(
    ("color", "nearest"), [("#FFFFFF", "#727272"), ("#FFCC00", "#8B6F00"), ("#FF0000", "#E70000")]
)
def test_the_nearest_keeps_the_hue(color, nearest):
    assert nearest_readable(color) == nearest


@given(colors)
def test_every_colour_ends_readable_on_paper_and_hardly_darker_than_needed(color):
    nearest = nearest_readable(color)
    assert contrast(nearest, PAPER) >= 4.5
    if nearest != color:
        assert contrast(nearest, PAPER) < 4.75


@given(colors)
def test_every_colour_ends_readable_on_ink(color):
    assert contrast(nearest_readable(color, on="#12343B"), "#12343B") >= 4.5


@given(colors, colors)
def test_a_brand_is_readable_whatever_was_chosen(main, ink):
    variables = brand_variables(main, ink)

    assert len(variables) == 12
    assert contrast(variables["--accent"], variables["--on-accent"]) >= 4.5
    assert contrast(variables["--accent-strong"], variables["--on-accent"]) >= 4.5
    assert contrast(variables["--night"], variables["--on-night"]) >= 7
    for name in ("--accent", "--ink", "--ink-muted", "--link", "--link-strong"):
        assert contrast(variables[name], PAPER) >= 4.5, name
    assert contrast(variables["--field-border"], WHITE) >= 3


def test_the_stylesheet_is_one_rule():
    css = stylesheet("#B4441F", "#12343B")

    assert css.startswith(":root{--accent:#B4441F;")
    assert css.count("{") == css.count("}") == 1
