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
# Browsers take a tab and a line feed out, wherever they stand; others are no spelling of a URL.
TAB_OR_NEWLINE = re.compile(r"[\t\n\r]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# What a name server can be asked for. Browsers let empty labels pass, and signs such as `!`.
HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")
ADDRESS = re.compile(r"\[.*\]|\d+\.\d+\.\d+\.\d+")
BEFORE_QUERY = re.compile(r"[^?#]*")


@dataclass(frozen=True, slots=True)
class WebURL:
    """The parts of an http or https URL, in ASCII; `port` is empty where it is a default one."""

    host: str
    port: str
    path: str
    query: str
    fragment: str


def read(url: str) -> WebURL:
    """The parts of a URL. Raises `Invalid` where it is none of http or https, or has no possible host."""
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
    """The URL as it was written, without what a browser takes out of it, and with slashes for backslashes."""
    line = TAB_OR_NEWLINE.sub("", url).strip(" ")
    return BEFORE_QUERY.sub(lambda found: found[0].replace("\\", "/"), line, count=1)


def registered_domain(host: str) -> str:
    """What somebody registered: `bbc.co.uk` of `www.bbc.co.uk`, `desk.github.io` of itself.

    An IP address as it is; the whole host where it is no more than a public suffix.
    """
    if ADDRESS.fullmatch(host):
        return host
    found = _suffixes().extract_str(host)
    return (
        f"{found.domain}.{found.suffix}" if found.domain and found.suffix else _by_default(host, found.suffix)
    )


def _by_default(host: str, suffix: str) -> str:
    """The default rule of the list: where it does not know an ending, the last label is one."""
    return host if suffix else ".".join(host.split(".")[-2:])


@cache
def _suffixes() -> "TLDExtract":
    """The public suffix list as it came with the package, private part too. Nothing is fetched or written.

    Imported at the first use: it takes 0.15 s (2 cores, 2026-11), which most commands need not spend.
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
