"""The security settings as aiokafka wants them. (kafka-python: streams/client.py; Faust: streams/app.py.)"""

import ssl
from typing import Any

from streams.settings import SecuritySettings


def for_aiokafka(security: SecuritySettings) -> dict[str, Any]:
    """Arguments that each of its clients takes."""
    given: dict[str, Any] = {"security_protocol": security.protocol}
    if security.protocol.endswith("SSL"):
        given["ssl_context"] = ssl.create_default_context(cafile=security.ca_file)
    if security.protocol.startswith("SASL"):
        given |= {
            "sasl_mechanism": security.mechanism,
            "sasl_plain_username": security.username,
            "sasl_plain_password": security.password.get_secret_value() if security.password else None,
        }
    return given
