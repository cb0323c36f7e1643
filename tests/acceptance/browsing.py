"""A browser without scripts, over real connections: reads a form, fills it, sends it."""

from html.parser import HTMLParser

import httpx
from django.test import Client

from maillage.accounts.models import User


class _Fields(HTMLParser):
    """What the form whose fields include `wanted` would send, untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._area = self._choice = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name and given.get("type") not in {"submit", "button", "file"}:
            ticked = given.get("type") in {"checkbox", "radio"}
            if not ticked or "checked" in given:
                self.forms[-1][name] = given.get("value", "on" if ticked else "")
        elif tag == "textarea":
            self._area = name
            self.forms[-1][name] = ""
        elif tag == "select":
            self._choice = name
            self.forms[-1].setdefault(name, "")
        elif tag == "option" and self._choice and "selected" in given:
            self.forms[-1][self._choice] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser drops the newline that follows the tag.
            value = self.forms[-1][self._area]
            self.forms[-1][self._area] = value.removeprefix("\n")
            self._area = ""
        if tag == "select":
            self._choice = ""


def form_in(page: str, wanted: str) -> dict[str, str]:
    parser = _Fields()
    parser.feed(page)
    return next(form for form in parser.forms if wanted in form)


class Browser(httpx.Client):
    """Signed in as `user`: the session is made by the test, its cookie sent to the real server."""

    def __init__(self, root: str, user: User) -> None:
        client = Client()
        client.force_login(user)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        super().__init__(base_url=root, cookies=cookies, timeout=10)

    def send_form(self, path: str, **changes: str) -> httpx.Response:
        """Open `path`, change fields of the form that has them, and send it."""
        page = self.get(path)
        if page.status_code != 200:
            return page
        fields = form_in(page.text, next(iter(changes)))
        return self.post(path, data=fields | changes, headers={"Referer": str(page.url)})
