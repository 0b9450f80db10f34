"""Signatures by the Standard Webhooks scheme: an HMAC-SHA256 of `id.timestamp.body` for each secret."""

import base64
import binascii
import hashlib
import hmac
import re

from streams.errors import ConfigError

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
NONE_GIVEN = (
    "a webhook needs a secret that its receiver knows too, by environment: COPYDESK_SINKS__<NAME>__SECRET"
    " = whsec_ and 24 to 64 random bytes in base64 (openssl rand -base64 32)"
)
PLAIN = re.compile(r"[A-Za-z0-9_-]{1,128}")


def read_secrets(text: str) -> tuple[bytes, ...]:
    """The keys of the setting: `whsec_<base64>`, several separated by spaces. Raises `ConfigError`."""
    keys = tuple(map(_key, text.replace(",", " ").split()))
    if not keys:
        raise ConfigError(NONE_GIVEN)
    return keys


def sign(keys: tuple[bytes, ...], name: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`. A receiver checks that any of the signatures fits its secret."""
    signed = b"%s.%d.%s" % (name.encode(), timestamp, body)
    return " ".join(f"v1,{_digest(key, signed)}" for key in keys)


def webhook_id(event: str) -> str:
    """The header `webhook-id`: the event id, or its hash where it has other characters."""
    return event if PLAIN.fullmatch(event) else hashlib.blake2b(event.encode(), digest_size=16).hexdigest()


def _digest(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ConfigError("a secret of a webhook is not base64 after its whsec_") from error
    if not (secret.startswith(PREFIX) and SHORTEST <= len(key) <= LONGEST):
        raise ConfigError(
            f"a secret of a webhook must be {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64"
        )
    return key
