"""The article id: a hash of the request URL after normalisation, never of what the page says.

So a takedown or a re-crawl finds the article again. Normalisation removes differences between URLs of the
same article: those that browsers ignore (agents/web_url.py), scheme, credentials, `www.`/`m.`/`amp.`, AMP
paths, trackers, the order of the query, trailing slashes, the fragment, the spelling of escapes. Two articles
with the same id would overwrite each other, which is worse than an article with two ids: in doubt, URLs keep
different ids (docs/decisions/0004).
"""

import re
from hashlib import blake2b
from operator import itemgetter
from urllib.parse import quote

from agents.trackers import is_tracker
from agents.web_url import read, registered_domain

#: Raised when the rules here, the parser or the suffix list change, since articles may then get another id.
#: tests/unit/agents/article_ids.toml has the ids of this version; docs/guides/contract.md says what a new one
#: means.
ID_VERSION = 2

HOST_PREFIX = re.compile(r"(?:www\d?|m|mobile|amp)\.")
# The name of an article, and not of a section or a tag: words with a hyphen, a long number, an ending.
SLUG = re.compile(r"[^_-][_-][^_-]|[0-9]{5}|\.(?:html?|shtml|php|aspx?|jsp)$", re.IGNORECASE)
AMP_ENDING = re.compile(r"(?<=.)(?<!\.amp)(?:\.amp)++(?=$|\.html?$)", re.IGNORECASE)
SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
# A URL that was copied out of HTML source.
AMPERSAND = re.compile(r"(?:^|&)(?:amp;)+")


def article_id(url: str) -> str:
    """32 hexadecimal digits for a URL. Raises `Invalid` where it is not an http(s) URL."""
    return blake2b(normal_url(url).encode(), digest_size=16).hexdigest()


def normal_url(url: str) -> str:
    """The URL without the scheme and the differences that mean nothing. Raises `Invalid`."""
    parts = read(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{_host(parts.host)}{port}{_path(parts.path)}{_query(parts.query)}{_route(parts.fragment)}"


def site_of(url: str) -> str:
    """The host of a normal URL. Raises `Invalid`."""
    return _host(read(url).host)


def _host(host: str) -> str:
    """Without `www.`, `m.`, `amp.`, unless that is part of the registered domain, as in `m.github.io`."""
    while (prefix := HOST_PREFIX.match(host)) and registered_domain(host) != host:
        host = host[prefix.end() :]
    return host


def _path(path: str) -> str:
    """Without session id, AMP, empty segments and a slash at the end."""
    segments, shorter = [""], _segments(SESSION_IN_PATH.sub("", _escaped(path)))
    while segments != shorter:
        segments, shorter = shorter, _without_amp(shorter)
    return "".join(f"/{segment}" for segment in segments)


def _segments(path: str) -> list[str]:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return kept


def _without_amp(segments: list[str]) -> list[str]:
    """`/a-b` of `/amp/a-b`, `/a-b/amp` and `/a-b.amp`. `/tag/amp` stays: it is about AMP."""
    *before, last = segments or [""]
    if last.lower() == "amp" and before and SLUG.search(before[-1]):
        return before
    named = SLUG.search(last)
    while named and before and before[0].lower() == "amp":
        del before[0]
    return [*before, AMP_ENDING.sub("", last)] if last else []


def _query(query: str) -> str:
    """The parameters that are not trackers, sorted by name; those of the same name keep their order."""
    parts = (part.partition("=") for part in AMPERSAND.sub("&", query.replace("+", " ")).split("&"))
    pairs = sorted(((_escaped(name), _escaped(value)) for name, _, value in parts), key=itemgetter(0))
    kept = [(name, value) for name, value in pairs if (name or value) and not is_tracker(name, value)]
    return "?" + "&".join(f"{name}={value}" if value else name for name, value in kept) if kept else ""


def _route(fragment: str) -> str:
    """The fragment, if it is a route that names the page (`#!/story`, `#/story`), and not a place on it."""
    route = _escaped(fragment).split(":~:")[0]
    return f"#{route}" if route[:1] in {"!", "/"} and route.strip("!/") else ""


def _escaped(part: str) -> str:
    """Escapes in one spelling (RFC 3986, 6.2.2): needless ones decoded, hex in capitals, stray % escaped."""
    return quote(ESCAPE.sub(_normal_escape, part), safe="/%!=:,;@$'()*~")


def _normal_escape(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return "%25"
    character = chr(int(escape[1], 16))
    return character if UNRESERVED.fullmatch(character) else escape[0].upper()
