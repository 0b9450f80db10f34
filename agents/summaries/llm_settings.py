"""The endpoint of a language model, limits and prices, and which values are invalid."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from streams.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmSettings:
    url: str = field(default="", repr=False)
    """The base URL of the API, as OpenAI's clients take it: `http://127.0.0.1:11434/v1`. Requests go to
    `/chat/completions` below it."""
    model: str = ""
    """The name of the model, as the endpoint knows it."""
    api_key: str = field(default="", repr=False)
    """The key sent as `Authorization: Bearer`. Set it in the environment or in `api_key_file`, not here."""
    api_key_file: str = ""
    """A file that holds the key, instead of `api_key`."""
    allow_http: bool = False
    """Whether the URL may be `http` on another machine. Others can then read the key and the articles."""
    ca_file: str = ""
    """A file of certificates, in PEM, to trust in addition to the public ones."""
    timeout_seconds: float = 8.0
    """How long one request may take."""
    total_seconds: float = 15.0
    """How long all requests for an article may take, with the pauses between them. `article_seconds` of the
    stage must be at least 2 s more."""
    attempts: int = 3
    """The most requests for an article. 429, 5xx, timeouts and lost connections are retried."""
    concurrency: int = 4
    """The most requests in flight at once from this machine and user to this URL. Each needs a pool process
    of its own."""
    most_characters: int = 12_000
    """How many characters of the text are sent, from its beginning."""
    options: dict[str, Any] = field(default_factory=lambda: {"temperature": 0, "seed": 0, "max_tokens": 400})
    """Further fields of each request. A value replaces all of the defaults, which not every model accepts."""
    price_in: float = 0.0
    """The price of a million tokens of requests, in any currency, for the cost metric; 0: not counted."""
    price_out: float = 0.0
    """The price of a million tokens of answers, in the same currency."""


def value_faults(settings: LlmSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with the values, as pairs of a key and a sentence, which never shows a value."""
    yield from _url_faults(settings)
    if not settings.model:
        yield "model", "is missing: the name of the model, as the endpoint knows it"
    if settings.api_key and settings.api_key_file:
        yield "api_key", "is set, and api_key_file too: one of them is enough"
    if not 0 < settings.timeout_seconds <= settings.total_seconds <= 300:
        yield "timeout_seconds", "must be above 0 and at most total_seconds, which is at most 300"
    if not 1 <= settings.attempts <= 10:
        yield "attempts", "must be from 1 to 10"
    if not 1 <= settings.concurrency <= 256:
        yield "concurrency", "must be from 1 to 256"
    if settings.most_characters < 1000:
        yield "most_characters", "must be at least 1000"
    for name in ("price_in", "price_out"):
        if not 0 <= getattr(settings, name) < inf:
            yield name, "must be at least 0"
    if taken := settings.options.keys() & {"model", "messages", "stream", "n"}:
        yield "options", f"must not have {', '.join(sorted(taken))}: Copydesk sets these itself"


def read_key(settings: LlmSettings) -> str:
    """The key, or an empty text. Raises `ConfigError`, which never shows it."""
    key = settings.api_key
    if settings.api_key_file:
        try:
            key = Path(settings.api_key_file).read_text("utf-8")
        except (OSError, UnicodeError) as error:
            sentence = f"the api_key_file {settings.api_key_file} cannot be read: {_cause(error)}"
            raise ConfigError(sentence) from error
    key = key.strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigError("the api_key has a character that HTTP does not allow")
    return key


def endpoint(settings: LlmSettings) -> str:
    """Where requests go."""
    parts = urlsplit(settings.url)
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    return parts._replace(path=f"{path}/chat/completions", fragment="").geturl()


def _url_faults(settings: LlmSettings) -> Iterator[tuple[str, str]]:
    if not settings.url:
        yield "url", "is missing: the base URL of the API, such as http://127.0.0.1:11434/v1"
        return
    try:
        parts = urlsplit(settings.url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        yield "url", "is not a URL"
        return
    if parts.scheme not in {"http", "https"} or not host:
        yield "url", "must begin with https:// (or http://) and a host"
    elif parts.username is not None or parts.password is not None:
        yield "url", "must have no user or password: use api_key"
    elif parts.scheme == "http" and not settings.allow_http and not _is_own(parts):
        yield "url", "is http, which others can read: use https, or set allow_http"


def _is_own(parts: SplitResult) -> bool:
    """Whether the host is this machine."""
    host = parts.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _cause(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
