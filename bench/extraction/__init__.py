"""Extractors compared on published gold, for `bench/clean.py` and `make bench-clean`."""
