"""summaries → webhook: each finished article posted to a URL, signed by the Standard Webhooks scheme.

settings    the settings, and which values are invalid
signature   secrets and signatures
url         which URLs are allowed, and which redirects
allowlist   which addresses are allowed
transport   httpx, connecting to no other addresses
response    what a receiver's answer means
request     posts a record and follows redirects
batch       articles in parallel, each in order, retried while the receiver is unavailable
sink        what the loop of the sinks calls
"""

from collections.abc import Callable, Iterator

from agents.sinks.webhook.settings import WebhookSettings, value_faults
from streams.core.sink import Sink
from streams.errors import ConfigError

__all__ = ["WebhookSettings", "open_sink"]

MISSING_EXTRA = "a sink of the kind webhook needs the extra [webhook]: pip install 'copydesk[webhook]'"


def open_sink(settings: WebhookSettings) -> Sink:
    """A sink that posts to the URL of the settings.

    Raises `ConfigError` where a setting is invalid, and `CannotStart` where the URL's address is not allowed.
    """
    try:
        from agents.sinks.webhook.sink import Webhook
    except ImportError as error:
        raise ConfigError(MISSING_EXTRA) from error
    return Webhook(settings)


def faults(settings: WebhookSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with the values of settings, and whether the extra is missing."""
    yield from value_faults(settings)
    try:
        from agents.sinks.webhook.allowlist import Addresses
        from agents.sinks.webhook.signature import read_secrets
        from agents.sinks.webhook.sink import trusted
        from agents.sinks.webhook.url import read_url
    except ImportError:
        yield "", MISSING_EXTRA
        return
    checks: dict[str, Callable[[], object]] = {
        "url": lambda: settings.url and read_url(settings),
        "secret": lambda: read_secrets(settings.secret),
        "allow_private": lambda: Addresses(settings.allow_private),
        "ca_file": lambda: trusted(settings.ca_file),
    }
    for key, check in checks.items():
        try:
            check()
        except ConfigError as error:
            yield key, str(error)
