"""The article id: a hash of the request URL after normalisation, never of what the page says.

So a takedown or a re-crawl finds the article again. courlan drops trackers, sorts the query and escapes the
path; it leaves alone what is undone here: scheme, credentials, default port, `www.`/`m.`/`amp.`, AMP paths,
the trailing slash and the fragment. (Its strict mode breaks `/watch?v=abc`, so it is not used.)
A changed rule gives every article a new id: tests/agents/article_ids.toml freezes them.
"""

import re
from hashlib import blake2b
from urllib.parse import SplitResult, urlsplit

from courlan import normalize_url

from streams.errors import Invalid

HOST_PREFIXES = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
AMP_PARAMETERS = re.compile(r"(?:^|&)(?:amp(?:=[^&]*)?|outputType=amp)(?=&|$)", re.IGNORECASE)
AMP_PATH = re.compile(r"^/amp(?=/.)|(?:/amp|\.amp)$", re.IGNORECASE)
MAX_URL = 8192


def article_id(url: str) -> str:
    """32 hexadecimal digits for a URL. Raises `Invalid` where it is not an http(s) URL."""
    return blake2b(normal_url(url).encode(), digest_size=16).hexdigest()


def normal_url(url: str) -> str:
    """The URL without scheme and without what names the same article differently. Raises `Invalid`."""
    parts = _http_url(url)
    host = HOST_PREFIXES.sub("", _ascii_host(parts))
    tidy = urlsplit(str(normalize_url(f"https://{host}{parts.path or '/'}?{parts.query}")))
    path = AMP_PATH.sub("", tidy.path.rstrip("/")).rstrip("/")
    query = AMP_PARAMETERS.sub("", tidy.query).strip("&")
    return f"{host}{_port(parts)}{path}" + (f"?{query}" if query else "") + _route(parts.fragment)


def _http_url(url: str) -> SplitResult:
    """The parts of an http(s) URL with a host. Raises `Invalid`."""
    text = url.strip()
    if len(text) > MAX_URL:
        raise Invalid(f"the url is {len(text)} characters long; {MAX_URL} are allowed")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid(f"the url {text[:200]!r} cannot be read: {error}") from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise Invalid(f"the url {text[:200]!r} is not an http or https URL")
    return parts


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _port(parts: SplitResult) -> str:
    return "" if parts.port in {None, 80, 443} else f":{parts.port}"


def _route(fragment: str) -> str:
    """A fragment is a place on the page, unless it is a hash-bang route, which is the page."""
    return f"#{fragment}" if fragment.startswith("!") else ""
