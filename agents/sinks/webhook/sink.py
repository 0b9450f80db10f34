"""What the loop of the sinks calls, from one thread at a time."""

import asyncio
import hashlib
import logging
import ssl
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import httpx
import structlog

from agents.sinks.rejected import RejectedRecords
from agents.sinks.sources import Sources, warn_if_log_changed
from agents.sinks.webhook.allowlist import Addresses
from agents.sinks.webhook.batch import WebhookBatch
from agents.sinks.webhook.request import Post
from agents.sinks.webhook.settings import WebhookSettings, value_faults
from agents.sinks.webhook.transport import CheckedBackend, CheckedTransport, Lookup, look_up
from agents.sinks.webhook.url import origin, read_url, reject_at_start
from streams.core.settings_table import require
from streams.core.sink import Claim, Delivered
from streams.errors import ConfigError, Unavailable

log = structlog.get_logger("copydesk.sink")

#: With answers after 10 s a batch takes 30 s, half of the time that Kafka and orchestrators wait.
ROUNDS = 3


class Webhook:
    """Posts batches to a URL. If a batch is written again, only its undelivered records are posted."""

    def __init__(self, settings: WebhookSettings, lookup: Lookup = look_up) -> None:
        require(value_faults(settings), "a webhook")
        url, addresses = read_url(settings), Addresses(settings.allow_private)
        reject_at_start(url, addresses)
        _keep_urls_out_of_the_log()
        self._backend, context = CheckedBackend(addresses, lookup), trusted(settings.ca_file)
        self._transports = [CheckedTransport(self._backend, context) for _ in range(settings.concurrency)]
        self.batch = ROUNDS * settings.concurrency
        self._origin = origin(url)
        self._sources = Sources(rejected_file(settings, url).with_suffix(".sources.json"))
        self._runner = asyncio.Runner()
        self._delivery = WebhookBatch(
            Post(settings, url, list(self._transports)),
            RejectedRecords(rejected_file(settings, url), settings.rejected_most),
        )

    def begin(self, claim: Claim) -> None:
        """Forget which records were delivered. A posted record cannot be undone, so right before each request
        it is checked whether another process may have taken over."""
        self._backend.before_sending = claim.still_ours
        self._delivery.forget(claim.topic, claim.partition)
        try:
            before = self._sources.note(claim)
        except OSError as error:
            raise Unavailable(f"cannot write to {self._sources.path}: {error.strerror}") from error
        consequence = "all of its records are posted, with new offsets (copydesk-offset)"
        warn_if_log_changed(claim, before, consequence, receiver=self._origin)

    def write(self, batch: Sequence[Delivered]) -> None:
        """Deliver a batch. Raises `Unavailable` where a record was not delivered; others count as done."""
        try:
            self._runner.run(self._delivery.deliver(batch))
        except Unavailable as error:
            raise Unavailable(f"{self._origin}: {error}") from error

    def release(self) -> None:
        """Does nothing: `begin` forgets which records were delivered."""

    def close(self) -> None:
        with self._runner:
            for transport in self._transports:
                self._runner.run(transport.aclose())


@cache
def trusted(ca_file: str) -> ssl.SSLContext:
    """The public certificates and those of a file. Raises `ConfigError` where the file cannot be read."""
    context = httpx.create_ssl_context(trust_env=False)
    try:
        if ca_file:
            context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"the ca_file {ca_file} of a webhook cannot be read: {error}") from error
    return context


def rejected_file(settings: WebhookSettings, url: httpx.URL) -> Path:
    """The file of a receiver, named by its host and a hash of its URL."""
    digest = hashlib.blake2b(str(url).encode(), digest_size=4).hexdigest()
    return Path(settings.rejected_folder) / f"{url.host.replace(':', '-')}-{digest}.jsonl"


def _keep_urls_out_of_the_log() -> None:
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
