"""When the article was published and last changed, how precisely that is known, and from where.

Where a page gives several dates, the first of these that is plausible is the date of publication:

1. JSON-LD, first of the article, then of the page; then the only date of publication in JSON-LD that cannot
   be read.
2. Meta tags, by name.
3. What readers see and the page marks as the publication near the headline: `Published: ...`.
4. The day in the URL, with the time that readers see for it.
5. What readers see near the headline; never a date of comments, of other articles, of the copyright, or
   within the story.
6. The scraper's date, and the only date of publication in the data of scripts.
7. What readers see elsewhere in the article, in an element for dates. Last of all a note that the page was
   updated, unless the metadata say that it was changed on that day.

A date after the fetch is kept with a warning if it is from metadata; one that readers see is of something to
come. Of 03/04/2026, the day is the number that the country puts first, unless the page has 25/12/2026
elsewhere, or only one of the two readings is in the URL or before the fetch.
"""

from agents.clean.fields.dates.published import PublishedDate, modified, published

__all__ = ["PublishedDate", "modified", "published"]
