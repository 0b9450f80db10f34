"""The check for old words: `python -m tests.support.words` finds those of docs/glossary.md in the tree."""
