"""Pages, and the raw records that they are published as."""

import warnings
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from os import PathLike, fspath

import orjson

from streams.core.message import RecordToPublish
from streams.core.pipeline import load_pipeline
from streams.core.timestamps import utc
from streams.errors import ConfigError
from streams.ingest.files import Input, ReadOptions, RejectedInput, find_sources, read_sources
from streams.ingest.pages import declared_url
from streams.settings import load_settings

JSON, TEXT, HTML = "application/json", "text/plain", "text/html"


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched: its bytes, or its text where something else has decoded them.

    `url` may be missing where the page names its own (`<link rel="canonical">`). `content_type` is the
    header that the page came with, or `text/plain` for an article without a page around it, or
    `application/json` for a raw record. `headers` are further headers of the record in Kafka.
    """

    content: bytes | str
    url: str | None = None
    _: KW_ONLY
    feed: str | None = None
    fetched_at: str | datetime | None = None
    content_type: str = HTML
    headers: tuple[tuple[str, bytes], ...] = ()

    def __post_init__(self) -> None:
        """Raises `ConfigError` where the page cannot be published: it has no URL, say."""
        try:
            self.record()
        except orjson.JSONEncodeError as error:
            raise ConfigError(f"give the page's bytes: its text cannot be encoded: {error}") from error

    @property
    def name(self) -> str:
        """Its URL, for sentences."""
        return (self._key() or b"a page without a URL").decode()

    def record(self) -> RecordToPublish:
        """The raw record of the page, as `copydesk publish` would publish it."""
        if isinstance(self.content, str) and self._media != JSON:
            return RecordToPublish(key=self._key(), value=self._json(), headers=self._headers(JSON))
        headers = self._headers(self.content_type, ce_time=self._time(), ce_feed=self.feed)
        return RecordToPublish(key=self._key(), value=_bytes(self.content), headers=headers)

    @property
    def _media(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()

    def _key(self) -> bytes | None:
        if self.url:
            return self.url.encode()
        if self._media == JSON:
            return None
        url = declared_url(_bytes(self.content))
        if url is None:
            raise ConfigError("the page does not name its URL: give it as `url`")
        return url.encode()

    def _time(self) -> str | None:
        time = self.fetched_at
        if isinstance(time, datetime):
            if time.tzinfo is None:
                raise ConfigError("fetched_at must say its time zone: datetime.now(UTC), say")
            time = time.isoformat().replace("+00:00", "Z")
        if time is not None and utc(time) is None:
            raise ConfigError(f"fetched_at must be a time in RFC 3339, and is {time[:100]!a}")
        return time

    def _json(self) -> bytes:
        """A raw article. It holds text, whose charset nothing has to find out."""
        kind = "text" if self._media == TEXT else "html"
        url = (self._key() or b"").decode()
        fields = {"url": url, kind: self.content, "feed": self.feed, "fetched_at": self._time()}
        return orjson.dumps({name: value for name, value in fields.items() if value is not None})

    def _headers(self, content_type: str, **more: str | None) -> tuple[tuple[str, bytes], ...]:
        named = {"content-type": content_type, **more}
        return (*((name, value.encode()) for name, value in named.items() if value), *self.headers)


def read(*paths: str | PathLike[str]) -> Iterator[Page]:
    """The pages in files and folders: all that `copydesk publish` reads. A rejected one is a warning."""
    options = ReadOptions()
    for item in read_sources(find_sources([fspath(path) for path in paths], options), options):
        if isinstance(item, Input):
            yield _page(item.record)
        elif isinstance(item, RejectedInput):
            warnings.warn(f"{item.where}: {item.reason}", stacklevel=2)


def samples() -> list[Page]:
    """The invented sample pages of the pipeline."""
    folder = load_pipeline(load_settings()).samples
    return list(read(folder)) if folder else []


def _page(record: RecordToPublish) -> Page:
    headers = dict(record.headers)
    content_type, time, feed = (
        headers.pop(name, b"").decode() for name in ("content-type", "ce_time", "ce_feed")
    )
    return Page(
        record.value or b"",
        record.key.decode() if record.key else None,
        feed=feed or None,
        fetched_at=time or None,
        content_type=content_type,
        headers=tuple(headers.items()),
    )


def _bytes(content: bytes | str) -> bytes:
    return content.encode("utf-8", "replace") if isinstance(content, str) else content
