"""The tables of a report as its page sends them: nothing typed is lost, lines keep what was planned."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from maillage.calls.lib.report_figures import MOST_ROWS, SIDES, amount_of

_ACCOUNT, _LABEL, _COMMENT = 10, 200, 400


def figures_from(post: QueryDict, known: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """`known` rows with the `actual` that was typed, then the new rows (`plus-<side>-…`), planned at nothing."""
    rows = [
        {**one, "actual": _amount(post.get(f"actual-{rank}", str(one.get("actual", ""))))}
        for rank, one in enumerate(known)
    ]
    for side, _title in SIDES:
        label = post.get(f"plus-{side}-label", "").strip()[:_LABEL]
        if label and len(rows) < MOST_ROWS:
            rows.append(
                {
                    "side": side,
                    "account": post.get(f"plus-{side}-account", "").strip()[:_ACCOUNT],
                    "label": label,
                    "planned": "0.00",
                    "actual": _amount(post.get(f"plus-{side}-actual", "")),
                }
            )
    return rows


def indicators_from(post: QueryDict, known: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            **one,
            "actual": post.get(f"result-{rank}", str(one.get("actual", ""))).strip()[:60],
            "comment": post.get(f"comment-{rank}", str(one.get("comment", ""))).strip()[:_COMMENT],
        }
        for rank, one in enumerate(known)
    ]


def _amount(typed: str) -> str:
    """Tidied when it can be read; as it was typed otherwise, for the page to say what is wrong."""
    found = amount_of(typed) if typed.strip() else None
    return str(found) if found is not None else typed.strip()[:40]
