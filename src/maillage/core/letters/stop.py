"""The address by which a person stops a category of letters. A room above gives it."""

from collections.abc import Callable

Maker = Callable[[int, str], str]
_makers: list[Maker] = []


def offered_by(maker: Maker) -> Maker:
    """`maker(user_id, category)` gives an absolute address that needs no sign-in."""
    _makers[:] = [maker]
    return maker


def headers_for(user_id: int, category: str) -> dict[str, str]:
    """One-click headers (RFC 2369, RFC 8058); none when no room offers the page."""
    if not _makers:
        return {}
    return one_click(_makers[0](user_id, category))


def one_click(address: str) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
