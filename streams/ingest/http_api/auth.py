"""Who may send: whoever has the token; without a token, only this machine."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import ip_address

from streams.errors import ConfigError
from streams.ingest.http_api.problem import Problem
from streams.settings import IngestSettings

LEAST_CHARACTERS = 16


def read_token(settings: IngestSettings) -> str | None:
    """The token, or None where only this machine can connect. Raises `ConfigError`."""
    token = _from_file(settings) if settings.token is None else settings.token.get_secret_value()
    if token is None and not _is_loopback(settings.host):
        raise ConfigError(
            f"the ingest API listens on {settings.host} only with a token: set COPYDESK_INGEST__TOKEN or"
            " ingest.token_file, or leave host at 127.0.0.1"
        )
    if token is not None and (len(token) < LEAST_CHARACTERS or not token.isascii()):
        raise ConfigError(f"the ingest token must be {LEAST_CHARACTERS} or more ASCII characters")
    return token


def _from_file(settings: IngestSettings) -> str | None:
    if settings.token_file is None:
        return None
    try:
        return settings.token_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"ingest.token_file {settings.token_file} cannot be read: {error}") from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_access(headers: Mapping[str, str], token: str | None) -> None:
    """Raises `Problem` for a request that may not send: 401, or 403 if a web page made it."""
    # Without a token every page in a browser on this machine could send; browsers set `Origin`.
    if "Origin" in headers:
        raise Problem(403, "this API is not for browsers: a request with an Origin header is rejected")
    if token is None:
        return
    scheme, _, sent = headers.get("Authorization", "").partition(" ")
    # Digests have one length: the time that it takes to compare texts shows whether their lengths differ.
    same = hmac.compare_digest(_digest(sent.strip()), _digest(token))
    if scheme.lower() != "bearer" or not same:
        reason = "the token is wrong" if sent else "a token is needed: Authorization: Bearer ..."
        raise Problem(401, reason, {"WWW-Authenticate": 'Bearer realm="copydesk"'})


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogateescape")).digest()
