"""The pipeline's own topics."""

from agents.topics import TOPICS

__all__ = ["TOPICS"]
