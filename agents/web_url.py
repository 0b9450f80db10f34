"""A web URL as a browser reads it (the WHATWG URL standard, by Ada, Node.js' parser), and its domain."""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import ada_url

from streams.errors import Invalid

if TYPE_CHECKING:
    from tldextract import TLDExtract

MAX_URL = 8192
# Browsers remove tabs and line feeds anywhere in a URL. Other control characters make it invalid.
TAB_OR_NEWLINE = re.compile(r"[\t\n\r]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Names that a name server can know. Browsers also accept empty labels, and signs such as `!`.
HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")
ADDRESS = re.compile(r"\[.*\]|\d+\.\d+\.\d+\.\d+")
BEFORE_QUERY = re.compile(r"[^?#]*")


@dataclass(frozen=True, slots=True)
class WebURL:
    """The parts of an http or https URL, in ASCII; a default `port` is empty."""

    host: str
    port: str
    path: str
    query: str
    fragment: str


def read(url: str) -> WebURL:
    """The parts of a URL. Raises `Invalid` where it is not http or https, or has no possible host."""
    if len(url) > MAX_URL:
        raise Invalid(f"the url is {len(url)} characters long; {MAX_URL} are allowed")
    if CONTROL.search(url):
        raise Invalid(f"the url {url[:200]!a} holds a control character")
    parsed = _parsed(url)
    host = parsed.hostname.removesuffix(".")
    if parsed.protocol not in {"http:", "https:"}:
        raise Invalid(f"the url {url[:200]!a} is not an http or https URL")
    if not HOST.fullmatch(host):
        raise Invalid(f"the url has no host that could exist: {host[:200]!a}")
    port = "" if parsed.port in {"80", "443"} else parsed.port
    return WebURL(host, port, parsed.pathname, parsed.search[1:], parsed.hash[1:])


def one_line(url: str) -> str:
    """The URL as it was written, without what browsers remove, and with slashes instead of backslashes."""
    line = TAB_OR_NEWLINE.sub("", url).strip(" ")
    return BEFORE_QUERY.sub(lambda start: start[0].replace("\\", "/"), line, count=1)


def registered_domain(host: str) -> str:
    """The domain that somebody registered: `bbc.co.uk` of `www.bbc.co.uk`, `desk.github.io` of itself.

    IP addresses, and hosts that are only a public suffix, stay as they are.
    """
    if ADDRESS.fullmatch(host):
        return host
    parts = _suffixes().extract_str(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else host
    # The default rule of the list: of an ending that it does not know, the last label is the suffix.
    return ".".join(host.split(".")[-2:])


@cache
def _suffixes() -> "TLDExtract":
    """The public suffix list of the package, with its private part. Nothing is downloaded or written.

    It is imported at the first use: that takes 0.15 s (2 cores, 2026-11), which most commands do not need.
    """
    from tldextract import TLDExtract

    return TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def _parsed(url: str) -> ada_url.URL:
    try:
        return ada_url.URL(url)
    except UnicodeEncodeError as error:
        raise Invalid(f"the url {url[:200]!a} holds half a character: {error.reason}") from error
    except ValueError as error:
        raise Invalid(f"the url {url[:200]!a} is not an http or https URL that a browser opens") from error
