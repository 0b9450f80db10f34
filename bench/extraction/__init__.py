"""Extractors compared on published gold: `bench/clean.py` prints the tables."""
