"""entities → summaries: summarise the article in a few of its own sentences."""

VERSION = "3"
