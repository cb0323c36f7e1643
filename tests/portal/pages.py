"""What the tests of the management pages share."""

import html
import re

from django.test import Client
from django.urls import reverse

from tests.factories import Cast


def url(name: str, cast: Cast, *args: object) -> str:
    return reverse(f"manage:{name}", args=[cast.space.slug, *args])


def text(answer) -> str:
    """The words of a page's main part."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def filled(client: Client, address: str) -> dict[str, object]:
    """What a browser would post from the form of this page, untouched."""
    form = client.get(address).context["form"]
    posted = {}
    for bound in form:
        widget = bound.as_widget()
        value = bound.value()
        if "checkbox" in widget and "<ul" not in widget:
            posted |= {bound.html_name: "on"} if value else {}
        elif isinstance(value, (list, tuple)):
            posted[bound.html_name] = list(value)
        else:
            shown = bound.field.widget.format_value(value)
            shown = shown[0] if isinstance(shown, list) and shown else shown
            posted[bound.html_name] = "" if shown in (None, []) else shown
    return posted
