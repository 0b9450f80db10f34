"""Copydesk from Python, without Kafka: pages in, finished articles out.

    import copydesk

    finished = copydesk.process(html, url="https://harbour-courier.example/ferry")
    finished.article.title

    with copydesk.Pipeline() as pipeline:
        for outcome in pipeline.process(copydesk.read("pages/")):
            ...

docs/guides/python.md describes it. `import copydesk` loads nothing: each name is imported when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.records import Article
    from copydesk.outcomes import Dead, Discarded, Finished, NotFinished, Outcome
    from copydesk.pages import Page, read, samples
    from copydesk.processing import Pipeline, process
    from streams.errors import CopydeskError

__all__ = [
    "Article",
    "CopydeskError",
    "Dead",
    "Discarded",
    "Finished",
    "NotFinished",
    "Outcome",
    "Page",
    "Pipeline",
    "process",
    "read",
    "samples",
]

_MODULES = {
    "Article": "agents.records",
    "CopydeskError": "streams.errors",
    **dict.fromkeys(("Dead", "Discarded", "Finished", "NotFinished", "Outcome"), "copydesk.outcomes"),
    **dict.fromkeys(("Page", "read", "samples"), "copydesk.pages"),
    **dict.fromkeys(("Pipeline", "process"), "copydesk.processing"),
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'copydesk' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
