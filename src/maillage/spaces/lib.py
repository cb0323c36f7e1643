"""Colours that can be read. Formulas: WCAG 2.2, relative luminance and contrast ratio."""

import colorsys

LEAST_CONTRAST = 4.5
# The darker of the two grounds of our pages; the other is white.
PAPER = "#FBF8F2"


def contrast_ratio(one: str, other: str) -> float:
    """Between 1 (same) and 21 (black on white), for two `#RRGGBB` colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def is_readable(color: str, ground: str = PAPER) -> bool:
    return contrast_ratio(color, ground) >= LEAST_CONTRAST


def nearest_readable(color: str, ground: str = PAPER) -> str:
    """`color` itself when it can be read on a light `ground`, else the least darkened one that can.

    Hue and saturation are kept.
    """
    if is_readable(color, ground):
        return color.upper()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    dark, light = 0.0, lightness
    for _step in range(12):  # finer than one level of a channel
        middle = (dark + light) / 2
        if is_readable(_hex(hue, middle, saturation), ground):
            dark = middle
        else:
            light = middle
    return _hex(hue, dark, saturation)


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _hex(hue: float, lightness: float, saturation: float) -> str:
    channels = colorsys.hls_to_rgb(hue, lightness, saturation)
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in channels)


def _luminance(color: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
