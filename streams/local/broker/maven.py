"""The Maven repositories that jars come from, as jgo reaches them.

That is Maven Central. Repositories that jgo's own configuration names are asked first (section
`[repositories]` of the file in `JGO_CONFIG_FILE`, else of `~/.config/jgo.conf`); one that is called `central`
replaces it. `HTTPS_PROXY`, `NO_PROXY` and `REQUESTS_CA_BUNDLE` are honoured.
"""

import logging
from pathlib import Path
from typing import Any

from streams.errors import CannotStart

MISSING_EXTRA = "a Kafka of its own needs the extra [broker]: pip install 'copydesk[broker]'"


def maven(folder: Path) -> Any:
    """jgo's client of Maven, which downloads to `folder`. Raises `CannotStart` if jgo is not installed."""
    try:
        from jgo.config import GlobalSettings
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext
    except ImportError as error:
        raise CannotStart(MISSING_EXTRA) from error
    logging.getLogger("jgo").setLevel(logging.CRITICAL)
    repositories = GlobalSettings.load().repositories
    repositories.setdefault("central", MAVEN_CENTRAL_URL)
    return MavenContext(repo_cache=folder, remote_repos=repositories, timeout=30)
