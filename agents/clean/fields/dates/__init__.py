"""When the article was published and last changed, how precisely that is known, and from where."""

from agents.clean.fields.dates.published import PublishedDate, modified, published

__all__ = ["PublishedDate", "modified", "published"]
