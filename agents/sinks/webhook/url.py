"""The URL of a webhook: which are allowed, and which redirects are followed."""

import socket

import httpx

from agents.sinks.webhook.allowlist import Addresses, Forbidden
from agents.sinks.webhook.settings import WebhookSettings
from streams.errors import CannotStart, ConfigError, Unavailable

PORTS = {"http": 80, "https": 443}


def read_url(settings: WebhookSettings) -> httpx.URL:
    """The URL of the settings. Raises `ConfigError`, which never shows it: its path may be a secret."""
    try:
        url = httpx.URL(settings.url)
    except httpx.InvalidURL as error:
        raise ConfigError("the url of a webhook is not a URL") from error
    if url.scheme not in PORTS or not url.host:
        raise ConfigError("the url of a webhook must begin with https:// and a host")
    if url.scheme == "http" and not settings.allow_http:
        raise ConfigError("the url of a webhook is http, which others can read: use https, or set allow_http")
    if url.userinfo:
        raise ConfigError("the url of a webhook must have no user or password: use headers.Authorization")
    return url.copy_with(fragment=None)


def reject_at_start(url: httpx.URL, addresses: Addresses) -> None:
    """Raise `CannotStart` where the URL has an address that is not allowed, as far as is known now."""
    host, port = url.raw_host.decode("ascii"), url.port or PORTS[url.scheme]
    try:
        results = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return  # Without a name service it is an outage.
    try:
        for *_, address in results:
            addresses.check(host, str(address[0]), port)
    except Forbidden as error:
        raise CannotStart(f"the url of a webhook: {error}") from error


def origin(url: httpx.URL) -> str:
    """Scheme, host and port: the parts of a URL that are no secret."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def redirected(url: httpx.URL, location: str) -> httpx.URL:
    """The target of a redirect. Raises `Unavailable` where it is not followed."""
    try:
        target = url.join(location)
    except httpx.InvalidURL as error:
        raise Unavailable("it redirects to something that is not a URL") from error
    if target.scheme not in ("https", url.scheme):
        raise Unavailable(f"it redirects from {url.scheme} to {target.scheme}")
    if target.userinfo or not target.host:
        raise Unavailable("it redirects to a URL with a user in it, or without a host")
    return target
