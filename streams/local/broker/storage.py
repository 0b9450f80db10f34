"""A Kafka data folder: whether a Kafka uses it, and its cluster's identity."""

import base64
import errno
import fcntl
import secrets
from collections.abc import Mapping
from pathlib import Path

from streams.errors import BrokerError


def reject_a_folder_in_use(data: Path) -> None:
    """Raise `BrokerError` if a Kafka runs on `data`: it holds a lock on this file while it runs."""
    try:
        with (data / ".lock").open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        sentence = f"the folder {data.parent} is in use by another broker: stop it, or choose another"
        raise BrokerError(sentence) from error


def cluster_id() -> str:
    """A new identity: 16 random bytes in 22 characters, the first of them not `-`, as Kafka makes it."""
    while True:
        identity = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode("ascii").rstrip("=")
        if not identity.startswith("-"):
            return identity


def meta(data: Path) -> Mapping[str, str]:
    """The properties of a formatted data folder, such as `cluster.id`."""
    lines = (data / "meta.properties").read_text("ascii").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)
