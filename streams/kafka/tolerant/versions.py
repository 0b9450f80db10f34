"""The releases whose internals are known: another release may have changed the parts that we replace."""

from importlib.metadata import PackageNotFoundError, version

from streams.errors import CannotStart

#: As in pyproject.toml. What is replaced in each: docs/decisions/0003.
KNOWN = {"aiokafka": "0.14.0", "faust-streaming": "0.15.3", "kafka-python": "3.0.12", "pebble": "5.2.3"}


def require_known_versions() -> None:
    """Raise `CannotStart`, naming every library of another release."""
    wrong = [
        f"{name} {installed or 'is missing'}"
        for name, known in KNOWN.items()
        if (installed := _installed(name)) != known
    ]
    if wrong:
        needed = " ".join(f"{name}=={known}" for name, known in KNOWN.items())
        raise CannotStart(
            f"installed: {', '.join(wrong)}; this release of Copydesk changes parts of these libraries and"
            f" works with these versions only: pip install {needed}"
        )


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
