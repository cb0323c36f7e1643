"""Icons of the sprite (front/icons.txt) as HTML."""

from functools import cache
from html import escape

from django.templatetags.static import static
from django.utils.safestring import SafeString


@cache
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`<svg>` of one icon: hidden from assistive technology, or read as `label`.

    Kept in memory: pages of results hold a hundred of them, and there are few different ones.
    """
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    css = f"icon {css}" if css else "icon"
    address = f"{static('core/dist/icons.svg')}#{escape(name)}"
    return SafeString(
        f'<svg class="{escape(css)}" viewBox="0 0 24 24" {role}><use href="{address}"></use></svg>'
    )
