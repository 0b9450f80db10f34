"""The check for old words: `python -m tests.support.words` finds those of `old_words.toml` in the tree."""
