"""Tests of the package for other programs."""
