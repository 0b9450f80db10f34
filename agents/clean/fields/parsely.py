"""The metadata that pages have for the analytics service Parse.ly: JSON within a meta tag."""

from typing import Any

import orjson

from agents.clean.page.parse import Page


def parsely(page: Page) -> dict[str, Any]:
    try:
        content = orjson.loads(page.meta("parsely-page") or "null")
    except orjson.JSONDecodeError:
        return {}
    return content if isinstance(content, dict) else {}
