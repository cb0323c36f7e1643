"""Codes of letters that questions must know."""

DIGEST = "notices.digest"
