"""Which page numbers a pagination shows."""

from django import template

register = template.Library()


@register.filter
def page_window(page: int, count: int) -> list[int | None]:
    """First, last and the neighbours of `page` among `count`; `None` stands for a gap of two or more."""
    kept = sorted({1, count, *(n for n in range(page - 1, page + 2) if 1 <= n <= count)})
    window: list[int | None] = []
    for number in kept:
        previous = window[-1] if window else None
        if previous is not None and number - previous == 2:
            window.append(previous + 1)
        elif previous is not None and number - previous > 2:
            window.append(None)
        window.append(number)
    return window
