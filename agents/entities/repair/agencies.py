"""News agencies, which sign and are quoted in the copy of others, and which models often miss."""

import re
from collections.abc import Iterator, Sequence

from agents.entities.mentions import Mention
from agents.entities.repair.marked import at, replaced

#: Names that are nothing else.
ALWAYS = re.compile(
    r"(?<![\w-])(?:Thomson Reuters|Reuters|Agence France-Presse|AFP|Associated Press|Xinhua(?: News Agency)?"
    r"|Itar-?Tass|ITAR-TASS|TASS|Interfax"
    r"|Kyodo(?: News)?|Yonhap|KCNA|IRNA|ANSA|EFE|Deutsche Presse-Agentur|Anadolu(?: Agency)?|Press Trust of"
    r" India|PTI|Bernama|Ukrinform|RIA Novosti"
    r"|Bloomberg News|Press Association|Australian Associated Press|Canadian Press|United Press"
    r" International|Tanjug|Belga|dpa)(?![\w-])"
)
#: Names that are so only where somebody signs: `(AP)`, `/AP`, and where somebody speaks to it.
SIGNED = re.compile(
    r"(?<=[(/])\s?(?:AP|PA|AAP|UPI|APA|ANI|IANS|SDA|PAP|MTI|SPA|WAM)(?=\s?[)/])|(?<=told the )AP\b|(?<=told"
    r" )AP\b"
)


def with_agencies(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    agencies = [
        each
        for each in _places(text)
        if not any(
            (m.start < each.start and each.end <= m.end) or (m.start <= each.start and each.end < m.end)
            for m in mentions
        )
    ]
    return replaced(mentions, agencies)


def _places(text: str) -> Iterator[Mention]:
    for pattern in (ALWAYS, SIGNED):
        for match in pattern.finditer(text):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield at("text", text, start, match.end(), "organisation")
