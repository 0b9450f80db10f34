"""Mentions of the same person or thing → one entity."""
