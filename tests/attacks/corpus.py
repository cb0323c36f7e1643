"""What is typed to attack, and how an answer betrays that it worked."""

import csv
import io
import re
from urllib.parse import urlsplit

from django.http import HttpResponse

CANARY = "xss-canary"
XSS = f"=1+1\"'></script></textarea></title><{CANARY} onx=1>"
SHORT = f"=\"'><{CANARY}>"
SCRIPT_URL = "javascript:alert(1)"
FORMULA = re.compile(r"^\s*[=+@\t\r]|^-\D")
MARKUP = ("text/html", "image/svg+xml", "application/atom+xml", "application/xml", "text/xml")
EVIL = (
    "https://mal.example/", "http:mal.example", "//mal.example", "///mal.example", "////mal.example/",
    "/\\mal.example", "\\\\mal.example", "https:/mal.example", "https:mal.example", "http:///mal.example",
    "//mal.example@testserver", "https://testserver@mal.example", "https://testserver.mal.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "\tjavascript:alert(1)",
    " //mal.example", "/\t/mal.example", "%2F%2Fmal.example", "//mal%00.example", "https://mal。example",
    "//\u2044mal.example", "ftp://mal.example", "//0x7f000001", "\x00//mal.example",
)  # fmt: skip


def typed(length: int | None) -> str:
    """The longest attack that fits in a field."""
    if length is None or length >= len(XSS):
        return XSS
    return SHORT if length >= len(SHORT) else ""


def betrayed(answer: HttpResponse, body: str) -> str:
    """What went wrong in `body`; empty when nothing did."""
    kind = answer.get("Content-Type", "").partition(";")[0]
    if kind in MARKUP:
        if f"<{CANARY}" in body:
            return body[max(0, body.index(f"<{CANARY}") - 120) :][:260]
        if re.search(
            r"""(?:href|src|action|formaction)=["']?\s*javascript:""", body, re.IGNORECASE
        ):
            return "javascript: in an address"
    if kind == "text/csv":
        rows = csv.reader(io.StringIO(body.removeprefix("\ufeff")), delimiter=";")
        cells = [cell for row in rows for cell in row if FORMULA.match(cell)]
        return f"formula: {cells[0]}" if cells else ""
    return ""


def leaves(location: str) -> bool:
    """Whether a browser that follows `location` leaves our site, or runs it."""
    clean = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    parts = urlsplit(clean)
    ours = parts.netloc in {"", "testserver", "127.0.0.1:8000"}
    return not ours or clean.startswith("//") or parts.scheme not in {"", "http", "https"}
