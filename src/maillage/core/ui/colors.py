"""Readable colours: contrast as WCAG 2.2 measures it, and the variables a brand colour needs.

Contrast: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio (4.5:1 for text, success criterion 1.4.3).
Colours are `#RRGGBB`.
"""

import colorsys

PAPER = "#FBF8F2"
WHITE = "#FFFFFF"
TEXT_CONTRAST = 4.5


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(max(0.0, min(1.0, v)) * 255):02X}" for v in (red, green, blue))


def luminance(color: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in _channels(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, from 1 (same) to 21 (black on white)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(color: str, *, on: str = PAPER, ratio: float = TEXT_CONTRAST) -> bool:
    return contrast(color, on) >= ratio


def nearest_readable(color: str, *, on: str = PAPER, ratio: float = TEXT_CONTRAST) -> str:
    """The same hue, darkened (or lightened on a dark ground) just enough to be read on `on`."""
    if readable(color, on=on, ratio=ratio):
        return color.upper()
    hue, wrong, saturation = colorsys.rgb_to_hls(*_channels(color))
    right = 0.0 if luminance(on) > 0.18 else 1.0
    for _step in range(12):  # finer than one level of a channel
        middle = (right + wrong) / 2
        if readable(_hex(*colorsys.hls_to_rgb(hue, middle, saturation)), on=on, ratio=ratio):
            right = middle
        else:
            wrong = middle
    return _hex(*colorsys.hls_to_rgb(hue, right, saturation))


def mix(color: str, other: str, share: float) -> str:
    """`share` (0 to 1) of `other` in `color`."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    red, green, blue = (a * (1 - share) + b * share for a, b in pairs)
    return _hex(red, green, blue)


def brand_variables(main: str, ink: str) -> dict[str, str]:
    """The style variables of a brand: both colours are made readable before anything is derived."""
    accent = nearest_readable(main)
    ink = nearest_readable(ink, ratio=7)
    return {
        "--accent": accent,
        "--accent-strong": mix(accent, "#000000", 0.22),
        "--on-accent": WHITE,
        "--ink": ink,
        "--ink-muted": nearest_readable(mix(ink, WHITE, 0.28), ratio=5),
        "--night": ink,
        "--on-night": WHITE,
        "--link": nearest_readable(mix(ink, "#0F8A9C", 0.35), ratio=5),
        "--link-strong": ink,
        "--focus": nearest_readable(mix(ink, "#0F8A9C", 0.35), ratio=5),
        "--wash": mix(ink, WHITE, 0.92),
        "--field-border": nearest_readable(mix(ink, WHITE, 0.45), ratio=3, on=WHITE),
    }


def stylesheet(main: str, ink: str) -> str:
    """`:root{…}` with the variables of a brand."""
    rules = "".join(f"{name}:{value};" for name, value in brand_variables(main, ink).items())
    return f":root{{{rules}}}\n"
