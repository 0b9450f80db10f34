"""clean → entities: find whom and what the article names."""

VERSION = "1"
