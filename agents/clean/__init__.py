"""raw → clean: the article out of its page: text, title, authors, dates, language, source.

The modules beside this one each answer one question about a page and know neither Faust nor Kafka;
work.py puts their answers together.
"""

VERSION = "2"
"""Raised with every change by which the same page gives another record."""
