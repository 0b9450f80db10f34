"""raw → clean: the article out of its page: text, title, authors, dates, language, source.

Each of the modules here answers one question about a page and knows neither Faust nor Kafka. work.py puts the
answers together.
"""

VERSION = "3"
"""Raised with every change that makes another record of the same page."""
