"""The settings of a webhook, and which values are invalid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\x20-\x7e\t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    url: str = field(default="", repr=False)
    """Records are posted here. It must be `https`, unless `allow_http`, and without user and password."""
    secret: str = field(default="", repr=False)
    """`whsec_` and 24 to 64 bytes in base64. During a change of secrets, several, separated by spaces."""
    timeout_seconds: float = 10.0
    """How long a delivery may take, from the name lookup to the end of the answer; at most 15."""
    concurrency: int = 8
    """Deliveries in flight at once, each of another article; at most 64."""
    allow_private: str = ""
    """Addresses, networks or names that are allowed although they are not public, separated by commas, with a
    port or without: `10.1.0.0/16, receiver.internal:8443`."""
    allow_http: bool = False
    """Whether the URL may be `http`: then others can read what is sent."""
    ca_file: str = ""
    """Certificates to trust besides the public ones, in PEM."""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    """More headers for each request, such as `Authorization`."""
    rejected_folder: str = "data/rejected"
    """The folder for records that the receiver rejects permanently, a file for each receiver."""
    rejected_most: int = 100
    """At this number of records in the file the sink stops until a person has moved the file away."""


def value_faults(settings: WebhookSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with values that need no look at the others, as pairs of a key and a sentence."""
    if not settings.url:
        yield "url", "is missing: records are posted to it"
    if not 0 < settings.timeout_seconds <= 15:
        yield "timeout_seconds", "must be above 0 and at most 15"
    if not 1 <= settings.concurrency <= 64:
        yield "concurrency", "must be from 1 to 64"
    if settings.rejected_most < 0:
        yield "rejected_most", "must be at least 0"
    for name, value in settings.headers.items():
        if not (HEADER_NAME.fullmatch(name) and HEADER_VALUE.fullmatch(value)):
            yield f"headers.{name}", "has a character that HTTP does not allow"
