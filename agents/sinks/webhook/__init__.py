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

from agents.sinks.webhook.settings import WebhookSettings
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
