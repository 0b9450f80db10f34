"""summaries → webhook: each finished article posted to a URL, signed by the Standard Webhooks scheme.

settings    what can be set, and what is wrong with it
signature   secrets and signatures
addresses   which addresses may be connected to
transport   httpx, connecting to nothing else
answer      what a receiver's answer means
post        one record, one request, redirects
sink        a batch: articles side by side, each in order, retried while the receiver is away
"""

from agents.sinks.webhook.settings import WebhookSettings
from streams.core.sink import Sink
from streams.errors import ConfigError

__all__ = ["WebhookSettings", "open_sink"]

MISSING_EXTRA = "a sink of the kind webhook needs the extra [webhook]: pip install 'copydesk[webhook]'"


def open_sink(settings: WebhookSettings) -> Sink:
    """A sink that posts to the URL of the settings.

    Raises `ConfigError` where a setting cannot be, and `CannotStart` where the URL must not be connected to.
    """
    try:
        from agents.sinks.webhook.sink import Webhook
    except ImportError as error:
        raise ConfigError(MISSING_EXTRA) from error
    return Webhook(settings)
