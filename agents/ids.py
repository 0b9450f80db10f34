"""The article id: a hash of the request URL after normalisation, never of what the page says.

So a takedown or a re-crawl finds the article again. Undone is what names the same article differently:
scheme, credentials, default port, `www.`/`m.`/`amp.`, AMP paths, trackers, the order of the query, trailing
slashes, the fragment, the spelling of escapes. Two articles under one id would overwrite each other, which is
worse than one article under two: what is not surely a tracker stays. (courlan's rules are not used: they
drop `?12345`, `?cid=`, `?eid=` and whatever starts with `ga`, and take `?q=%E9` and `?q=%E8` for the same.)
A changed rule gives every article a new id: tests/agents/article_ids.toml freezes them.
"""

import re
from hashlib import blake2b
from urllib.parse import SplitResult, quote, urlsplit

from streams.errors import Invalid

# Not where the rest is no more than an ending: `m.co.uk` is somebody's own domain.
HOST_PREFIXES = re.compile(
    r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.)(?!(?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}$)"
)
HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")
AMP_PATH = re.compile(r"^(?:/amp)+(?=/.)|(?:/amp|/?\.amp)+$|(?:\.amp)+(?=\.html?$)", re.IGNORECASE)
SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
TRACKERS = re.compile(
    r"(?:utm|mtm|pk|piwik|at|ns|hsa|fb|vero|oly|itm|amp|mkt)_.*|mc_[ce]id"
    r"|_(?:ga|gl|hsenc|hsmi)|__(?:twitter_impression|cft__.*|tn__)"
    r"|(?:fb|g|d|y|ys|tw|tt|ms|ko)clid|msclkid|[gw]braid|gad_source|gclsrc|igshid?|li_fat_id|srsltid|s_kwcid|ef_id"
    r"|xtor|xtref|wt_?mc|wt_zmc|cmp|cmpid|icid|ncid|ocid|smid|ito|ico|dicbo|spm|usqp|trk|guccounter|guce_referrer.*"
    r"|soc_(?:src|trk)|ref|ref_?src|ref_?url|referrer|referer|source|sr_share"
    r"|phpsessid|jsessionid|amp",
    re.IGNORECASE,
)
# An address copied out of HTML source.
AMPERSAND = re.compile(r"(?:^|&)(?:amp;)+")
AMP_OUTPUT = "outputtype=amp"
MAX_URL = 8192
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def article_id(url: str) -> str:
    """32 hexadecimal digits for a URL. Raises `Invalid` where it is not an http(s) URL."""
    return blake2b(normal_url(url).encode(), digest_size=16).hexdigest()


def normal_url(url: str) -> str:
    """The URL without scheme and without what names the same article differently. Raises `Invalid`."""
    parts = _http_url(url)
    host = HOST_PREFIXES.sub("", _ascii_host(parts))
    try:
        return f"{host}{_port(parts)}{_path(parts.path)}{_query(parts.query)}{_route(parts.fragment)}"
    except UnicodeEncodeError as error:
        raise Invalid(f"the url {url[:200]!a} holds half a character: {error.reason}") from error


def _http_url(url: str) -> SplitResult:
    """The parts of an http(s) URL with a host. Raises `Invalid`."""
    text = url.strip()
    if len(text) > MAX_URL:
        raise Invalid(f"the url is {len(text)} characters long; {MAX_URL} are allowed")
    if CONTROL.search(text):
        raise Invalid(f"the url {text[:200]!a} holds a control character")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid(f"the url {text[:200]!a} cannot be read: {error}") from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise Invalid(f"the url {text[:200]!a} is not an http or https URL")
    return parts


def _ascii_host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not HOST.fullmatch(name):
        raise Invalid(f"the url has no host that could exist: {host[:200]!a}")
    return name


def _port(parts: SplitResult) -> str:
    return "" if parts.port in {None, 80, 443} else f":{parts.port}"


def _path(path: str) -> str:
    """Dot segments resolved (RFC 3986, 5.2.4), empty ones left out, no slash at the end."""
    kept: list[str] = []
    for segment in map(_escaped, SESSION_IN_PATH.sub("", path).split("/")):
        if segment == "..":
            del kept[-1:]
        elif segment not in {"", "."}:
            kept.append(segment)
    return AMP_PATH.sub("", "".join(f"/{each}" for each in kept)).rstrip("/")


def _query(query: str) -> str:
    """The parameters that are no trackers, sorted by name; those of one name keep their order."""
    pairs = AMPERSAND.sub("&", query.replace("+", " ")).split("&")
    named = [(_escaped(name), _escaped(value)) for name, _, value in (pair.partition("=") for pair in pairs)]
    kept = [
        (name, value)
        for name, value in sorted(named, key=lambda pair: pair[0])
        if (name or value) and not TRACKERS.fullmatch(name) and (name + "=" + value).lower() != AMP_OUTPUT
    ]
    return "?" + "&".join(f"{name}={value}" if value else name for name, value in kept) if kept else ""


def _route(fragment: str) -> str:
    """A fragment is a place on the page, unless it is a hash-bang route, which is the page."""
    return f"#{_escaped(fragment)}" if fragment.startswith("!") else ""


def _escaped(part: str) -> str:
    """One spelling for escapes (RFC 3986, 6.2.2): needless ones undone, hex in capitals, stray % escaped."""

    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            return "%25"
        character = chr(int(found[1], 16))
        return character if UNRESERVED.fullmatch(character) else found[0].upper()

    return quote(ESCAPE.sub(one, part), safe="/%!=:,;@$'()*~")
