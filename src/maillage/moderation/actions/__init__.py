"""Verbs on contributions."""
