"""The values of an article: what the model takes for dates and amounts → entities with a normal form."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from agents.entities.mentions import Mention
from agents.entities.values.amounts import normal_money, normal_percent, normal_quantity
from agents.entities.values.dates import normal_date

TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?", re.IGNORECASE)


def normal(mention: Mention, published: date | None, *, ahead: bool = False) -> str | None:
    """The normal form of a value's mention; None where it has none. `ahead`: a weekday is still to come."""
    forms: dict[str, Callable[[str], str | None]] = {
        "date": lambda text: normal_date(text, published, ahead=ahead),
        "time": lambda text: normal_time(text) or normal_date(text, published, ahead=ahead),
        "money": normal_money,
        "percent": normal_percent,
        "quantity": normal_quantity,
    }
    return forms[mention.type](mention.text)


def normal_time(text: str) -> str | None:
    """The time of day in ISO 8601: `15:30` for `3:30 p.m.`; None for `the morning` and `two hours`."""
    match = TIME.fullmatch(text.strip())
    if match is None or not (match["minute"] or match["half"]):
        return None
    hour = int(match["hour"]) % 12 if match["half"] else int(match["hour"])
    hour += 12 if (match["half"] or "").casefold().startswith("p") else 0
    minute = int(match["minute"] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def day_of(published_at: str | None) -> date | None:
    """The day of an ISO 8601 date or time."""
    try:
        return date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None


def grouped(
    mentions: Iterable[Mention], published: date | None, is_ahead: Callable[[Mention], bool]
) -> list[tuple[str | None, list[Mention]]]:
    """The mentions of each value together, by normal form or else by their words."""
    groups: dict[tuple[str, str], list[Mention]] = {}
    forms: dict[tuple[str, str], str | None] = {}
    for mention in mentions:
        form = normal(mention, published, ahead=is_ahead(mention))
        key = (mention.type, form or mention.text.casefold())
        groups.setdefault(key, []).append(mention)
        forms[key] = form
    return [(forms[key], group) for key, group in groups.items()]
