"""Build the demonstration, or take it away."""

from maillage.demo.actions.build import Built, DemoRefusedError, build_demo
from maillage.demo.actions.wipe import wipe_demo

__all__ = ["Built", "DemoRefusedError", "build_demo", "wipe_demo"]
