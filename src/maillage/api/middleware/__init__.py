"""What stands before every address under /api/: a memory, outermost, and a gate."""

from maillage.api.middleware.gate import ApiGate
from maillage.api.middleware.memory import MEMORY, ApiMemory

__all__ = ["MEMORY", "ApiGate", "ApiMemory"]
