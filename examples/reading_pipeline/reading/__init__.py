"""clean → reading: say how long the article takes to read."""

VERSION = "1"
"""Raised with every change by which the same article gives another record."""
