"""Folders that tests read."""

from pathlib import Path

#: The checkout.
ROOT = next(folder for folder in Path(__file__).resolve().parents if (folder / "pyproject.toml").exists())
DOCS = ROOT / "docs"
#: Pages and gold for measurements. Absent if only the project is checked out.
SHARED = ROOT.parent / "shared"
