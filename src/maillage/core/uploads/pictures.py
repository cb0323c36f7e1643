"""Write a picture again from its pixels alone."""

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps

from maillage.core.images import image_kind
from maillage.core.uploads.kinds import UploadRefusedError

LARGE = 1600
SMALL = 480
_MAX_PIXELS = 40_000_000
_QUALITY = 82


class Rewritten(NamedTuple):
    """Both are WebP; `width` and `height` are the large one's, in pixels."""

    large: bytes
    small: bytes
    width: int
    height: int


def rewrite(content: bytes) -> Rewritten:
    """Upright, at most `LARGE` (and `SMALL`) pixels on a side, without metadata. Raises `UploadRefusedError`."""
    known = image_kind(content[:200_000])
    if known is None or not 0 < known[1] * known[2] <= _MAX_PIXELS:
        raise UploadRefusedError("Cette image dépasse 40 millions de pixels : réduisez-la.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
                if opened.size[0] * opened.size[1] > _MAX_PIXELS:
                    raise UploadRefusedError("Cette image dépasse 40 millions de pixels.")
                opened.seek(0)  # the first frame of an animation
                upright = ImageOps.exif_transpose(opened)
                mode = "RGBA" if upright.has_transparency_data else "RGB"
                pixels = upright.convert(mode)
    except (
        OSError,
        SyntaxError,
        ValueError,
        MemoryError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ) as error:
        raise UploadRefusedError("Cette image est abîmée : enregistrez-la de nouveau.") from error
    large = _fit(pixels, LARGE)
    return Rewritten(_webp(large), _webp(_fit(pixels, SMALL)), *large.size)


def _fit(pixels: Image.Image, side: int) -> Image.Image:
    fitted = pixels.copy()
    fitted.thumbnail((side, side), Image.Resampling.LANCZOS)
    return fitted


def _webp(pixels: Image.Image) -> bytes:
    out = io.BytesIO()
    # A bare copy: `info` would carry the profile and comments of the original into the new file.
    bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    bare.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()
